/* A link that holds the whole selection itself. It stands behind the # and so never reaches a server: it cannot be lost there,
 * and has no limit of length but the browser's.
 *
 *   #/                                   the catalogue;  #/?q=words  with a search;  &f=leeftijd,wijk  filtered
 *   #/table/ID?r=RegioS&c=_,Perioden     rows and columns in order; the other dimensions are filters ('_' is the topics)
 *   &RegioS=PV20,GM0014                  codes chosen, or the one of a filter; absent: all, or the usual one; without r and c: the first layout
 *   &RegioS=!GM0014                      all but these;  A..B: from A to B in the order of the table
 *   &o.RegioS=NL01  or  *                opened;  &l=codes labels;  &v=chart form;  &lang=en language
 *   &sort=d:2024JJ00                     largest first in that column (u: smallest first);  &hide=1 no empty rows;  &show=column shares
 *
 * Codes and names that the table no longer has are left out, and told of: decode() gives {state, lost: text[]}.
 */

import {LOOKS} from './reckon.js';
import {FORMS, LABELS, branches, firstState} from './state.js';

/** A code or name as part of a link; what has a meaning there (, ! * ..) is escaped. */
const text = (value) => encodeURIComponent(value).replace(/%20/g, '+')
  .replaceAll('!', '%21').replaceAll('*', '%2A').replaceAll('..', '%2E%2E');
const list = (values) => values.map((v) => text(v)).join(',');
const RUN = 4;                                       // from this many neighbours on, A..B is shorter

export function route(hash) {
  const [path, query = ''] = hash.replace(/^#/, '').split('?');
  const parameters = new Map(query.split('&').filter(Boolean).map((part) => {
    const [key, value = ''] = part.split('=');
    return [plain(key), value];
  }));
  const [, page, id] = path.split('/');
  return {page: page === 'table' && id ? 'table' : 'catalogue', id: id ? plain(id) : '', parameters,
          language: parameters.get('lang') === 'en' ? 'en' : parameters.get('lang') === 'nl' ? 'nl' : null};
}

/** Text of a part of the link; a broken % is taken as it stands. */
export function plain(part) {
  try { return decodeURIComponent(part.replace(/\+/g, ' ')); } catch { return part; }
}

export function catalogueLink(query, language, facets = []) {
  const parts = [query && `q=${text(query)}`, facets.length && `f=${list(facets)}`, language === 'en' && 'lang=en'].filter(Boolean);
  return `#/${parts.length ? `?${parts.join('&')}` : ''}`;
}

/** The link of a table of a list, with what a search chose in it: a region or category as filter, its first other subject in the rows. */
export function foundLink(table, language) {
  const chosen = table.chosen ?? {}, parts = [];
  const plainOnes = table.dimensions.filter((d) => d.kind === 'Dimension' && !(d.name in chosen));
  const time = table.dimensions.find((d) => d.kind === 'TimeDimension').name;
  if (table.dimensions.some((d) => d.kind.startsWith('Geo') && d.name in chosen) && plainOnes.length) {
    parts.push(`r=${text(plainOnes[0].name)}`, `c=${list([...(table.measures.length > 1 ? ['_'] : []), time])}`, `o.${text(plainOnes[0].name)}=*`);
  }
  for (const [name, codes] of Object.entries(chosen)) parts.push(`${text(name)}=${list(codes)}`);
  if (language === 'en') parts.push('lang=en');
  return `#/table/${text(table.id)}${parts.length ? `?${parts.join('&')}` : ''}`;
}

/** The link of a state. */
export function encode(table, state, language) {
  const parts = [`r=${list(state.rows)}`, `c=${list(state.columns)}`];
  for (const dimension of table.dimensions) {
    const {name} = dimension;
    if (state.filters.includes(name)) {
      const code = state.chosen.get(name) ?? dimension.codes[dimension.usual].code;
      parts.push(`${text(name)}=${text(code)}`);
    } else if (state.selected.has(name)) parts.push(`${text(name)}=${selection(dimension, state.selected.get(name))}`);
    const all = [...branches(dimension)], open = all.filter((code) => state.open.get(name)?.has(code));
    if (open.length && !state.filters.includes(name)) {
      parts.push(`o.${text(name)}=${open.length === all.length ? '*' : list(open)}`);
    }
  }
  if (state.labels !== 'titles') parts.push(`l=${state.labels}`);
  if (state.sort) parts.push(`sort=${state.sort.down ? 'd' : 'u'}:${list(state.sort.codes)}`);
  if (state.hide) parts.push('hide=1');
  if (state.look) parts.push(`show=${state.look}`);
  if (state.as !== 'table') parts.push(`v=${state.as}`);
  if (language === 'en') parts.push('lang=en');
  return `#/table/${text(table.id)}?${parts.join('&')}`;
}

function selection(dimension, codes) {
  const inside = dimension.codes.map((c) => codes.has(c.code));
  const chosen = runs(dimension, inside), left = `!${runs(dimension, inside.map((b) => !b))}`;
  return left.length < chosen.length ? left : chosen;
}

function runs(dimension, inside) {
  const found = [];
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    let j = i;
    while (inside[j + 1]) j++;
    if (j - i + 1 >= RUN) found.push(`${text(dimension.codes[i].code)}..${text(dimension.codes[j].code)}`);
    else for (let k = i; k <= j; k++) found.push(text(dimension.codes[k].code));
    i = j;
  }
  return found.join(',');
}

/** The state of a link, over the first state of the table: {state, lost}. */
export function decode(table, parameters) {
  const state = firstState(table), lost = [];
  const named = (key) => (parameters.get(key) ?? '').split(',').filter(Boolean).map(plain).filter((name) => {
    if (!table.has(name)) lost.push(name);
    return table.has(name);
  });
  const rows = [...new Set(named('r'))], columns = [...new Set(named('c'))].filter((n) => !rows.includes(n));
  if (rows.length || columns.length) {
    Object.assign(state, {rows, columns, open: new Map(),
                          filters: table.dimensions.map((d) => d.name).filter((n) => !rows.includes(n) && !columns.includes(n))});
  }
  for (const [key, value] of parameters) readCodes(table, state, key, value, lost);
  return {state: common(state, parameters), lost};
}

function common(state, parameters) {
  if (LABELS.includes(parameters.get('l'))) state.labels = parameters.get('l');
  if (FORMS.includes(parameters.get('v'))) state.as = parameters.get('v');
  const sort = /^([du]):(.*)$/.exec(parameters.get('sort') ?? '');
  if (sort) state.sort = {codes: sort[2].split(',').filter(Boolean).map(plain), down: sort[1] === 'd'};
  if (parameters.get('hide') === '1') state.hide = true;
  if (LOOKS.includes(parameters.get('show'))) state.look = parameters.get('show');
  return state;
}

const OWN = new Set(['r', 'c', 'l', 'v', 'lang', 'q', 'f', 'sort', 'hide', 'show']);

function readCodes(table, state, key, value, lost) {
  const opens = key.startsWith('o.') && !table.has(key);
  const name = opens ? key.slice(2) : key;
  if (!table.has(name)) {
    if (!OWN.has(key)) lost.push(name);
    return;
  }
  const dimension = table.dimension(name);
  if (opens) {
    state.open.set(name, value === '*' ? branches(dimension) : codesOf(dimension, value, []));
    return;
  }
  const codes = codesOf(dimension, value.replace(/^!/, ''), lost);
  if (state.filters.includes(name)) { if (codes.size) state.chosen.set(name, [...codes][0]); return; }
  const kept = value.startsWith('!') ? new Set(dimension.codes.map((c) => c.code).filter((c) => !codes.has(c))) : codes;
  if (kept.size && kept.size < dimension.codes.length) state.selected.set(name, kept);
}

function codesOf(dimension, value, lost) {
  const found = new Set();
  for (const raw of value.split(',').filter(Boolean)) {
    const token = plain(raw);
    const [from, to] = raw.split('..').map((end) => dimension.position.get(plain(end)));
    if (dimension.position.has(token)) found.add(token);
    else if (raw.includes('..') && from !== undefined && to !== undefined) {
      for (let i = from; i <= to; i++) found.add(dimension.codes[i].code);
    } else lost.push(token);
  }
  return found;
}

