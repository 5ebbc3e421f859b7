/* The dialog in which one chooses codes of a dimension: searching, all, none, by level, with those under a code. */

import {el, fill, icon, quietly} from './dom.js';
import {say} from './words.js';
import {dimensionLabel, labelOf, levelsOf} from './model.js';
import {branches} from './state.js';

const DRAWN = 300;                  // lines drawn at first; more on asking

/** Opens the dialog. single: one code is chosen, not several. Resolves to a Set of codes, or null when cancelled. */
export function pickCodes({dimension, chosen, single, language, labels}) {
  return new Promise((resolve) => {
    const picker = new Picker(dimension, chosen, single, language, labels, resolve);
    document.body.append(picker.dialog);
    picker.dialog.showModal();
    picker.search.focus();
  });
}

/** Letters without accents and capitals, so that 'beeindigd' finds 'Beëindigd'. */
export const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

class Picker {
  constructor(dimension, chosen, single, language, labels, resolve) {
    Object.assign(this, {dimension, single, language, labels, resolve, shown: DRAWN, result: null});
    this.chosen = new Set(chosen);
    this.open = dimension.codes.length <= 40 ? branches(dimension)
      : new Set(dimension.roots.length === 1 ? [dimension.codes[dimension.roots[0]].code] : []);
    this.texts = dimension.codes.map((c) => folded(`${c.code} ${c.title.nl ?? ''} ${c.title.en ?? ''}`));
    this.#build();
    this.#draw();
  }

  say(key, filled) { return say(this.language, key, filled); }

  #build() {
    const name = dimensionLabel(this.dimension, this.language, 'titles');
    const hint = this.say('searchCodes', {name: name.text});
    this.search = el('input', {type: 'search', autocomplete: 'off', spellcheck: 'false', 'aria-label': hint, placeholder: hint,
                               oninput: quietly(() => { this.shown = DRAWN; this.#draw(); }, 60)});
    this.list = el('div', {class: 'codes', role: 'group', 'aria-label': name.text, tabindex: -1});
    this.count = el('p', {class: 'count', 'aria-live': 'polite'});
    this.quick = el('div', {class: 'quick'});
    this.done = el('button', {type: 'submit', class: 'main'}, this.say('apply'));
    this.dialog = el('dialog', {class: 'picker', 'aria-labelledby': 'picker-title', onclose: () => this.#closed(),
                                onclick: (event) => { if (event.target === this.dialog) this.dialog.close(); }},
      el('form', {method: 'dialog', onsubmit: (event) => this.#submit(event)},
        el('header', {},
          el('h2', {id: 'picker-title'}, this.say(this.single ? 'chooseOne' : 'chooseOf', {name: name.text})),
          el('button', {type: 'button', class: 'quiet round', 'aria-label': this.say('close'),
                        onclick: () => this.dialog.close()}, icon('close'))),
        el('div', {class: 'find'}, icon('search'), this.search), this.quick, this.list,
        el('footer', {}, this.count,
          el('button', {type: 'button', class: 'quiet', onclick: () => this.dialog.close()}, this.say('cancel')), this.done)));
  }

  #submit(event) {
    event.preventDefault();
    if (!this.chosen.size) return;
    this.result = this.chosen;
    this.dialog.close();
  }

  #closed() {
    this.dialog.remove();
    this.resolve(this.result);
  }

  get #words() { return folded(this.search.value).split(/\s+/).filter(Boolean); }

  /** [position, level, has children] of the lines: those found, or the tree as far as it is open. */
  #lines() {
    const words = this.#words, {dimension} = this;
    if (words.length) {
      return dimension.codes.map((_, i) => i).filter((i) => words.every((w) => this.texts[i].includes(w))).map((i) => [i, 0, false]);
    }
    const found = [];
    const visit = (positions, level) => positions.forEach((p) => {
      const children = dimension.children[p];
      found.push([p, level, children.length > 0]);
      if (children.length && this.open.has(dimension.codes[p].code)) visit(children, level + 1);
    });
    visit(dimension.roots, 0);
    return found;
  }

  #draw(focus) {
    const lines = this.#lines();
    this.#drawQuick(lines);
    fill(this.list, lines.slice(0, this.shown).map((line) => this.#line(line)),
      lines.length > this.shown && el('button', {type: 'button', class: 'quiet', onclick: () => { this.shown += DRAWN; this.#draw(); }},
        this.say('more', {n: Math.min(DRAWN, lines.length - this.shown)})));
    this.#told();
    if (focus) this.list.querySelector(focus)?.focus();
  }

  #line([position, level, branch]) {
    const code = this.dimension.codes[position];
    const {text, lang} = labelOf(code, this.language, this.labels);
    const isOpen = this.open.has(code.code);
    const input = el('input', {type: this.single ? 'radio' : 'checkbox', name: 'code', value: code.code,
                               onchange: () => this.#tick(code.code, input.checked)});
    input.checked = this.chosen.has(code.code);
    return el('div', {class: 'line', 'data-indent': Math.min(level, 6)},
      branch ? el('button', {type: 'button', class: 'twist-button', 'aria-expanded': String(isOpen), 'data-twist': code.code,
                             'aria-label': this.say(isOpen ? 'shut' : 'open', {name: text}), onclick: () => this.#twist(code.code)},
        el('span', {class: 'twist', 'aria-hidden': 'true'})) : el('span', {class: 'no-twist'}),
      el('label', {}, input, el('span', {lang}, text)),
      branch && !this.single && el('button', {type: 'button', class: 'quiet small', 'aria-label': `${text}: ${this.say('under')}`,
                                              onclick: () => this.#withUnder(position)}, this.say('under')));
  }

  #tick(code, on) {
    if (this.single) this.chosen.clear();
    if (on) this.chosen.add(code); else this.chosen.delete(code);
    this.#told();
  }

  #twist(code) {
    if (!this.open.delete(code)) this.open.add(code);
    this.#draw(`[data-twist="${CSS.escape(code)}"]`);
  }

  /** A code and all under it: in, or out when they all were in. */
  #withUnder(position) {
    const all = [];
    const visit = (p) => { all.push(this.dimension.codes[p].code); this.dimension.children[p].forEach(visit); };
    visit(position);
    const out = all.every((c) => this.chosen.has(c));
    all.forEach((c) => (out ? this.chosen.delete(c) : this.chosen.add(c)));
    this.#draw();
  }

  #drawQuick(lines) {
    if (this.single) { fill(this.quick); return; }
    const set = (codes) => () => { this.chosen = new Set(codes); this.#draw(); };
    const codes = this.dimension.codes;
    const button = (label, run) => el('button', {type: 'button', class: 'pill', onclick: run}, label);
    const levels = levelsOf(this.dimension, this.language);
    fill(this.quick,
      this.#words.length ? button(this.say('selectFound'), () => { lines.forEach(([i]) => this.chosen.add(codes[i].code)); this.#draw(); })
        : button(this.say('selectAll'), set(codes.map((c) => c.code))),
      button(this.say('selectNone'), set([])),
      levels.length > 1 && levels.map((level) => button(level.label, set(level.positions.map((i) => codes[i].code)))));
  }

  #told() {
    const n = this.chosen.size;
    this.count.textContent = n ? this.say('chosen', {n, all: this.dimension.codes.length}) : this.say('chooseSome');
    this.done.disabled = n === 0;
  }
}
