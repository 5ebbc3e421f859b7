/* The catalogue: all tables, or those with the words one types. */

import {announce, el, fill, icon, quietly, said, tellMadeUp, wordsIn} from './dom.js';
import {say, sayCount} from './words.js';
import {day, figure} from './format.js';
import {findTables} from './api.js';
import {catalogueLink} from './permalink.js';
import {folded} from './picker.js';
import {spanOf} from './model.js';

export class Catalogue {
  constructor(container, language) {
    this.container = container;
    this.language = language;
  }

  async open(_, parameters, words) {
    document.title = `${say(this.language, 'tables')} | Celwacht`;
    this.input = el('input', {type: 'search', id: 'find', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'find-hint',
                              placeholder: say(this.language, 'search'), oninput: quietly(() => this.#search(true), 90)});
    this.input.value = words;
    this.count = el('p', {class: 'found', 'aria-live': 'polite'});
    this.list = el('ol', {class: 'tables'});
    fill(this.container, el('div', {class: 'catalogue'},
      el('h1', {tabindex: -1}, say(this.language, 'tagline')), el('p', {class: 'lead'}, say(this.language, 'catalogueIntro')),
      el('search', {class: 'find big'}, el('label', {class: 'vh', for: 'find'}, say(this.language, 'search')), icon('search'), this.input),
      el('p', {class: 'muted hint', id: 'find-hint'}, say(this.language, 'searchHint')), this.count, this.list));
    await this.#search(false);
  }

  close() { this.asking?.abort(); this.gone = true; }

  async #search(typed) {
    const query = this.input.value.trim();
    if (typed) history.replaceState(null, '', catalogueLink(query, this.language));
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const {tables, count} = await findTables(query, this.asking.signal);
      if (!this.gone) this.#draw(tables, count, query);
    } catch (error) {
      if (error.name === 'AbortError' || this.gone) return;
      fill(this.list);
      this.count.textContent = say(this.language, 'failed');
    }
  }

  #draw(tables, count, query) {
    if (tables.length) tellMadeUp(tables.some((table) => table.madeUp) ? say(this.language, 'madeUp') : '');
    const words = folded(query).split(/\s+/).filter(Boolean);
    this.count.textContent = count ? sayCount(this.language, 'found', count) : say(this.language, 'foundNone');
    fill(this.list, tables.map((table) => this.#item(table, words)),
      count === 0 && el('li', {class: 'nothing'}, say(this.language, 'noneHint')));
    if (!count) announce(say(this.language, 'foundNone'));
  }

  #item(table, words) {
    const {language} = this;
    const title = said(table.title, language);
    const {first, last} = table.periods;
    const span = spanOf(said(first, language).text, said(last, language).text);
    const link = `#/table/${encodeURIComponent(table.id)}${language === 'en' ? '?lang=en' : ''}`;
    const by = table.dimensions.filter((d) => !d.name.startsWith('Perioden'));
    return el('li', {},
      el('h2', {}, el('a', {href: link, lang: title.lang}, marked(title.text, words))),
      wordsIn('p', table.summary, language, {class: 'summary'}),
      el('p', {class: 'meta'},
        el('span', {class: `badge ${table.status}`}, say(language, table.status)), el('span', {}, span),
        el('span', {}, say(language, 'observations', {n: figure(table.observations, 0, language)})),
        el('span', {}, say(language, 'modified', {date: day(table.modified, language)}))),
      el('ul', {class: 'dimensions', 'aria-label': say(language, 'by')}, by.map((d) => wordsIn('li', d.title, language))));
  }
}

/** The text with the words asked for marked in it; accents do not matter. */
export function marked(text, words) {
  const plain = [...text].map((c) => folded(c));
  if (plain.some((c) => c.length !== 1)) return [text];       // a letter that folds into several: no marks rather than wrong ones
  const line = plain.join(''), letters = [...text], hit = new Array(letters.length).fill(false);
  for (const word of words) {
    for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + 1)) hit.fill(true, at, at + word.length);
  }
  const parts = [];
  for (let i = 0; i < letters.length;) {
    let j = i;
    while (j < letters.length && hit[j] === hit[i]) j++;
    const part = letters.slice(i, j).join('');
    parts.push(hit[i] ? el('mark', {}, part) : part);
    i = j;
  }
  return parts;
}
