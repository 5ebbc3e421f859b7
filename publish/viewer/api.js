/* Questions to the server. Every answer is a promise; a problem document becomes a Refused with its status and words. */

const ROOT = 'api/v1';
/** Made by `celwacht render`: every answer is a file, and what a server would search or choose is searched and chosen here. */
export const STATIC = Boolean(globalThis.document?.documentElement?.hasAttribute?.('data-static'));
export const LONGEST = 14_000;       // characters of a selection; the server reads 16,000

export class Refused extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

async function asked(path, signal) {
  const answer = await fetch(STATIC ? `${ROOT}${path.split('?')[0]}.json` : `${ROOT}${path}`, {signal, headers: {Accept: 'application/json'}});
  if (answer.ok) return answer.json();
  let detail = answer.statusText;
  try { detail = (await answer.json()).detail ?? detail; } catch { /* no document: the status says enough */ }
  throw new Refused(answer.status, detail);
}

const name = encodeURIComponent;

export const findTables = async (query, signal) => {
  const found = await asked(`/tables${query ? `?q=${name(query)}` : ''}`, signal);
  return STATIC ? {...found, tables: found.tables.filter((table) => hasWords(table, query))} : found;
};
/** Has a table every word, in what its list says of it? Without a server there are no synonyms and no regions. */
function hasWords(table, query) {
  const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const text = plain(JSON.stringify(table));
  return plain(query).split(/\s+/).every((word) => text.includes(word));
}

/** The address of a page of the site: a file, where there is no server of ours. */
export function pageAddress(path, language) {
  const english = language === 'en';
  if (!STATIC) return `${path}${english ? '?lang=en' : ''}`;
  return `${english ? 'en/' : ''}${path}${path.endsWith('/') ? 'index' : ''}.html`;
}
export const getTable = (id) => asked(`/tables/${name(id)}`);
export const getHistory = (id) => asked(`/tables/${name(id)}/history`);
export const getFormats = () => asked('/formats');

/** Figures of a selection: Map dimension name -> positions, sorted; what is whole is left out. */
export const getData = (table, wanted, signal) => asked(`/tables/${name(table.id)}/data?${selectionText(table, wanted)}`, signal);

/** A whole table in a form of getFormats. */
export const wholeAddress = (table, form) =>
  (STATIC ? `download/${name(table.id)}.${form.suffix.replace(/^\./, '')}` : downloadAddress(table, form.key, null));

export const downloadAddress = (table, format, wanted) =>
  `${ROOT}/tables/${name(table.id)}/download?format=${name(format)}${wanted ? `&${selectionText(table, wanted)}` : ''}`;

/** A selection as parameters, runs of codes as A..B so that thousands stay short. */
export function selectionText(table, wanted) {
  const parts = [];
  for (const dimension of table.dimensions) {
    const positions = wanted.get(dimension.name);
    if (!positions || positions.length === dimension.codes.length) continue;
    const parameter = dimension.kind === 'Measures' ? 'measures' : dimension.name;
    const tokens = runs(positions, dimension.codes);
    const plain = tokens.filter((t) => !t.includes('%2C'));         // a code with a comma in it goes by itself
    for (const value of [plain.join(','), ...tokens.filter((t) => t.includes('%2C'))]) {
      if (value) parts.push(`${name(parameter)}=${value}`);
    }
  }
  return parts.join('&');
}

function runs(positions, codes) {
  const found = [];
  for (let i = 0; i < positions.length;) {
    let j = i;
    while (j + 1 < positions.length && positions[j + 1] === positions[j] + 1) j++;
    if (j - i > 1) found.push(`${name(codes[positions[i]].code)}..${name(codes[positions[j]].code)}`);
    else for (let k = i; k <= j; k++) found.push(name(codes[positions[k]].code));
    i = j + 1;
  }
  return found;
}
