/* Small hands for the page. Every text of a table goes in by textContent: nothing here, or elsewhere, reads text as markup. */

/** An element: el('button', {type: 'button', class: 'x', onclick: f, 'aria-label': 'y'}, 'text', child, ...).
 *  Functions become listeners; true sets an empty attribute; null, undefined and false leave one out. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  append(made, children);
  return made;
}

function append(parent, children) {
  for (const child of children.flat(9)) {
    if (child !== null && child !== undefined && child !== false && child !== '') parent.append(child);
  }
}

/** Puts these children in the place of all that is in an element. */
export function fill(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/** A text in two languages as {text, lang}: lang only where it is not that of the page. */
export function said(words, language) {
  if (language === 'en' && !words.en) return {text: words.nl, lang: 'nl'};
  return {text: words[language] || words.nl || words.en, lang: undefined};
}

/** An element with a text of a table, marked with its language where that is another than the page's. */
export function wordsIn(name, words, language, attributes = {}) {
  const {text, lang} = said(words, language);
  return el(name, {lang, ...attributes}, text);
}

const SVG = 'http://www.w3.org/2000/svg';
const SHAPES = {                                   // paths in a square of 16
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  grip: 'M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  link: 'M6.8 9.2 9.2 6.8M7.2 4.6 8.8 3a3 3 0 0 1 4.2 4.2l-1.6 1.6M8.8 11.4 7.2 13A3 3 0 0 1 3 8.8l1.6-1.6',
  save: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.2h10',
  print: 'M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5 6.5 12 13 4.5',
  table: 'M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13',
  chart: 'M2.5 2.5v11h11M5 10l3-3.5 2 2L13.5 4',
  map: 'M2.5 4l3.7-1.5 3.6 1.5 3.7-1.5v9.5L9.8 13.5 6.2 12l-3.7 1.5zM6.2 2.5V12M9.8 4v9.5',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4'
    + ' 12.6l.7-.7M11.9 4.1l.7-.7',
  swap: 'M3 5.5h9M9.5 3 12 5.5 9.5 8M13 10.5H4M6.5 8 4 10.5 6.5 13',
  sort: 'M5 12.5v-9M2.8 5.6 5 3.4l2.2 2.2M11 3.5v9M8.8 10.4l2.2 2.2 2.2-2.2',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.5 4 3 6.5 5.5 9',
};

/** A line drawing, for the eye only. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({viewBox: '0 0 16 16', 'aria-hidden': 'true', class: 'icon', focusable: 'false'})) {
    drawing.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', SHAPES[name]);
  drawing.append(path);
  return drawing;
}

/** The band above every page: that the figures are made up; nothing hides it. */
export function tellMadeUp(text) {
  const banner = document.getElementById('made-up');
  banner.textContent = text;
  banner.setAttribute('aria-label', document.documentElement.lang === 'en' ? 'Please note' : 'Let op');
  banner.hidden = !text;
}

/** Says something to a screen reader, politely. */
export function announce(text) {
  const place = document.getElementById('announce');
  if (!place) return;
  place.textContent = '';
  setTimeout(() => { place.textContent = text; }, 30);
}

/** Calls f once things have been quiet for a while. */
export function quietly(f, wait = 120) {
  let timer = 0;
  return (...args) => { clearTimeout(timer); timer = setTimeout(() => f(...args), wait); };
}

/** Hands the reader a file made here. */
export function hand(name, parts, type) {
  const address = URL.createObjectURL(new Blob(parts, {type}));
  el('a', {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
