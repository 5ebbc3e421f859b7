/* What stands around a drawing, of chart and map alike: controls, title, summary, notes, files to keep. */

import {say} from './words.js';
import {svg, tenth, wrap} from './pen.js';

/** An HTML element; functions become listeners, children that are empty are left out, text is text. */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children.flat(9).filter((c) => c !== null && c !== undefined && c !== ''));
  return made;
}

let count = 0;
/** A name for ids that nobody else on the page has. */
export const unique = () => `ch${++count}`;

let sheet = null;
/** Loads the style of charts and map, once. */
export function styled() {
  sheet ??= new Promise((done) => {
    const link = h('link', {rel: 'stylesheet', href: new URL('./charts.css', import.meta.url).href, onload: done, onerror: done});
    document.head.append(link);
  });
  return sheet;
}

/** A choice of one of [value, text, lang]; radio buttons. */
export function radios(name, options, chosen, change) {
  const group = unique();
  return h('fieldset', {class: 'ch-radios'}, h('legend', {}, name), options.map(([value, text]) => h('label', {},
    h('input', {type: 'radio', name: group, value, checked: value === chosen, onchange: () => change(value)}), h('span', {}, text))));
}

/** A choice of one from a list. */
export function select(name, options, chosen, change) {
  const id = unique();
  return h('div', {class: 'ch-select'}, h('label', {for: id}, name), h('select', {id, onchange: (event) => change(event.target.value)},
    options.map(([value, text, lang]) => h('option', {value, selected: value === chosen, lang}, text))));
}

export function checkbox(name, checked, change) {
  return h('label', {class: 'ch-check'}, h('input', {type: 'checkbox', checked, onchange: (event) => change(event.target.checked)}), h('span', {}, name));
}

/** Empties a place and keeps the focus on the control that had it, when its like comes back (same name, same value). */
export function refill(place, ...children) {
  const had = place.contains(document.activeElement) ? document.activeElement : null;
  const all = had ? [...place.querySelectorAll('input, select, button')] : [];
  const at = all.indexOf(had);
  place.replaceChildren(...children.flat(9).filter(Boolean));
  if (at >= 0) place.querySelectorAll('input, select, button')[at]?.focus({preventScroll: true});
}

/** Draws anew when the width changes; returns {stop()}. paint(width) is called at once and later. */
export function fitted(place, paint) {
  let last = 0;
  const look = () => {
    const width = Math.floor(place.clientWidth);
    if (width > 40 && Math.abs(width - last) > 1) { last = width; paint(Math.min(width, 1100)); }
  };
  const watch = new ResizeObserver(() => requestAnimationFrame(look));
  watch.observe(place);
  look();
  return {stop: () => watch.disconnect()};
}

const KEPT = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-linecap', 'font-size', 'font-weight', 'font-family', 'text-anchor', 'opacity', 'fill-opacity', 'stroke-opacity', 'visibility', 'paint-order'];

/** A drawing as a file on its own: light colours and letters written into it, title above, legend and source below.
 *  legend: texts, or [swatch, text] with a swatch of the page whose colour is taken over. */
export function standalone(drawing, {title, subtitle, source, legend = []}) {
  const around = drawing.closest('.ch');
  around.style.colorScheme = 'light';                  // for a document, whatever the reader's screen is like
  const {fill: ink, color: ground} = getComputedStyle(drawing);        // .ch-svg: ink and ground
  const copy = written(drawing), width = Number(drawing.getAttribute('width')), height = Number(drawing.getAttribute('height'));
  const swatchOf = (node) => (node.getAttribute('fill') ?? getComputedStyle(node).fill);
  const feet = legend.flatMap((entry) => (Array.isArray(entry) ? [[entry[1], swatchOf(entry[0])]] : wrap(entry, width, 3).map((t) => [t]))).concat(wrap(source, width, 2).map((t) => [t]));
  around.style.removeProperty('color-scheme');
  const line = (text, x, y, size, weight) => svg('text', {x, y, fill: ink, 'font-size': size, 'font-weight': weight, 'font-family': 'system-ui, sans-serif'}, text);
  const heads = [...wrap(title, width - 16, 2, '600 16px system-ui').map((t) => [t, 16, 600]), ...wrap(subtitle, width - 16, 3).map((t) => [t, 13, 400])].filter(([t]) => t);
  const top = 20 + heads.length * 21, all = top + height + 20 + feet.length * 19;
  copy.setAttribute('x', '16');
  copy.setAttribute('y', String(top));
  return svg('svg', {xmlns: 'http://www.w3.org/2000/svg', width: width + 32, height: all, viewBox: `0 0 ${tenth(width + 32)} ${tenth(all)}`},
    svg('title', {}, `${title}. ${subtitle}`), svg('rect', {width: width + 32, height: all, fill: ground}),
    heads.map(([text, size, weight], i) => line(text, 16, 24 + i * 21, size, weight)), copy,
    feet.map(([text, colour], i) => [colour ? svg('rect', {x: 16, y: top + height + 10 + i * 19, width: 24, height: 14, fill: colour, stroke: ink, 'stroke-width': 0.5}) : null,
      line(text, colour ? 48 : 16, top + height + 22 + i * 19, 12, 400)]));
}

/** A copy of a drawing with its looks as attributes, without what is only for the page. */
function written(drawing) {
  const copy = drawing.cloneNode(true);
  const from = [drawing, ...drawing.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    if (!['defs', 'pattern'].includes(node.tagName)) {
      for (const key of KEPT) {
        const value = style.getPropertyValue(key);
        if (key === 'fill' ? !node.hasAttribute('fill') : value && value !== 'none') to[i].setAttribute(key, value);
      }
    }
    for (const key of ['class', 'tabindex', 'role', 'aria-label', 'aria-hidden']) to[i].removeAttribute(key);
  });
  return copy;
}

/** Hands the reader a file. */
function hand(name, blob) {
  const address = URL.createObjectURL(blob);
  h('a', {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function keepSvg(name, made) {
  hand(`${name}.svg`, new Blob([new XMLSerializer().serializeToString(made)], {type: 'image/svg+xml'}));
}

/** As a picture of twice the size, for a document. */
export async function keepPng(name, made) {
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(made)], {type: 'image/svg+xml'}));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = h('canvas', {width: image.width * 2, height: image.height * 2});
  canvas.getContext('2d').drawImage(image, 0, 0, image.width * 2, image.height * 2);
  URL.revokeObjectURL(address);
  hand(`${name}.png`, await new Promise((done) => canvas.toBlob(done, 'image/png')));
}

/** The two buttons; made() gives the drawing that is there at that moment, as a file. */
export function keepers(language, name, made) {
  return h('div', {class: 'ch-keep'},
    h('button', {type: 'button', onclick: () => keepSvg(name, made())}, say(language, 'saveSvg')),
    h('button', {type: 'button', onclick: () => keepPng(name, made())}, say(language, 'savePng')));
}
