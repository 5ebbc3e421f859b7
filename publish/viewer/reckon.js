/* Shares and changes as another look at a table: worked out from figures that are printed, and from nothing else. A withheld figure on
 * either side gives a withheld one; where there is nothing to compare with, the cell is blank.
 *
 *   'column'  % of the total at the top of the rows      60 of 240 -> 25
 *   'row'     % of the total at the top of the columns
 *   'change'  difference with the same period a year earlier    2024HJ01 beside 2023HJ01
 *   'growth'  the same in %
 */

import {IMPOSSIBLE, MEASURES, PENDING, PRINTED, WITHHELD} from './cells.js';

export const LOOKS = ['column', 'row', 'change', 'growth'];
const MANY = 1000;                  // of a total under this, figures rounded to five bear no decimal

/** The dimension along which a look compares, and place -> place of its base or -1; null where this view has none. */
export function baseOf(table, state, look) {
  if (look === 'change' || look === 'growth') {
    const time = table.dimensions.find((d) => d.kind === 'TimeDimension');
    const earlier = time.codes.map((c) => time.position.get(yearEarlier(c.code)) ?? -1);
    return earlier.some((p) => p >= 0) ? {dimension: time, base: (p) => earlier[p]} : null;
  }
  const names = look === 'column' ? state.rows : look === 'row' ? state.columns : [];
  const dimension = names.map((n) => table.dimension(n)).findLast((d) => d.tree && d.kind !== 'TimeDimension' && d.name !== MEASURES) ?? null;
  return dimension && {dimension, base: (p) => rootOf(dimension, p)};
}

/** yearEarlier('2024HJ01') === '2023HJ01'; '' of what is no period. */
export function yearEarlier(code) {
  const match = /^(\d{4})([A-Z].*)$/.exec(code);
  return match ? `${Number(match[1]) - 1}${match[2]}` : '';
}

function rootOf(dimension, position) {
  let at = position;
  while (dimension.parent[at] >= 0) at = dimension.parent[at];
  return at;
}

/** The looks that this view can take. A rate has no share: only counts (no decimals) add up to something. */
export function looksOf(table, state) {
  const counts = table.dimension(MEASURES).codes.some((m) => m.decimals === 0);
  return LOOKS.filter((look) => (counts || look === 'change') && baseOf(table, state, look) !== null);
}

/** What stands in the cell: {state, value, decimals} from the figure, its base and the decimals of the measure. */
export function reckoned(look, own, base, decimals) {
  if (base === null) return {state: IMPOSSIBLE, value: 0, decimals: 0};
  const states = [own.state, base.state];
  for (const state of [PENDING, IMPOSSIBLE, WITHHELD]) if (states.includes(state)) return {state, value: 0, decimals: 0};
  if (look === 'change') return {state: PRINTED, value: Number((own.value - base.value).toFixed(decimals)), decimals};
  if (decimals > 0 || base.value === 0) return {state: IMPOSSIBLE, value: 0, decimals: 0};
  const places = base.value >= MANY ? 1 : 0;
  const value = 100 * (look === 'growth' ? own.value - base.value : own.value) / base.value;
  return {state: PRINTED, value: Number(value.toFixed(places)) + 0, decimals: places};
}
