/* A map of a view: provinces with their borders, or jeugdregio's and gemeenten as hexagons, or the wijken of a gemeente as squares.
 * See ../view.js for `view`. Besides what charts get, options may hold
 *   choose(dimension name, code)   called when the reader picks a region; without it regions cannot be picked
 *   chosen(dimension name)         Set of the codes that are picked, or null
 *
 * A region in the table whose figure is not printed is hatched; one that is not in the table is blank. Classes are quantiles
 * at round borders, in five shades of one colour, so that they also differ in grey. */

import {fitted, h, keepers, radios, refill, select, standalone, styled, unique} from '../charts/frame.js';
import {MEASURES, figures, fixed, item, relative, seenCodes, spread} from '../charts/model.js';
import {patterns, svg, wrap} from '../charts/pen.js';
import {reach, stepInPlane} from '../charts/reach.js';
import {classOf, classes} from '../charts/scale.js';
import {say} from '../charts/words.js';
import {borders, hexagons, loadOwn, loadProvinces, loadTiles, squares} from './layout.js';

const LEVELS = ['PV', 'JZ', 'GM', 'WK'];
const chosenBefore = new Map();                  // table -> choices
const geoOf = (view) => view.dimensions.find((d) => d.kind === 'GeoDetail' || d.kind === 'GeoDimension');

/** Draws into an empty container; returns {destroy()}. */
export function draw(container, view, options = {}) {
  const choice = {...chosenBefore.get(view.table.id)};
  chosenBefore.set(view.table.id, choice);
  const controls = h('div', {class: 'ch-controls'}), place = h('div', {class: 'ch-place'});
  container.append(h('section', {class: 'ch'}, controls, place));
  let stopped = false, watching = null, turn = 0;
  const tell = (key, alert) => place.replaceChildren(h('p', {class: 'ch-note', role: alert ? 'alert' : null}, say(view.language, key)));

  async function show(said = false) {
    const mine = ++turn;
    watching?.stop();
    const [own] = await Promise.all([loadOwn(), styled()]);
    if (stopped || mine !== turn) return;
    const plan = own ? plannedOwn(view, choice, own) : planned(view, choice);
    if (!plan) { tell('noMap'); return; }
    refill(controls, controlsOf(view, plan, choice, () => show(true)));
    if (!place.firstChild) tell('reading');
    try {
      const [places, outlines] = await Promise.all([own ? null : loadTiles(), own ?? (plan.form === 'shapes' ? loadProvinces() : null)]);
      const found = await figures(view, [{...item(plan.picks.map((p) => [p.dimension, p.code])), label: plan.measure.label}], plan.codes.map((c) => item([[plan.geo, c]])), plan.measure);
      if (stopped || mine !== turn) return;
      watching = paint(place, view, plan, found, {places, outlines}, options);
      if (said) options.announce?.(place.querySelector('.ch-summary')?.textContent ?? '');
    } catch (error) {
      if (stopped || mine !== turn) return;
      tell('failed', true);
      console.warn(error);
    }
  }
  show();
  return {destroy() { stopped = true; watching?.stop(); }};
}

/** Level, measure and regions to be drawn; null where the table has no regions that fit. Pure. */
export function planned(view, choice) {
  const geo = geoOf(view);
  if (!geo) return null;
  const of = (level) => geo.codes.filter((c) => c.code.startsWith(level));
  const levels = LEVELS.filter((level) => of(level).length > (level === 'GM' && geo.kind === 'GeoDetail' ? 1 : 0));
  if (!levels.length) return null;
  const usual = levels.includes('GM') ? 'GM' : levels[levels.length - 1];
  const level = levels.includes(choice.level) ? choice.level : usual;
  const plan = {...chosenIn(view, geo, choice), levels, level, codes: of(level), form: level === 'PV' && choice.form !== 'tiles' ? 'shapes' : 'tiles'};
  if (level === 'WK') {
    const own = new Set(plan.codes.map((c) => c.group));
    plan.gemeenten = geo.codes.filter((c) => own.has(c.code));
    plan.gemeente = plan.gemeenten.find((c) => c.code === choice.gemeente) ?? plan.gemeenten[0];
    plan.codes = plan.codes.filter((c) => c.group === plan.gemeente?.code);
    plan.form = 'squares';
  }
  return plan;
}

/** The same on the map of a project: a level for each depth of which it has outlines, the finest first chosen. Pure. */
export function plannedOwn(view, choice, outlines) {
  const geo = geoOf(view);
  if (!geo) return null;
  const drawn = geo.codes.filter((c) => c.code in outlines);
  const levels = [...new Set(drawn.map((c) => String(c.depth)))].sort();
  if (!levels.length) return null;
  const level = levels.includes(choice.level) ? choice.level : levels[levels.length - 1];
  return {...chosenIn(view, geo, choice), levels, level, codes: geo.codes.filter((c) => String(c.depth) === level), form: 'own'};
}

/** Which measure and which codes of the other dimensions are drawn. */
function chosenIn(view, geo, choice) {
  const measures = geo && view.dimensions.find((d) => d.name === MEASURES).codes;
  const seen = seenCodes(view, MEASURES);
  const measure = measures.find((m) => m.code === choice.measure) ?? seen.find(relative) ?? measures.find(relative) ?? seen[0];
  const picks = spread(view).filter((d) => d.name !== geo.name && d.name !== MEASURES).map((d) => {
    const codes = seenCodes(view, d.name);
    const last = d.kind === 'TimeDimension' ? codes[codes.length - 1] : codes[0];
    return {dimension: d, codes, code: codes.find((c) => c.code === choice.picks?.[d.name]) ?? last};
  });
  return {geo, measures, measure, picks};
}

function controlsOf(view, plan, choice, again) {
  const say_ = (key, filled) => say(view.language, key, filled);
  const set = (key) => (value) => { choice[key] = value; again(); };
  return [
    plan.levels.length > 1 ? radios(say_('level'), plan.levels.map((l) => [l, /^\d+$/.test(l) ? say_('nth', {n: Number(l) + 1}) : say_(l)]), plan.level, set('level')) : null,
    plan.level === 'PV' ? radios(say_('form'), [['shapes', say_('asShapes')], ['tiles', say_('asTiles')]], plan.form, set('form')) : null,
    plan.gemeenten?.length > 1 ? select(say_('within'), plan.gemeenten.map((c) => [c.code, c.label]), plan.gemeente.code, set('gemeente')) : null,
    plan.measures.length > 1 ? select(say_('topic'), plan.measures.map((m) => [m.code, m.label, m.lang]), plan.measure.code, set('measure')) : null,
    ...plan.picks.map((p) => select(say_('forWhich', {name: p.dimension.title}), p.codes.map((c) => [c.code, c.label, c.lang]), p.code.code,
      (value) => { choice.picks = {...choice.picks, [p.dimension.name]: value}; again(); })),
  ];
}

/** Figure, caption, legend, summary. Returns {stop()}. */
function paint(place, view, plan, found, geometry, options) {
  const say_ = (key, filled) => say(view.language, key, filled);
  const cells = found.cells[0], shown = cells.filter((c) => c.value !== null);
  const limits = classes(shown.map((c) => c.value), 5, plan.measure.decimals);
  const still = [...fixed(view, [plan.geo.name, ...plan.picks.map((p) => p.dimension.name)]), ...plan.picks.map((p) => [p.dimension, p.code])].map(([d, c]) => `${d.title}: ${c.label}`);
  if (plan.gemeente) still.unshift(plan.gemeente.label);
  const head = `${plan.measure.title}${plan.measure.unit ? ` (${plan.measure.unit})` : ''}`, id = unique();
  const notes = [plan.form === 'tiles' ? say_(plan.level === 'GM' ? 'tileNote' : 'tileNoteGroup') : plan.form === 'own' ? '' : say_(plan.form === 'shapes' ? 'shapeNote' : 'wijkNote'),
    relative(plan.measure) ? '' : say_(plan.form === 'squares' ? 'absolute' : 'circles'), [...plan.picks.map((p) => p.code), ...view.filters.map((f) => f.code)].some((c) => /\*$/.test(c.title)) ? say_('provisional') : ''];
  const figure = h('div', {class: 'ch-figure-place'}), key = h('div', {}), off = h('div', {});
  let drawing = null;
  place.replaceChildren(h('figure', {class: 'ch-frame', 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-summary`},
    h('figcaption', {}, h('span', {class: 'ch-title', id: `${id}-title`}, head), still.length ? h('span', {class: 'ch-still'}, still.join(' · ')) : null),
    h('p', {class: 'ch-summary', id: `${id}-summary`}, summaryOf(view, plan, found)),
    h('div', {class: plan.form === 'squares' ? '' : 'ch-map-place'}, figure, key), off,
    h('div', {class: 'ch-foot'}, notes.filter(Boolean).map((text) => h('p', {class: 'ch-note'}, text)), h('p', {class: 'ch-note'}, say_('source', {source: view.table.source})),
      h('p', {class: 'ch-note ch-keys'}, say_('keys'), options.choose ? ` ${say_('choose')}.` : ''),
      keepers(view.language, `${view.table.id}-${plan.level}`, () => standalone(drawing, {title: view.table.title, subtitle: [head, ...still].join(' · '),
        legend: [...[...key.querySelectorAll('li')].map((li) => [li.querySelector('.ch-swatch'), li.textContent]), ...notes.filter(Boolean)], source: say_('source', {source: view.table.source})})))));
  return fitted(figure, (width) => {
    figure.replaceChildren();
    const plane = planeOf(plan, geometry, width);
    if (!plane) { figure.append(h('p', {class: 'ch-note'}, say_('noMap'))); return; }
    drawing = drawn(figure, view, plan, found, plane, limits, id, options);
    key.replaceChildren(legend(view, plan, limits, cells, id, Boolean(plane.context), radiusOf(plan, found, plane)));
    const on = new Set(plane.shapes.map((s) => s.code));
    const left = plan.codes.map((c, i) => [c, i]).filter(([c]) => !on.has(c.code));
    off.replaceChildren(...(left.length ? [h('p', {class: 'ch-note'}, `${say_('elsewhere')}: `, left.map(([c, i]) => `${c.label} (${cells[i].text || say_('impossible')})`).join(', '))] : []));
  });
}

function planeOf(plan, {places, outlines}, width) {
  const codes = plan.codes.map((c) => c.code);
  if (plan.form === 'squares') return squares(codes, width);
  const height = Math.min(680, Math.max(380, width * 1.25));
  return plan.form === 'shapes' || plan.form === 'own' ? borders(outlines, codes, width, height) : hexagons(places, plan.level, codes, width, height);
}

/** The map itself; returns the drawing. */
function drawn(figure, view, plan, found, plane, limits, id, options) {
  const at = new Map(plan.codes.map((c, i) => [c.code, i]));
  const chosen = options.chosen?.(plan.geo.name) ?? null;
  const drawing = svg('svg', {class: 'ch-svg', width: plane.width, height: plane.height, viewBox: `0 0 ${plane.width} ${plane.height}`, role: 'group',
    'aria-label': `${say(view.language, 'mapOf')}: ${plan.measure.title}`}, patterns(id, 1));
  if (plane.context) drawing.append(svg('path', {d: plane.context, class: 'ch-tile none', 'aria-hidden': 'true'}));
  const counted = !relative(plan.measure), radius = radiusOf(plan, found, plane);
  const grouped = plan.form === 'tiles' && plan.level !== 'GM', over = svg('g', {'aria-hidden': 'true'});
  const marks = plane.shapes.map((shape) => {
    const i = at.get(shape.code), cell = found.cells[0][i], code = plan.codes[i];
    const shade = cell.value === null || counted ? null : shadeOf(cell.value, limits);
    const node = svg('g', {class: `ch-region${options.choose ? ' can' : ''}`},
      svg('path', {d: shape.path, class: `ch-tile${grouped ? ' grouped' : ''} ${shade === null ? (cell.state === 1 ? 'hatched' : counted && cell.value !== null ? 'plain' : 'none') : `k${shade}`}`, fill: cell.state === 1 ? `url(#${id}-withheld)` : null}),
      counted && cell.value > 0 && plan.form !== 'squares' ? svg('circle', {cx: shape.x, cy: shape.y, r: radius(cell.value), class: 'ch-circle'}) : null);
    drawing.append(node);
    if (plan.level === 'JZ' || plan.level === 'PV') over.prepend(svg('path', {d: shape.ring, class: 'ch-border'}));
    over.append(...[names(shape, code, cell, shade, plan, plane), chosen?.has(code.code) ? svg('path', {d: shape.ring, class: 'ch-chosen'}) : null].filter(Boolean));
    const told = cell.value !== null ? `${cell.text} ${plan.measure.unit ?? ''}`.trim() : cell.state === 1 ? `. (${say(view.language, 'withheld')})` : say(view.language, 'impossible');
    return {node, x: shape.x, y: shape.top, head: code.label, lang: code.lang, lines: [told, ...(chosen?.has(code.code) ? [say(view.language, 'chosen')] : [])], code, ring: shape.ring};
  });
  if (plane.borders && plan.level === 'GM') over.prepend(svg('path', {d: plane.borders, class: 'ch-border fine'}));
  const rings = ['ch-ring-ground', 'ch-ring'].map((name) => svg('path', {class: name, 'aria-hidden': 'true'}));
  drawing.append(over, ...rings);
  figure.prepend(drawing);
  reach(figure, drawing, [marks.sort((a, b) => Math.round((a.y - b.y) / 6) || a.x - b.x)], {step: stepInPlane, shown: (m) => rings.forEach((ring) => ring.setAttribute('d', m?.ring ?? '')), choose: options.choose ? (m) => options.choose(plan.geo.name, m.code.code) : null});
  return drawing;
}

/** value -> radius of its circle: areas are in proportion to counts, the largest fits its region. */
function radiusOf(plan, found, plane) {
  const most = Math.max(1, ...found.cells[0].map((c) => c.value ?? 0));
  const full = plan.form === 'shapes' || plan.form === 'own' ? 34 : plane.unit * (plan.level === 'GM' ? 0.47 : 0.8);
  return (value) => full * Math.sqrt(value / most);
}

/** Name, and figure where there is room, on a region. */
function names(shape, code, cell, shade, plan, plane) {
  const wide = plan.form === 'squares';
  if (!wide && shape.width < 52) return null;
  const title = code.title.replace(/ \((PV|JZ|GM|provincie|province|jeugdregio|youth region|gemeente|municipality)\)$/, '').replace(/^Wijk (\d+) /, '$1 ');
  const sizes = wide ? [13] : [11.5, 10];
  const tries = sizes.map((size) => wrap(title, shape.width - 3, 2, `${size}px system-ui, sans-serif`));
  const k = Math.max(0, tries.findIndex((found) => !found.some((t) => t.endsWith('…'))));
  const lines = tries[k], whole = !lines.some((t) => t.endsWith('…'));
  if (plan.level === 'JZ' && !whole) return null;
  const tone = shade === null ? 'halo' : `t${shade}`;
  const figureOn = wide || plane.unit >= 58;
  const first = shape.y - (lines.length - 1 + (figureOn ? 1 : 0)) * 7 + 4;
  return svg('g', {'aria-hidden': 'true'}, lines.map((text, i) => svg('text', {x: shape.x, y: first + i * 14, class: `ch-tag ${tone}`, 'font-size': sizes[k], lang: code.lang}, text)),
    figureOn ? svg('text', {x: shape.x, y: first + lines.length * 14 + 1, class: `ch-tag bold ${tone}`}, cell.text) : null);
}

const SPREAD = {1: [2], 2: [1, 3], 3: [0, 2, 4], 4: [0, 1, 3, 4], 5: [0, 1, 2, 3, 4]};
/** Which of the five shades a figure gets: few classes lie far apart. */
function shadeOf(value, limits) {
  return SPREAD[Math.max(1, limits.length - 1)][classOf(value, limits)];
}

/** [kind, text] per line of the legend: 'k0'... , 'withheld', 'none'. */
function legendTexts(view, plan, limits, cells, context) {
  const say_ = (key, filled) => say(view.language, key, filled), f = (v) => view.format(v, plan.measure.decimals);
  const n = relative(plan.measure) ? limits.length - 1 : 0, found = [], few = new Set(cells.filter((c) => c.value !== null).map((c) => c.value)).size <= 5;
  for (let k = 0; k < n; k++) {
    const last = k === n - 1, alone = few || limits[k] === limits[k + 1];
    found.push([`k${SPREAD[Math.max(1, n)][k]}`, alone ? f(limits[k]) : say_(last ? 'andMore' : 'upTo', {a: f(limits[k]), b: f(limits[k + 1])})]);
  }
  if (cells.some((c) => c.state === 1)) found.push(['withheld', `. ${say_('notShown')}: ${say_('withheld')}`]);
  if (cells.some((c) => c.state === 2)) found.push(['none', say_('impossible')]);
  if (context) found.push(['none', say_('noData')]);
  return found;
}

/** Three circles with what they stand for; none for rates. */
function sizes(view, plan, cells, radius) {
  if (relative(plan.measure) || plan.form === 'squares') return null;
  const most = Math.max(0, ...cells.map((c) => c.value ?? 0)), step = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  const large = Math.max(1, Math.floor(most / step) * step), values = [...new Set([large, Math.round(large / 4), Math.round(large / 20)])].filter((v) => v > 0);
  return h('ul', {class: 'ch-classes'}, values.map((value) => h('li', {}, svg('svg', {width: 2 * radius(large) + 2, height: 2 * radius(value) + 2, class: 'ch-svg', 'aria-hidden': 'true'},
    svg('circle', {cx: radius(large) + 1, cy: radius(value) + 1, r: radius(value), class: 'ch-circle ch-swatch'})), h('span', {}, view.format(value, 0)))));
}

function legend(view, plan, limits, cells, id, context, radius) {
  return h('div', {}, h('p', {class: 'ch-classes-title'}, plan.measure.unit || plan.measure.title), sizes(view, plan, cells, radius),
    h('ul', {class: 'ch-classes'}, legendTexts(view, plan, limits, cells, context).map(([kind, text]) => h('li', {},
      svg('svg', {width: 26, height: 18, class: 'ch-svg', 'aria-hidden': 'true'}, svg('rect', {x: 0.5, y: 0.5, width: 25, height: 17,
        class: `ch-swatch ch-tile ${kind === 'withheld' ? '' : kind}`, fill: kind === 'withheld' ? `url(#${id}-withheld)` : null})), h('span', {}, text)))));
}

function summaryOf(view, plan, found) {
  const cells = found.cells[0], shown = cells.map((c, i) => [c, i]).filter(([c]) => c.value !== null), dots = cells.filter((c) => c.state === 1).length;
  if (!shown.length) return say(view.language, 'noFigures');
  const high = shown.reduce((a, b) => (b[0].value > a[0].value ? b : a)), low = shown.reduce((a, b) => (b[0].value < a[0].value ? b : a));
  return [say(view.language, 'sumMap', {level: /^\d+$/.test(plan.level) ? say(view.language, 'level') : say(view.language, plan.level), high: plan.codes[high[1]].label, a: high[0].text, low: plan.codes[low[1]].label, b: low[0].text}),
    dots ? say(view.language, 'sumWithheld', {n: view.format(dots, 0), all: view.format(cells.length, 0)}) : ''].filter(Boolean).join(' ');
}
