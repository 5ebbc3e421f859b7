/* Bars of pieces: a whole and what it is made of, as numbers or as 100 %. Only where the pieces are parts of one whole: where they add up to
 * more than the printed total (one young person in two of them), they stand as bars beside each other. A piece that is not shown is hatched. */

import {legend} from './bars.js';
import {combinations, item, withoutTotals} from './model.js';
import {bar, fit, patterns, svg, widthOf, wrap, SERIES} from './pen.js';
import {reach} from './reach.js';
import {linear, ticks} from './scale.js';
import {say} from './words.js';

const THICK = 22, MANY = 1000, ROUNDED = 10;          // how far each rounded figure may lead a sum off

/** What can be stacked of a view: {parts, rows, whole}; null where there are no two to eight parts. whole: their printed total, or null. */
export function stackOf(view, without) {
  let rows = combinations(view.rows, without), columns = combinations(view.columns, without);
  let parts = withoutTotals(columns);
  if (parts.length < 2) { [rows, columns] = [[[]], rows]; parts = withoutTotals(columns); }
  if (parts.length < 2 || parts.length > SERIES || !columns[0].length) return null;
  const whole = columns.filter((one) => one.every(([d, code]) => columns.every((other) => other.every(([e, c]) => e !== d || c === code || under(c, code, columns)))));
  return {parts, rows, whole: whole.length === 1 && !parts.includes(whole[0]) ? whole[0] : null};
}

/** Does a code stand under another one, however deep, among those that are seen? */
function under(code, above, columns) {
  const seen = new Map(columns.flat().map(([, c]) => [c.code, c]));
  for (let at = code, n = 0; at && n < 9; at = seen.get(at.group), n++) if (at.group === above.code) return true;
  return false;
}

/** The figures with their total split off: {...found, series: parts, totals: Cell[] | null, overlap: do parts count more than the total?}. */
export function split(found, plan) {
  if (!plan.stack.whole) return {...found, totals: null, overlap: false};
  const n = found.series.length - 1, totals = found.cells[n], cells = found.cells.slice(0, n);
  const overlap = totals.some((total, i) => total.value !== null && sum(cells, i) > total.value + ROUNDED * (n + 1) / 2);
  return {...found, series: found.series.slice(0, n), cells, totals, overlap};
}

const sum = (cells, i) => cells.reduce((s, row) => s + (row[i].value ?? 0), 0);

/** The pieces of a bar: {total, rest}. total: the printed one, else the sum where all is shown, else null; rest: what is not shown of it.
 *  Where all is shown the pieces themselves are the whole: rounding leaves no gap. */
export function pieces(cells, totals, i) {
  const shown = sum(cells, i), whole = cells.every((row) => row[i].value !== null || row[i].state > 1);
  if (whole) return {total: shown || null, rest: 0};
  const total = totals?.[i].value ?? null;
  return total === null ? {total: null, rest: 0} : {total: Math.max(total, shown), rest: Math.max(0, total - shown)};
}

/** '31,6 %' of a total from a thousand on, else '32 %': figures rounded to five bear no more. */
export const percent = (value, total, format) => `${format(100 * value / total, total >= MANY ? 1 : 0)} %`;

/** Draws a table of figures with its totals; hundred: every bar 100 %. A bar whose whole is not known has a dot. */
export function drawStack(figure, found, {width, language, title, format, prefix, hundred}) {
  const narrow = width < 520, n = found.series.length;
  const whole = found.categories.map((_, i) => pieces(found.cells, found.totals, i));
  const most = hundred ? 100 : Math.max(0, ...whole.map((w, i) => w.total ?? sum(found.cells, i)));
  const nameWidth = narrow ? 0 : Math.min(width * 0.36, Math.max(...found.categories.map((c) => widthOf(c.label))) + 14);
  const rowHeight = THICK + 10 + (narrow ? 20 : 0), key = legend(found, 'bars', prefix, width), top = 24 + key.height;
  const height = top + rowHeight * found.categories.length + 6, decimals = hundred ? 0 : found.measure.decimals;
  const steps = ticks(most, Math.max(2, Math.floor((width - nameWidth) / 110)), decimals).filter((s) => s <= most || s === 0);
  const room = hundred ? 36 : Math.max(14, ...whole.map((w) => widthOf(w.total === null ? '.' : format(w.total, decimals)))) + 16;
  const x = linear(0, most || 1, nameWidth, width - room);
  const drawing = svg('svg', {class: 'ch-svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': title}, patterns(prefix, n), key.node);
  drawing.append(svg('g', {'aria-hidden': 'true'}, steps.map((s) => [svg('line', {x1: x(s), x2: x(s), y1: top - 4, y2: height, class: s === 0 ? 'ch-base' : 'ch-grid'}),
    svg('text', {x: x(s), y: top - 12, class: 'ch-tick', 'text-anchor': s === 0 && narrow ? 'start' : 'middle'}, format(s, decimals) + (hundred ? ' %' : ''))])));
  const marks = found.categories.map((category, i) => {
    const y = top + rowHeight * i, begin = y + 5 + (narrow ? 20 : 0);
    const lines = narrow ? [fit(category.label, width - 8)] : wrap(category.label, nameWidth - 14, 2);
    drawing.append(svg('text', {class: 'ch-name', 'aria-hidden': 'true', 'text-anchor': narrow ? 'start' : 'end', lang: category.lang},
      lines.map((text, k) => svg('tspan', narrow ? {x: 0, y: y + 16} : {x: nameWidth - 8, y: begin + THICK / 2 + 4.5 + (k - (lines.length - 1) / 2) * 15}, text))));
    return row(drawing, found, {category, i, x, y: begin, prefix, language, format, hundred, whole: whole[i]});
  });
  const near = (px, py) => (marks[Math.floor((py - top) / rowHeight)] ?? []).find((m) => m && px >= m.from && px < m.to) ?? null;
  reach(figure, drawing, marks, {near});
  figure.prepend(drawing);
  return {drawing};
}

function row(drawing, found, {category, i, x, y, prefix, language, format, hundred, whole}) {
  const scale = hundred ? (whole.total ? 100 / whole.total : 0) : 1, decimals = found.measure.decimals;
  if (hundred && whole.total === null) {
    drawing.append(svg('text', {x: x(0) + 6, y: y + THICK / 2 + 5, class: 'ch-dot', 'aria-hidden': 'true'}, '.'));
  }
  let at = 0;
  const made = found.series.map((one, s) => {
    const cell = found.cells[s][i];
    if (cell.state > 1) return null;
    const long = hundred && whole.total === null ? 0 : (cell.value ?? 0) * scale, from = x(at), to = x(at + long);
    const node = svg('g', {class: 'ch-figure'}, svg('rect', {x: from, y, width: Math.max(2, to - from), height: THICK, class: 'ch-hit'}),
      ...(long > 0 ? bar(prefix, s, from, y, Math.max(0, to - from - 1), THICK) : []).filter(Boolean));
    drawing.append(node);
    at += long;
    const told = cell.value === null ? `. (${found.words.withheld})`
      : whole.total ? `${cell.text} ${found.measure.unit ?? ''}`.trim() + ` (${percent(cell.value, whole.total, format)})` : `${cell.text} ${found.measure.unit ?? ''}`.trim();
    return {node, x: (from + to) / 2, y, from, to, head: category.label, lang: category.lang, lines: [`${one.label}: ${told}`]};
  });
  if (whole.rest > 0) {
    const from = x(at), to = x(at + whole.rest * scale);
    drawing.append(svg('g', {'aria-hidden': 'true'}, svg('title', {}, say(language, 'notShown')), svg('rect', {x: from, y, width: Math.max(0, to - from), height: THICK, fill: `url(#${prefix}-withheld)`})));
    at += whole.rest * scale;
  }
  if (!hundred) drawing.append(svg('text', {x: x(at) + 6, y: y + THICK / 2 + 4.5, class: 'ch-value', 'aria-hidden': 'true'}, whole.total === null ? '.' : format(whole.total, decimals)));
  return made;
}

/** The items to ask for: parts, and their total last. */
export const stackItems = (stack, fallback) => [...stack.parts, ...(stack.whole ? [stack.whole] : [])].map((one) => item(one, fallback));
