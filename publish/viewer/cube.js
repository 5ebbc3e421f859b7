/* The figures that have arrived, by their place in the cube, in blocks made when first needed: a table of millions of cells of
 * which a few are seen takes no room. Knows how to ask for what is missing, and never asks twice for the same.
 */

import {LONGEST, getData, selectionText} from './api.js';
import {MEASURES, PENDING, PRINTED} from './cells.js';

const BLOCK = 4096;
export const WHOLE = 40_000;        // a table up to this many figures comes in one go
export const MOST = 200_000;        // figures in one question; the server answers up to 250,000

const NOTHING = Object.freeze({value: 0, state: PENDING});

export class Cube {
  constructor(table, ask = getData) {
    this.table = table;
    this.ask = ask;
    this.blocks = new Map();
    this.pending = new Map();       // question -> promise
  }

  /** {value, state} at a place of the cube; value counts only where state is PRINTED. */
  get(place) {
    const block = this.blocks.get(Math.floor(place / BLOCK));
    if (!block) return NOTHING;
    const at = place % BLOCK;
    return {value: block.values[at], state: block.states[at]};
  }

  has(place) {
    const block = this.blocks.get(Math.floor(place / BLOCK));
    return block !== undefined && block.states[place % BLOCK] !== PENDING;
  }

  set(place, value, state) {
    const key = Math.floor(place / BLOCK);
    let block = this.blocks.get(key);
    if (!block) {
      block = {values: new Float64Array(BLOCK), states: new Uint8Array(BLOCK).fill(PENDING)};
      this.blocks.set(key, block);
    }
    block.values[place % BLOCK] = value;
    block.states[place % BLOCK] = state;
  }

  /** Fetches a selection (Map dimension name -> sorted positions; absent: whole) unless all of it is here. */
  async load(wanted) {
    const lists = this.table.dimensions.map((d) => wanted.get(d.name) ?? d.codes.map((_, i) => i));
    const count = lists.reduce((product, list) => product * list.length, 1);
    if (this.#allHere(lists)) return;
    if (count > MOST || this.#longAsked(lists)) {
      await Promise.all(this.#halves(lists).map((half) => this.load(half)));
      return;
    }
    const key = lists.map((list) => list.join(' ')).join('|');
    if (!this.pending.has(key)) {
      this.pending.set(key, this.ask(this.table, new Map(this.table.dimensions.map((d, k) => [d.name, lists[k]])))
        .then((answer) => this.#keep(answer)).finally(() => this.pending.delete(key)));
    }
    await this.pending.get(key);
  }

  /** Is all of a selection here? */
  here(wanted) { return this.#allHere(this.table.dimensions.map((d) => wanted.get(d.name) ?? d.codes.map((_, i) => i))); }

  #halves(lists) {
    const longest = lists.reduce((best, list, k) => (list.length > lists[best].length ? k : best), 0);
    const middle = Math.ceil(lists[longest].length / 2);
    return [lists[longest].slice(0, middle), lists[longest].slice(middle)].map((half) =>
      new Map(this.table.dimensions.map((d, k) => [d.name, k === longest ? half : lists[k]])));
  }

  /** Would the question be longer than the server reads? */
  #longAsked(lists) {
    return selectionText(this.table, new Map(this.table.dimensions.map((d, k) => [d.name, lists[k]]))).length > LONGEST;
  }

  #allHere(lists) {
    return everyPlace(this.table.dimensions.map((d) => d.stride), lists, (place) => this.has(place));
  }

  #keep(answer) {
    const named = new Map(answer.dimensions.map((d) => [d.name, d.codes]));
    named.set(MEASURES, answer.measures);
    const lists = this.table.dimensions.map((d) => named.get(d.name).map((code) => d.position.get(code)));
    let at = 0;
    everyPlace(this.table.dimensions.map((d) => d.stride), lists, (place) => {
      this.set(place, answer.values[at] ?? 0, Number(answer.states[at]));
      at += 1;
      return true;
    });
  }
}

/** Visits the places of a cross product, last list fastest, until a visit returns false; true when all were visited. */
function everyPlace(strides, lists, visit, level = 0, base = 0) {
  const last = level === lists.length - 1;
  for (const position of lists[level]) {
    const place = base + position * strides[level];
    if (last ? !visit(place) : !everyPlace(strides, lists, visit, level + 1, place)) return false;
  }
  return true;
}

/** What view.fetch gives to charts and map; see view.js. */
export function blockOf(cube, dimensions, lists, codesOf) {
  const place = (positions) => positions.reduce((sum, p, k) => sum + lists[k][p] * dimensions[k].stride, 0);
  return {
    dimensions: dimensions.map((d, k) => ({dimension: codesOf(d), codes: lists[k].map((p) => codesOf(d).codes[p])})),
    value: (positions) => { const {value, state} = cube.get(place(positions)); return state === PRINTED ? value : null; },
    state: (positions) => cube.get(place(positions)).state,
  };
}

