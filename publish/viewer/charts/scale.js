/* From figures and periods to places: pure, no page. */

/** Round steps of an axis from 0 to at least `most`, about `count` of them: ticks(87, 5) === [0, 20, 40, 60, 80, 100]. */
export function ticks(most, count = 5, decimals = 0) {
  const least = 10 ** -decimals;
  if (!(most > 0)) return [0, least];
  const rough = most / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(least, [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999 && tidy(s, decimals)) ?? 10 * power);
  const found = [];
  for (let i = 0; i * step < most + step * 0.999; i++) found.push(round(i * step));
  return found;
}

/** Can a step be written with so many decimals? */
function tidy(step, decimals) {
  const scaled = step * 10 ** decimals;
  return Math.abs(scaled - Math.round(scaled)) < 1e-9 || scaled > 1000;
}

const round = (x) => Number(x.toPrecision(12));

/** A figure's place between two ends. */
export function linear(from, to, start, end) {
  const slope = (end - start) / (to - from || 1);
  return (value) => start + (value - from) * slope;
}

const PARTS = {JJ: 1, SJ: 1, HJ: 2, KW: 4, MM: 12};
const SHORT = {
  nl: {HJ: (y, n) => `${y} hj ${n}`, KW: (y, n) => `${y} kw ${n}`},
  en: {HJ: (y, n) => `${y} H${n}`, KW: (y, n) => `${y} Q${n}`},
};

/** A period's kind, place in time and short name. Codes are StatLine's: 2024JJ00, 2024HJ01, 2024KW03.
 *  {kind: 'HJ', at: 2024.5, short: '2024 hj 2*', stars}; of an unknown code the place is its position. */
export function period(code, language) {
  const match = /^(\d{4})([A-Z][A-Z0-9])(\d\d)$/.exec(code.code);
  const stars = /\*+$/.exec(code.title)?.[0] ?? '';
  if (!match || !(match[2] in PARTS)) return {kind: 'other', at: code.position, short: code.title, stars};
  const [year, kind, nth] = [Number(match[1]), match[2], Number(match[3])];
  const name = SHORT[language]?.[kind]?.(year, nth) ?? (kind === 'JJ' ? String(year) : null);
  return {kind, at: year + Math.max(0, nth - 1) / PARTS[kind], short: name === null ? code.title : name + stars, stars};
}

/** How far two neighbours of a kind lie apart in time. */
export const stepOf = (kind) => 1 / (PARTS[kind] ?? 1);

/** Pushes labels apart: wanted places in, places out, in the order given; none nearer than `gap`, all within [low, high]. */
export function apart(wanted, gap, low, high) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const places = wanted.slice();
  let last = low - gap;
  for (const i of order) { places[i] = Math.max(wanted[i], last + gap); last = places[i]; }
  let next = high + gap;
  for (const i of order.reverse()) { places[i] = Math.min(places[i], next - gap); next = places[i]; }
  return places;
}

/** Borders of at most `count` classes for figures that differ: quantiles at round places, so that a reader can say them.
 *  Returns [low, ..., high], each class from one border up to the next (the last one included); [] without figures. */
export function classes(values, count = 5, decimals = 0) {
  const sorted = [...values].sort((a, b) => a - b);
  if (!sorted.length) return [];
  const distinct = [...new Set(sorted)], least = 10 ** -decimals;
  const low = sorted[0], high = sorted[sorted.length - 1];
  if (distinct.length <= count) return distinct.length === 1 ? [low, low] : [...distinct, high];
  const borders = [low];
  for (let k = 1; k < count; k++) {
    const at = sorted[Math.floor(k * sorted.length / count)];
    const span = Math.max(least, 10 ** Math.floor(Math.log10(Math.max((high - low) / count, least))));
    for (const step of [span, span / 2, span / 5, span / 10, least]) {
      const rounded = round(Math.round(at / step) * step);
      if (step >= least && rounded > borders[borders.length - 1] && rounded < high) { borders.push(rounded); break; }
    }
  }
  return [...borders, high];
}

/** The class of a figure among borders. */
export function classOf(value, borders) {
  for (let k = borders.length - 2; k > 0; k--) if (value >= borders[k]) return k;
  return 0;
}
