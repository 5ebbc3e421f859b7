/* A live view as plain data for charts and map; what it holds is written at the top of view.js. */

import {blockOf} from './cube.js';
import {figure} from './format.js';
import {dimensionLabel, headlineOf, labelOf, numberedNotes, titleOf, unitOf} from './model.js';
import {said} from './dom.js';
import {say} from './words.js';
import {cellText} from './table.js';
import {PRINTED} from './cells.js';
import {MOST_COLUMNS, MOST_ROWS, needs} from './view.js';

/** Resolves to the snapshot once its figures are there. */
export async function snapshot(view, language, labels) {
  const {table, store, rows, columns} = view;
  const n = Math.min(rows.length, MOST_ROWS), m = Math.min(columns.length, MOST_COLUMNS);
  await store.load(needs(view, 0, n, 0, m));
  const dimensions = table.dimensions.map((d) => plainDimension(d, language, labels));
  const byName = new Map(dimensions.map((d) => [d.name, d]));
  const of = (dimension) => byName.get(dimension.name);
  const cells = range(n).map((i) => range(m).map((j) => view.cell(i, j)));
  return {
    language, labels, dimensions, truncated: n < rows.length || m < columns.length,
    table: plainTable(table, language),
    rows: plainAxis(rows, n, of), columns: plainAxis(columns, m, of),
    filters: view.filters.map((f) => ({dimension: of(f.dimension), code: of(f.dimension).codes[f.position]})),
    values: cells.map((line) => line.map((c) => (c.state === PRINTED ? c.value : null))),
    states: cells.map((line) => line.map((c) => c.state)),
    text: (i, j) => cellText(cells[i][j], view.measure(i, j).decimals, language),
    measure: (i, j) => of(table.dimensions.at(-1)).codes[table.dimensions.at(-1).position.get(view.measure(i, j).code)],
    fetch: (wanted) => fetched(view, wanted, of),
    format: (value, decimals) => figure(value, decimals, language),
  };
}

const range = (n) => Array.from({length: n}, (_, i) => i);

function plainAxis(axis, length, of) {
  const dimensions = axis.dimensions.map(of);
  return {dimensions, headers: range(length).map((i) => dimensions.map((d, k) => d.codes[axis.at(i, k).position]))};
}

function plainDimension(dimension, language, labels) {
  return {
    name: dimension.name, title: dimensionLabel(dimension, language, 'titles').text, kind: dimension.kind,
    label: dimensionLabel(dimension, language, labels).text,
    codes: dimension.codes.map((code, position) => {
      const {text, lang} = titleOf(code, language);
      return {code: code.code, title: text, label: labelOf(code, language, labels).text, lang, group: code.group ?? '',
              depth: code.depth, position, description: code.description ?? '', status: code.status ?? '',
              unit: code.unit === undefined ? undefined : unitOf(code, language).text, decimals: code.decimals, name: code.name};
    }),
  };
}

function plainTable(table, language) {
  return {id: table.id, title: headlineOf(table, language), unit: unitOf(table, language).text, source: table.source,
          modified: table.modified, status: table.status, statusText: say(language, table.status),
          notes: numberedNotes(table, language).map(({on, text, mark}) => ({on, text, mark}))};
}

/** Figures of any selection: {dimension name: [code, ...]}; a dimension not named is taken at one code, as the view shows it. */
async function fetched(view, wanted, of) {
  const {table, store} = view;
  const single = (d) => {
    const filter = view.filters.find((f) => f.dimension === d);
    if (filter) return filter.position;
    const axis = view.rows.dimensions.includes(d) ? view.rows : view.columns;
    return axis.entries[axis.dimensions.indexOf(d)][0]?.position ?? 0;
  };
  const lists = table.dimensions.map((d) => {
    if (!(d.name in wanted)) return [single(d)];
    return wanted[d.name].map((code) => d.position.get(code)).filter((p) => p !== undefined);
  });
  const sorted = lists.map((list) => [...list].sort((a, b) => a - b));
  if (lists.every((list) => list.length)) await store.load(new Map(table.dimensions.map((d, k) => [d.name, sorted[k]])));
  return blockOf(store, table.dimensions, lists, of);
}
