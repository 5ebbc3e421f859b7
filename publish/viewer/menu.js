/* A button that opens a list of things to do: arrow keys walk through it, Escape closes it, focus goes back to the button. */

import {el} from './dom.js';

/** items: [{label, run, off}] or a function that gives them at the moment of opening. */
export function menuButton(attributes, content, items) {
  const button = el('button', {type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', ...attributes}, content);
  button.addEventListener('click', () => openMenu(button, typeof items === 'function' ? items() : items));
  return button;
}

function openMenu(button, items) {
  const menu = el('div', {class: 'menu', role: 'menu', popover: 'auto', 'aria-label': button.getAttribute('aria-label')},
    items.map((item) => el('button', {type: 'button', role: 'menuitem', tabindex: -1, 'aria-disabled': item.off ? 'true' : null,
                                      onclick: () => { if (item.off) return; shut(true); item.run(); }}, item.label)));
  const entries = [...menu.children];
  let done = false;
  const shut = (back) => {
    if (done) return;
    done = true;
    button.setAttribute('aria-expanded', 'false');
    menu.remove();
    if (back && button.isConnected) button.focus();
  };
  menu.addEventListener('keydown', (event) => walk(event, entries, shut));
  menu.addEventListener('toggle', (event) => { if (event.newState === 'closed') shut(menu.contains(document.activeElement)); });
  (document.getElementById('main') ?? document.body).append(menu);
  button.setAttribute('aria-expanded', 'true');
  menu.showPopover();
  place(menu, button);
  (entries.find((e) => e.getAttribute('aria-disabled') !== 'true') ?? entries[0])?.focus();
}

function walk(event, entries, shut) {
  const at = entries.indexOf(document.activeElement), last = entries.length - 1;
  const to = {ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last}[event.key];
  if (to !== undefined) { event.preventDefault(); entries[to].focus(); }
  if (event.key === 'Escape' || event.key === 'Tab') { event.preventDefault(); shut(true); }
}

/** Under the button, and within the window. */
function place(menu, button) {
  const at = button.getBoundingClientRect(), own = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - own.width - 8));
  const below = at.bottom + 4 + own.height <= innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - own.height - 4)}px`;
}
