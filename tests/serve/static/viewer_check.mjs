// The pure parts of the viewer, judged by the definition on tables and states made up at random. Run by test_viewer.py.
import assert from 'node:assert/strict';
import {pathToFileURL} from 'node:url';

const from = (name) => import(pathToFileURL(`${process.argv[2]}/${name}`).href);
const {makeTable, levelsOf} = await from('model.js');
const {makeView, needs, seen} = await from('view.js');
const {MEASURES, PENDING, PRINTED} = await from('cells.js');
const {Cube} = await from('cube.js');
const state = await from('state.js');
const {decode, encode, route} = await from('permalink.js');
const {figure, day} = await from('format.js');
const {ALL_WORDS} = await from('words.js');
const {cellText} = await from('table.js');
const {seenText} = await from('downloads.js');
const {selectionText} = await from('api.js');
const {changeText} = await from('notes.js');
const {codeLines} = await from('code.js');
const {LOOKS, reckoned, yearEarlier} = await from('reckon.js');
const {sortedEntries} = await from('order.js');
const {totals} = await from('charts/model.js');
const {shortNames} = await from('charts/multiples.js');

let seed = 12345;
const random = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
const pick = (list) => list[Math.floor(random() * list.length)];
const some = (list) => list.filter(() => random() < 0.5);

function dimension(name, kind, n) {
  const hard = [',', '..', '!a', '%2C', ' x ', '&=?#', 'é', '*', '<b>', '+'];
  const codes = Array.from({length: n}, (_, i) => ({code: i > 2 && random() < 0.3 ? `${pick(hard)}${i}` : `${name}${i}`, title: {nl: `titel ${i}`},
                                                    group: undefined, depth: 0}));
  codes.forEach((c, i) => { if (i && random() < 0.7) { const up = codes[Math.floor(random() * i)]; c.group = up.code; c.depth = up.depth + 1; } });
  return {name, title: {nl: name}, kind, codes};
}

function madeUp() {
  const count = 1 + Math.floor(random() * 3);
  const dimensions = Array.from({length: count}, (_, i) => dimension(`D${i}`, i ? 'Dimension' : 'GeoDimension', 1 + Math.floor(random() * 7)));
  dimensions.push(dimension('Perioden', 'TimeDimension', 1 + Math.floor(random() * 4)));
  const measures = Array.from({length: 1 + Math.floor(random() * 2)}, (_, i) => ({code: `M${i}`, name: `N${i}`, title: {nl: `m${i}`}, unit: 'aantal', decimals: i}));
  return makeTable({id: 'a,b c', version: 'v', title: {nl: 'T'}, dimensions, measures, footnotes: [], notes: [], symbols: [], source: 's'});
}

function anyState(table) {
  let s = state.firstState(table);
  for (let i = 0; i < 12; i++) {
    const d = pick(table.dimensions);
    const next = [
      () => state.moved(s, d.name, pick(state.ZONES), pick([0, 1, 2, undefined])),
      () => state.shifted(s, d.name, pick([-1, 1])),
      () => state.swapped(s),
      () => { const codes = new Set(some(d.codes.map((c) => c.code))); return codes.size ? state.withSelected(table, s, d.name, codes) : s; },
      () => state.withChosen(s, d.name, pick(d.codes).code),
      () => state.toggled(s, d.name, pick(d.codes).code),
      () => state.withOpen(s, d.name, state.branches(d)),
      () => state.sortedBy(s, some(d.codes.map((c) => c.code))),
      () => ({...s, hide: random() < 0.5, look: pick(['', ...LOOKS])}),
      () => ({...s, labels: pick(state.LABELS), as: pick(state.FORMS)}),
    ];
    s = pick(next)() ?? s;
    if (!s.rows.length && !s.columns.length) s = state.firstState(table);
  }
  return s;
}

/** The server, as the API promises it: codes in the order of the table, measures fastest. */
function server(table, truth) {
  return async (_, wanted) => {
    const lists = table.dimensions.map((d) => wanted.get(d.name) ?? d.codes.map((_, i) => i));
    const cells = lists.reduce((all, list) => all.flatMap((start) => list.map((p) => [...start, p])), [[]]).map((p) => truth(p));
    return {dimensions: table.dimensions.slice(0, -1).map((d, k) => ({name: d.name, codes: lists[k].map((p) => d.codes[p].code)})),
            measures: lists.at(-1).map((p) => table.dimensions.at(-1).codes[p].code),
            values: cells.map((c) => (c.state === PRINTED ? c.value : null)), states: cells.map((c) => c.state).join('')};
  };
}

const truthOf = (table) => (positions) => {
  const place = positions.reduce((sum, p, k) => sum + p * table.dimensions[k].stride, 0);
  return {state: place % 7 === 3 ? 1 : place % 11 === 5 ? 2 : 0, value: place * 3};
};

for (let round = 0; round < 400; round++) {
  const table = madeUp();
  const s = anyState(table);
  const names = [...s.rows, ...s.columns, ...s.filters].sort();
  assert.deepEqual(names, table.dimensions.map((d) => d.name).sort(), 'every dimension stands in exactly one place');

  // A link holds the state: what it shows again is the same, and the link of that is the same link.
  const link = encode(table, s, 'nl');
  const to = route(link);
  assert.equal(to.id, table.id);
  const again = decode(table, to.parameters);
  assert.deepEqual(again.lost, [], link);
  assert.equal(encode(table, again.state, 'nl'), link);
  const shown = (x) => [x.rows, x.columns, x.labels, x.as, x.sort, x.hide, x.look, [...x.rows, ...x.columns].map((n) =>
    seen(table.dimension(n), x.selected.get(n) ?? null, x.open.get(n) ?? new Set()).map((e) => [e.position, e.open])),
    x.filters.map((n) => x.chosen.get(n) ?? table.dimension(n).codes[table.dimension(n).usual].code).sort()];
  assert.deepEqual(shown(again.state), shown(s), link);

  // Each cell of the view is the cell of the cube with the codes of its headers, once it was asked for.
  const truth = truthOf(table), cube = new Cube(table, server(table, truth));
  const view = makeView(table, {...s, sort: null, hide: false, look: ''}, cube);
  assert.equal(view.cell(0, 0).state, PENDING);
  await cube.load(needs(view, 0, view.rows.length, 0, view.columns.length));
  for (let i = 0; i < view.rows.length; i++) {
    for (let j = 0; j < view.columns.length; j++) {
      const at = new Map(view.filters.map((f) => [f.dimension.name, f.position]));
      view.rows.dimensions.forEach((d, k) => at.set(d.name, view.rows.at(i, k).position));
      view.columns.dimensions.forEach((d, k) => at.set(d.name, view.columns.at(j, k).position));
      const expected = truth(table.dimensions.map((d) => at.get(d.name)));
      assert.equal(view.cell(i, j).state, expected.state);
      if (expected.state === PRINTED) assert.equal(view.cell(i, j).value, expected.value);
      assert.equal(view.measure(i, j), table.dimension(MEASURES).codes[at.get(MEASURES)]);
    }
  }

  // Sorted or without empty rows: the same rows; those that went show no figure. Shares are of printed figures alone.
  const rowKey = (v, i) => v.rows.dimensions.map((d, k) => d.codes[v.rows.at(i, k).position].code).join('|');
  const bySort = makeView(table, {...s, hide: false, look: ''}, cube);
  const keys = (v) => Array.from({length: v.rows.length}, (_, i) => rowKey(v, i));
  assert.deepEqual(keys(bySort).sort(), keys(view).sort());
  const fewer = makeView(table, {...s, sort: null, hide: true, look: ''}, cube), left = new Set(keys(fewer));
  keys(view).forEach((key, i) => {
    const printed = Array.from({length: view.columns.length}, (_, j) => view.cell(i, j).state === PRINTED).some(Boolean);
    assert.ok(left.has(key) || !printed, 'a row with a figure stays');
  });
  if (s.look) {
    const looked = makeView(table, {...s, sort: null, hide: false}, cube);
    await cube.load(needs(looked, 0, looked.rows.length, 0, looked.columns.length));
    for (let i = 0; i < looked.rows.length; i++) for (let j = 0; j < looked.columns.length; j++) {
      if (looked.look && looked.cell(i, j).state === PRINTED) assert.equal(view.cell(i, j).state, PRINTED, 'no share of a withheld figure');
    }
  }

  // What is seen is a tree: a code is there exactly when it is selected and every selected code above it is open.
  for (const d of table.dimensions) {
    const selected = s.selected.get(d.name) ?? null, open = s.open.get(d.name) ?? new Set();
    const inside = (p) => selected === null || selected.has(d.codes[p].code);
    const expected = d.codes.map((_, p) => p).filter((p) => {
      if (!inside(p)) return false;
      for (let up = d.parent[p]; up >= 0; up = d.parent[up]) if (inside(up) && !open.has(d.codes[up].code)) return false;
      return true;
    });
    assert.deepEqual(seen(d, selected, open).map((e) => e.position).sort((a, b) => a - b), expected);
    assert.equal(levelsOf(d, 'nl').reduce((n, l) => n + l.positions.length, 0), d.codes.length);
  }

  // The file of what is seen holds a line per row, with every symbol.
  const lines = seenText(view, s, 'nl').split('\r\n');
  assert.ok(lines.length > view.rows.length && !lines.some((l) => l.includes('…')));
  assert.ok(!/(^|[;,])[=+@-]/m.test(seenText({...view}, s, 'nl').replaceAll(';-', ';')), 'no text that a spreadsheet would compute');
  assert.ok(selectionText(table, state.wantedOf(table, s)).length < 14_000);
}

// Links that name what is gone: the rest is shown, and what was lost is told.
const table = madeUp();
const old = decode(table, route('#/table/x?r=D0,Weg&c=_,Perioden&D0=D00,VERDWENEN&o.D0=NIET&Foo=1&l=codes').parameters);
assert.deepEqual(old.lost.sort(), ['Foo', 'VERDWENEN', 'Weg'].sort());
assert.deepEqual([old.state.rows, old.state.labels], [['D0'], 'codes']);
for (const broken of ['#', '#/table', '#/table/%', '#/table/x?%=%&r=%', '#/?q=%', '#/table/x?r=&c=']) {
  decode(table, route(broken).parameters);
}

// Moving the last dimension out of rows and columns is refused.
const flat = makeTable({...table, dimensions: [dimension('Perioden', 'TimeDimension', 2)], measures: table.measures});
const one = state.moved(state.firstState(flat), MEASURES, 'filters');
assert.equal(one.columns.length + one.rows.length, 1);
assert.equal(state.moved(one, 'Perioden', 'filters'), null);

// Orders: siblings change places, families stay together. Shares and changes by hand.
const family = ['a', 'a1', 'a2', 'b', 'b1'].map((name) => ({name, level: name.length - 1}));
const size = [1, 5, 9, 2, 4];
assert.equal(sortedEntries(family, (x, y) => size[y] - size[x]).map((e) => e.name).join(), 'b,b1,a,a2,a1');
const cell = (value) => ({state: PRINTED, value}), dot = {state: 1, value: 0};
assert.deepEqual(reckoned('column', cell(60), cell(240), 0), {state: PRINTED, value: 25, decimals: 0});
assert.deepEqual(reckoned('column', cell(125), cell(2000), 0), {state: PRINTED, value: 6.3, decimals: 1});
assert.deepEqual(reckoned('growth', cell(95), cell(100), 0), {state: PRINTED, value: -5, decimals: 0});
assert.deepEqual(reckoned('change', cell(9.5), cell(9.8), 1), {state: PRINTED, value: -0.3, decimals: 1});
assert.equal(reckoned('row', cell(60), dot, 0).state, 1);
assert.equal(reckoned('row', dot, cell(5), 0).state, 1);
assert.equal(reckoned('row', cell(0), cell(0), 0).state, 2);
assert.equal(reckoned('row', cell(9.5), cell(20), 1).state, 2, 'a rate has no share');
assert.equal(reckoned('change', cell(1), null, 0).state, 2);
assert.deepEqual([yearEarlier('2024HJ01'), yearEarlier('x')], ['2023HJ01', '']);
const regions = makeTable({id: 't', title: {nl: 't'}, measures: table.measures, footnotes: [], notes: [], symbols: [], dimensions: [
  {name: 'R', kind: 'GeoDimension', title: {nl: 'R'}, codes: [['GM2', 'Zwolle'], ['GM1', "'s-Gravenhage"], ['GM3', 'Assen']].map(([code, nl]) => ({code, title: {nl}, depth: 0}))},
  dimension('Perioden', 'TimeDimension', 2)]});
assert.deepEqual(regions.dimension('R').roots.map((p) => regions.dimension('R').codes[p].title.nl), ['Assen', "'s-Gravenhage", 'Zwolle']);

// Words and figures.
for (const [key, words] of Object.entries(ALL_WORDS)) {
  assert.equal(words.length, 2, key);
  const holes = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
  assert.equal(holes(words[0]), holes(words[1]), key);
}
assert.equal(figure(1234567.25, 1, 'nl'), '1.234.567,3');
assert.equal(figure(1234, 0, 'en'), '1,234');
assert.equal(figure(0, 1, 'nl'), '0,0');
assert.equal(day('2025-04-30', 'nl'), '30 april 2025');
assert.equal(cellText({state: 1, value: 0}, 0, 'nl'), '.');
assert.equal(cellText({state: 2, value: 0}, 0, 'nl'), '');
assert.equal(cellText({state: 0, value: 0}, 0, 'nl'), '0');
assert.equal(changeText({periods: 1, revised: 1200, withheld: 0, printed: 0}, 'nl'), '1 nieuwe periode, 1.200 cijfers herzien');
assert.equal(changeText(null, 'en'), 'First release');
// Addresses for programs: every code is quoted as OData and the address ask.
const quoted = makeTable({id: 't', dimensions: [{name: 'A', kind: 'Dimension', title: {nl: 'A'}, codes: [{code: "o'x", title: {nl: ''}, depth: 0}, {code: 'b', title: {nl: ''}, depth: 0}]},
  {...dimension('Perioden', 'TimeDimension', 2)}], measures: [{code: 'M', name: 'M', title: {nl: ''}, decimals: 0}]});
const [[, json], [, odata]] = codeLines(quoted, new Map([['A', [0]]]), 'http://x/');
assert.equal(json, "http://x/api/v1/tables/t/data?A=o'x");
assert.equal(decodeURIComponent(odata), "http://x/odata/v1/Celwacht/t/Observations?$filter=A eq 'o''x'");

// A chart leaves out the sums of what it shows: of regions the higher levels, and one 'unknown' by itself makes no sums of all others.
const places = (...codes) => codes.map((code) => ({code, group: code === 'NL01' ? '' : 'NL01'}));
const parts = (codes) => codes.filter((c) => !totals(codes)(c)).map((c) => c.code).join();
assert.equal(parts(places('NL01', 'PV20', 'PV21', 'JZ01', 'JZ02', 'GM9999')), 'JZ01,JZ02,GM9999');
assert.equal(parts(places('NL01', 'PV20', 'PV21', 'GM9999')), 'PV20,PV21,GM9999');
assert.equal(parts(places('PV22', 'GM0106', 'GM0109')), 'GM0106,GM0109');
assert.equal(parts(places('NL01', 'PV22', 'GM0106')), 'GM0106');
assert.equal(shortNames(['Twente (jeugdregio)', 'Gemeente onbekend']).join(), 'Twente,Gemeente onbekend');
assert.equal(shortNames(['Drenthe (provincie)', 'Drenthe (jeugdregio)']).join(), 'Drenthe (provincie),Drenthe (jeugdregio)');
console.log('ok');
