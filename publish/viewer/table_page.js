/* The page of one table: joins state, view, layout bar, table, charts, map and notes. Every change of state goes through
 * `#change`, which writes the link and draws again.
 */

import {SITE} from './site.js';
import {announce, el, fill, icon, said, tellMadeUp, wordsIn} from './dom.js';
import {say, sayCount} from './words.js';
import {day, figure} from './format.js';
import {STATIC, getTable} from './api.js';
import {coverageOf, dimensionLabel, labelOf, makeTable, unitWords} from './model.js';
import {Cube, WHOLE} from './cube.js';
import {MEASURES} from './cells.js';
import {makeView, needs, seen} from './view.js';
import {decode, encode} from './permalink.js';
import * as choose from './state.js';
import {Grid} from './table.js';
import {drawChips, drawLayout} from './layout.js';
import {drawTools, lookName} from './tools.js';
import {pickCodes} from './picker.js';
import {drawNotes, makeMarks} from './notes.js';
import {openDownloads} from './downloads.js';
import {snapshot} from './snapshot.js';

const KEPT = new Map();             // table id -> {table, cube}: going back costs nothing
const MODULES = {chart: () => import('./charts/index.js'), map: () => import('./map/index.js')};

export class TablePage {
  constructor(container, language) {
    this.container = container;
    this.language = language;
  }

  say(key, filled) { return say(this.language, key, filled); }

  async open(id, parameters) {
    if (!KEPT.has(id)) {
      const table = makeTable(await getTable(id));
      KEPT.set(id, {table, cube: new Cube(table)});
    }
    if (this.gone) return;
    Object.assign(this, KEPT.get(id));
    const {state, lost} = decode(this.table, parameters);
    this.state = state;
    this.marks = makeMarks(this.table, this.language);
    tellMadeUp(this.table.madeUp ? this.say('madeUp') : '');
    this.#build(lost);
    this.#draw();
    if (this.table.cells <= WHOLE) this.cube.load(new Map()).catch(() => {});
  }

  /** Another link of the same table: the same page in another state. */
  move(parameters) {
    const {state, lost} = decode(this.table, parameters);
    this.state = state;
    if (lost.length) this.#tellLost(lost);
    this.#draw();
  }

  close() {
    this.gone = true;
    this.grid?.destroy();
    this.drawn?.destroy?.();
    removeEventListener('beforeprint', this.paper);
    removeEventListener('afterprint', this.screen);
  }

  #build(lost) {
    const {table, language} = this;
    const title = said(table.title, language);
    document.title = `${title.text} | ${SITE.name}`;
    this.lost = el('div', {});
    this.layout = el('section', {class: 'layout', 'aria-label': this.say('arrange')});
    this.chips = el('ul', {class: 'chips', 'aria-label': this.say('choice')});
    this.tools = el('div', {class: 'tools'});
    this.panelTools = el('div', {class: 'tool-row'});
    this.what = el('p', {class: 'what'});
    this.why = el('details', {class: 'why', hidden: true}, el('summary', {}, this.say('why')), el('p', {}, this.say('whyText')));
    this.place = el('div', {class: 'grid'});
    this.figure = el('div', {class: 'figure'});
    this.notes = el('div', {class: 'notes'});
    this.jump = el('button', {type: 'button', class: 'skip', onclick: () => document.getElementById('figures')?.focus()}, this.say('toTable'));
    fill(this.container, el('article', {class: 'table-page'}, this.jump,
      el('header', {class: 'table-head'},
        el('a', {class: 'back', href: this.language === 'en' ? '#/?lang=en' : '#/'}, icon('right'), this.say('tables')),
        el('h1', {lang: title.lang, tabindex: -1}, title.text, ' ', this.marks('')),
        el('div', {class: 'under-title'}, this.#facts(), this.#actions())),
      this.lost, el('div', {class: 'bar'}, this.chips, el('details', {class: 'arrange'},
        el('summary', {}, icon('swap'), this.say('arrange')), el('div', {class: 'panel'}, this.layout, this.panelTools))),
      this.tools, this.what, this.place, this.figure, this.why, this.notes));
    if (lost.length) this.#tellLost(lost);
    this.grid = new Grid(this.place, {marks: this.marks, onToggle: (d, code, entry) => this.#toggle(d, code, entry),
                                      onSort: (codes, name) => this.#sort(codes, name)});
    this.paper = () => this.grid.setEverything(true);
    this.screen = () => this.grid.setEverything(false);
    addEventListener('beforeprint', this.paper);
    addEventListener('afterprint', this.screen);
    requestAnimationFrame(() => { if (!this.gone) drawNotes(this.notes, table, language); });
  }

  #facts() {
    const {table} = this;
    return el('p', {class: 'meta'},
      el('span', {class: `badge ${table.status}`}, this.say(table.status)),
      el('span', {}, this.say('modified', {date: day(table.modified, this.language)})),
      el('span', {}, coverageOf(table, this.language)), el('span', {}, this.say('observations', {n: figure(table.observations, 0, this.language)})));
  }

  #actions() {
    const button = (name, key, run) => el('button', {type: 'button', class: `quiet ${name}`, onclick: run}, icon(name), this.say(key));
    return el('div', {class: 'actions'},
      button('link', 'copyLink', () => this.#copy()),
      button('save', 'download', () => openDownloads({table: this.table, view: this.view, state: this.state, language: this.language})),
      button('table', 'embed', () => this.#copyText(this.#frameCode(), 'embedded')),
      button('print', 'print', () => print()));
  }

  #copy() { return this.#copyText(location.href, 'copied'); }

  async #copyText(text, told) {
    try {
      await navigator.clipboard.writeText(text);
      announce(this.say(told));
      this.#flash(this.say(told));
    } catch {
      prompt(this.say('copyThis'), text);   // no clipboard without https or permission
    }
  }

  /** What another site puts into its page to show this view. */
  #frameCode() {
    const plainText = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
    const address = new URL(STATIC ? 'embed.html' : 'embed', location.href.split('#')[0]).href + location.hash;
    return `<iframe src="${plainText(address)}" title="${plainText(said(this.table.title, this.language).text)}" width="100%" height="600" `
      + 'style="border:0" loading="lazy"></iframe>';
  }

  #flash(text) {
    const note = el('div', {class: 'flash', 'aria-hidden': 'true'}, icon('check'), text);
    document.body.append(note);
    setTimeout(() => note.remove(), 2200);
  }

  #tellLost(lost) {
    const what = [...new Set(lost)].slice(0, 8).join(', ') + (new Set(lost).size > 8 ? ', …' : '');
    fill(this.lost, el('div', {class: 'notice', role: 'status'},
      el('div', {}, el('b', {}, this.say('lostTitle')), el('p', {}, this.say('lost', {what}))),
      el('button', {type: 'button', class: 'quiet round', 'aria-label': this.say('dismiss'),
                    onclick: () => fill(this.lost)}, icon('close'))));
  }

  /** A new state: into the link, onto the page, and said aloud. replace: the step back skips it. */
  #change(state, told, replace = false) {
    if (!state) { announce(this.say('lastAxis')); this.#flash(this.say('lastAxis')); return; }
    performance.mark('pivot');
    this.state = state;
    history[replace ? 'replaceState' : 'pushState'](null, '', encode(this.table, state, this.language));
    this.#draw();
    if (told) announce(told);
  }

  #draw() {
    const {table, state, language} = this;
    this.view = makeView(table, state, this.cube);
    this.view.title = said(table.title, language).text;
    const bar = {table, state, language, labels: state.labels, marks: this.marks, act: this.#acts()};
    drawChips(this.chips, bar);
    drawLayout(this.layout, bar);
    drawTools(this.tools, this.panelTools, {table, state, language, change: (next) => this.#change(next), trees: this.#trees()});
    this.#drawWhat();
    if (state.sort || state.hide) this.#wait(state);
    this.place.hidden = this.jump.hidden = state.as !== 'table';
    this.figure.hidden = state.as === 'table';
    const shown = state.as === 'table' ? this.grid.show(this.view, language, state.labels) : this.#drawFigure();
    const marked = performance.getEntriesByName('pivot').length > 0;
    Promise.resolve(shown).then(() => { this.#explainDots(); if (marked) this.#measured(); })
      .catch(() => this.#failed());
  }

  #measured() {
    requestAnimationFrame(() => setTimeout(() => {       // after it was laid out and painted
      if (performance.getEntriesByName('pivot').length) performance.measure('pivot-shown', 'pivot');
      performance.clearMarks('pivot');
    }));
  }

  #failed() {
    const again = el('button', {type: 'button', class: 'main', onclick: () => { fill(this.lost); this.#draw(); }}, this.say('again'));
    fill(this.lost, el('div', {class: 'notice', role: 'alert'}, el('p', {}, this.say('failed')), again));
  }

  #acts() {
    const {table, language} = this;
    const name = (n) => dimensionLabel(table.dimension(n), language, 'titles').text;
    const told = (next, n) => {
      const zone = choose.zoneOf(next, n);
      return this.say('moved', {name: name(n), zone: this.say(zone), n: next[zone].indexOf(n) + 1});
    };
    return {
      move: (n, zone, at) => { const next = choose.moved(this.state, n, zone, at); this.#change(next, next && told(next, n)); },
      shift: (n, step) => { const next = choose.shifted(this.state, n, step); this.#change(next, told(next, n)); },
      choose: (n, code) => this.#change(choose.withChosen(this.state, n, code)),
      pick: (n, place) => this.#pick(table.dimension(n), place),
      swap: () => this.#change(choose.swapped(this.state), this.say('swapped')),
      reset: () => this.#change({...choose.firstState(table), as: this.state.as, labels: this.state.labels}, this.say('wasReset')),
    };
  }

  async #pick(dimension, place) {
    const single = this.state.filters.includes(dimension.name);
    const all = dimension.codes.map((c) => c.code);
    const chosen = single ? [choose.chosenOf(this.table, this.state, dimension.name)] : this.state.selected.get(dimension.name) ?? all;
    const found = await pickCodes({dimension, chosen, single, language: this.language, labels: this.state.labels});
    if (found) {
      this.#change(single ? choose.withChosen(this.state, dimension.name, [...found][0])
        : choose.withSelected(this.table, this.state, dimension.name, found));
    }
    const name = CSS.escape(dimension.name);
    this[place].querySelector(`:is([data-item="${name}"], [data-chip="${name}"]) [data-part="pick"]`)?.focus();
  }

  #toggle(dimension, code, entry) {
    const next = choose.toggled(this.state, dimension.name, code.code);
    const {text} = labelOf(code, this.language, 'titles');
    this.#change(next, entry.open ? this.say('shutDone', {name: text}) : this.say('opened', {name: text, n: entry.children}));
  }

  #sort(codes, name) {
    const next = choose.sortedBy(this.state, codes);
    this.#change(next, next.sort ? this.say(next.sort.down ? 'sortDown' : 'sortUp', {name}) : this.say('sortNone'));
  }

  /** An order, and which rows are empty, are known when all figures of the view are here: drawn again then. */
  #wait(state) {
    const whole = makeView(this.table, {...state, sort: null, hide: false}, this.cube);
    const wanted = needs(whole, 0, whole.rows.length, 0, whole.columns.length);
    if (this.cube.here(wanted)) return;
    this.cube.load(wanted).then(() => { if (this.state === state && !this.gone) this.#draw(); }).catch(() => this.#failed());
  }

  /** The dimensions of rows and columns that have branches to open. */
  #trees() {
    return [...this.state.rows, ...this.state.columns].map((n) => this.table.dimension(n))
      .filter((d) => seen(d, this.state.selected.get(d.name) ?? null, new Set()).some((e) => e.children));
  }

  /** Above the table: what the figures are, where no head says it, and how many there are. */
  #drawWhat() {
    const {view, language, state, table} = this;
    const measure = view.filters.find((f) => f.dimension.name === MEASURES);
    const code = measure?.dimension.codes[measure.position], label = code && labelOf(code, language, state.labels);
    const single = view.filters.filter((f) => f.dimension.name !== MEASURES && f.dimension.codes.length === 1)
      .map((f) => labelOf(f.dimension.codes[0], language, state.labels));
    fill(this.what, label && el('b', {lang: label.lang}, label.text), code && this.marks(code.name),
      code?.unit && !view.look && wordsIn('span', unitWords(code), language, {class: 'muted'}),
      view.look && el('span', {}, `${lookName(table, state, state.look, language)}. `, el('span', {class: 'muted'}, this.say('reckoned'))),
      single.map(({text, lang}) => el('span', {class: 'muted', lang}, text)),
      el('span', {class: 'muted size'}, [view.hidden && sayCount(language, 'hiddenRows', view.hidden, figure(view.hidden, 0, language)),
        this.say('size', {rows: figure(view.rows.length, 0, language), columns: figure(view.columns.length, 0, language)})].filter(Boolean).join('; ')));
    this.what.dataset.table = table.id;
  }

  /** The three sentences on dots, where the table shows one. */
  #explainDots() {
    this.why.hidden = this.state.as === 'table' && !this.place.querySelector('.withheld');
  }

  /** Codes that are picked on the map: the one of a filter, or the selection of an axis; null: all. */
  #chosen(name) {
    if (this.state.filters.includes(name)) return new Set([choose.chosenOf(this.table, this.state, name)]);
    return this.state.selected.get(name) ?? null;
  }

  /** A region picked on the map: taken as filter, or put into the selection of its axis, or out of it again. */
  #region(name, code) {
    const {table, state} = this;
    if (state.filters.includes(name)) { this.#change(choose.withChosen(state, name, code)); return; }
    const codes = new Set(state.selected.get(name));
    if (!codes.delete(code)) codes.add(code);
    this.#change(choose.withSelected(table, state, name, codes.size ? codes : new Set(table.dimension(name).codes.map((c) => c.code))));
  }

  async #drawFigure() {
    const {view, state, language} = this;
    const draw = await MODULES[state.as]().catch(() => null);
    const data = draw && await snapshot(view, language, state.labels);
    if (this.view !== view || this.gone) return;
    this.drawn?.destroy?.();
    fill(this.figure);
    if (!draw) { fill(this.figure, el('p', {class: 'notice'}, this.say('unavailable'))); return; }
    this.drawn = draw.draw(this.figure, data, {announce, choose: (n, code) => this.#region(n, code), chosen: (n) => this.#chosen(n)});
  }
}

