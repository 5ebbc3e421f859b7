/* Carrying figures off: the table as it is seen, made here; the chosen figures or all of them, in the forms of the server. */

import {el, fill, hand, icon, said, wordsIn} from './dom.js';
import {say} from './words.js';
import {figure} from './format.js';
import {LONGEST, STATIC, downloadAddress, getFormats, selectionText, wholeAddress} from './api.js';
import {drawCode} from './code.js';
import {dimensionLabel, headlineOf, labelOf, numberedNotes, unitOf} from './model.js';
import {countOf, wantedOf} from './state.js';
import {cellText} from './table.js';
import {lookName} from './tools.js';
import {MEASURES, PENDING} from './cells.js';
import {needs} from './view.js';

const MOST_SEEN = 1_000_000;        // cells of a file made here
const USES = {                      // what a form of the server is for, in Dutch and English
  csv: ['codes en namen', 'codes and names'], 'csv-pivot': ['om te lezen', 'for reading'],
  'csv-comma': ['pandas, Datawrapper, Observable', 'pandas, Datawrapper, Observable'],
  xlsx: ['om te lezen en te rekenen', 'for reading and reckoning'], jsonstat: ['voor programma’s', 'for programs'],
  px: ['voor PxWeb', 'for PxWeb'], 'sdmx-csv': ['voor uitwisseling', 'for exchange'],
  'sdmx-structure': ['hoort bij SDMX-CSV', 'goes with SDMX-CSV'], 'sdmx-structure-21': ['voor rsdmx en andere oudere programma’s', 'for rsdmx and other older programs'], parquet: ['voor R, Python en DuckDB', 'for R, Python and DuckDB'],
};

/** Opens the dialog. */
export async function openDownloads({table, view, state, language}) {
  const s = (key, filled) => say(language, key, filled);
  const wanted = wantedOf(table, state);
  const told = el('p', {class: 'muted', 'aria-live': 'polite'});
  const save = () => saveSeen({table, view, state, language}, told);
  const seen = el('button', {type: 'button', class: 'main', onclick: save}, icon('save'), 'CSV');
  const chosen = el('div', {class: 'forms'}), whole = el('div', {class: 'forms'});
  const count = (n) => figure(n, 0, language);
  const dialog = el('dialog', {class: 'downloads', 'aria-labelledby': 'downloads-title', onclose: () => dialog.remove(),
                               onclick: (event) => { if (event.target === dialog) dialog.close(); }},
    el('header', {}, el('h2', {id: 'downloads-title'}, s('downloadTitle')),
      el('button', {type: 'button', class: 'quiet round', 'aria-label': s('close'), onclick: () => dialog.close()}, icon('close'))),
    el('section', {}, el('h3', {}, s('asSeen')), el('p', {class: 'muted'}, s('asSeenHint')), el('div', {class: 'forms'}, seen), told),
    !STATIC && el('section', {}, el('h3', {}, s('selectionPart')),
      el('p', {class: 'muted'}, s('selectionHint', {n: count(countOf(table, wanted))})), chosen),
    el('section', {}, el('h3', {}, s('whole')), el('p', {class: 'muted'}, s('wholeHint', {n: count(table.cells)})), whole),
    !STATIC && el('section', {}, el('details', {}, el('summary', {}, s('programs')), drawCode(table, wanted, language))));
  document.body.append(dialog);
  dialog.showModal();
  try {
    const {formats} = await getFormats();
    const long = selectionText(table, wanted).length > LONGEST;
    fill(chosen, long ? el('p', {}, s('tooLong')) : formats.map((f) => formLink(f, downloadAddress(table, f.key, wanted), language)));
    fill(whole, formats.map((f) => formLink(f, wholeAddress(table, f), language)));
  } catch {
    fill(chosen, el('p', {}, s('failed')));
  }
}

function formLink(format, address, language) {
  const [dutch, english] = USES[format.key] ?? [format.suffix, format.suffix];
  return el('a', {class: 'form', href: address, download: ''}, wordsIn('b', format.title, language),
    el('span', {class: 'muted'}, language === 'en' ? english : dutch));
}

async function saveSeen({table, view, state, language}, told) {
  if (view.rows.length * view.columns.length > MOST_SEEN) { told.textContent = say(language, 'tooLarge'); return; }
  told.textContent = say(language, 'preparing');
  try {
    await view.store.load(needs(view, 0, view.rows.length, 0, view.columns.length));
    hand(`${table.id.replace(/[^\w-]/g, '_')}.csv`, ['\ufeff', seenText(view, state, language)], 'text/csv;charset=utf-8');
    told.textContent = '';
  } catch {
    told.textContent = say(language, 'failed');
  }
}

/** The table as it is seen, as CSV: title, filters, headers, figures with their symbols, footnotes and symbols below. */
export function seenText(view, state, language) {
  const {table, rows, columns, filters} = view;
  const label = (d, position) => {
    const code = d.codes[position];
    return labelOf(code, language, state.labels).text + (d.name === MEASURES && code.unit && !view.look ? ` (${unitOf(code, language).text})` : '');
  };
  const name = (d) => dimensionLabel(d, language, state.labels).text;
  const range = (n) => Array.from({length: n}, (_, i) => i);
  const side = Math.max(1, rows.dimensions.length);
  const lines = [[headlineOf(table, language)], ...filters.map((f) => [name(f.dimension), label(f.dimension, f.position)]),
    ...(view.look ? [[`${lookName(table, state, state.look, language)}. ${say(language, 'reckoned')}`]] : []), []];
  const levels = Math.max(1, columns.dimensions.length);
  for (let k = 0; k < levels; k++) {
    const own = k === levels - 1 ? rows.dimensions.map(name) : [];
    lines.push([...own, ...new Array(side - own.length).fill(''),
                ...range(columns.length).map((j) =>
                  (columns.dimensions.length ? label(columns.dimensions[k], columns.at(j, k).position) : ''))]);
  }
  for (let i = 0; i < rows.length; i++) {
    const heads = rows.dimensions.length ? rows.dimensions.map((d, k) => label(d, rows.at(i, k).position)) : [''];
    lines.push([...heads, ...range(columns.length).map((j) => plainCell(view, i, j, language))]);
  }
  lines.push([], ...numberedNotes(table, language).map((n) => [`${n.mark}. ${n.text}`]), ...table.notes.map((n) => [said(n, language).text]),
    ...table.symbols.map((s, i) => [`${i ? s.symbol : `(${say(language, 'blank')})`} : ${said(s.meaning, language).text}`]),
    [`${say(language, 'source')}: ${table.source}; CC BY 4.0`]);
  return `${lines.map((line) => line.map((text) => quoted(text, language)).join(language === 'nl' ? ';' : ',')).join('\r\n')}\r\n`;
}

/** A figure without thousands separators, or its symbol. */
function plainCell(view, i, j, language) {
  const cell = view.cell(i, j);
  if (cell.state === PENDING) throw new Error('a figure is not here yet');
  return cellText(cell, view.measure(i, j).decimals, language).replace(language === 'nl' ? /\.(?=\d{3})/g : /,(?=\d{3})/g, '');
}

/** In quotes where needed; a text that a spreadsheet would take for a formula gets an apostrophe. */
function quoted(text, language) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";,\r\n]/.test(safe) && !(language === 'nl' && /^[\d,]+$/.test(safe)) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
