/* What changes the look of a table and not its layout: table, chart or map; figures or shares; and in the panel labels, branches, empty rows. */

import {el, fill, icon} from './dom.js';
import {say} from './words.js';
import {dimensionLabel, titleOf} from './model.js';
import {baseOf, looksOf} from './reckon.js';
import * as choose from './state.js';

const ICONS = {table: 'table', chart: 'chart', map: 'map'};
const WORDS = {table: 'asTable', chart: 'asChart', map: 'asMap'};

/** Fills the bar above the table, and the row of the panel. trees: dimensions with branches to open. */
export function drawTools(bar, panel, {table, state, language, change, trees}) {
  const s = (key) => say(language, key);
  const focused = document.activeElement?.dataset?.as, tool = document.activeElement?.dataset?.tool;
  const form = (as) => el('button', {type: 'button', 'aria-pressed': String(state.as === as), 'data-as': as,
                                     onclick: () => change({...state, as})}, icon(ICONS[as]), s(WORDS[as]));
  const looks = looksOf(table, state);
  fill(bar, el('div', {class: 'segments', role: 'group', 'aria-label': s('presentation')}, choose.FORMS.map(form)),
    state.as === 'table' && (looks.length > 0 || state.look) && list('look', s('look'),
      [['', s('plainLook')], ...looks.map((l) => [l, lookName(table, state, l, language)])], state.look, (look) => change({...state, look})));
  const hide = el('input', {type: 'checkbox', checked: state.hide, 'data-tool': 'hide', onchange: () => change({...state, hide: hide.checked})});
  fill(panel, branchButtons(trees, state, language, change), el('label', {class: 'inline'}, hide, el('span', {}, s('hideEmpty'))),
    list('labels', s('labels'), choose.LABELS.map((l) => [l, s(l)]), state.labels, (labels) => change({...state, labels})));
  bar.lang = language;
  if (focused) bar.querySelector(`[data-as="${focused}"]`)?.focus({preventScroll: true});
  if (tool) [bar, panel].map((p) => p.querySelector(`[data-tool="${tool}"]`)).find(Boolean)?.focus({preventScroll: true});
}

/** What a look shows: '% van Totaal leeftijd', 'Verschil met een jaar eerder'. */
export function lookName(table, state, look, language) {
  if (look === 'change' || look === 'growth') return say(language, look);
  const dimension = baseOf(table, state, look)?.dimension, tops = dimension?.roots ?? [];
  if (tops.length === 1) return say(language, 'shareOf', {name: titleOf(dimension.codes[tops[0]], language).text});
  return say(language, 'shareIn', {name: dimension ? dimensionLabel(dimension, language, 'titles').text : ''});
}

function list(name, label, options, chosen, take) {
  const select = el('select', {'data-tool': name, onchange: () => take(select.value)},
    options.map(([value, text]) => el('option', {value, selected: value === chosen}, text)));
  return el('label', {class: 'inline'}, el('span', {}, label), select);
}

/** Open or close every branch of the rows and columns. */
function branchButtons(trees, state, language, change) {
  if (!trees.length) return null;
  const set = (codesOf) => () => change(trees.reduce((s, d) => choose.withOpen(s, d.name, codesOf(d)), state));
  return [el('button', {type: 'button', class: 'quiet', onclick: set(choose.branches)}, say(language, 'openAll')),
          el('button', {type: 'button', class: 'quiet', onclick: set(() => new Set())}, say(language, 'shutAll'))];
}
