/* Addresses and lines of code for programs: the figures that are chosen, and the table for R and Python. */

import {announce, el, icon} from './dom.js';
import {say} from './words.js';
import {LONGEST, selectionText} from './api.js';

const CATALOG = 'Celwacht';

/** [what it is, text] for a table and a selection (Map dimension name -> positions). base: where the server is, with a / behind. */
export function codeLines(table, wanted, base) {
  const chosen = selectionText(table, wanted);
  const id = encodeURIComponent(table.id);
  const v4 = `${base}odata/v1`;
  return [
    ['JSON', chosen.length < LONGEST ? `${base}api/v1/tables/${id}/data${chosen ? `?${chosen}` : ''}` : `${base}api/v1/tables/${id}/data`],
    ['OData v4', `${v4}/${CATALOG}/${id}/Observations${filterOf(table, wanted)}`],
    ['Python', `import cbsodata4\ndata = cbsodata4.get_observations("${table.id}", catalog="${CATALOG}", base_url="${v4}")`],
    ['R', `library(cbsodata4)\noptions(cbsodata4.base_url = "${v4}")\ndata <- cbs4_get_data("${table.id}", catalog = "${CATALOG}")`],
  ];
}

/** $filter of OData for dimensions of which a few codes are chosen; of many it would be too long, and is left out. */
function filterOf(table, wanted) {
  const terms = table.dimensions.filter((d) => d.kind !== 'Measures' && (wanted.get(d.name)?.length ?? 99) <= 12).map((d) => {
    const any = wanted.get(d.name).map((p) => `${d.name} eq '${d.codes[p].code.replaceAll("'", "''")}'`);
    return any.length > 1 ? `(${any.join(' or ')})` : any[0];
  });
  return terms.length ? `?$filter=${encodeURIComponent(terms.join(' and '))}` : '';
}

/** The lines as they stand in the dialog of downloads, each with a button that copies it. */
export function drawCode(table, wanted, language) {
  const base = new URL('.', location.href.split('#')[0]).href;
  return codeLines(table, wanted, base).map(([name, text]) => el('div', {class: 'code'},
    el('h4', {}, name), el('pre', {tabindex: 0, 'aria-label': name}, el('code', {}, text)),
    el('button', {type: 'button', class: 'quiet small', 'aria-label': `${say(language, 'copy')}: ${name}`, onclick: async () => {
      try { await navigator.clipboard.writeText(text); announce(say(language, 'wasCopied', {name})); } catch { announce(say(language, 'failed')); }
    }}, icon('link'), say(language, 'copy'))));
}
