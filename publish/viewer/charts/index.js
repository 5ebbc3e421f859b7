/* Charts of a view: a line over periods, bars, a pyramid of age by sex. See ../view.js for `view`.
 *
 * Hand-written SVG rather than a library: 30 kB instead of 700, every figure reachable by keyboard, and withheld figures
 * drawn as what they are. The figure has a caption and a summary in words; the table is the long description. */

import {barSummary, drawBars} from './bars.js';
import {checkbox, fitted, h, keepers, radios, refill, select, standalone as standaloneFile, styled, unique} from './frame.js';
import {drawLine, lineSummary} from './line.js';
import {MEASURES, combinations, cross, figures, fixed, item, ordered, pyramidOf, relative, seenCodes, spread, timeOf, totals, withoutTotals, yearsIn} from './model.js';
import {drawMultiples, newestSummary} from './multiples.js';
import {drawPyramid} from './pyramid.js';
import {drawSlope, indexed} from './slope.js';
import {drawStack, split, stackItems, stackOf} from './stack.js';
import {period} from './scale.js';
import {say} from './words.js';

const ORDER = ['JJ', 'HJ', 'KW', 'MM', 'SJ', 'other'];
const MOST_SERIES = {line: 8, bars: 4, slope: 12}, MOST_BARS = 40, MOST_PANELS = 48, ENOUGH = 3;
const chosenBefore = new Map();                  // table -> choices, so that a pivot keeps the kind of chart

/** Draws into an empty container; returns {destroy()}. */
export function draw(container, view, options = {}) {
  const before = chosenBefore.get(view.table.id) ?? {};
  const choice = {...before};
  chosenBefore.set(view.table.id, choice);
  const controls = h('div', {class: 'ch-controls'}), place = h('div', {class: 'ch-place'});
  container.append(h('section', {class: 'ch'}, controls, place));
  let stopped = false, watching = null, turn = 0;

  async function show(said = false) {
    const mine = ++turn;
    watching?.stop();
    const plan = planned(view, choice);
    await styled();                                 // controls without their style would move all below them
    if (stopped || mine !== turn) return;
    refill(controls, controlsOf(view, plan, choice, () => show(true)));
    if (!place.firstChild) place.replaceChildren(h('p', {class: 'ch-note'}, say(view.language, 'reading')));
    try {
      const found = plan.series.length && plan.categories.length ? await figures(view, plan.series, plan.categories, plan.measure) : null;
      if (stopped || mine !== turn) return;
      watching = paintFigure(place, view, plan, found ? arranged(found, plan, view) : null);
      if (said) options.announce?.(place.querySelector('.ch-summary')?.textContent ?? '');
    } catch (error) {
      if (!stopped && mine === turn) place.replaceChildren(h('p', {class: 'ch-note', role: 'alert'}, say(view.language, 'failed')));
      if (!(error instanceof Error) || error.name !== 'AbortError') console.warn(error);
    }
  }
  show();
  return {destroy() { stopped = true; watching?.stop(); }};
}

/** What is to be drawn: kind, measure, series and categories; from the view and what the reader chose. Pure. */
export function planned(view, choice) {
  const time = timeOf(view), pyramid = pyramidOf(view);
  const kinds = new Map();
  for (const code of time.codes) kinds.set(period(code, view.language).kind, (kinds.get(period(code, view.language).kind) ?? 0) + 1);
  const lines = [...kinds].filter(([, n]) => n > 1).map(([kind]) => kind).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const long = lines.some((k) => kinds.get(k) >= ENOUGH) && seenCodes(view, time.name).length > 1;      // two periods say more as bars
  const measures = seenCodes(view, MEASURES);
  const measure = measures.find((m) => m.code === choice.measure) ?? usualMeasure(view, choice, measures);
  const stack = relative(measure) ? null : stackOf(view, [MEASURES, time.name]);          // rates do not add up
  const possible = [...(lines.length ? ['line', 'slope'] : []), 'bars', ...(stack ? ['stacked', 'share'] : []), ...(pyramid ? ['pyramid'] : [])];
  const kind = possible.includes(choice.kind) ? choice.kind : long ? 'line' : 'bars';
  const plan = {kind, overTime: kind === 'line' || kind === 'slope', possible, measures, measure, lines, time, pyramid, stack, picks: [], notes: []};
  if (plan.overTime) planLine(view, choice, plan);
  else if (kind === 'stacked' || kind === 'share') planStack(view, choice, plan);
  else if (kind === 'bars') planBars(view, choice, plan);
  else planPyramid(view, choice, plan);
  return plan;
}

function planLine(view, choice, plan) {
  const {time, lines} = plan;
  plan.periodKind = lines.includes(choice.periodKind) ? choice.periodKind : lines[0];
  const ofKind = (codes) => codes.filter((c) => period(c, view.language).kind === plan.periodKind);
  const seen = ofKind(seenCodes(view, time.name));
  plan.categories = (seen.length > 1 ? seen : ofKind(time.codes)).map((c) => item([[time, c]]))
    .sort((a, b) => period(a.code, view.language).at - period(b.code, view.language).at);
  let all = cross(combinations(view.rows, [time.name, MEASURES]), combinations(view.columns, [time.name, MEASURES]));
  const parts = relative(plan.measure) ? all : withoutTotals(all);
  plan.hasTotals = parts.length < all.length;
  if (plan.hasTotals && !choice.totals) all = parts;
  if (plan.kind === 'slope') {
    plan.categories = [plan.categories[0], plan.categories[plan.categories.length - 1]];
    cut(view, plan, all, MOST_SERIES.slope);
    return;
  }
  plan.index = Boolean(choice.index);
  plan.multiples = all.length > MOST_SERIES.line;
  cut(view, plan, all, plan.multiples ? MOST_PANELS : MOST_SERIES.line);
}

/** Pieces of one period; their total is asked for with them, to know what is not shown, and whether they are parts of it at all. */
function planStack(view, choice, plan) {
  const {time, stack} = plan, periods = seenCodes(view, time.name);
  if (periods.length > 1) plan.picks = [pickOf(choice, time, periods, periods[periods.length - 1])];
  const rows = withoutTotals(stack.rows);
  plan.hasTotals = rows.length < stack.rows.length;
  plan.sort = choice.sort ?? (rows[0].some(([d]) => ordered(d)) ? 'asTable' : 'bySize');
  plan.categories = (plan.hasTotals && choice.totals ? stack.rows : rows).map((one) => item(one, plan.measure.label));
  plan.series = stackItems(stack, plan.measure.label).map((one) => ({...one, combination: [...one.combination, ...plan.picks.map((p) => [p.dimension, p.code])]}));
}

/** Regions differ in size: rates compare them, unless what is asked for is pieces of a count or a pyramid. */
function usualMeasure(view, choice, measures) {
  const regions = spread(view).some((d) => d.kind.startsWith('Geo'));
  return (regions && !['pyramid', 'stacked', 'share'].includes(choice.kind) && measures.find(relative)) || measures[0];
}

/** Bars of one period, the newest unless another is chosen; of a table with nothing but periods, all of them. */
function planBars(view, choice, plan) {
  const {time} = plan, periods = seenCodes(view, time.name), only = spread(view).every((d) => d === time || d.name === MEASURES);
  if (!only && periods.length > 1) plan.picks = [pickOf(choice, time, periods, periods[periods.length - 1])];
  const without = plan.picks.length ? [MEASURES, time.name] : [MEASURES];
  let rows = combinations(view.rows, without), columns = combinations(view.columns, without);
  if (!rows[0].length) [rows, columns] = [columns, rows];
  const [rowParts, columnParts] = relative(plan.measure) ? [rows, columns] : [withoutTotals(rows), withoutTotals(columns)];
  plan.sort = choice.sort ?? (rows[0].some(([d]) => ordered(d)) ? 'asTable' : 'bySize');
  plan.hasTotals = rowParts.length < rows.length || columnParts.length < columns.length;
  if (plan.hasTotals && !choice.totals) [rows, columns] = [rowParts, columnParts];
  plan.categories = rows.map((one) => item(one, plan.measure.label));
  cut(view, plan, columns, MOST_SERIES.bars);
  plan.series = plan.series.map((one) => ({...one, combination: [...one.combination, ...plan.picks.map((p) => [p.dimension, p.code])]}));
}

/** A choice of one code of a dimension that the drawing does not spread. */
function pickOf(choice, dimension, codes, usual) {
  return {dimension, codes, code: codes.find((c) => c.code === choice.picks?.[dimension.name]) ?? usual};
}

function planPyramid(view, choice, plan) {
  const {age, sex, men, women} = plan.pyramid;
  const total = totals(age.codes), seen = seenCodes(view, age.name).filter((c) => !total(c));
  plan.categories = (seen.length > 1 ? seen : age.codes.filter((c) => !total(c))).map((c) => item([[age, c]]));
  const rest = spread(view).filter((d) => ![age.name, sex.name, MEASURES].includes(d.name));
  plan.picks = rest.map((d) => {
    const codes = seenCodes(view, d.name);
    return pickOf(choice, d, codes, d.kind === 'TimeDimension' ? codes[codes.length - 1] : codes[0]);
  });
  const spans = plan.categories.map((c) => yearsIn(c.code.title));
  plan.spans = spans.every(Boolean) && new Set(spans).size > 1 ? spans : null;
  if (plan.spans) plan.notes.push(say(view.language, 'perYear'));
  const set = plan.picks.map((p) => [p.dimension, p.code]);
  plan.series = [men, women].map((c) => ({...item([[sex, c]]), combination: [[sex, c], ...set]}));
}

function cut(view, plan, all, most) {
  plan.series = all.slice(0, most).map((one) => item(one, plan.measure.label));
  if (all.length > most) plan.notes.push(say(view.language, 'firstSeries', {n: most, all: all.length}));
  if (all.length === 1 && !all[0].length) plan.series[0].label = plan.kind === 'bars' ? '' : plan.measure.label;
}

/** The table of figures with its categories in the order chosen, and no more than fit. */
function arranged(found, plan, view) {
  if (plan.index) {
    const {found: made, without} = indexed(found, view.format);
    plan.withoutIndex = without;
    return {...made, spans: null};
  }
  const stacked = plan.kind === 'stacked' || plan.kind === 'share';
  if (stacked) found = split(found, plan);
  plan.overlap = stacked && found.overlap;
  if (plan.kind !== 'bars' && !stacked) return {...found, spans: plan.spans ?? null};
  let order = found.categories.map((_, i) => i);
  const size = (i) => found.totals?.[i].value ?? Math.max(...found.cells.map((row) => row[i].value ?? -1));
  if (plan.sort === 'bySize') order.sort((a, b) => size(b) - size(a) || a - b);
  const all = order.length;
  order = order.slice(0, MOST_BARS);
  plan.cutBars = all > MOST_BARS ? [plan.sort === 'bySize' ? 'largestBars' : 'firstBars', {n: MOST_BARS, all}] : null;
  return {...found, totals: found.totals ? order.map((i) => found.totals[i]) : null, categories: order.map((i) => found.categories[i]), cells: found.cells.map((row) => order.map((i) => row[i]))};
}

function controlsOf(view, plan, choice, again) {
  const say_ = (key, filled) => say(view.language, key, filled);
  const set = (key) => (value) => { choice[key] = value; again(); };
  return [
    plan.possible.length > 1 ? radios(say_('kind'), plan.possible.map((k) => [k, say_(k)]), plan.kind, set('kind')) : null,
    plan.measures.length > 1 ? select(say_('topic'), plan.measures.map((m) => [m.code, m.label, m.lang]), plan.measure.code, set('measure')) : null,
    plan.overTime && plan.lines.length > 1 ? radios(say_('periods'), plan.lines.map((k) => [k, say_(k)]), plan.periodKind, set('periodKind')) : null,
    plan.kind === 'line' && !plan.multiples ? checkbox(say_('index'), Boolean(choice.index), set('index')) : null,
    plan.sort ? radios(say_('sort'), ['asTable', 'bySize'].map((k) => [k, say_(k)]), plan.sort, set('sort')) : null,
    plan.hasTotals ? checkbox(say_('totals'), Boolean(choice.totals), set('totals')) : null,
    ...plan.picks.map((p) => select(say_('forWhich', {name: p.dimension.title}), p.codes.map((c) => [c.code, c.label, c.lang]), p.code.code,
      (value) => { choice.picks = {...choice.picks, [p.dimension.name]: value}; again(); })),
  ];
}

const TITLES = {line: 'lineOf', slope: 'slopeOf', bars: 'barsOf', stacked: 'stackedOf', share: 'shareOf', pyramid: 'pyramidChart'};
const DRAW = {line: drawLine, slope: drawSlope, bars: drawBars, stacked: drawStack, share: drawStack, pyramid: drawPyramid};

/** Figure, caption, summary, notes. Returns {stop()}. */
function paintFigure(place, view, plan, found) {
  const say_ = (key, filled) => say(view.language, key, filled);
  if (!found) { place.replaceChildren(h('p', {class: 'ch-note'}, say_('nothing'))); return null; }
  found.words = {withheld: say_('withheld')};
  const varying = [...found.series, ...found.categories].flatMap((one) => one.combination.map(([d]) => d.name));
  const picked = new Set(plan.picks.map((p) => p.dimension));
  const only = (items) => (items.length === 1 ? items[0].combination.filter(([d]) => !picked.has(d)) : []);        // one series, or one category: not an axis
  const still = [...fixed(view, varying), ...only(found.series), ...only(found.categories), ...plan.picks.map((p) => [p.dimension, p.code])]
    .map(([d, c]) => `${d.title}: ${c.label}`);
  const head = `${plan.measure.title}${plan.index ? ` (${say_('index')})` : plan.measure.unit ? ` (${plan.measure.unit})` : ''}`;
  const counted = found.cells.flat(), dots = counted.filter((c) => c.state === 1).length;
  const summary = [dots === counted.length ? say_('noFigures') : plan.overTime ? (found.series.length > ENOUGH ? newestSummary : lineSummary)(found, view.language) : barSummary(found, view.language, plan.kind === 'pyramid' ? 'sumPyramid' : 'sumBars'),
    dots && dots < counted.length ? say_('sumWithheld', {n: view.format(dots, 0), all: view.format(counted.length, 0)}) : ''].filter(Boolean).join(' ');
  const stars = found.categories.concat(found.series).some((one) => one.combination.some(([d, c]) => d === plan.time && /\*$/.test(c.title)));
  const first = found.categories[0]?.label;
  const notes = [...plan.notes, plan.overlap ? say_('overlap') : '', plan.index ? say_('indexNote', {p: first}) : '', plan.withoutIndex?.length ? say_('noIndex', {names: plan.withoutIndex.join(', ')}) : '', plan.cutBars ? say_(...plan.cutBars) : '', dots ? say_('withheldLegend') : '',
    stars && plan.overTime ? say_('provisionalLine') : '', stars ? say_('provisional') : ''].filter(Boolean);
  const figure = h('div', {class: 'ch-figure-place'}), id = unique();
  let drawing = null;
  const file = () => standaloneOf(drawing, view, head, still, notes);
  place.replaceChildren(h('figure', {class: 'ch-frame', 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-summary`},
    h('figcaption', {}, h('span', {class: 'ch-title', id: `${id}-title`}, head), still.length ? h('span', {class: 'ch-still'}, still.join(' · ')) : null),
    h('p', {class: 'ch-summary', id: `${id}-summary`}, summary), figure,
    h('div', {class: 'ch-foot'}, notes.map((text) => h('p', {class: 'ch-note'}, text)), h('p', {class: 'ch-note'}, say_('source', {source: view.table.source})),
      h('p', {class: 'ch-note ch-keys'}, say_('keys')), keepers(view.language, `${view.table.id}-${plan.kind}`, file))));
  return fitted(figure, (width) => {
    figure.replaceChildren();
    const how = plan.multiples ? drawMultiples : plan.overlap ? drawBars : DRAW[plan.kind];
    const made = how(figure, found, {width, hundred: plan.kind === 'share', index: plan.index, language: view.language, title: `${say_(TITLES[plan.kind])}: ${head}`, format: view.format, prefix: id});
    drawing = made.drawing;
  });
}

function standaloneOf(drawing, view, head, still, notes) {
  return standaloneFile(drawing, {title: view.table.title, subtitle: [head, ...still].join(' · '),
    legend: notes, source: say(view.language, 'source', {source: view.table.source})});
}
