/* Many lines as many small drawings, all to one scale: eight and more in one drawing are a tangle. As in line.js a withheld figure breaks
 * its line and stands hollow below the axis. */

import {fit, mark, svg, widthOf} from './pen.js';
import {nearest, reach} from './reach.js';
import {linear, period, stepOf, ticks} from './scale.js';
import {say} from './words.js';

const WIDE = 170, TALL = 134, TOP = 32, BOTTOM = 34;

/** Names for little room: without the kind in brackets that follows ('Twente (jeugdregio)'), where that leaves all of them different. */
export function shortNames(labels) {
  const short = labels.map((label) => label.replace(/\s*\([^()]*\)$/, '') || label);
  return new Set(short).size === new Set(labels).size ? short : labels;
}

/** Draws a table of figures whose categories are periods of one kind, a panel per series. */
export function drawMultiples(figure, found, {width, language, title, format}) {
  const periods = found.categories.map((c) => period(c.code, language));
  const across = Math.max(1, Math.min(found.series.length, Math.floor(width / WIDE))), wide = width / across;
  const height = Math.ceil(found.series.length / across) * TALL + 4;
  const steps = ticks(Math.max(0, ...found.cells.flat().map((c) => c.value ?? 0)), 3, found.measure.decimals), most = steps[steps.length - 1];
  const drawing = svg('svg', {class: 'ch-svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': title});
  const names = shortNames(found.series.map((one) => one.label));
  const marks = found.series.map((one, s) => panel(drawing, found, periods, {one, s, name: names[s], left: (s % across) * wide, top: Math.floor(s / across) * TALL, wide, most, format}));
  reach(figure, drawing, marks, {near: nearest(marks, 60)});
  figure.prepend(drawing);
  return {drawing};
}

function panel(drawing, found, periods, {one, s, name, left, top, wide, most, format}) {
  const cells = found.cells[s], right = left + wide - 20, base = top + TALL - BOTTOM, last = periods.length - 1;
  const end = cells.findLast((c) => c.value !== null), endText = end ? end.text : '.', room = widthOf(endText) + 8;
  const x = linear(periods[0].at, periods[last].at, left + 6, right - room), y = linear(0, most, base, top + TOP);
  const group = svg('g', {'aria-hidden': 'true'},
    svg('text', {x: left, y: top + 14, class: 'ch-name', 'font-weight': 600, lang: one.lang}, fit(name, wide - 24, '600 13px system-ui, sans-serif')),
    svg('line', {x1: left, x2: right, y1: base, y2: base, class: 'ch-base'}), svg('line', {x1: left, x2: right, y1: y(most), y2: y(most), class: 'ch-grid'}),
    svg('text', {x: left, y: base + 27, class: 'ch-tick ch-small'}, periods[0].short),
    last > 0 ? svg('text', {x: right, y: base + 27, class: 'ch-tick ch-small', 'text-anchor': 'end'}, periods[last].short) : null);
  for (let i = 1; i <= last; i++) {
    if (cells[i - 1].value === null || cells[i].value === null || periods[i].at - periods[i - 1].at > stepOf(periods[0].kind) * 1.01) continue;
    group.append(svg('line', {x1: x(periods[i - 1].at), y1: y(cells[i - 1].value), x2: x(periods[i].at), y2: y(cells[i].value), class: 'ch-line s0',
      'stroke-dasharray': periods[i].stars ? '6 4' : null}));
  }
  if (end) group.append(svg('text', {x: x(periods[cells.lastIndexOf(end)].at) + 7, y: y(end.value) + 4.5, class: 'ch-value ch-small'}, endText));
  if (s === 0) group.append(svg('text', {x: right, y: y(most) - 4, class: 'ch-tick ch-small', 'text-anchor': 'end'}, format(most, found.measure.decimals)));
  drawing.append(group);
  return cells.map((cell, i) => {
    if (cell.state > 1) return null;
    const at = [x(periods[i].at), cell.value === null ? base + 9 : y(cell.value)];
    const node = svg('g', {class: 'ch-figure'}, svg('circle', {cx: at[0], cy: at[1], r: 9, class: 'ch-hit'}), mark(0, at[0], at[1], 3, cell.value === null ? 'ch-hollow' : ''));
    drawing.append(node);
    const told = cell.value === null ? `. (${found.words.withheld})` : `${cell.text} ${found.measure.unit ?? ''}`.trim();
    return {node, x: at[0], y: at[1], head: one.label, lang: one.lang, lines: [`${found.categories[i].label}: ${told}`]};
  });
}

/** Of many lines: which is highest and which lowest in the newest period that has figures. */
export function newestSummary(found, language) {
  for (let i = found.categories.length - 1; i >= 0; i--) {
    const shown = found.cells.map((row, s) => [row[i], found.series[s].label]).filter(([c]) => c.value !== null);
    if (!shown.length) continue;
    const high = shown.reduce((a, b) => (b[0].value > a[0].value ? b : a)), low = shown.reduce((a, b) => (b[0].value < a[0].value ? b : a));
    return say(language, 'sumNewest', {p: found.categories[i].label, high: high[1], a: high[0].text, low: low[1], b: low[0].text});
  }
  return '';
}
