/* Draws a live view as a table: headers that stay in sight, branches that open, and of long tables only the rows in sight.
 *
 * A table of more than ALL_ROWS rows gets rows of one height; those outside the window are two blank rows of the right
 * height, and aria-rowindex tells where a row stands. Columns come in pages of MOST_COLUMNS.
 */

import {el, fill, icon, wordsIn} from './dom.js';
import {sortable} from './order.js';
import {say} from './words.js';
import {figure} from './format.js';
import {dimensionLabel, labelOf, unitWords} from './model.js';
import {MEASURES, PENDING, PRINTED, WITHHELD} from './cells.js';
import {MOST_COLUMNS, needs} from './view.js';

const ALL_ROWS = 150;               // up to here every row is drawn, as high as its words need
const ROW = 34;                     // height of a row of a long table, in pixels; as --row in table.css
const MARGIN = 20;                  // rows drawn above and below what is in sight
const MOST = 400_000;               // rows that can be scrolled through: browsers end a page at some 17 million pixels
const PAPER = 1050;                 // width on the screen that fits an upright sheet; a wider table is turned, then shrunk
const STEP = 200;                   // rows asked for together

/** What a cell shows. */
export function cellText(cell, decimals, language) {
  if (cell.state === PRINTED) return figure(cell.value, decimals, language);
  return cell.state === WITHHELD ? '.' : cell.state === PENDING ? '…' : '';
}

export class Grid {
  /** marks(name): footnote marks of a dimension or measure, as elements. onToggle(dimension, code, entry): a branch was asked for;
   *  onSort(codes, name): an order by the column with these codes. */
  constructor(container, {marks, onToggle, onSort}) {
    this.container = container;
    this.marks = marks;
    this.onToggle = onToggle;
    this.onSort = onSort;
    this.firstColumn = 0;
    this.scroller = el('div', {class: 'scroller', tabindex: 0, role: 'region', id: 'figures', onscroll: () => this.#scrolled()});
    this.pager = el('div', {class: 'column-pager'});
    fill(container, this.pager, this.scroller);
    this.observer = new ResizeObserver(() => this.#scrolled());
    this.observer.observe(this.scroller);
  }

  destroy() { this.observer.disconnect(); this.view = null; }

  /** Draws the view and asks for the figures that are missing; resolves when those in sight are there. */
  show(view, language, labels) {
    Object.assign(this, {view, language, labels});
    this.firstColumn = Math.min(this.firstColumn, Math.max(0, view.columns.length - 1));
    this.firstColumn -= this.firstColumn % MOST_COLUMNS;
    this.length = Math.min(view.rows.length, MOST);
    this.long = this.length > ALL_ROWS;
    const focused = document.activeElement?.dataset?.branch;
    this.body = el('tbody', {});
    this.table = el('table', {class: this.long ? 'figures long' : 'figures', 'aria-rowcount': view.rows.length + this.#levels(),
                              'aria-colcount': view.columns.length + Math.max(1, view.rows.dimensions.length)},
      el('caption', {class: 'vh'}, this.#caption()), this.#widths(), this.#head(), this.body);
    this.scroller.setAttribute('aria-label', say(language, 'scrollTable'));
    fill(this.scroller, this.table);
    this.#drawPager();
    this.window = null;
    this.#drawRows();
    this.#stick();
    if (focused) this.scroller.querySelector(`[data-branch="${CSS.escape(focused)}"]`)?.focus({preventScroll: true});
    return this.#fetch();
  }

  get lastColumn() { return Math.min(this.view.columns.length, this.firstColumn + MOST_COLUMNS); }

  #levels() { return Math.max(1, this.view.columns.dimensions.length); }

  #caption() {
    const names = (axis) => axis.dimensions.map((d) => dimensionLabel(d, this.language, this.labels).text).join(', ')
      || say(this.language, 'none');
    return `${this.view.title ?? ''} ${say(this.language, 'caption', {rows: names(this.view.rows), columns: names(this.view.columns)})}`;
  }

  /** Widths of the row headers of a long table, so that they do not jump while one scrolls. */
  #widths() {
    const {rows} = this.view;
    if (!this.long) return null;
    return el('colgroup', {}, rows.dimensions.map((d, k) => {
      const longest = rows.entries[k].reduce((most, e) => Math.max(most, e.level * 2 + 6
        + labelOf(d.codes[e.position], this.language, this.labels).text.length), 12);
      const col = el('col');
      col.style.width = `${Math.min(26, longest * 0.56 + 1)}rem`;
      return col;
    }));
  }

  #head() {
    const {rows, columns} = this.view;
    const levels = this.#levels();
    const head = el('thead', {});
    for (let k = 0; k < levels; k++) {
      const line = el('tr', {'aria-rowindex': k + 1});
      if (k === 0) this.#corner(line, levels);
      if (columns.dimensions.length) this.#headLine(line, k);
      else line.append(el('th', {scope: 'col', class: 'number'}, this.#onlyMeasure()));
      head.append(line);
    }
    return head;
  }

  #corner(line, levels) {
    const {rows} = this.view;
    const names = rows.dimensions.length ? rows.dimensions : [null];
    names.forEach((d, k) => {
      const {text, lang} = d ? dimensionLabel(d, this.language, this.labels) : {text: ''};
      line.append(el(d ? 'th' : 'td', {class: 'corner', scope: d ? 'col' : null, rowspan: levels, lang, 'data-level': k},
        text, d && this.marks(d.name)));
    });
  }

  #headLine(line, k) {
    const {columns} = this.view;
    const dimension = columns.dimensions[k], span = columns.repeat[k], last = k === columns.dimensions.length - 1;
    for (let j = this.firstColumn; j < this.lastColumn;) {
      const end = Math.min((Math.floor(j / span) + 1) * span, this.lastColumn);
      const inner = this.#label(dimension, columns.at(j, k), `c${k}`, j);
      line.append(el('th', {scope: last ? 'col' : 'colgroup', class: last ? 'number' : 'group', id: `c${k}-${j}`,
                            'aria-sort': last && j === this.view.sorted ? (this.view.state.sort.down ? 'descending' : 'ascending') : null,
                            colspan: end - j > 1 ? end - j : null}, last ? [inner, this.#sorter(j)] : el('span', {class: 'stay'}, inner)));
      j = end;
    }
  }

  /** The button that puts the rows in the order of a column. */
  #sorter(j) {
    const {view, language} = this;
    if (!sortable(view.state) || view.rows.length < 3) return null;
    const codes = view.columns.dimensions.map((d, k) => d.codes[view.columns.at(j, k).position]);
    const name = codes.map((code) => labelOf(code, language, this.labels).text).join(', ');
    return el('button', {type: 'button', class: 'sort', 'aria-label': say(language, 'sortBy', {name}), 'data-branch': `sort ${j}`,
                         'data-on': j === view.sorted ? (view.state.sort.down ? 'down' : 'up') : null,
                         onclick: () => this.onSort(codes.map((c) => c.code), name)}, icon('sort'));
  }

  /** The label of a code, as a button where it has others under it. */
  #label(dimension, entry, place, at) {
    const code = dimension.codes[entry.position];
    const {text, lang} = labelOf(code, this.language, this.labels);
    const unit = dimension.name === MEASURES && code.unit && !this.view.look ? wordsIn('span', unitWords(code), this.language, {class: 'unit'}) : null;
    const marks = dimension.name === MEASURES ? this.marks(code.name) : null;
    const words = el('span', {lang, class: 'words', title: this.long ? text : null}, text);
    if (!entry.children) {
      return [el('span', {class: dimension.tree ? 'leaf' : 'plain', ...this.#indent(entry)}, words, marks), unit];
    }
    return [el('button', {type: 'button', class: 'branch', 'aria-expanded': String(entry.open), ...this.#indent(entry),
                          'data-branch': `${place} ${at} ${code.code}`,
                          onclick: () => this.onToggle(dimension, code, entry),
                          onkeydown: (event) => this.#arrow(event, dimension, code, entry)},
      el('span', {class: 'twist', 'aria-hidden': 'true'}), words), marks, unit];
  }

  #indent(entry) { return {'data-indent': Math.min(entry.level, 6)}; }

  #arrow(event, dimension, code, entry) {
    if ((event.key === 'ArrowRight' && !entry.open) || (event.key === 'ArrowLeft' && entry.open)) {
      event.preventDefault();
      this.onToggle(dimension, code, entry);
    }
  }

  #onlyMeasure() {
    const measure = this.view.measure(0, 0);
    return [labelOf(measure, this.language, this.labels).text, measure.unit && wordsIn('span', unitWords(measure), this.language, {class: 'unit'})];
  }

  /** The rows that are in sight, or all of a short table. */
  #inSight() {
    const {length} = this;
    if (!this.long) return [0, length];
    const top = Math.floor(this.scroller.scrollTop / ROW), count = Math.ceil((this.scroller.clientHeight || 600) / ROW);
    return [Math.max(0, top - MARGIN), Math.min(length, top + count + MARGIN)];
  }

  #drawRows() {
    const [from, to] = this.everything ? [0, this.length] : this.#inSight();
    this.window = [from, to];
    const lines = [];
    for (let i = from; i < to; i++) lines.push(this.#row(i, from, to));
    fill(this.body, this.#space(from), lines, this.#space(this.length - to));
  }

  #space(rows) {
    if (!rows) return null;
    const space = el('tr', {class: 'space', 'aria-hidden': 'true'}, el('td', {}));
    space.firstChild.style.height = `${rows * ROW}px`;
    return space;
  }

  #row(i, from, to) {
    const {view, language} = this;
    const {rows, columns} = view;
    const line = el('tr', {'aria-rowindex': i + 1 + this.#levels()});
    const ids = [];
    rows.dimensions.forEach((dimension, k) => {
      const span = rows.repeat[k], start = Math.max(from, Math.floor(i / span) * span);
      ids.push(`r${k}-${start}`);
      if (start !== i) return;
      const end = Math.min(to, (Math.floor(i / span) + 1) * span), last = k === rows.dimensions.length - 1;
      line.append(el('th', {scope: last ? 'row' : 'rowgroup', id: `r${k}-${start}`, rowspan: end - i > 1 ? end - i : null,
                            class: last ? 'row' : 'row group', 'data-level': k},
        this.#label(dimension, rows.at(i, k), `r${k}`, rows.at(i, k).position)));
    });
    if (!rows.dimensions.length) line.append(el('th', {scope: 'row', class: 'row'}, this.#onlyMeasure()));
    const deep = rows.dimensions.length > 1 || columns.dimensions.length > 1;
    for (let j = this.firstColumn; j < this.lastColumn; j++) line.append(this.#cell(i, j, deep ? ids : null, language));
    return line;
  }

  #cell(i, j, rowIds, language) {
    const {columns} = this.view;
    const cell = this.view.cell(i, j);
    const made = document.createElement('td');
    if (rowIds) {
      const columnIds = columns.dimensions.map((_, k) =>
        `c${k}-${Math.max(this.firstColumn, Math.floor(j / columns.repeat[k]) * columns.repeat[k])}`);
      made.headers = [...rowIds, ...columnIds].join(' ');
    }
    made.textContent = cellText(cell, this.view.measure(i, j).decimals, language);
    if (cell.state !== PRINTED) this.#explain(made, cell.state);
    return made;
  }

  #explain(made, state) {
    const key = state === WITHHELD ? 'withheld' : state === PENDING ? 'pending' : 'impossible';
    made.className = key;
    if (state === WITHHELD) made.title = say(this.language, key);
    fill(made, el('span', {'aria-hidden': 'true'}, made.textContent), el('span', {class: 'vh'}, say(this.language, key)));
  }

  #scrolled() {
    if (!this.view || !this.long || this.everything) return;
    const [from, to] = this.#inSight(), [a, b] = this.window ?? [0, 0];
    if (Math.abs(from - a) < MARGIN / 2 && Math.abs(to - b) < MARGIN / 2) return;
    this.#drawRows();
    this.#fetch();
  }

  /** Asks for the figures of the window, in steps that do not shift with every scroll. */
  async #fetch() {
    const {view} = this;
    const [a, b] = this.window;
    const from = Math.floor(a / STEP) * STEP, to = Math.min(this.length, Math.ceil(b / STEP) * STEP);
    const missing = this.body.querySelector('.pending') !== null;
    if (!missing || from >= to) return;
    await view.store.load(needs(view, from, to, this.firstColumn, this.lastColumn));
    if (this.view === view && this.body.querySelector('.pending')) this.#redraw();
  }

  #redraw() {
    const focused = document.activeElement?.dataset?.branch;
    this.#drawRows();
    if (focused) this.scroller.querySelector(`[data-branch="${CSS.escape(focused)}"]`)?.focus({preventScroll: true});
  }

  #drawPager() {
    const {view, language} = this;
    const n = view.columns.length;
    const cut = view.rows.length > MOST && el('p', {class: 'muted'}, say(language, 'cut', {n: figure(MOST, 0, language)}));
    if (n <= MOST_COLUMNS) { fill(this.pager, cut); return; }
    const go = (step) => () => { this.firstColumn += step * MOST_COLUMNS; this.show(view, language, this.labels); };
    fill(this.pager, cut,
      el('button', {type: 'button', class: 'quiet', disabled: this.firstColumn === 0, onclick: go(-1)}, say(language, 'before')),
      el('span', {}, say(language, 'columnsShown', {a: this.firstColumn + 1, b: this.lastColumn, n})),
      el('button', {type: 'button', class: 'quiet', disabled: this.lastColumn === n, onclick: go(1)}, say(language, 'next')));
  }

  /** Tells the style sheet how far from the left each column of row headers stays, and how high the head is. */
  #stick() {
    let left = 0;
    [...this.table.querySelectorAll('thead .corner')].forEach((corner, k) => {
      this.table.style.setProperty(`--left-${k}`, `${left}px`);
      left += corner.getBoundingClientRect().width;
    });
    this.table.style.setProperty('--heads', `${left}px`);
    let top = 0;
    [...this.table.tHead.rows].forEach((line, k) => {
      line.style.setProperty('--top', `${top}px`);
      top += line.getBoundingClientRect().height;
    });
    this.table.style.setProperty('--head', `${top}px`);
    const wide = this.table.scrollWidth;
    this.scroller.classList.toggle('over', wide > PAPER);
    this.table.style.setProperty('--fit', String(Math.max(0.35, Math.min(1, 1.4 * PAPER / wide))));
  }

  /** For paper: every row, as far as its figures are here; and back. */
  setEverything(on) {
    if (!this.view || this.everything === on || (on && this.view.rows.length > 4000)) return;
    this.everything = on;
    this.#drawRows();
  }
}
