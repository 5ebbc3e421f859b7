/* The pivot: what stands where. Pure; touches neither the page nor the network.
 *
 * A LIVE VIEW (makeView) is what the table is drawn from: axes that compute a header or cell when asked, over figures
 * that may still be on their way. A SNAPSHOT (snapshot) is plain data, and what charts and map get as `view`:
 *
 *   export function draw(container, view, options)          in charts/index.js and in map/index.js
 *     container  an empty element to fill (emptied by the caller); text goes in by textContent only, for labels may be hostile
 *     options    {announce(text)}: says something to a screen reader. May return {destroy()}, called before the next draw.
 *
 *   view.language    'nl' or 'en', for words of your own and for numbers
 *   view.labels      'titles', 'codes' or 'both': what the reader chose; Code.label already follows it
 *   view.table       {id, title, unit, source, modified: 'yyyy-mm-dd', status, statusText, notes: [{on, text, mark}]}
 *   view.dimensions  Dimension[] of the whole table, in cube order; the last one holds the measures (name MEASURES)
 *   view.rows        {dimensions: Dimension[], headers: Code[][]}  headers[i][k]: code of dimensions[k] at row i
 *   view.columns     the same for the columns
 *   view.filters     [{dimension: Dimension, code: Code}]  the dimensions of which one code is taken
 *   view.values      (number|null)[][]  values[i][j] at row i, column j: the figure itself (12.5); null unless printed
 *   view.states      number[][]         PRINTED 0, WITHHELD 1, IMPOSSIBLE 2, PENDING 3 (not here yet: treat as absent)
 *   view.text(i, j)  the figure as the table shows it: '1.234,5', '.', '' in the reader's language
 *   view.measure(i, j) -> Code of the measure of that cell (unit, decimals)
 *   view.truncated   true when rows or columns were left out (more than MOST_ROWS or MOST_COLUMNS)
 *   view.fetch({dimension name: [code, ...], ...}) -> Promise<Block>: figures beyond what is seen (all gemeenten for a map, age by
 *                    sex for a pyramid). What is not named is taken as it is filtered, else at its first code seen.
 *                    Block {dimensions: [{dimension, codes: Code[]}] in cube order with the measures last,
 *                           value(positions) -> number|null, state(positions) -> 0..3}; positions[k] counts in codes of dimensions[k]
 *   view.format(value, decimals) -> text of a figure in the reader's language
 *
 *   Dimension {name, title: text in the reader's language, kind: Dimension|TimeDimension|GeoDimension|GeoDetail|Measures, codes: Code[]}
 *   Code {code, title: text in the reader's language (with * or ** for a period not final), label: as chosen (title, code or
 *         both), lang: language of the title, group: code it stands under or '', depth, position in Dimension.codes, description,
 *         status, and for a measure: unit, decimals}
 */

import {MEASURES} from './cells.js';
import {byFigure, sortColumn, sortable, sortedEntries, withoutEmpty} from './order.js';
import {baseOf, reckoned} from './reckon.js';

export const MOST_ROWS = 500;
export const MOST_COLUMNS = 120;

/** Codes of a dimension that are seen, as a tree: preorder over what is selected, closed branches left out.
 *  selected: Set of codes, or null for all. open: Set of codes. Returns [{position, level, children, open}]. */
export function seen(dimension, selected, open) {
  const codes = dimension.codes;
  const inside = (p) => selected === null || selected.has(codes[p].code);
  const found = [];
  const visit = (positions, level) => {
    for (const p of positions) {
      if (!inside(p)) { visit(dimension.children[p], level); continue; }   // what stands under it moves up
      const isOpen = open.has(codes[p].code);
      const children = below(dimension, p, inside);
      found.push({position: p, level, children, open: isOpen && children > 0});
      if (isOpen) visit(dimension.children[p], level + 1);
    }
  };
  visit(dimension.roots, 0);
  return found;
}

/** How many selected codes stand right under a code, those under unselected ones counted in. */
function below(dimension, position, inside) {
  let count = 0;
  for (const child of dimension.children[position]) count += inside(child) ? 1 : below(dimension, child, inside);
  return count;
}

/** One side of the table: the cross product of what is seen of each dimension, the first one slowest. */
export function makeAxis(dimensions, entries) {
  const repeat = new Array(dimensions.length).fill(1);     // how many headers in a row share an entry of this level
  for (let k = dimensions.length - 2; k >= 0; k--) repeat[k] = repeat[k + 1] * entries[k + 1].length;
  const length = dimensions.length ? repeat[0] * entries[0].length : 1;
  return {
    dimensions, entries, repeat, length,
    /** The entry of level k at place i: {position, level, children, open}. */
    at: (i, k) => entries[k][Math.floor(i / repeat[k]) % entries[k].length],
  };
}

/** The live view of a table in a state; store holds the figures (cube.js). Sorted or without empty rows, it is as far as the figures are here. */
export function makeView(table, state, store) {
  const side = (names) => makeAxis(names.map((n) => table.dimension(n)),
    names.map((n) => seen(table.dimension(n), state.selected.get(n) ?? null, state.open.get(n) ?? new Set())));
  let rows = side(state.rows);
  const columns = side(state.columns);
  let view = viewOf(table, state, store, rows, columns);
  const all = rows.length;
  if (state.hide) {
    const kept = withoutEmpty(view);
    if (kept.every((list) => list.length)) rows = makeAxis(rows.dimensions, kept);
    view = viewOf(table, state, store, rows, columns);
  }
  const by = sortable(state) ? sortColumn(view, state.sort) : -1;
  if (by >= 0) {
    rows = makeAxis(rows.dimensions, [sortedEntries(rows.entries[0], byFigure(view, by, state.sort.down))]);
    view = viewOf(table, state, store, rows, columns);
  }
  return {...view, sorted: by, hidden: all - rows.length};
}

function viewOf(table, state, store, rows, columns) {
  const filters = state.filters.map((n) => ({dimension: table.dimension(n),
                                             position: table.dimension(n).position.get(state.chosen.get(n)) ?? table.dimension(n).usual}));
  const place = addresses(table, rows, columns, filters);
  const measure = (i, j) => measureAt(table, rows, columns, filters, i, j);
  const look = state.look ? baseOf(table, state, state.look) : null;
  const plain = {table, state, store, rows, columns, filters, place, look,
    /** {state, value} at row i, column j. */
    cell: (i, j) => store.get(place(i, j)), measure};
  if (!look) return plain;
  const compared = (i, j) => {
    const own = place(i, j), {stride, codes} = look.dimension, at = Math.floor(own / stride) % codes.length, base = look.base(at);
    return reckoned(state.look, store.get(own), base < 0 ? null : store.get(own + (base - at) * stride), measure(i, j).decimals);
  };
  return {...plain, cell: compared, measure: (i, j) => ({...measure(i, j), decimals: compared(i, j).decimals})};
}

/** place(i, j): position of a cell in the cube, from one sum per row and one per column (kept: a pivot asks often). */
function addresses(table, rows, columns, filters) {
  const fixed = filters.reduce((sum, f) => sum + f.position * f.dimension.stride, 0);
  const sums = (axis) => {
    const kept = new Float64Array(axis.length).fill(-1);
    return (i) => {
      if (kept[i] < 0) kept[i] = axis.dimensions.reduce((sum, d, k) => sum + axis.at(i, k).position * d.stride, 0);
      return kept[i];
    };
  };
  const row = sums(rows), column = sums(columns);
  return (i, j) => fixed + row(i) + column(j);
}

function measureAt(table, rows, columns, filters, i, j) {
  const measures = table.dimension(MEASURES);
  for (const [axis, at] of [[rows, i], [columns, j]]) {
    const k = axis.dimensions.indexOf(measures);
    if (k >= 0) return measures.codes[axis.at(at, k).position];
  }
  return measures.codes[filters.find((f) => f.dimension === measures).position];
}

/** Which codes a rectangle of the view needs: Map dimension name -> positions, its cross product covering the rectangle. */
export function needs(view, fromRow, toRow, fromColumn, toColumn) {
  const wanted = new Map(view.filters.map((f) => [f.dimension.name, [f.position]]));
  for (const [axis, from, to] of [[view.rows, fromRow, toRow], [view.columns, fromColumn, toColumn]]) {
    axis.dimensions.forEach((dimension, k) => {
      const positions = new Set();
      const step = axis.repeat[k], cycle = axis.entries[k].length;
      for (let i = from; i < to && positions.size < cycle; i = (Math.floor(i / step) + 1) * step) {
        positions.add(axis.at(i, k).position);
      }
      wanted.set(dimension.name, [...positions].sort((a, b) => a - b));
    });
  }
  if (view.look) {
    const {dimension, base} = view.look, own = wanted.get(dimension.name);
    wanted.set(dimension.name, [...new Set([...own, ...own.map(base).filter((p) => p >= 0)])].sort((a, b) => a - b));
  }
  return wanted;
}
