/* Bars from zero, lying down so that long names are read without turning the head. A figure that is not printed has no bar but
 * its symbol where the bar would begin. Series side by side differ in colour and pattern. */

import {linear, ticks} from './scale.js';
import {bar, fit, mark, patterns, svg, widthOf, wrap, SERIES} from './pen.js';
import {reach} from './reach.js';
import {say} from './words.js';

/** Draws a table of figures. Names stand left of the bars, or above them where the screen is narrow. */
export function drawBars(figure, found, {width, language, title, format, prefix}) {
  const n = found.series.length, narrow = width < 520;
  const thick = n === 1 ? 18 : n === 2 ? 14 : 12, pad = narrow ? 8 : n === 1 ? 8 : 12;
  const most = Math.max(0, ...found.cells.flat().map((c) => c.value ?? 0));
  const nameWidth = narrow ? 0 : Math.min(width * 0.36, Math.max(...found.categories.map((c) => widthOf(c.label))) + 14);
  const lines = found.categories.map((c) => narrow ? [fit(c.label, width - 8)] : wrap(c.label, nameWidth - 14, n * thick >= 30 ? 2 : 1));
  const valueWidth = Math.max(14, ...found.cells.flat().map((c) => widthOf(c.text, '600 13px system-ui, sans-serif'))) + 14;
  const rowHeight = n * thick + pad + (narrow ? 20 : 0);
  const key = n > 1 ? legend(found, 'bars', prefix, width) : {node: null, height: 0};
  const top = 24 + key.height, height = top + rowHeight * found.categories.length + 6;
  const steps = ticks(most, Math.max(2, Math.floor((width - nameWidth) / 110)), found.measure.decimals).filter((s) => s <= most || s === 0);
  const x = linear(0, most || 1, nameWidth, width - valueWidth - 4);
  const drawing = svg('svg', {class: 'ch-svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': title}, patterns(prefix, n));
  if (key.node) drawing.append(key.node);
  drawing.append(svg('g', {'aria-hidden': 'true'}, steps.map((s) => [
    svg('line', {x1: x(s), x2: x(s), y1: top - 4, y2: height, class: s === 0 ? 'ch-base' : 'ch-grid'}),
    svg('text', {x: x(s), y: top - 12, class: 'ch-tick', 'text-anchor': s === 0 && narrow ? 'start' : 'middle'}, format(s, found.measure.decimals))])));
  const marks = found.categories.map((category, i) => {
    const y = top + rowHeight * i + pad / 2;
    const begin = y + (narrow ? 20 : 0);
    const middle = begin + n * thick / 2;
    drawing.append(svg('text', {class: 'ch-name', 'aria-hidden': 'true', 'text-anchor': narrow ? 'start' : 'end', lang: category.lang},
      lines[i].map((text, k) => svg('tspan', narrow ? {x: 0, y: y + 14} : {x: nameWidth - 8, y: middle + 4.5 + (k - (lines[i].length - 1) / 2) * 15}, text))));
    return found.series.map((one, s) => oneBar(drawing, found, {category, one, i, s, x, y: begin + s * thick, thick, prefix}));
  });
  const near = (px, py) => {
    const row = marks[Math.floor((py - top) / rowHeight)];
    if (!row) return null;
    return row.filter(Boolean).sort((a, b) => Math.abs(a.middle - py) - Math.abs(b.middle - py))[0] ?? null;
  };
  reach(figure, drawing, marks, {near});
  figure.prepend(drawing);
  return {drawing};
}

function oneBar(drawing, found, {category, one, i, s, x, y, thick, prefix}) {
  const cell = found.cells[s][i];
  if (cell.state > 1) return null;
  const end = cell.value === null ? x(0) : x(cell.value);
  const node = svg('g', {class: 'ch-figure'}, svg('rect', {x: x(0), y, width: Math.max(24, end - x(0) + 8), height: thick, class: 'ch-hit'}));
  if (cell.value !== null) node.append(...bar(prefix, s, x(0), y + 1, end - x(0), thick - 2).filter(Boolean));
  node.append(svg('text', {x: end + 6, y: y + thick / 2 + 4.5, class: cell.value === null ? 'ch-dot' : `ch-value${thick < 14 ? ' ch-small' : ''}`}, cell.text));
  drawing.append(node);
  const told = cell.value === null ? `. (${found.words.withheld})` : `${cell.text} ${found.measure.unit ?? ''}`.trim();
  return {node, x: Math.max(x(0) + 12, Math.min(end, x(0) + 400)), y, middle: y + thick / 2, head: category.label, lang: category.lang,
          lines: [one.label ? `${one.label}: ${told}` : told]};
}

/** Some sentences that say what the bars show: the ends of the first series. */
export function barSummary(found, language, key = 'sumBars') {
  const shown = found.cells.flatMap((row, s) => row.map((c, i) => [c, i, s])).filter(([c]) => c.value !== null);
  if (!shown.length) return '';
  const name = ([, i, s]) => [found.categories[i].label, found.series.length > 1 ? found.series[s].label : ''].filter(Boolean).join(', ');
  const high = shown.reduce((a, b) => (b[0].value > a[0].value ? b : a));
  const low = shown.reduce((a, b) => (b[0].value < a[0].value ? b : a));
  if (shown.length === 1) return say(language, 'sumAlone', {high: name(high), a: high[0].text});
  return say(language, key, {high: name(high), a: high[0].text, low: name(low), b: low[0].text});
}

/** The legend as part of the drawing: {node, height}; entries flow over lines of `width`. */
export function legend(found, kind, prefix, width) {
  const node = svg('g', {'aria-hidden': 'true'});
  let x = 0, y = 0;
  found.series.forEach((one, s) => {
    const text = fit(one.label, width - 40), size = widthOf(text) + 56;
    if (x && x + size - 20 > width) { x = 0; y += 22; }
    node.append(...[kind === 'line' ? [svg('line', {x1: x, x2: x + 26, y1: y + 8, y2: y + 8, class: `ch-line s${s % SERIES}`}), mark(s, x + 13, y + 8)]
      : bar(prefix, s, x, y + 1, 26, 14), svg('text', {x: x + 33, y: y + 12.5, class: 'ch-name', lang: one.lang}, text)].flat().filter(Boolean));
    x += size;
  });
  return {node, height: y + 30};
}
