/* Which dimension stands where. Above the table a bar of chips (drawChips): what is in rows and columns, and the filters with their
 * choice. In the panel behind it (drawLayout) three zones: a chip is dragged by its grip or moved by its menu; its name opens the
 * choice of categories; in the filters it holds the choice itself. A dimension of one code is in neither.
 */

import {el, fill, icon} from './dom.js';
import {say} from './words.js';
import {dimensionLabel, labelOf} from './model.js';
import {draggable} from './drag.js';
import {menuButton} from './menu.js';
import {ZONES, choosable, chosenOf} from './state.js';

const SHORT = 60;                   // a filter of up to this many codes is a list to choose from
const NAMES = {filters: 'filters', columns: 'columns', rows: 'rows'};
const TO = {filters: 'toFilters', columns: 'toColumns', rows: 'toRows'};

/** Draws the bar. act: {move(name, zone, place), shift(name, step), choose(name, code), pick(name, place: 'chips'|'layout'), swap(), reset()}. */
export function drawLayout(container, {table, state, language, labels, marks, act}) {
  const context = {container, table, state, language, labels, marks, act, place: 'layout'};
  const at = container.contains(document.activeElement) ? document.activeElement : null;
  const focused = at?.closest('[data-item]')?.dataset.item, part = at?.dataset.part;
  fill(container, el('p', {class: 'hint'}, say(language, 'arrangeHint')),
    el('div', {class: 'zones'}, ZONES.map((zone) => drawZone(context, zone))),
    el('div', {class: 'arrange-tools'},
      el('button', {type: 'button', class: 'quiet', 'data-part': 'swap', onclick: act.swap}, icon('swap'), say(language, 'swap')),
      el('button', {type: 'button', class: 'quiet', 'data-part': 'reset', onclick: act.reset}, icon('undo'), say(language, 'reset'))));
  if (part) {
    const inside = focused ? `[data-item="${CSS.escape(focused)}"] ` : '';
    container.querySelector(`${inside}[data-part="${part}"]`)?.focus({preventScroll: true});
  }
}

/** Draws the bar of chips; act as for drawLayout. */
export function drawChips(container, {table, state, language, labels, act}) {
  const context = {container, table, state, language, labels, act, place: 'chips'};
  const focused = container.contains(document.activeElement) ? document.activeElement.closest('[data-chip]')?.dataset.chip : null;
  fill(container, ZONES.flatMap((zone) => choosable(table, state[zone]).map((name) => {
    const dimension = table.dimension(name), {text, lang} = dimensionLabel(dimension, language, labels);
    const usual = zone !== 'filters' || chosenOf(table, state, name) === dimension.codes[dimension.usual].code;
    return el('li', {class: `chip on-${zone}${usual ? '' : ' changed'}`, 'data-chip': name},
      zone !== 'filters' && el('span', {class: 'zone-name'}, say(language, NAMES[zone])),
      zone === 'filters' ? filterOf(context, dimension, text, lang) : choiceOf(context, dimension, text, lang));
  })));
  if (focused) container.querySelector(`[data-chip="${CSS.escape(focused)}"] :is(button, select)`)?.focus({preventScroll: true});
}

function drawZone(context, zone) {
  const {state, language} = context;
  const names = choosable(context.table, state[zone]);
  return el('section', {class: `zone zone-${zone}`, 'data-zone': zone, 'aria-label': say(language, NAMES[zone])},
    el('h2', {}, say(language, NAMES[zone])),
    el('ul', {}, names.map((name, i) => chip(context, zone, name, i)),
      names.length ? null : el('li', {class: 'empty'}, say(language, 'emptyZone'))));
}

function chip(context, zone, name, place) {
  const {container, table, language, labels, marks, act} = context;
  const dimension = table.dimension(name);
  const {text, lang} = dimensionLabel(dimension, language, labels);
  const grip = el('span', {class: 'grip', 'aria-hidden': 'true'}, icon('grip'));
  const made = el('li', {class: 'chip', 'data-item': name}, grip,
    zone === 'filters' ? filterOf(context, dimension, text, lang) : choiceOf(context, dimension, text, lang),
    marks(name),
    menuButton({class: 'dots', 'data-part': 'menu', 'aria-label': say(language, 'menuOf', {name: text})}, icon('more'),
      () => moves(context, zone, name, place)));
  draggable(grip, made, () => [...container.querySelectorAll('.zone')], (target, at) => act.move(name, target.dataset.zone, at));
  return made;
}

function moves({state, language, act}, zone, name, place) {
  return [
    ...ZONES.filter((z) => z !== zone).map((z) => ({label: say(language, TO[z]), run: () => act.move(name, z)})),
    {label: say(language, 'earlier'), off: place === 0, run: () => act.shift(name, -1)},
    {label: say(language, 'later'), off: place === state[zone].length - 1, run: () => act.shift(name, 1)},
  ];
}

/** In rows and columns: name and how many codes are chosen; opens the choice. */
function choiceOf({table, state, language, act, place}, dimension, text, lang) {
  const all = table.dimension(dimension.name).codes.length;
  const n = state.selected.get(dimension.name)?.size ?? all;
  return el('button', {type: 'button', class: 'pick', 'data-part': 'pick', onclick: () => act.pick(dimension.name, place)},
    el('span', {class: 'name', lang}, text),
    el('span', {class: 'count'}, n === all ? say(language, 'all', {all}) : say(language, 'ofAll', {n, all})));
}

/** In the filters: the one code, from a list or, of many, from a dialog. */
function filterOf({state, language, labels, act, place}, dimension, text, lang) {
  const chosen = state.chosen.get(dimension.name) ?? dimension.codes[dimension.usual].code;
  if (dimension.codes.length > SHORT) {
    return el('button', {type: 'button', class: 'pick', 'data-part': 'pick', onclick: () => act.pick(dimension.name, place)},
      el('span', {class: 'name', lang}, text),
      el('span', {class: 'count'}, labelOf(dimension.codes[dimension.position.get(chosen)], language, labels).text));
  }
  const order = [];
  const visit = (positions, level) => positions.forEach((p) => { order.push([p, level]); visit(dimension.children[p], level + 1); });
  visit(dimension.roots, 0);
  const select = el('select', {'data-part': 'select', onchange: () => act.choose(dimension.name, select.value)},
    order.map(([p, level]) => el('option', {value: dimension.codes[p].code, selected: dimension.codes[p].code === chosen},
      '\u00a0\u00a0\u00a0'.repeat(level) + labelOf(dimension.codes[p], language, labels).text)));
  return el('label', {class: 'pick'}, el('span', {class: 'name', lang}, text), select);
}
