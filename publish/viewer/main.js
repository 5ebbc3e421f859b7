/* Starts the viewer: reads the link, shows the page that it names, and keeps the frame around it. */

import {el, fill, icon} from './dom.js';
import {say} from './words.js';
import {plain, route} from './permalink.js';
import {STATIC, pageAddress} from './api.js';
import {Catalogue} from './catalogue.js';
import {TablePage} from './table_page.js';
import {SITE} from './site.js';

const NAMES = {nl: 'Nederlands', en: 'English'};
const THEMES = ['auto', 'light', 'dark'];
const EMBEDDED = /\/embed(\.html)?$/.test(location.pathname);       // shown in a frame of another site: without our own frame around it
let page = null, shown = null;

const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a reader may forbid it */ } };

async function show() {
  const to = route(location.hash);
  const spoken = (l) => (SITE.languages.includes(l) ? l : null);
  const language = spoken(to.language) ?? spoken(stored('language')) ?? SITE.languages[0];
  const parameters = to.parameters;
  const key = `${to.page} ${to.id} ${language}`;
  if (shown === key && to.page === 'table' && page.table) { page.move(parameters); return; }
  if (shown === key && to.page === 'table') return;
  const first = shown === null;
  shown = key;
  drawFrame(language);
  page?.close();
  const main = document.getElementById('main');
  page = new (to.page === 'table' ? TablePage : Catalogue)(main, language);
  const own = page;
  fill(main, el('p', {class: 'loading', role: 'status'}, say(language, 'loading')));
  try {
    await own.open(to.id, parameters, plain(parameters.get('q') ?? ''));
  } catch (error) {
    if (page === own) { shown = ''; fill(main, sorry(error, language)); }
  }
  if (page === own && !first) { scrollTo(0, 0); main.querySelector('h1')?.focus({preventScroll: true}); }
}

function sorry(error, language) {
  const missing = error.status === 404;
  if (!missing) console.error(error);
  return el('div', {class: 'sorry'}, el('h1', {tabindex: -1}, say(language, missing ? 'notFound' : 'failed')),
    missing && el('p', {}, say(language, 'notFoundHint')),
    el('p', {}, missing ? el('a', {href: language === 'en' ? '#/?lang=en' : '#/'}, say(language, 'tables'))
      : el('button', {type: 'button', class: 'main', onclick: show}, say(language, 'again'))));
}

/** Header and footer in a language. */
function drawFrame(language) {
  document.documentElement.lang = language;
  document.getElementById('skip').textContent = say(language, 'skip');
  fill(document.getElementById('head'),
    el('a', {class: 'brand', href: language === 'en' ? '#/?lang=en' : '#/'},
      el('span', {class: 'brand-mark', 'aria-hidden': 'true'}), SITE.name),
    el('nav', {'aria-label': say(language, 'language')}, SITE.languages.length > 1 && SITE.languages.map((l) =>
      el('button', {type: 'button', class: 'language', lang: l, 'aria-pressed': String(l === language), onclick: () => speak(l)},
        el('span', {class: 'wide'}, NAMES[l]), el('span', {class: 'narrow'}, l.toUpperCase()))),
    el('button', {type: 'button', class: 'quiet round', 'aria-label': say(language, 'theme'), title: say(language, 'theme'), onclick: nextTheme}, icon('sun'))));
  fill(document.getElementById('foot'),
    el('p', {}, say(language, 'footer')), el('p', {}, !SITE.without.has('regions') && [el('a', {href: pageAddress('gebied/', language)}, say(language, 'areas')), ' · '],
      !SITE.without.has('benchmark') && [el('a', {href: pageAddress('benchmark/', language)}, 'Benchmark'), ' · '],
      !SITE.without.has('reports') && [el('a', {href: pageAddress('rapport/', language)}, say(language, 'reports')), ' · '],
      ['kalender', 'nieuws', 'data', 'uitleg'].map((path) => [el('a', {href: pageAddress(path, language)}, say(language, path)), ' · ']),
      !STATIC && [el('a', {href: 'api/v1/openapi.json'}, say(language, 'api')), ' · '], 'CC BY 4.0'));
  if (EMBEDDED) drawSource(language);
}

/** In a frame: where the figures are from, with the way to the whole table. */
function drawSource(language) {
  const whole = () => { link.href = `./${location.hash}`; };
  const link = el('a', {href: `./${location.hash}`, target: '_blank', rel: 'noopener', onclick: whole, onfocus: whole}, say(language, 'embedSource', {name: SITE.name}));
  fill(document.getElementById('foot'), el('p', {}, link, ' · CC BY 4.0'));
}

/** The same page in another language: only the link changes. */
function speak(language) {
  store('language', language);
  const [path, query = ''] = location.hash.replace(/^#/, '').split('?');
  const parts = query.split('&').filter((part) => part && !part.startsWith('lang='));
  const next = [...parts, `lang=${language}`].join('&');
  history.replaceState(null, '', `#${path || '/'}?${next}`);
  show().then(() => document.querySelector(`.language[lang="${language}"]`)?.focus());
}

function nextTheme() {
  const now = document.documentElement.dataset.theme ?? 'auto';
  const dark = now === 'dark' || (now === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  setTheme(dark ? 'light' : 'dark');
}

function setTheme(theme) {
  document.documentElement.dataset.theme = THEMES.includes(theme) ? theme : 'auto';
  store('theme', theme);
}

if (EMBEDDED) document.documentElement.dataset.embed = '';
setTheme(stored('theme') ?? 'auto');
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();                                    // the part behind # is the state, not a place on the page
  document.getElementById('main').focus();
});
addEventListener('popstate', show);
show();
