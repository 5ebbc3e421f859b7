/* Lines over periods. Zero is always on the axis. A figure that is not printed breaks its line and stands in a strip of its own
 * under the axis, so that it cannot be read as zero; a line towards a provisional figure is dashed, and its period has stars. */

import {apart, linear, period, stepOf, ticks} from './scale.js';
import {fit, mark, svg, tenth, widthOf, SERIES} from './pen.js';
import {legend} from './bars.js';
import {nearest, reach} from './reach.js';
import {say} from './words.js';

const GAP = 17, SLOPE = 380;

/** Draws a table of figures whose categories are periods of one kind. Returns {drawing, height}. */
export function drawLine(figure, found, {width, language, title, format, prefix, index = false}) {
  const periods = found.categories.map((c) => period(c.code, language));
  const wide = width >= 560 && found.series.length > 1;
  const most = Math.max(0, ...found.cells.flat().map((c) => c.value ?? 0));
  const {steps, labels} = index ? around(found, format) : {steps: ticks(most, 5, found.measure.decimals), labels: null};
  const said = labels ?? steps.map((s) => format(s, found.measure.decimals));
  const rights = found.series.map((s) => fit(s.label, Math.min(220, width * 0.34)));
  const hidden = found.cells.some((row) => row.some((c) => c.state === 1));
  const key = wide || found.series.length < 2 ? {node: null, height: 0} : legend(found, 'line', prefix, width);
  const box = {left: Math.max(...said.map((t) => widthOf(t))) + 14, right: wide ? Math.max(...rights.map((t) => widthOf(t))) + 30 : 18, top: 14 + key.height, bottom: hidden ? 62 : 34};
  const height = key.height + Math.round(Math.min(460, Math.max(300, width * 0.5))) + (wide ? Math.max(0, found.series.length - 6) * 8 : 0);
  const inset = Math.min(28, width * 0.05);
  const right = periods.length === 2 ? Math.min(width - box.right, box.left + SLOPE) : width - box.right;      // two periods: a slope, not a long way between them
  const x = linear(periods[0].at, periods[periods.length - 1].at, box.left + inset, right - inset);
  const y = linear(index ? steps[0] : 0, steps[steps.length - 1], height - box.bottom, box.top);
  const drawing = svg('svg', {class: 'ch-svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': title});

  if (key.node) drawing.append(key.node);
  drawing.append(axisY(steps, said, y, box.left, right, index ? 100 : 0), axisX(periods, x, height - box.bottom, width));
  const strip = height - box.bottom + 44;
  if (hidden) {
    drawing.append(svg('line', {x1: box.left, x2: right, y1: strip - 12, y2: strip - 12, class: 'ch-strip'}),
      svg('text', {x: box.left - 8, y: strip + 4, class: 'ch-dot', 'text-anchor': 'end'}, '.'));
  }
  const marks = found.series.map((one, s) => series(drawing, found, periods, {one, s, x, y, strip}));
  if (wide) endLabels(drawing, marks, rights, {x: right, low: box.top + 4, high: height - box.bottom});
  reach(figure, drawing, marks, {near: nearest(marks, 90)});
  figure.prepend(drawing);
  return {drawing};
}

/** Round steps around 100, with what they are called: an index has no zero to stand on. */
function around(found, format) {
  const values = found.cells.flat().map((c) => c.value).filter((v) => v !== null);
  const wide = Math.max(5, ...values.map((v) => Math.abs(v - 100))), step = ticks(wide, 3)[1];
  const low = Math.max(0, 100 - Math.ceil((100 - Math.min(100, ...values)) / step) * step), steps = [];
  for (let s = low; s < Math.max(100 + step, ...values) + step * 0.999; s += step) steps.push(s);
  return {steps, labels: steps.map((s) => format(s, 0))};
}

function axisY(steps, labels, y, left, right, base) {
  return svg('g', {'aria-hidden': 'true'}, steps.map((s, i) => [
    svg('line', {x1: left, x2: right, y1: y(s), y2: y(s), class: s === base ? 'ch-base' : 'ch-grid'}),
    svg('text', {x: left - 8, y: y(s) + 4.5, class: 'ch-tick', 'text-anchor': 'end'}, labels[i])]));
}

/** Names of the periods, as many as fit: the last one always. */
function axisX(periods, x, base, width) {
  const room = Math.max(...periods.map((p) => widthOf(p.short))) + 14;
  const every = Math.max(1, Math.ceil(room / Math.max(1, Math.abs(x(periods[0].at + stepOf(periods[0].kind)) - x(periods[0].at)) || room)));
  const last = periods.length - 1;
  return svg('g', {'aria-hidden': 'true'}, periods.map((p, i) => {
    const named = (last - i) % every === 0;
    const at = Math.max(widthOf(p.short) / 2 + 2, Math.min(x(p.at), width - widthOf(p.short) / 2 - 2));
    return [svg('line', {x1: x(p.at), x2: x(p.at), y1: base, y2: base + 5, class: 'ch-base'}),
      named ? svg('text', {x: at, y: base + 21, class: 'ch-tick', 'text-anchor': 'middle'}, p.short) : null];
  }));
}

/** One line with its marks; returns the marks, one per period. */
function series(drawing, found, periods, {one, s, x, y, strip}) {
  const cells = found.cells[s], step = stepOf(periods[0].kind);
  const group = svg('g', {class: `ch-series s${s % SERIES}`});
  for (let i = 1; i < cells.length; i++) {
    if (cells[i - 1].value === null || cells[i].value === null || periods[i].at - periods[i - 1].at > step * 1.01) continue;
    group.append(svg('line', {x1: x(periods[i - 1].at), y1: y(cells[i - 1].value), x2: x(periods[i].at), y2: y(cells[i].value),
      class: `ch-line s${s % SERIES}`, 'stroke-dasharray': periods[i].stars ? '6 4' : null}));
  }
  const marks = cells.map((cell, i) => {
    if (cell.state > 1) return null;
    const hidden = found.cells.map((row, k) => [row[i].state, k]).filter(([state]) => state === 1).map(([, k]) => k);
    const beside = cell.value === null ? (hidden.indexOf(s) - (hidden.length - 1) / 2) * 12 : 0;       // marks in the strip stand beside each other
    const at = [x(periods[i].at) + beside, cell.value === null ? strip : y(cell.value)];
    const node = svg('g', {class: 'ch-figure'}, svg('circle', {cx: at[0], cy: at[1], r: 11, class: 'ch-hit'}),
      mark(s, at[0], at[1], 4.2, cell.value === null ? 'ch-hollow' : ''));
    group.append(node);
    return {node, x: at[0], y: at[1], head: one.label, lang: one.lang, value: cell.value,
            lines: [`${found.categories[i].label}: ${cell.text === '.' ? `. (${found.words.withheld})` : `${cell.text} ${found.measure.unit ?? ''}`.trim()}`]};
  });
  drawing.append(group);
  return marks;
}

/** Names at the ends of the lines, pushed apart where they would touch. */
function endLabels(drawing, marks, names, {x, low, high}) {
  const ends = marks.map((row) => row.findLast((m) => m && m.value !== null) ?? null);
  const wanted = ends.map((m) => m?.y ?? high);
  const places = apart(wanted, GAP, low, high);
  const group = svg('g', {'aria-hidden': 'true'});
  ends.forEach((end, s) => {
    const from = end ? end.x + 7 : x + 2;
    if (end && end === marks[s].at(-1) && (Math.abs(places[s] - end.y) > 3 || x - from > 12)) {
      group.append(svg('path', {d: `M${tenth(from)} ${tenth(end.y)}L${tenth(x + 6)} ${tenth(places[s])}`, class: 'ch-leader'}));
    }
    group.append(mark(s, x + 14, places[s], 4, end ? '' : 'ch-hollow'), svg('text', {x: x + 23, y: places[s] + 4.5, class: 'ch-name'}, names[s]));
  });
  drawing.append(group);
}

/** Some sentences that say what the lines show. */
export function lineSummary(found, language) {
  const told = found.series.slice(0, 3).map((s, k) => {
    const shown = found.cells[k].map((c, i) => [c, found.categories[i].code.title]).filter(([c]) => c.value !== null);
    if (!shown.length) return `${s.label}: ${say(language, 'notShown')}.`;
    const [[a, p], [b, q]] = [shown[0], shown[shown.length - 1]];
    return say(language, shown.length > 1 ? 'sumLine' : 'sumOne', {name: s.label, a: a.text, p, b: b.text, q});
  });
  return told.join(' ');
}
