/* What charts and map say themselves, in Dutch and English. {names} are filled in by say(). */

const WORDS = {
  line: ['Lijn', 'Line'], bars: ['Staven', 'Bars'], pyramid: ['Piramide', 'Pyramid'], slope: ['Helling', 'Slope'], stacked: ['Gestapeld', 'Stacked'], share: ['100 %', '100 %'], index: ['Index', 'Index'], kind: ['Soort grafiek', 'Kind of chart'],
  topic: ['Onderwerp', 'Topic'], periods: ['Perioden', 'Periods'], sort: ['Volgorde', 'Order'], asTable: ['Als in de tabel', 'As in the table'],
  bySize: ['Van groot naar klein', 'Largest first'], totals: ['Met (sub)totalen', 'With (sub)totals'], forWhich: ['Voor: {name}', 'For: {name}'],
  JJ: ['Jaren', 'Years'], HJ: ['Halfjaren', 'Half-years'], KW: ['Kwartalen', 'Quarters'], MM: ['Maanden', 'Months'], SJ: ['Seizoenen', 'Seasons'], other: ['Overige', 'Other'],
  saveSvg: ['Bewaar als SVG', 'Save as SVG'], savePng: ['Bewaar als PNG', 'Save as PNG'], source: ['Bron: {source}', 'Source: {source}'],
  keys: ['Met Tab komt u in de figuur; met de pijltjestoetsen gaat u van cijfer naar cijfer.', 'Tab takes you into the figure; the arrow keys go from figure to figure.'],
  notShown: ['niet getoond', 'not shown'], withheld: ['geheim, onbekend of onvoldoende betrouwbaar', 'confidential, unknown or not reliable enough'],
  withheldLegend: ['. = geheim, onbekend of onvoldoende betrouwbaar; dat is iets anders dan nul', '. = confidential, unknown or not reliable enough; not the same as zero'],
  impossible: ['kan niet voorkomen', 'cannot occur'], pending: ['niet geladen', 'not loaded'], provisional: ['* voorlopig, ** nader voorlopig', '* provisional, ** revised provisional'],
  provisionalLine: ['Onderbroken lijn: (nader) voorlopige cijfers', 'Dashed line: (revised) provisional figures'],
  firstSeries: ['De eerste {n} van {all} reeksen. Kies of open in de tabel wat u wilt vergelijken.', 'The first {n} of {all} series. Choose or open in the table what you want to compare.'],
  firstBars: ['De eerste {n} van {all} categorieën.', 'The first {n} of {all} categories.'], largestBars: ['De {n} grootste van {all} categorieën.', 'The {n} largest of {all} categories.'],
  noFigures: ['Geen van deze cijfers wordt getoond: ze zijn geheim, onbekend of onvoldoende betrouwbaar.', 'None of these figures is shown: they are confidential, unknown or not reliable enough.'],
  nothing: ['Deze keuze heeft niets om te tekenen.', 'There is nothing to draw in this choice.'], failed: ['De cijfers konden niet worden geladen.', 'The figures could not be loaded.'], onePeriod: ['De tabel heeft één periode; een lijn heeft er twee nodig.', 'The table has one period; a line needs two.'],
  overlap: ['Deze onderdelen overlappen: wie in meer dan een daarvan voorkomt, telt in elk. Daarom staan ze naast elkaar en niet op elkaar.', 'These parts overlap: a young person in more than one of them counts in each. They therefore stand beside each other and not on top.'],
  indexNote: ['Index: {p} = 100. Berekend uit afgeronde cijfers; de as begint niet bij nul.', 'Index: {p} = 100. Worked out from rounded figures; the axis does not begin at zero.'],
  noIndex: ['Zonder index, omdat het eerste cijfer niet wordt getoond of klein is: {names}.', 'Without an index, as the first figure is not shown or is small: {names}.'],
  slopeOf: ['Hellinggrafiek', 'Slope chart'], stackedOf: ['Gestapelde staven', 'Stacked bars'], shareOf: ['Staven van 100 %', 'Bars of 100 %'],
  sumLine: ['{name}: van {a} ({p}) naar {b} ({q}).', '{name}: from {a} ({p}) to {b} ({q}).'], sumOne: ['{name}: {a} ({p}).', '{name}: {a} ({p}).'],
  sumNewest: ['{p}: hoogste {high}, {a}; laagste {low}, {b}.', '{p}: highest {high}, {a}; lowest {low}, {b}.'],
  perYear: ['De klassen zijn niet even breed: de lengte van een staaf is het aantal per jaar leeftijd, de dikte het aantal jaren; het getal is dat van de hele klasse.', 'The classes are not equally wide: the length of a bar is the number per year of age, its thickness the number of years; the figure is that of the whole class.'],
  circles: ['De oppervlakte van een cirkel is het aantal. Een regio met meer inwoners heeft er vanzelf meer.', 'The area of a circle is the number. A region with more inhabitants has more of them anyway.'],
  sumBars: ['Hoogste: {high}, {a}. Laagste: {low}, {b}.', 'Highest: {high}, {a}. Lowest: {low}, {b}.'], sumAlone: ['{high}: {a}.', '{high}: {a}.'],
  sumWithheld: ['Niet getoond (.): {n} van de {all} cijfers.', 'Not shown (.): {n} of the {all} figures.'],
  sumPyramid: ['Grootste groep: {high}, {a}.', 'Largest group: {high}, {a}.'], lineOf: ['Lijngrafiek', 'Line chart'], barsOf: ['Staafdiagram', 'Bar chart'], pyramidChart: ['Leeftijdspiramide', 'Age pyramid'],
  ages: ['Leeftijd', 'Age'], reading: ['Bezig met laden…', 'Loading…'],
  mapOf: ['Kaart', 'Map'], level: ['Regio’s', 'Regions'], tileNote: ['Elke zeshoek is een gemeente, ongeveer op haar plaats; alle zijn even groot.', 'Each hexagon is a municipality, about in its place; all have the same size.'],
  tileNoteGroup: ['Elke zeshoek is een gemeente; dikke lijnen scheiden de regio’s.', 'Each hexagon is a municipality; thick lines part the regions.'],
  wijkNote: ['Elk vakje is een wijk van deze gemeente, in de volgorde van de tabel.', 'Each square is a district of this municipality, in the order of the table.'],
  shapeNote: ['Grenzen: Natural Earth, vereenvoudigd.', 'Borders: Natural Earth, simplified.'], asShapes: ['Provinciegrenzen', 'Province borders'], form: ['Vorm', 'Form'], asTiles: ['Zeshoeken', 'Hexagons'],
  PV: ['Provincies', 'Provinces'], JZ: ['Jeugdregio’s', 'Youth regions'], GM: ['Gemeenten', 'Municipalities'], WK: ['Wijken', 'Districts'],
  noData: ['niet in de tabel', 'not in the table'], legend: ['Legenda', 'Legend'], upTo: ['{a} tot {b}', '{a} to {b}'], andMore: ['{a} tot en met {b}', '{a} up to and including {b}'],
  nth: ['Niveau {n}', 'Level {n}'], regions: ['{n} regio’s', '{n} regions'], absolute: ['Let op: dit zijn aantallen. Een regio met meer inwoners heeft er vanzelf meer.', 'Note: these are counts. A region with more inhabitants has more of them anyway.'],
  chosen: ['gekozen in de tabel', 'chosen in the table'],
  elsewhere: ['Niet op de kaart', 'Not on the map'], choose: ['Klik of Enter: kies deze regio in de tabel', 'Click or Enter: choose this region in the table'], noMap: ['Deze tabel heeft geen regio’s die op de kaart passen.', 'This table has no regions that fit the map.'], within: ['Gemeente', 'Municipality'],
  sumMap: ['{level}: hoogste {high}, {a}; laagste {low}, {b}.', '{level}: highest {high}, {a}; lowest {low}, {b}.'],
};

/** The word for a key in a language, with {names} filled in (never read as markup or as a pattern). */
export function say(language, key, filled = {}) {
  return WORDS[key][language === 'en' ? 1 : 0].replace(/\{(\w+)\}/g, (whole, name) => (name in filled ? String(filled[name]) : whole));
}

export const ALL_WORDS = WORDS;
