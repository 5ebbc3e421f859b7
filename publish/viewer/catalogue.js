/* The catalogue: all tables, or those with the words one types. */

import {announce, el, fill, icon, quietly, said, tellMadeUp} from './dom.js';
import {say, sayCount} from './words.js';
import {day} from './format.js';
import {findTables, pageAddress} from './api.js';
import {catalogueLink, foundLink} from './permalink.js';
import {folded} from './picker.js';
import {spanOf, titleOf} from './model.js';
import {SITE} from './site.js';

const FACETS = ['leeftijd', 'gemeente', 'wijk', 'periode', 'peildatum', 'percentage'];

/* Shorter words are looked for by themselves only, as the server does (search.INSIDE): 'en' is not marked in 'Jongeren'. */
const INSIDE = 3;

export class Catalogue {
  constructor(container, language) {
    this.container = container;
    this.language = language;
  }

  async open(_, parameters, words) {
    const {language} = this;
    document.title = `${say(language, 'tables')} | ${SITE.name}`;
    this.facets = new Set((parameters.get('f') ?? '').split(',').filter((f) => FACETS.includes(f)));
    this.input = el('input', {type: 'search', id: 'find', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'find-hint',
                              placeholder: say(language, 'search'), oninput: quietly(() => this.#search(true), 90)});
    this.input.value = words;
    this.filters = el('div', {class: 'facets', role: 'group', 'aria-label': say(language, 'only')});
    this.count = el('p', {class: 'found', 'aria-live': 'polite'});
    this.list = el('div', {class: 'results'});
    fill(this.container, el('div', {class: 'catalogue'},
      el('h1', {tabindex: -1}, say(language, 'tagline')), el('p', {class: 'lead'}, say(language, 'catalogueIntro')),
      el('search', {class: 'find big'}, el('label', {class: 'vh', for: 'find'}, say(language, 'search')), icon('search'), this.input),
      el('p', {class: 'muted hint', id: 'find-hint'}, say(language, 'searchHint')), this.filters, this.count, this.list));
    await this.#search(false);
  }

  close() { this.asking?.abort(); this.gone = true; }

  async #search(typed) {
    const query = this.input.value.trim();
    if (typed) history.replaceState(null, '', catalogueLink(query, this.language, [...this.facets]));
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const found = await findTables(query, this.asking.signal);
      if (!this.gone) this.#draw(found, query);
    } catch (error) {
      if (error.name === 'AbortError' || this.gone) return;
      this.count.textContent = say(this.language, 'failed');
      fill(this.list, el('p', {}, el('button', {type: 'button', class: 'main', onclick: () => this.#search(false)}, say(this.language, 'again'))));
    }
  }

  #draw({tables, regions}, query) {
    const {language} = this;
    if (tables.length) tellMadeUp(tables.some((table) => table.madeUp) ? say(language, 'madeUp') : '');
    this.#drawFilters(tables, query);
    const shown = tables.filter((table) => [...this.facets].every((f) => table.facets.includes(f)));
    const words = folded(query).split(/\s+/).filter((word) => word.length >= INSIDE);
    this.count.textContent = shown.length ? sayCount(language, 'found', shown.length) : say(language, 'foundNone');
    const item = (level) => (table) => this.#item(table, words, level, regions);
    const themes = [...new Map(tables.map((table) => [table.theme.key, table.theme.title]))];
    fill(this.list, regions.length > 0 && this.#regions(regions),
      query || !shown.length ? el('ol', {class: 'tables'}, shown.map(item('h2')), !shown.length && this.#nothing())
        : themes.map(([key, title]) => [key, said(title, language), shown.filter((table) => table.theme.key === key)])
          .filter(([, , own]) => own.length).map(([key, {text, lang}, own]) => el('section', {class: 'theme', 'aria-labelledby': `theme-${key}`},
            el('h2', {id: `theme-${key}`, lang}, text), el('ol', {class: 'tables'}, own.map(item('h3'))))));
    if (!shown.length) announce(say(language, 'foundNone'));
  }

  /** Only tables with all of these: a button each, for what some table has. */
  #drawFilters(tables, query) {
    const focused = document.activeElement?.dataset?.facet;
    const press = (f) => () => {
      if (!this.facets.delete(f)) this.facets.add(f);
      history.replaceState(null, '', catalogueLink(query, this.language, [...this.facets]));
      this.#search(false);
    };
    fill(this.filters, FACETS.filter((f) => this.facets.has(f) || tables.some((table) => table.facets.includes(f))).map((f) =>
      el('button', {type: 'button', class: 'pill', 'data-facet': f, 'aria-pressed': String(this.facets.has(f)), onclick: press(f)}, say(this.language, `facet_${f}`))));
    if (focused) this.filters.querySelector(`[data-facet="${focused}"]`)?.focus();
  }

  /** The regions that the words name, and by which former or everyday name. */
  #regions(regions) {
    const {language} = this;
    return el('ul', {class: 'regions-found'}, regions.map((region) => {
      const {text, lang} = titleOf(region, language);
      const href = pageAddress(`gebied/${region.code}`, language);
      return el('li', {}, /^(GM|JZ|PV|NL)/.test(region.code) ? el('a', {href, lang}, say(language, 'areaPage', {name: text})) : el('b', {lang}, text), region.was && el('span', {class: 'muted'}, ` ${say(language, 'formerly', {name: region.was})}`), region.also && el('span', {class: 'muted'}, ` (${region.also})`));
    }));
  }

  #nothing() {
    const {language} = this;
    const all = () => { this.input.value = ''; this.facets.clear(); this.#search(true); this.input.focus(); };
    return el('li', {class: 'nothing'}, el('p', {}, say(language, 'noneHint')),
      el('button', {type: 'button', class: 'main', onclick: all}, say(language, 'showAll')));
  }

  #item(table, words, level, regions) {
    const {language} = this;
    const {text, lang} = said(table.title, language);
    const [main, rest] = text.includes(';') ? [text.slice(0, text.indexOf(';')), text.slice(text.indexOf(';') + 1).trim()] : [text, ''];
    const {first, last} = table.periods;
    const codes = new Set(Object.values(table.chosen ?? {}).flat()), region = regions.find((r) => codes.has(r.code));
    return el('li', {},
      el(level, {class: 'title'}, el('a', {href: foundLink(table, language), lang}, marked(main, words),
        rest && el('span', {class: 'by'}, '; ', marked(rest, words)))),
      el('p', {class: 'meta'},
        el('span', {}, spanOf(said(first, language).text, said(last, language).text)),
        !['Definitief', 'Definite'].includes(table.status) && el('span', {class: `badge ${table.status}`}, say(language, table.status)),
        el('span', {}, say(language, 'modified', {date: day(table.modified, language)})),
        region && el('span', {class: 'opens'}, say(language, 'opensWith', {name: titleOf(region, language).text}))));
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
