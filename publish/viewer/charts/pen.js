/* Drawing: SVG elements, marks that differ in shape as well as colour, text that fits. Text goes in by textContent only. */

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element; attributes with null are left out. */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, typeof value === 'number' ? tenth(value) : value);
  }
  for (const child of children.flat(9)) if (child !== null && child !== undefined) made.append(child);
  return made;
}

export const tenth = (x) => String(Math.round(x * 10) / 10);

/** Series differ by colour (charts.css: .s0 to .s7), by the shape of their marks and by the pattern of their bars. */
export const SERIES = 8;
const SHAPES = [
  (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  (r) => `M${-r * 0.9} ${-r * 0.9}h${r * 1.8}v${r * 1.8}h${-r * 1.8}Z`,
  (r) => `M0 ${-r * 1.2}L${r * 1.15} ${r * 0.9}H${-r * 1.15}Z`,
  (r) => `M0 ${-r * 1.3}L${r * 1.3} 0L0 ${r * 1.3}L${-r * 1.3} 0Z`,
  (r) => `M0 ${r * 1.2}L${r * 1.15} ${-r * 0.9}H${-r * 1.15}Z`,
  (r) => `M${-r * 1.2} ${-r * 0.4}H${-r * 0.4}V${-r * 1.2}H${r * 0.4}V${-r * 0.4}H${r * 1.2}V${r * 0.4}H${r * 0.4}V${r * 1.2}H${-r * 0.4}V${r * 0.4}H${-r * 1.2}Z`,
  (r) => `M0 ${-r * 1.25}L${r * 1.2} ${-r * 0.35}L${r * 0.75} ${r * 1.05}H${-r * 0.75}L${-r * 1.2} ${-r * 0.35}Z`,
  (r) => `M${-r * 1.2} ${-r * 0.6}H${r * 1.2}V${r * 0.6}H${-r * 1.2}Z`,
];

/** The mark of series k around (x, y); hollow for a figure that is not printed. */
export function mark(k, x, y, size = 4.2, extra = '') {
  return svg('path', {d: SHAPES[k % SERIES](size), transform: `translate(${tenth(x)} ${tenth(y)})`, class: `ch-mark s${k % SERIES} ${extra}`});
}

const LINES = [null, 'M-2 8L8 -2M4 14L14 4M-2 -2L-2 -2', 'M0 3H8M0 7H8', 'M2 2h2v2h-2zM6 6h2v2h-2z', 'M-2 0L8 10M-2 -6L14 10M-2 6L2 10', 'M0 4H8M4 0V8', 'M3 0V8M7 0V8', 'M0 0L8 8M8 0L0 8'];

/** Patterns over the bars of the second series and on; and the hatching of what is not shown. ids begin with `prefix`. */
export function patterns(prefix, count) {
  const made = [svg('pattern', {id: `${prefix}-withheld`, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)'},
    svg('rect', {width: 7, height: 7, class: 'ch-withheld-ground'}), svg('path', {d: 'M1.5 0V7', class: 'ch-withheld-line'}))];
  for (let k = 1; k < Math.min(count, SERIES); k++) {
    made.push(svg('pattern', {id: `${prefix}-p${k}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse'}, svg('path', {d: LINES[k], class: 'ch-pattern'})));
  }
  return svg('defs', {}, made);
}

/** A bar of series k with its pattern over it. */
export function bar(prefix, k, x, y, width, height) {
  const at = {x, y, width: Math.max(width, 0), height};
  return [svg('rect', {...at, class: `ch-bar s${k % SERIES}`}), k % SERIES ? svg('rect', {...at, fill: `url(#${prefix}-p${k % SERIES})`}) : null];
}

const FONT = '13px system-ui, sans-serif';
let ruler = null;
/** Width of a text in pixels. */
export function widthOf(text, font = FONT) {
  ruler ??= document.createElement('canvas').getContext('2d');
  ruler.font = font;
  return ruler.measureText(text).width;
}

/** The text, cut with … where it is wider than `most`. */
export function fit(text, most, font = FONT) {
  if (widthOf(text, font) <= most) return text;
  let low = 0, high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(`${text.slice(0, middle).trimEnd()}…`, font) <= most) low = middle; else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

/** The text over at most `lines` lines of a width, the last one cut. Lines break at spaces and after hyphens. */
export function wrap(text, most, lines = 2, font = FONT) {
  const parts = text.match(/[^ -]*(?:-| +|$)/g).filter(Boolean), found = [];
  let line = '';
  for (let i = 0; i < parts.length; i++) {
    if (line && widthOf((line + parts[i]).trimEnd(), font) > most) {
      if (found.length === lines - 1) return [...found, fit(line + parts.slice(i).join(''), most, font)];
      found.push(line.trimEnd());
      line = '';
    }
    line += parts[i];
  }
  return [...found, fit(line.trimEnd(), most, font)];
}
