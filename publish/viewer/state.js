/* What the reader chose: which dimension stands where, which codes, what is open, language and labels. Plain values; each
 * change gives a new state, so that a permalink, the back button and a test all see the same thing.
 *
 * State {rows: name[], columns: name[], filters: name[],    every dimension in exactly one
 *        selected: Map name -> Set of codes                 absent: all codes
 *        open: Map name -> Set of codes                     absent: none
 *        chosen: Map name -> code                           of a filter; absent: the usual one (model.js)
 *        labels: 'titles'|'codes'|'both', as: 'table'|'chart'|'map',
 *        sort: null | {codes: code[] of a column, down}     rows in the order of a column (order.js)
 *        hide: true                                         without rows that show no figure
 *        look: '' | one of LOOKS of reckon.js}              shares or changes instead of the figures
 */

import {MEASURES} from './cells.js';

export const ZONES = ['rows', 'columns', 'filters'];
export const LABELS = ['titles', 'codes', 'both'];
export const FORMS = ['table', 'chart', 'map'];
const OPENED_AT_FIRST = 40;         // most lines that opening a lone total may add

/** As on StatLine: regions in rows, topics and periods in columns, the rest filtered at its first code; so is an axis of one member,
 *  which says the same in every column. A top of one or two codes is opened, for a table of one line tells nothing. */
export function firstState(table) {
  const names = table.dimensions.map((d) => d.name);
  const geo = table.dimensions.find((d) => d.kind.startsWith('Geo'));
  const plain = table.dimensions.find((d) => d.kind === 'Dimension');
  const time = table.dimensions.find((d) => d.kind === 'TimeDimension');
  const rows = [(geo ?? plain ?? time).name];
  const columns = [MEASURES, time.name].filter((n) => !rows.includes(n) && (n === time.name || table.dimension(n).codes.length > 1));
  const open = new Map();
  for (const name of rows) {
    const dimension = table.dimension(name);
    const lone = dimension.roots.length === 1;
    const under = dimension.roots.filter((p) => dimension.children[p].length > 0
      && (lone || dimension.children[p].length <= OPENED_AT_FIRST));
    if (dimension.roots.length <= 2 && under.length) open.set(name, new Set([dimension.codes[under[0]].code]));
  }
  return {rows, columns, filters: names.filter((n) => !rows.includes(n) && !columns.includes(n)),
          selected: new Map(), open, chosen: new Map(), labels: 'titles', as: 'table',
          sort: null, hide: false, look: ''};
}

/** Dimensions with something to choose; one of a single code is not offered. */
export const choosable = (table, names) => names.filter((n) => table.dimension(n).codes.length > 1);

/** Sorted by a column: largest first, then smallest first, then as it was. */
export function sortedBy(state, codes) {
  const same = state.sort && state.sort.codes.length === codes.length && state.sort.codes.every((c, k) => c === codes[k]);
  return {...state, sort: !same ? {codes, down: true} : state.sort.down ? {codes, down: false} : null};
}

export function zoneOf(state, name) {
  return ZONES.find((zone) => state[zone].includes(name));
}

/** The dimension at place `at` of a zone; null where that would leave neither rows nor columns. */
export function moved(state, name, zone, at = Infinity) {
  const next = {...state};
  const before = state[zone].indexOf(name);
  for (const z of ZONES) next[z] = state[z].filter((n) => n !== name);
  const place = Math.min(at > before && before >= 0 && at !== Infinity ? at - 1 : at, next[zone].length);
  next[zone] = [...next[zone].slice(0, place), name, ...next[zone].slice(place)];
  return next.rows.length || next.columns.length ? next : null;
}

/** One place earlier (-1) or later (+1) within its zone. */
export function shifted(state, name, step) {
  const zone = zoneOf(state, name);
  const order = [...state[zone]];
  const from = order.indexOf(name), to = from + step;
  if (to < 0 || to >= order.length) return state;
  [order[from], order[to]] = [order[to], order[from]];
  return {...state, [zone]: order};
}

export const swapped = (state) => ({...state, rows: state.columns, columns: state.rows});

/** With these codes; all of them counts as no choice. */
export function withSelected(table, state, name, codes) {
  const selected = new Map(state.selected);
  if (codes.size === table.dimension(name).codes.length) selected.delete(name);
  else selected.set(name, codes);
  return {...state, selected};
}

/** The code that a filter stands at. */
export function chosenOf(table, state, name) {
  const dimension = table.dimension(name);
  return state.chosen.get(name) ?? dimension.codes[dimension.usual].code;
}

export const withChosen = (state, name, code) => ({...state, chosen: new Map(state.chosen).set(name, code)});

export function withOpen(state, name, codes) {
  const open = new Map(state.open);
  if (codes.size) open.set(name, codes); else open.delete(name);
  return {...state, open};
}

/** Opens what is closed and the other way round. */
export function toggled(state, name, code) {
  const codes = new Set(state.open.get(name) ?? []);
  if (!codes.delete(code)) codes.add(code);
  return withOpen(state, name, codes);
}

/** Every code of a dimension that has others under it. */
export function branches(dimension) {
  return new Set(dimension.codes.filter((_, i) => dimension.children[i].length > 0).map((c) => c.code));
}

/** What a download of the chosen figures holds: Map name -> sorted positions, absent for a whole dimension. */
export function wantedOf(table, state) {
  const wanted = new Map();
  for (const dimension of table.dimensions) {
    if (state.filters.includes(dimension.name)) {
      wanted.set(dimension.name, [dimension.position.get(state.chosen.get(dimension.name)) ?? dimension.usual]);
    } else if (state.selected.has(dimension.name)) {
      const codes = state.selected.get(dimension.name);
      wanted.set(dimension.name, dimension.codes.map((c, i) => (codes.has(c.code) ? i : -1)).filter((i) => i >= 0));
    }
  }
  return wanted;
}

export function countOf(table, wanted) {
  return table.dimensions.reduce((product, d) => product * (wanted.get(d.name)?.length ?? d.codes.length), 1);
}
