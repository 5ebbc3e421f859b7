/* Where regions stand: hexagons from tiles.json, borders of provinces from provinces.json. Pure but for loading them.
 *
 * A SHAPE is {code, path: outline as an SVG path, x, y: where a tip or name stands, width: room for a name, top}. */

import {SITE} from '../site.js';

const ROW = Math.sqrt(0.75), RADIUS = 1 / Math.sqrt(3);
let tiles = null, provinces = null, own = null;
const load = async (name) => (await fetch(new URL(name, import.meta.url))).json();
export const loadTiles = () => (tiles ??= load('./tiles.json'));
/** Outlines of the areas of a project that has a map; null where it has none. */
export const loadOwn = async () => (SITE.map ? (own ??= await (await fetch(SITE.map)).json()) : null);
export const loadProvinces = () => (provinces ??= load('./provinces.json'));

/** The six neighbours of a hexagon in the order of its edges, from upper right clockwise. */
export function around(column, row) {
  const s = row % 2;
  return [[column + s, row - 1], [column + 1, row], [column + s, row + 1], [column - 1 + s, row + 1], [column - 1, row], [column - 1 + s, row - 1]];
}

const key = (column, row) => `${column},${row}`;
const text = (x) => String(Math.round(x * 10) / 10);

/** The hexagons as shapes of a level (GM, JZ or PV): those in `codes`, cropped to them, at most `width` by `height` pixels.
 *  Returns {shapes, context: outlines of the other hexagons in sight, borders: of provinces, width, height, unit}. */
export function hexagons(places, level, codes, width, height) {
  const of = {GM: (gemeente) => gemeente, PV: (_, tile) => tile[2], JZ: (_, tile) => tile[3]}[level];
  const wanted = new Set(codes), cells = new Map();
  for (const [gemeente, tile] of Object.entries(places)) cells.set(key(tile[0], tile[1]), {gemeente, tile, group: of(gemeente, tile), x: tile[0] + 0.5 * (tile[1] % 2), y: tile[1] * ROW});
  const own = [...cells.values()].filter((c) => wanted.has(c.group));
  if (!own.length) return null;
  const room = own.length < cells.size ? 0.8 : 0;
  const left = Math.min(...own.map((c) => c.x)) - 0.55 - room, right = Math.max(...own.map((c) => c.x)) + 0.55 + room;
  const top = Math.min(...own.map((c) => c.y)) - RADIUS - 0.05 - room, bottom = Math.max(...own.map((c) => c.y)) + RADIUS + 0.05 + room;
  const unit = Math.min(width / (right - left), height / (bottom - top), 96);
  const corner = (c, k) => { const angle = (k * Math.PI) / 3; return `${text((c.x - left + RADIUS * Math.sin(angle)) * unit)} ${text((c.y - top - RADIUS * Math.cos(angle)) * unit)}`; };
  const hexagon = (c) => `M${[0, 1, 2, 3, 4, 5].map((k) => corner(c, k)).join('L')}Z`;
  const edges = (list, differs) => list.map((c) => around(c.tile[0], c.tile[1]).map(([column, row], k) => {
    const other = cells.get(key(column, row));
    return !other || differs(c, other) ? `M${corner(c, k)}L${corner(c, (k + 1) % 6)}` : '';
  }).join('')).join('');
  const groups = new Map();
  for (const c of own) groups.set(c.group, [...(groups.get(c.group) ?? []), c]);
  const shapes = [...groups].map(([code, list]) => {
    const x = list.reduce((s, c) => s + c.x, 0) / list.length, y = list.reduce((s, c) => s + c.y, 0) / list.length;
    const near = list.filter((c) => Math.abs(c.y - y) < 0.9);
    return {code, path: list.map(hexagon).join(''), ring: edges(list, (c, other) => other.group !== c.group), x: (x - left) * unit, y: (y - top) * unit,
            top: (Math.min(...list.map((c) => c.y)) - top) * unit, width: (Math.max(...near.map((c) => c.x)) - Math.min(...near.map((c) => c.x)) + 0.95) * unit};
  });
  const inSight = (c) => c.x > left - 0.5 && c.x < right + 0.5 && c.y > top - 0.5 && c.y < bottom + 0.5;
  return {shapes, unit, width: (right - left) * unit, height: (bottom - top) * unit,
          context: [...cells.values()].filter((c) => !wanted.has(c.group) && inSight(c)).map(hexagon).join(''),
          borders: edges([...cells.values()].filter(inSight), (c, other) => c.tile[2] !== other.tile[2])};
}

/** The provinces in `codes` as shapes, cropped to them. */
export function borders(outlines, codes, width, height) {
  const wanted = codes.filter((code) => code in outlines);
  if (!wanted.length) return null;
  const xs = wanted.flatMap((code) => outlines[code].flatMap((line) => line.filter((_, i) => i % 2 === 0)));
  const ys = wanted.flatMap((code) => outlines[code].flatMap((line) => line.filter((_, i) => i % 2 === 1)));
  const edge = wanted.length < 12 ? 60 : 20;
  const left = Math.min(...xs) - edge, top = Math.min(...ys) - edge;
  const unit = Math.min(width / (Math.max(...xs) - left + edge), height / (Math.max(...ys) - top + edge));
  const line = (points) => `M${points.reduce((found, value, i) => { found.push(i % 2 ? text((value - top) * unit) : text((value - left) * unit)); return found; }, []).join(' ')}Z`;
  const shapeOf = (code) => {
    const main = outlines[code].reduce((a, b) => (b.length > a.length ? b : a));
    const [x, y, wide] = inside(main);
    return {code, path: outlines[code].map(line).join(''), ring: outlines[code].map(line).join(''), x: (x - left) * unit, y: (y - top) * unit, top: (y - top) * unit - 10, width: wide * unit};
  };
  return {shapes: wanted.map(shapeOf), unit: 99, width: (Math.max(...xs) - left + edge) * unit, height: (Math.max(...ys) - top + edge) * unit,
          context: Object.keys(outlines).filter((code) => !wanted.includes(code)).map((code) => outlines[code].map(line).join('')).join(''), borders: ''};
}

/** A point well within a closed line, and how wide it is there: the middle of the widest of some cuts. */
function inside(points) {
  const ys = points.filter((_, i) => i % 2), low = Math.min(...ys), high = Math.max(...ys);
  let best = [points[0], points[1], 0];
  for (let k = 3; k <= 13; k++) {
    const y = low + ((high - low) * k) / 16 + 0.37, cuts = [];
    for (let i = 0; i < points.length; i += 2) {
      const [x1, y1, x2, y2] = [points[i], points[i + 1], points[(i + 2) % points.length], points[(i + 3) % points.length]];
      if (y1 > y !== y2 > y) cuts.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    }
    cuts.sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i += 2) if (cuts[i + 1] - cuts[i] > best[2]) best = [(cuts[i] + cuts[i + 1]) / 2, y, cuts[i + 1] - cuts[i]];
  }
  return best;
}

/** Squares side by side, for wijken: {shapes, columns, ...}, each with a place for its name. */
export function squares(codes, width) {
  const columns = Math.max(2, Math.floor(width / 132)), size = width / columns, tall = 64;
  const shapes = codes.map((code, i) => {
    const x = (i % columns) * size, y = Math.floor(i / columns) * tall;
    const path = `M${text(x + 1.5)} ${text(y + 1.5)}h${text(size - 3)}v${tall - 3}h${text(3 - size)}Z`;
    return {code, path, ring: path, x: x + size / 2, y: y + tall / 2, top: y + 6, width: size - 12};
  });
  return {shapes, unit: 132, width, height: Math.ceil(codes.length / columns) * tall, context: '', borders: ''};
}
