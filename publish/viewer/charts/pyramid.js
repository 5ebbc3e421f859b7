/* Age by sex, back to back: men left, women right, the youngest at the bottom. Both sides have the same scale. Classes of unequal width
 * (found.spans, in years) are drawn as in a histogram: as thick as their years, as long as the number per year. */

import {linear, ticks} from './scale.js';
import {bar, fit, patterns, svg, widthOf} from './pen.js';
import {reach} from './reach.js';

/** Draws a table of figures with two series (men, women) whose categories are ages. */
export function drawPyramid(figure, found, {width, title, format, prefix}) {
  const ages = found.categories.map((c) => fit(c.label, width < 520 ? width - 8 : width * 0.3));
  const narrow = width < 520, above = narrow ? 18 : 0;      // on a narrow screen ages stand above their bars
  const gutter = narrow ? 8 : Math.max(...ages.map((a) => widthOf(a))) + 20;
  const spans = found.spans ?? ages.map(() => 1), per = (i) => spans[i];
  const most = Math.max(0, ...found.cells.flatMap((row) => row.map((c, i) => (c.value ?? 0) / per(i))));
  const valueWidth = Math.max(14, ...found.cells.flat().map((c) => widthOf(c.text, '600 13px system-ui, sans-serif'))) + 12;
  const side = (width - gutter) / 2, top = 30;
  const unit = found.spans ? Math.max(24 / Math.min(...spans), 240 / spans.reduce((a, b) => a + b)) : Math.max(24, Math.min(46, 240 / ages.length));
  const talls = spans.map((n) => n * unit + above), starts = talls.map((_, i) => top + talls.slice(i + 1).reduce((a, b) => a + b, 0));
  const height = top + talls.reduce((a, b) => a + b, 0) + 26;
  const length = linear(0, most || 1, 0, side - valueWidth);
  const base = [width / 2 - gutter / 2, width / 2 + gutter / 2], direction = [-1, 1];
  const drawing = svg('svg', {class: 'ch-svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': title}, patterns(prefix, 2));
  const steps = ticks(most, Math.max(2, Math.floor(side / 90)), found.measure.decimals).filter((s) => s <= most || s === 0);
  drawing.append(svg('g', {'aria-hidden': 'true'}, [0, 1].map((s) => [
    svg('text', {x: base[s] + direction[s] * 4, y: 16, class: 'ch-head', 'text-anchor': s ? 'start' : 'end', lang: found.series[s].lang}, found.series[s].label),
    steps.map((step) => { const x = base[s] + direction[s] * length(step); return [
      svg('line', {x1: x, x2: x, y1: top - 4, y2: height - 24, class: step === 0 ? 'ch-base' : 'ch-grid'}),
      svg('text', {x, y: height - 8, class: 'ch-tick', 'text-anchor': 'middle'}, format(step, found.measure.decimals))]; })])));
  const rows = found.categories.map((category, i) => {
    const y = starts[i], rowHeight = talls[i];
    drawing.append(svg('text', {x: width / 2, y: narrow ? y + 13 : y + rowHeight / 2 + 4.5, class: 'ch-name', 'text-anchor': 'middle', 'aria-hidden': 'true', lang: category.lang}, ages[i]));
    return [0, 1].map((s) => half(drawing, found, {category, i, s, base: base[s], sign: direction[s], length: (value) => length(value / per(i)), y: y + above, rowHeight: rowHeight - above, prefix}));
  });
  const marks = rows.reverse();                 // as they stand: the oldest first
  const near = (px, py) => marks[talls.length - 1 - starts.findIndex((y, i) => py >= y && py < y + talls[i])]?.[px < width / 2 ? 0 : 1] ?? null;
  reach(figure, drawing, marks, {near});
  figure.prepend(drawing);
  return {drawing};
}

function half(drawing, found, {category, i, s, base, sign, length, y, rowHeight, prefix}) {
  const cell = found.cells[s][i];
  if (cell.state > 1) return null;
  const size = cell.value === null ? 0 : length(cell.value);
  const left = sign < 0 ? base - size : base;
  const node = svg('g', {class: 'ch-figure'}, svg('rect', {x: sign < 0 ? base - Math.max(size, 24) : base, y, width: Math.max(size, 24), height: rowHeight, class: 'ch-hit'}));
  if (cell.value !== null) node.append(...bar(prefix, s, left, y + 3, size, rowHeight - 6).filter(Boolean));
  node.append(svg('text', {x: base + sign * (size + 6), y: y + rowHeight / 2 + 4.5, class: cell.value === null ? 'ch-dot' : 'ch-value', 'text-anchor': sign < 0 ? 'end' : 'start'}, cell.text));
  drawing.append(node);
  const told = cell.value === null ? `. (${found.words.withheld})` : `${cell.text} ${found.measure.unit ?? ''}`.trim();
  return {node, x: base + sign * Math.max(12, size / 2), y, head: category.label, lang: category.lang, lines: [`${found.series[s].label}: ${told}`]};
}
