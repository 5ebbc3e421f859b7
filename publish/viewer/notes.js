/* What stands under a table: footnotes, symbols, what the table is, and its releases with what each changed. */

import {el, fill, said, wordsIn} from './dom.js';
import {say, sayCount} from './words.js';
import {day, figure} from './format.js';
import {coverageOf, dimensionLabel, numberedNotes, unitOf} from './model.js';
import {getHistory} from './api.js';

/** Footnote marks of a dimension, a measure or the whole table (''): buttons that lead to the text. */
export function makeMarks(table, language) {
  const notes = numberedNotes(table, language);
  return (on) => notes.filter((n) => n.on === on).map((note) =>
    el('button', {type: 'button', class: 'mark', title: note.text, 'aria-label': say(language, 'noteMark', {n: note.mark}),
                  onclick: () => goTo(`note-${note.mark}`)}, note.mark));
}

function goTo(id) {
  const target = document.getElementById(id);
  target?.scrollIntoView({block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'});
  target?.focus({preventScroll: true});
}

export function drawNotes(container, table, language) {
  const part = (key, ...content) => el('section', {class: 'note-part'}, el('h2', {}, say(language, key)), content);
  const history = el('div', {});
  fill(container,
    el('div', {class: 'notes-side'}, part('notes', footnotes(table, language)), part('symbols', symbols(table, language))),
    el('div', {class: 'notes-side'}, part('about', about(table, language)), part('history', history)));
  drawHistory(history, table, language);
}

function footnotes(table, language) {
  const notes = numberedNotes(table, language);
  const named = new Map([...table.dimensions.map((d) => [d.name, dimensionLabel(d, language, 'titles').text]),
                         ...table.measures.map((m) => [m.name, said(m.title, language).text])]);
  return [
    notes.length > 0 && el('ol', {class: 'footnotes'}, notes.map((note) => el('li', {id: `note-${note.mark}`, tabindex: -1, value: note.mark},
      named.has(note.on) && el('b', {}, `${named.get(note.on)}: `), el('span', {lang: note.lang}, note.text)))),
    table.notes.map((note) => wordsIn('p', note, language)),
  ];
}

function symbols(table, language) {
  return el('dl', {class: 'symbols'}, table.symbols.map((entry, i) => [
    el('dt', {}, i === 0 ? el('span', {class: 'muted'}, say(language, 'blank')) : entry.symbol),
    wordsIn('dd', entry.meaning, language)]));
}

function about(table, language) {
  const {text, lang} = said(table.description, language);
  const fact = (key, value) => value && [el('dt', {}, say(language, key)), el('dd', {}, value)];
  return [
    text.split(/\n+/).filter(Boolean).map((line) => el('p', {lang}, line)),
    el('dl', {class: 'facts'},
      fact('status', say(language, table.status)), fact('coverage', coverageOf(table, language)),
      fact('frequency', said(table.frequency, language).text), fact('unit', unitOf(table, language).text), fact('source', table.source),
      fact('licence', el('a', {href: table.licence, rel: 'license noreferrer'}, 'CC BY 4.0')),
      fact('statline', table.statline && `StatLine ${table.statline}`), fact('identifier', table.id)),
    measureTexts(table, language),
  ];
}

function measureTexts(table, language) {
  const told = table.measures.filter((m) => m.description);
  return told.length > 0 && el('dl', {class: 'facts wide'}, told.map((m) => [
    wordsIn('dt', m.title, language), wordsIn('dd', m.descriptionText ?? {nl: m.description}, language)]));
}

async function drawHistory(container, table, language) {
  fill(container, el('p', {class: 'muted'}, say(language, 'loading')));
  try {
    const {releases} = await getHistory(table.id);
    fill(container, el('ol', {class: 'history'}, releases.map((release) => el('li', {},
      el('p', {}, el('time', {datetime: release.moment}, day(release.moment, language)), ' ',
        wordsIn('span', release.titleText ?? {nl: release.title}, language, {class: 'muted'})),
      el('p', {class: 'change'}, changeText(release.changes, language))))));
  } catch {
    fill(container, el('p', {}, say(language, 'failed')));
  }
}

/** What a release changed, in words. */
export function changeText(changes, language) {
  if (!changes) return say(language, 'firstRelease');
  const parts = [['periods', changes.periods], ['revised', changes.revised], ['nowWithheld', changes.withheld], ['nowPrinted', changes.printed]]
    .filter(([, n]) => n > 0).map(([key, n]) => sayCount(language, key, n, figure(n, 0, language)));
  return parts.length ? parts.join(', ') : say(language, 'nothingChanged');
}
