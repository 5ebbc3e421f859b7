/* Dragging parts between places with a mouse, a pen or a finger. Whatever it does can also be done with a menu (layout.js). */

const FAR = 5;                      // pixels before a press becomes a drag

/** Makes `handle` drag `item`. zones(): elements that take it, each with children [data-item]. drop(zone element, place) is
 *  called at the end of a drag that ended over a zone; place counts among its children. */
export function draggable(handle, item, zones, drop) {
  handle.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const start = {x: event.clientX, y: event.clientY};
    const drag = {ghost: null, mark: null, target: null, place: 0};
    const move = (e) => {
      if (!drag.ghost && Math.hypot(e.clientX - start.x, e.clientY - start.y) < FAR) return;
      if (!drag.ghost) begin(drag, item, start);
      e.preventDefault();
      drag.ghost.style.transform = `translate(${e.clientX - start.x}px, ${e.clientY - start.y}px)`;
      aim(drag, zones(), e.clientX, e.clientY, item);
    };
    const end = (dropped) => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', up);
      removeEventListener('pointercancel', cancel);
      removeEventListener('keydown', escape);
      const moved = drag.ghost !== null;
      finish(drag, item, zones());
      if (moved && dropped && drag.target) drop(drag.target, drag.place);
      if (moved) addEventListener('click', swallow, {capture: true, once: true});
      setTimeout(() => removeEventListener('click', swallow, {capture: true}), 50);
    };
    const up = () => end(true), cancel = () => end(false);
    const escape = (e) => { if (e.key === 'Escape') end(false); };
    addEventListener('pointermove', move, {passive: false});
    addEventListener('pointerup', up);
    addEventListener('pointercancel', cancel);
    addEventListener('keydown', escape);
  });
  handle.addEventListener('touchmove', (event) => event.preventDefault(), {passive: false});
}

const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };

function begin(drag, item, start) {
  const at = item.getBoundingClientRect();
  drag.ghost = item.cloneNode(true);
  drag.ghost.classList.add('ghost');
  drag.ghost.inert = true;
  Object.assign(drag.ghost.style, {left: `${at.left}px`, top: `${at.top}px`, width: `${at.width}px`});
  drag.mark = document.createElement('li');
  drag.mark.className = 'drop-mark';
  drag.start = start;
  document.body.append(drag.ghost);
  document.body.classList.add('dragging');
  item.classList.add('dragged');
}

/** Finds the zone under the pointer and the place in it, and shows it. */
function aim(drag, zones, x, y, item) {
  drag.target = zones.find((zone) => {
    const box = zone.getBoundingClientRect();
    return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
  }) ?? null;
  zones.forEach((zone) => zone.classList.toggle('aimed', zone === drag.target));
  if (!drag.target) { drag.mark.remove(); return; }
  const items = [...drag.target.querySelectorAll('[data-item]')];
  const next = items.findIndex((other) => {
    const box = other.getBoundingClientRect();
    return y < box.top || (y <= box.bottom && x < box.left + box.width / 2);
  });
  drag.place = next < 0 ? items.length : next;
  const list = drag.target.querySelector('ul');
  list.insertBefore(drag.mark, next < 0 ? null : items[next]);
  drag.mark.hidden = items[next] === item || items[next - 1] === item;
}

function finish(drag, item, zones) {
  drag.ghost?.remove();
  drag.mark?.remove();
  document.body.classList.remove('dragging');
  item.classList.remove('dragged');
  zones.forEach((zone) => zone.classList.remove('aimed'));
}
