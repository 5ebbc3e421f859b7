/* Two periods and the way between them: a line for each series from the first to the last period, with its figures at both ends; and the index,
 * every series as a percentage of its own first period. */

import {fit, mark, svg, widthOf, SERIES} from './pen.js';
import {nearest, reach} from './reach.js';
import {apart, linear, period, ticks} from './scale.js';

const GAP = 18, LEAST_BASE = 50;

/** Draws a table of figures with two categories. */
export function drawSlope(figure, found, {width, language, title, format}) {
  const periods = found.categories.map((c) => period(c.code, language)), most = Math.max(0, ...found.cells.flat().map((c) => c.value ?? 0));
  const names = found.series.map((s) => s.label), texts = found.cells.map((row) => row.map((c) => c.text || '–'));
  const left = Math.max(...texts.map((t) => widthOf(t[0]))) + 36;
  const right = Math.min(width * 0.55, Math.max(...names.map((n, s) => widthOf(`${texts[s][1]}  ${n}`))) + 46);
  const height = Math.max(300, found.series.length * 27 + 90), end = Math.min(width - right, left + 420);
  const steps = ticks(most, 4, found.measure.decimals), y = linear(0, steps[steps.length - 1], height - 40, 36);
  const drawing = svg('svg', {class: 'ch-svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': title});
  drawing.append(svg('g', {'aria-hidden': 'true'}, [left, end].map((x, i) => [svg('line', {x1: x, x2: x, y1: 30, y2: height - 34, class: 'ch-base'}),
    svg('text', {x, y: 20, class: 'ch-head', 'text-anchor': 'middle'}, periods[i].short)]), svg('line', {x1: left, x2: end, y1: y(0), y2: y(0), class: 'ch-base'})));
  const places = [0, 1].map((i) => apart(found.cells.map((row) => (row[i].value === null ? height - 24 : y(row[i].value))), GAP, 40, height - 22));
  const marks = found.series.map((one, s) => series(drawing, found, {one, s, left, end, y, places, height, texts, right, periods}));
  reach(figure, drawing, marks, {near: nearest(marks, 80)});
  figure.prepend(drawing);
  return {drawing};
}

function series(drawing, found, {one, s, left, end, y, places, height, texts, right, periods}) {
  const cells = found.cells[s], at = cells.map((c, i) => [i ? end : left, c.value === null ? height - 24 : y(c.value)]);
  if (cells.every((c) => c.value !== null)) {
    drawing.append(svg('line', {x1: at[0][0], y1: at[0][1], x2: at[1][0], y2: at[1][1], class: `ch-line s${s % SERIES}`, 'stroke-dasharray': periods[1].stars ? '6 4' : null}));
  }
  drawing.append(svg('g', {'aria-hidden': 'true'}, svg('path', {d: `M${at[0][0] - 7} ${at[0][1]}L${left - 22} ${places[0][s]}M${at[1][0] + 7} ${at[1][1]}L${end + 22} ${places[1][s]}`, class: 'ch-leader'}),
    svg('text', {x: left - 26, y: places[0][s] + 4.5, class: 'ch-value', 'text-anchor': 'end'}, texts[s][0]), mark(s, end + 26, places[1][s], 3.6, cells[1].value === null ? 'ch-hollow' : ''),
    svg('text', {x: end + 35, y: places[1][s] + 4.5, class: 'ch-name', lang: one.lang}, fit(`${texts[s][1]}  ${one.label}`, right - 38))));
  return cells.map((cell, i) => {
    if (cell.state > 1) return null;
    const node = svg('g', {class: 'ch-figure'}, svg('circle', {cx: at[i][0], cy: at[i][1], r: 11, class: 'ch-hit'}), mark(s, at[i][0], at[i][1], 4.2, cell.value === null ? 'ch-hollow' : ''));
    drawing.append(node);
    const told = cell.value === null ? `. (${found.words.withheld})` : `${cell.text} ${found.measure.unit ?? ''}`.trim();
    return {node, x: at[i][0], y: at[i][1], head: one.label, lang: one.lang, value: cell.value, lines: [`${found.categories[i].label}: ${told}`]};
  });
}

/** Every figure as a percentage of the first one of its series, from printed figures; {found, without: names of series that have no index}.
 *  A base that is not printed, or so small that rounding is most of it, gives no line. indexed of 50, 60 -> 100, 120 */
export function indexed(found, format) {
  const kept = [], without = [];
  found.series.forEach((one, s) => {
    const base = found.cells[s][0];
    if (base?.value === null || base?.value === undefined || (found.measure.decimals === 0 && base.value < LEAST_BASE) || base.value === 0) without.push(one.label);
    else kept.push(s);
  });
  const cells = kept.map((s) => found.cells[s].map((c) => {
    if (c.value === null) return c;
    const value = Math.round(1000 * c.value / found.cells[s][0].value) / 10;
    return {...c, value, text: format(value, 1)};
  }));
  return {found: {...found, series: kept.map((s) => found.series[s]), cells, measure: {...found.measure, decimals: 1, unit: ''}}, without};
}
