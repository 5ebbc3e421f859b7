/* Reaching every figure of a drawing, by mouse, by touch and by keyboard.
 *
 * marks[r][c] is {node, x, y, head, lines, reach}: node an SVG element that becomes role=img with head and lines as its name;
 * x, y where the tip points. null: nothing there. One mark at a time is in the tab order; arrows go on to the next. A tip is
 * shown for the mark under the pointer or with the focus, and shown(mark or null) is called; Escape hides it (WCAG 1.4.13). */

/** Makes the marks reachable. `near` finds the mark for a pointer at (x, y); without it, the one that is hit. */
export function reach(figure, drawing, marks, {near = null, step = stepInGrid, choose = null, shown: tell = null} = {}) {
  const tip = document.createElement('div');
  tip.className = 'ch-tip';
  tip.setAttribute('aria-hidden', 'true');
  tip.hidden = true;
  figure.append(tip);
  const all = marks.flat().filter(Boolean);
  const of = new Map(all.map((m) => [m.node, m]));
  let current = all[0] ?? null, shown = null;

  const show = (m) => {
    if (shown === m) return;
    shown?.node.classList.remove('ch-on');
    shown = m;
    tell?.(m);
    tip.hidden = !m;
    if (!m) return;
    m.node.classList.add('ch-on');
    const head = document.createElement('strong');
    head.textContent = m.head;
    tip.replaceChildren(head, ...m.lines.map((text) => { const p = document.createElement('span'); p.textContent = text; return p; }));
    place(tip, figure, drawing, m);
  };
  for (const m of all) {
    m.node.setAttribute('role', 'img');
    m.node.setAttribute('aria-label', [m.head, ...m.lines].join(': '));
    m.node.setAttribute('tabindex', m === current ? '0' : '-1');
    if (m.lang) m.node.setAttribute('lang', m.lang);
  }
  const focus = (m) => {
    if (!m) return;
    current?.node.setAttribute('tabindex', '-1');
    current = m;
    m.node.setAttribute('tabindex', '0');
    m.node.focus({preventScroll: false});
  };
  drawing.addEventListener('focusin', (event) => { const m = markOf(event.target, of); if (m) { current?.node.setAttribute('tabindex', '-1'); current = m; m.node.setAttribute('tabindex', '0'); show(m); } });
  drawing.addEventListener('focusout', () => show(null));
  drawing.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && shown) { show(null); event.stopPropagation(); return; }
    if ((event.key === 'Enter' || event.key === ' ') && choose && current) { event.preventDefault(); choose(current); return; }
    const next = step(marks, current, event.key);
    if (next) { event.preventDefault(); focus(next); }
  });
  const over = (event) => {
    const box = drawing.getBoundingClientRect();
    show(near ? near(event.clientX - box.left, event.clientY - box.top) : markOf(event.target, of));
  };
  drawing.addEventListener('pointermove', over);
  drawing.addEventListener('pointerdown', over);
  drawing.addEventListener('pointerleave', () => show(markOf(document.activeElement, of)));
  if (choose) drawing.addEventListener('click', (event) => { const m = markOf(event.target, of); if (m) choose(m); });
  return {focus, marks: all};
}

function markOf(node, of) {
  for (let at = node; at; at = at.parentNode) if (of.has(at)) return of.get(at);
  return null;
}

function place(tip, figure, drawing, m) {
  const outer = figure.getBoundingClientRect(), inner = drawing.getBoundingClientRect();
  const x = inner.left - outer.left + m.x, y = inner.top - outer.top + m.y;
  const width = tip.offsetWidth, height = tip.offsetHeight;
  tip.style.left = `${Math.max(2, Math.min(x - width / 2, outer.width - width - 2))}px`;
  tip.style.top = `${y - height - 12 > 0 ? y - height - 12 : y + 16}px`;
}

const ARROWS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};

/** The next mark in a grid; empty places are passed over. */
export function stepInGrid(marks, current, key) {
  const r = marks.findIndex((row) => row.includes(current)), c = r < 0 ? -1 : marks[r].indexOf(current);
  if (r < 0) return null;
  if (key === 'Home') return marks[r].find(Boolean);
  if (key === 'End') return marks[r].findLast(Boolean);
  if (!(key in ARROWS)) return null;
  const [down, right] = ARROWS[key];
  for (let i = r + down, j = c + right; i >= 0 && i < marks.length && j >= 0 && j < marks[i].length; i += down, j += right) {
    if (marks[i][j]) return marks[i][j];
  }
  return current;
}

/** The next mark in a plane: the nearest one in the direction of the arrow. */
export function stepInPlane(marks, current, key) {
  const all = marks.flat().filter(Boolean);
  if (key === 'Home') return all[0];
  if (key === 'End') return all[all.length - 1];
  if (!(key in ARROWS)) return null;
  const [down, right] = ARROWS[key];
  let best = current, least = Infinity;
  for (const m of all) {
    const ahead = (m.x - current.x) * right + (m.y - current.y) * down;
    const aside = Math.abs((m.x - current.x) * down) + Math.abs((m.y - current.y) * right);
    const cost = ahead + 2.2 * aside;
    if (m !== current && ahead > 0.5 && aside <= ahead * 2.5 && cost < least) { best = m; least = cost; }
  }
  return best;
}

/** near() for marks in a plane: the nearest one within a distance; x may weigh more. */
export function nearest(marks, most = 60, weightX = 1) {
  const all = marks.flat().filter(Boolean);
  return (x, y) => {
    let best = null, least = most * most;
    for (const m of all) {
      const d = ((m.x - x) * weightX) ** 2 + (m.y - y) ** 2;
      if (d < least) { least = d; best = m; }
    }
    return best;
  };
}
