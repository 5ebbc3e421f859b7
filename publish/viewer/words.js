/* What the viewer itself says, in Dutch and English. {n} and the like are filled in by say(). */

const WORDS = {
  tables: ['Alle tabellen', 'All tables'],
  tagline: ['Cijfers over jeugdzorg', 'Figures on youth care'],
  catalogueIntro: ['Zoek een tabel, richt haar in zoals u wilt en neem de cijfers mee.', 'Find a table, arrange it as you like and take the figures with you.'],
  search: ['Zoek een tabel', 'Find a table'],
  searchHint: ['Bijvoorbeeld: crisis, wijken, voogdij, leeftijd', 'For example: crisis, districts, guardianship, age'],
  found: ['{n} tabellen', '{n} tables'], foundOne: ['1 tabel', '1 table'], foundNone: ['Geen tabel met al deze woorden', 'No table has all of these words'],
  noneHint: ['Zoek met minder woorden, of met een deel van een woord.', 'Use fewer words, or part of a word.'], clear: ['Wis', 'Clear'],
  modified: ['Bijgewerkt op {date}', 'Updated on {date}'], by: ['Naar', 'By'], observations: ['{n} cijfers', '{n} figures'],
  loading: ['Bezig met laden…', 'Loading…'], failed: ['Dit kan nu niet worden geladen.', 'This cannot be loaded now.'], again: ['Probeer opnieuw', 'Try again'],
  notFound: ['Deze tabel is er niet', 'There is no such table'],
  notFoundHint: ['De koppeling verwijst naar een tabel die niet (meer) is gepubliceerd.', 'The link points to a table that is not, or no longer, published.'],
  rows: ['Rijen', 'Rows'], columns: ['Kolommen', 'Columns'], filters: ['Filters', 'Filters'], topics: ['Onderwerpen', 'Topics'],
  arrange: ['Indeling van de tabel', 'Layout of the table'],
  arrangeHint: ['Sleep een onderdeel naar een andere plek, of gebruik de knop ⋯ erachter.', 'Drag a part to another place, or use its ⋯ button.'],
  emptyZone: ['Sleep hierheen', 'Drag here'], menuOf: ['{name}: verplaatsen', '{name}: move'],
  toRows: ['Naar rijen', 'To rows'], toColumns: ['Naar kolommen', 'To columns'], toFilters: ['Naar filters', 'To filters'],
  earlier: ['Naar voren', 'Earlier'], later: ['Naar achteren', 'Later'], swap: ['Verwissel rijen en kolommen', 'Swap rows and columns'],
  reset: ['Begininstelling', 'Start layout'], moved: ['{name} staat nu bij {zone}, plaats {n}', '{name} is now in {zone}, place {n}'],
  swapped: ['Rijen en kolommen zijn verwisseld', 'Rows and columns were swapped'], wasReset: ['De begininstelling staat er weer', 'The start layout is back'],
  lastAxis: ['Er moet ten minste één onderdeel in de rijen of kolommen staan.', 'At least one part must be in the rows or columns.'],
  choose: ['Kies', 'Choose'], chooseOf: ['{name}: kies categorieën', '{name}: choose categories'], chooseOne: ['{name}: kies één categorie', '{name}: choose one category'],
  ofAll: ['{n} van {all}', '{n} of {all}'], all: ['alle {all}', 'all {all}'],
  searchCodes: ['Zoek in {name}', 'Search in {name}'], selectAll: ['Alles', 'All'], selectNone: ['Niets', 'None'], selectFound: ['Alle gevonden', 'All found'],
  level: ['Niveau', 'Level'], levelNth: ['niveau {n}', 'level {n}'], under: ['Met onderliggende', 'With those under it'], apply: ['Toon keuze', 'Show choice'], cancel: ['Annuleer', 'Cancel'],
  close: ['Sluit', 'Close'], chosen: ['{n} van {all} gekozen', '{n} of {all} chosen'], chooseSome: ['Kies ten minste één categorie.', 'Choose at least one category.'],
  more: ['Toon er {n} meer', 'Show {n} more'], open: ['Open {name}', 'Open {name}'], shut: ['Sluit {name}', 'Close {name}'],
  openAll: ['Open alles', 'Open all'], shutAll: ['Sluit alles', 'Close all'], opened: ['{name} geopend, {n} regels eronder', '{name} opened, {n} below it'], shutDone: ['{name} gesloten', '{name} closed'],
  labels: ['Omschrijving', 'Labels'], titles: ['Namen', 'Names'], codes: ['Codes', 'Codes'], both: ['Beide', 'Both'],
  asTable: ['Tabel', 'Table'], asChart: ['Grafiek', 'Chart'], asMap: ['Kaart', 'Map'], presentation: ['Weergave', 'View'],
  unavailable: ['Deze weergave is er niet.', 'This view is not available.'],
  copyLink: ['Kopieer koppeling', 'Copy link'], copied: ['De koppeling staat op het klembord', 'The link was copied'], copyThis: ['Kopieer deze koppeling', 'Copy this link'],
  print: ['Druk af', 'Print'], download: ['Download', 'Download'], downloadTitle: ['Neem de cijfers mee', 'Take the figures with you'],
  asSeen: ['Zoals getoond', 'As shown'], asSeenHint: ['De tabel met indeling, namen of codes, symbolen en voetnoten zoals u haar ziet.', 'The table with layout, names or codes, symbols and footnotes as you see it.'],
  selectionPart: ['De gekozen cijfers', 'The chosen figures'], selectionHint: ['{n} cijfers: wat gekozen is in rijen, kolommen en filters.', '{n} figures: what is chosen in rows, columns and filters.'],
  whole: ['De hele tabel', 'The whole table'], wholeHint: ['{n} cijfers.', '{n} figures.'], tooLarge: ['Te veel om in één keer te tonen: kies minder.', 'Too much to show at once: choose less.'],
  tooLong: ['Deze keuze is te lang voor een adres: kies hele niveaus, of neem de hele tabel.', 'This choice is too long for an address: choose whole levels, or take the whole table.'],
  cut: ['Te zien zijn de eerste {n} rijen; kies minder of zet iets in de filters.', 'The first {n} rows are shown; choose less or move something to the filters.'],
  preparing: ['Het bestand wordt gemaakt…', 'The file is being made…'],
  withheld: ['geheim, onbekend of onvoldoende betrouwbaar', 'confidential, unknown or not reliable enough'], impossible: ['komt niet voor', 'cannot occur'], pending: ['wordt geladen', 'loading'],
  caption: ['Rijen: {rows}. Kolommen: {columns}.', 'Rows: {rows}. Columns: {columns}.'], none: ['geen', 'none'],
  size: ['{rows} rijen, {columns} kolommen', '{rows} rows, {columns} columns'], columnsShown: ['Kolommen {a} tot en met {b} van {n}', 'Columns {a} to {b} of {n}'],
  before: ['Vorige', 'Previous'], next: ['Volgende', 'Next'], scrollTable: ['Tabel, schuif om meer te zien', 'Table, scroll to see more'],
  notes: ['Voetnoten', 'Footnotes'], noteMark: ['voetnoot {n}', 'footnote {n}'], backTo: ['Terug naar de tabel', 'Back to the table'],
  symbols: ['Symbolen', 'Symbols'], blank: ['leeg', 'blank'], about: ['Over deze tabel', 'About this table'], history: ['Verschenen versies', 'Releases'], source: ['Bron', 'Source'], licence: ['Licentie', 'Licence'],
  frequency: ['Frequentie', 'Frequency'], coverage: ['Perioden', 'Periods'], statline: ['Naar het voorbeeld van', 'Modelled on'], status: ['Status', 'Status'], unit: ['Eenheid', 'Unit'], explain: ['Uitleg', 'Explanation'],
  identifier: ['Naam in de open data', 'Name in the open data'], firstRelease: ['Eerste verschijning', 'First release'],
  periods: ['{n} nieuwe perioden', '{n} new periods'], periodsOne: ['1 nieuwe periode', '1 new period'], revised: ['{n} cijfers herzien', '{n} figures revised'], revisedOne: ['1 cijfer herzien', '1 figure revised'],
  nowWithheld: ['{n} cijfers niet meer getoond', '{n} figures no longer shown'], nowWithheldOne: ['1 cijfer niet meer getoond', '1 figure no longer shown'],
  nowPrinted: ['{n} cijfers nu wel getoond', '{n} figures now shown'], nowPrintedOne: ['1 cijfer nu wel getoond', '1 figure now shown'], nothingChanged: ['Geen cijfer is veranderd', 'No figure changed'],
  Voorlopig: ['Voorlopig', 'Provisional'], NaderVoorlopig: ['Nader voorlopig', 'Revised provisional'], Definitief: ['Definitief', 'Final'],
  lostTitle: ['Deze koppeling is ouder dan de tabel', 'This link is older than the table'], lost: ['Wat de koppeling noemt en er niet meer is: {what}. De rest is getoond.', 'Named by the link and no longer there: {what}. The rest is shown.'],
  dismiss: ['Sluit deze melding', 'Close this message'], language: ['Taal', 'Language'], theme: ['Licht of donker', 'Light or dark'], skip: ['Naar de inhoud', 'Skip to content'],
  footer: ['Geheime cijfers zijn weggelaten volgens een bewezen veilig patroon.', 'Confidential figures are withheld by a pattern that is proved safe.'], api: ['Open data (OData, API)', 'Open data (OData, API)'],
  land: ['land', 'country'], landsdeel: ['landsdelen', 'parts of the country'], provincie: ['provincies', 'provinces'], jeugdregio: ['jeugdregio’s', 'youth regions'], corop: ['COROP-gebieden', 'COROP regions'], gemeente: ['gemeenten', 'municipalities'], wijk: ['wijken', 'districts'], buurt: ['buurten', 'neighbourhoods'],
  year: ['jaren', 'years'], halfyear: ['halfjaren', 'half-years'], quarter: ['kwartalen', 'quarters'],
};

/** The word for a key in a language, with {names} filled in. */
export function say(language, key, filled = {}) {
  const text = WORDS[key][language === 'en' ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in filled ? String(filled[name]) : whole));
}

/** For a count: the word `key`, or `keyOne` where n is 1. */
export function sayCount(language, key, n, shown = n) {
  return say(language, n === 1 && `${key}One` in WORDS ? `${key}One` : key, {n: shown});
}

/** Every word has both languages; the tests ask. */
export const ALL_WORDS = WORDS;
