/* A table as the viewer holds it, from the metadata of the API. The measures become one more dimension, the last and fastest.
 *
 * Table {id, version, title: Words, ..., dimensions: Dimension[], dimension(name), cells}
 * Dimension {name, title: Words, kind, codes: Code[], position: Map code -> place, roots: int[], children: int[][], parent: int[],
 *            usual: the place that a filter stands at before one chooses: the newest period, else the first code,
 *            stride: how far apart in the cube two neighbours are}
 * Code {code, title: Words, depth, group, status, description; of a measure also name, unit, decimals}
 */

import {say} from './words.js';
import {said} from './dom.js';
import {STARS} from './format.js';
import {MEASURES} from './cells.js';

export function makeTable(about) {
  const measures = {name: MEASURES, title: {nl: say('nl', 'topics'), en: say('en', 'topics')}, kind: 'Measures',
                    codes: about.measures.map((m) => ({...m, depth: 0}))};
  const dimensions = [...about.dimensions, measures].map(withTree);
  let stride = 1;
  for (const dimension of [...dimensions].reverse()) {
    dimension.stride = stride;
    stride *= dimension.codes.length;
  }
  const named = new Map(dimensions.map((d) => [d.name, d]));
  return {...about, dimensions, cells: stride, dimension: (name) => named.get(name), has: (name) => named.has(name)};
}

function withTree(dimension) {
  const position = new Map(dimension.codes.map((c, i) => [c.code, i]));
  const children = dimension.codes.map(() => []);
  const roots = [];
  const parent = dimension.codes.map((code, i) => {
    const up = code.group ? position.get(code.group) : undefined;
    if (up === undefined || up === i) { roots.push(i); return -1; }
    children[up].push(i);
    return up;
  });
  [roots, ...children].forEach((list) => byName(dimension, list));
  const usual = dimension.kind === 'TimeDimension' ? dimension.codes.length - 1 : 0;
  return {...dimension, position, children, roots, parent, usual, tree: children.some((c) => c.length > 0)};
}

const ALPHABET = new Intl.Collator('nl', {ignorePunctuation: true});

/** Gemeenten beside each other stand by name, where a reader looks for them; everything else as the table has it. */
function byName(dimension, places) {
  if (!dimension.kind.startsWith('Geo') || !places.every((p) => dimension.codes[p].code.startsWith('GM'))) return;
  places.sort((a, b) => ALPHABET.compare(dimension.codes[a].title.nl ?? '', dimension.codes[b].title.nl ?? '') || a - b);
}

const KIND = / \((PV|JZ|LD|CR|GM)\)$/, KINDS = {PV: 'ofPV', JZ: 'ofJZ', LD: 'ofLD', CR: 'ofCR', GM: 'ofGM'};

/** Title of a code in the reader's language, with its star: {text, lang}. 'Drenthe (PV)' is said as 'Drenthe (provincie)'. */
export function titleOf(code, language) {
  const found = said(code.title, language), kind = KIND.exec(found.text);
  const lang = found.lang;
  const text = kind && code.code.startsWith(kind[1]) ? found.text.replace(KIND, ` (${say(language, KINDS[kind[1]])})`) : found.text;
  return {text: text + (STARS[code.status] ?? ''), lang};
}

/** What stands for a code: title, code or both. Periods keep their star in every form. */
export function labelOf(code, language, labels) {
  const {text, lang} = titleOf(code, language);
  if (labels === 'codes') return {text: code.code + (STARS[code.status] ?? ''), lang: undefined};
  return {text: labels === 'both' ? `${code.code} ${text}` : text, lang};
}

/** The unit of a measure or a table in the reader's language: {text, lang}. */
export const unitOf = (about, language) => said(unitWords(about), language);

/** The same in the languages there are; in Dutch alone from a server of before. */
export const unitWords = (about) => about.unitText ?? {nl: about.unit ?? ''};

/** From which to which period a table goes, in the reader's language. */
export function coverageOf(table, language) {
  const {codes} = table.dimensions.find((d) => d.kind === 'TimeDimension');
  const [first, last] = [codes[0], codes.at(-1)].map((code) => said(code.title, language).text);
  return spanOf(first, last);
}

/** "30 juni 2024 – 31 december 2024"; of parts of one year, "2024". */
export function spanOf(first, last) {
  const year = /^\d{4}/.exec(first);
  return first === last ? first : year && last.startsWith(year[0]) ? year[0] : `${first} – ${last}`;
}

/** The title as it stands above figures in a file, which says so where these are made up. */
export function headlineOf(table, language) {
  const {text} = said(table.title, language);
  return table.madeUp ? say(language, 'madeUpTitle', {title: text}) : text;
}

/** The name of a dimension: title, name in the data or both. */
export function dimensionLabel(dimension, language, labels) {
  const {text, lang} = said(dimension.title, language);
  if (labels === 'titles' || dimension.kind === 'Measures') return {text, lang};
  return {text: labels === 'codes' ? dimension.name : `${text} (${dimension.name})`, lang};
}

const REGION = {NL: 'land', LD: 'landsdeel', PV: 'provincie', JZ: 'jeugdregio', CR: 'corop', AR: 'arrondissement', CW: 'grootteklasse', GM: 'gemeente', WK: 'wijk', BU: 'buurt'};
const PERIOD = {JJ: 'year', HJ: 'halfyear', KW: 'quarter'};

/** Groups of codes that one may want together: [{key, label, positions}], by kind of region or period, else by depth. */
export function levelsOf(dimension, language) {
  const found = new Map();
  dimension.codes.forEach((code, i) => {
    let word = null;
    if (dimension.kind.startsWith('Geo')) word = code.code.startsWith('CWVT') ? 'veiligthuisregio' : REGION[code.code.slice(0, 2)];
    if (dimension.kind === 'TimeDimension') word = PERIOD[code.code.slice(4, 6)];
    const key = word ?? `depth ${code.depth}`;
    if (!found.has(key)) found.set(key, {key, label: word ? say(language, word) : say(language, 'levelNth', {n: code.depth + 1}), positions: []});
    found.get(key).positions.push(i);
  });
  return [...found.values()];
}

/** Footnotes with their marks: the whole table first, then in the order of the dimensions and measures. */
export function numberedNotes(table, language) {
  const order = ['', ...table.dimensions.slice(0, -1).map((d) => d.name), ...table.measures.map((m) => m.name)];
  return [...table.footnotes].sort((a, b) => order.indexOf(a.on) - order.indexOf(b.on))
    .map((note, i) => ({on: note.on, mark: String(i + 1), words: note.text, ...said(note.text, language)}));
}
