/* The rows of a view in another order, or without those that show nothing. Pure, over the figures that are here. */

import {PENDING, PRINTED} from './cells.js';

/** Can the rows of this state be sorted by a column? Only a list under one heading has one order. */
export const sortable = (state) => state.rows.length === 1;

/** The column that a state is sorted by, or -1: its codes are those of the state. */
export function sortColumn(view, sort) {
  if (!sort?.codes) return -1;
  const {columns} = view;
  for (let j = 0; j < columns.length; j++) {
    if (columns.dimensions.every((d, k) => d.codes[columns.at(j, k).position].code === sort.codes[k])) return j;
  }
  return -1;
}

/** Entries of one dimension in preorder, siblings in the order of compare(a, b) over places in the list; who stands under whom stays. */
export function sortedEntries(entries, compare) {
  const under = entries.map(() => []), roots = [], open = [];
  entries.forEach((entry, i) => {
    while (open.length && entries[open.at(-1)].level >= entry.level) open.pop();
    (open.length ? under[open.at(-1)] : roots).push(i);
    open.push(i);
  });
  const found = [];
  const visit = (places) => [...places].sort((a, b) => compare(a, b) || a - b).forEach((i) => { found.push(entries[i]); visit(under[i]); });
  visit(roots);
  return found;
}

/** compare() for sortedEntries: by the figures of column j, what is not printed last both ways. */
export function byFigure(view, j, down) {
  const value = (i) => { const cell = view.cell(i, j); return cell.state === PRINTED ? cell.value : null; };
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return down ? y - x : x - y;
  };
}

/** Per dimension of the rows its entries without those that show no figure in any row; one with a shown entry under it stays. */
export function withoutEmpty(view) {
  const {rows, columns} = view;
  const shown = rows.entries.map((list) => new Array(list.length).fill(false));
  for (let i = 0; i < rows.length; i++) {
    let any = false;
    for (let j = 0; j < columns.length && !any; j++) { const {state} = view.cell(i, j); any = state === PRINTED || state === PENDING; }
    if (any) rows.entries.forEach((list, k) => { shown[k][Math.floor(i / rows.repeat[k]) % list.length] = true; });
  }
  return rows.entries.map((list, k) => list.filter((entry, n) => {
    if (shown[k][n]) return true;
    for (let m = n + 1; m < list.length && list[m].level > entry.level; m++) if (shown[k][m]) return true;
    return false;
  }));
}
