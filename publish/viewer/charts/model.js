/* What a chart shows of a view: which codes are the series, which the categories; the figures follow by view.fetch.
 *
 * A COMBINATION is a list of [dimension, code], one per dimension that it fixes. A TABLE OF FIGURES is
 *   {categories: Item[], series: Item[], cells: Cell[][], measure: Code}   cells[series][category]
 *   Item {label, lang, combination, code: its last code};  Cell {value: number|null, state, text}
 */

export const MEASURES = '_';
const MEN = '3000', WOMEN = '4000';

/** Codes of a dimension that the view shows, in its order: those on an axis, or the one that is filtered. */
export function seenCodes(view, name) {
  for (const axis of [view.rows, view.columns]) {
    const k = axis.dimensions.findIndex((d) => d.name === name);
    if (k >= 0) return [...new Set(axis.headers.map((header) => header[k]))];
  }
  const filter = view.filters.find((f) => f.dimension.name === name);
  return filter ? [filter.code] : [];
}

/** Distinct headers of an axis without some dimensions, as combinations. */
export function combinations(axis, without) {
  const kept = axis.dimensions.map((d, k) => [d, k]).filter(([d]) => !without.includes(d.name));
  const found = new Map();
  for (const header of axis.headers) {
    const one = kept.map(([d, k]) => [d, header[k]]);
    const key = one.map(([, code]) => code.code).join('\u0001');
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

export const cross = (left, right) => left.flatMap((a) => right.map((b) => [...a, ...b]));

/** An item of a legend or axis. */
export function item(combination, fallback = '') {
  const codes = combination.map(([, code]) => code);
  return {label: codes.map((c) => c.label).join(', ') || fallback, combination, code: codes[codes.length - 1],
          lang: codes.length && codes.every((c) => c.lang === codes[0].lang) ? codes[0].lang : undefined};
}

/** Dimensions on an axis of the view, with more than one code seen. */
export function spread(view) {
  return [...view.rows.dimensions, ...view.columns.dimensions].filter((d) => seenCodes(view, d.name).length > 1);
}

export const timeOf = (view) => view.dimensions.find((d) => d.kind === 'TimeDimension');

/** The dimensions of a pyramid, {age, sex}; null where the table has none. */
export function pyramidOf(view) {
  const has = (d, code) => d.codes.some((c) => c.code === code);
  const sex = view.dimensions.find((d) => has(d, MEN) && has(d, WOMEN));
  const age = view.dimensions.find((d) => d !== sex && /^(leeftijd|age)/i.test(d.name) && d.codes.length > 2);
  return sex && age ? {age, sex, men: sex.codes.find((c) => c.code === MEN), women: sex.codes.find((c) => c.code === WOMEN)} : null;
}

const LEVELS = ['NL', 'LD', 'PV', 'CR', 'JZ', 'GM', 'WK', 'BU'];
const levelOf = (code) => (/^[A-Z]{2}\d/.test(code.code) ? LEVELS.indexOf(code.code.slice(0, 2)) : -1);

/** Is this code one that others of these stand under, or a region of a higher level than others of these? A jeugdregio beside the
 *  gemeenten that it consists of is their sum, wherever the table shows it. One code of a level by itself, such as 'municipality
 *  unknown' beside provinces, makes no sums of all others. */
export function totals(codes) {
  const parents = new Set(codes.map((c) => c.group).filter(Boolean));
  const levels = codes.map(levelOf), several = levels.filter((level, i) => levels.indexOf(level) !== i);
  const finest = Math.max(...(several.length ? several : levels));
  return (code) => parents.has(code.code) || (levelOf(code) >= 0 && levelOf(code) < finest);
}

/** Is a measure a rate, of which a total is no sum of its parts? */
export const relative = (measure) => measure.decimals > 0 || /%|\bper\b/.test(measure.unit ?? '');

/** Has a dimension an order of its own (ages, durations, periods), which a chart keeps? */
export const ordered = (dimension) => dimension.kind === 'TimeDimension' || /leeftijd|duur|wachttijd|age|duration/i.test(dimension.name);

/** Years in a class of ages: yearsIn('12 tot 18 jaar') === 6; null where the words do not say. */
export function yearsIn(title) {
  const found = /^(\d+)\D+(\d+)/.exec(title);
  return found && Number(found[2]) > Number(found[1]) ? Number(found[2]) - Number(found[1]) : null;
}

/** The combinations without those in which a code is a (sub)total of others that are seen. */
export function withoutTotals(list) {
  const byDimension = new Map();
  for (const one of list) for (const [d, code] of one) byDimension.set(d.name, (byDimension.get(d.name) ?? new Set()).add(code));
  const is = new Map([...byDimension].map(([name, codes]) => [name, totals([...codes])]));
  const kept = list.filter((one) => !one.some(([d, code]) => is.get(d.name)(code)));
  return kept.length ? kept : list;
}

/** The figures of series by categories: each a combination; together they fix every dimension that is not filtered. */
export async function figures(view, series, categories, measure) {
  const wanted = {[MEASURES]: [measure.code]};
  for (const one of [...series, ...categories]) {
    for (const [d, code] of one.combination) (wanted[d.name] ??= []).includes(code.code) || wanted[d.name].push(code.code);
  }
  const block = await view.fetch(wanted);
  const index = block.dimensions.map(({codes}) => new Map(codes.map((c, i) => [c.code, i])));
  const names = block.dimensions.map(({dimension}) => dimension.name);
  const cells = series.map((s) => categories.map((c) => {
    const at = names.map(() => 0);
    for (const [d, code] of [...s.combination, ...c.combination]) at[names.indexOf(d.name)] = index[names.indexOf(d.name)].get(code.code);
    const state = block.state(at), value = state === 0 ? block.value(at) : null;
    return {value, state, text: value === null ? (state === 1 ? '.' : '') : view.format(value, measure.decimals)};
  }));
  return {series, categories, cells, measure};
}

/** What stands fixed in the picture: [title of dimension, label of code] of all that neither series nor categories vary. */
export function fixed(view, varying) {
  const found = [];
  for (const d of view.dimensions) {
    if (varying.includes(d.name) || d.name === MEASURES) continue;
    const codes = seenCodes(view, d.name);
    if (codes.length) found.push([d, codes[0]]);
  }
  return found;
}
