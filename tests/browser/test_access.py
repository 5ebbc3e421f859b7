"""WCAG 2.2 AA as far as a program can judge it (axe), and by hand-made rules for what it cannot: names, focus, targets, zoom, order."""

import itertools

import pytest

from tests.browser.hands import arranging, until
from tests.browser.test_figures import MARKS
from tests.browser.test_viewer import READY, YOUTHS
from tests.serve import node

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLACES = {
    "catalogue": ("/#/?lang={lang}", "ol.tables .title"),
    "table": (YOUTHS + "?lang={lang}", READY),
    "line": (YOUTHS + "?v=chart&lang={lang}", MARKS),
    "map": (YOUTHS + "?v=map&lang={lang}", MARKS),
    "provinces": (YOUTHS + "?v=map&lang={lang}", MARKS),
    "bars": (YOUTHS + "?v=chart&lang={lang}", MARKS),
    "pyramid": (YOUTHS + "?v=chart&lang={lang}", MARKS),
    "download": (YOUTHS + "?lang={lang}", READY),
    "choice": (YOUTHS + "?lang={lang}", READY),
    "wijken": ("/#/table/wijken_proef?v=map&lang={lang}", MARKS),
    "missing": ("/#/table/geen?lang={lang}", "h1"),
}
CLICKS = {
    "bars": 'input[value="bars"]',
    "pyramid": 'input[value="pyramid"]',
    "provinces": 'input[value="PV"]',
    "wijken": 'input[value="WK"]',
    "download": ".actions button:nth-child(2)",
    "choice": '[data-chip="RegioS"] [data-part="pick"]',
}


@pytest.fixture(scope="package")
def axe(browser) -> str:
    """The source of axe-core, pinned in tests/serve/package-lock.json; needs node once, to install it."""
    return (node.modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def faults(page, axe: str) -> list[str]:
    """What axe finds wrong: rule, and the first elements that break it."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)["violations"]
    return [
        f"{v['id']}: {v['help']}: {[n['html'][:160] + ' ' + (n.get('failureSummary') or '')[:200] for n in v['nodes'][:3]]}" for v in found
    ]


LIGHT, DARK = ("light", "nl", 1200), ("dark", "en", 390)
DEFAULT = [
    (place, *dress)
    for i, place in enumerate(PLACES)
    for dress in ((LIGHT, DARK) if place in ("table", "line", "map") else (DARK, LIGHT)[i % 2 : i % 2 + 1])
]
EVERY = [(place, scheme, lang, width) for place in PLACES for scheme in ("light", "dark") for lang in ("nl", "en") for width in (1200, 390)]


@pytest.mark.parametrize("place, scheme, lang, width", DEFAULT)
def test_no_fault_that_axe_sees(opened, axe, place, scheme, lang, width):
    """Catalogue, table, charts, maps and dialogs; wide, light and Dutch; narrow, dark and English."""
    path, ready = PLACES[place]
    page = opened(path.format(lang=lang), ready=ready, color_scheme=scheme, width=width)
    if place in CLICKS:
        if place == "choice" and width < 700:  # what stands in rows and columns is behind the panel there
            arranging(page).locator('[data-item="RegioS"] [data-part="pick"]').click()
        else:
            page.locator(CLICKS[place]).first.click()
        if place in ("download", "choice"):
            page.locator("dialog[open]").wait_for()
    page.wait_for_load_state("networkidle")
    assert faults(page, axe) == []
    opened.troubles[:] = [t for t in opened.troubles if "404" not in t] if place == "missing" else opened.troubles


@pytest.mark.long
@pytest.mark.parametrize("place, scheme, lang, width", [dress for dress in EVERY if dress not in DEFAULT])
def test_no_fault_in_any_dress(opened, axe, place, scheme, lang, width):
    """The same in every other dress."""
    test_no_fault_that_axe_sees(opened, axe, place, scheme, lang, width)


def test_all_can_be_reached_by_key_and_seen(opened):
    """Tab goes through everything that can be pressed, in the order of the page, each time with a visible ring; nothing traps it."""
    page = opened(YOUTHS + "?v=chart", ready=MARKS)
    wanted = page.evaluate("""[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')].filter(e => e.checkVisibility()
        && !e.disabled && e.tabIndex >= 0 && !(e.type === 'radio' && !e.checked)).length""")
    page.locator("body").press("Home")
    page.evaluate("document.activeElement.blur()")
    reached, positions = 0, []
    for _ in range(wanted + 3):
        page.keyboard.press("Tab")
        at = page.evaluate("""(() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const ring = (x) => { const s = getComputedStyle(x); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || parseFloat(s.strokeWidth) >= 2 && s.stroke !== 'none'; };
            return {name: e.tagName + ' ' + (e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 40), y: e.getBoundingClientRect().top + scrollY,
                    seen: ring(e) || [...e.querySelectorAll('*')].some(ring) || (e.nextElementSibling !== null && ring(e.nextElementSibling))}; })()""")
        if at is None:
            break
        reached += 1
        positions.append(at["y"])
        assert at["seen"], f"no visible focus on {at['name']}"
    assert reached >= wanted - 1
    assert sum(b < a - 200 for a, b in itertools.pairwise(positions)) <= 1, "focus follows the page from top to bottom"


@pytest.mark.parametrize(
    "path, ready", [("/", "ol.tables .title"), (YOUTHS, READY), (YOUTHS + "?v=chart", MARKS), (YOUTHS + "?v=map", MARKS)]
)
def test_narrow_screens_scroll_one_way(opened, path, ready):
    """At 320 pixels (400 % zoom) nothing but the table itself scrolls sideways, and targets are 24 pixels or stand apart."""
    page = opened(path, ready=ready, width=320, height=640)
    if page.locator("details.arrange").count():
        page.locator("details.arrange > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert (
        page.evaluate("""[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && !e.closest('.scroller, .vh, svg')
        && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 90))""")
        == []
    )
    small = page.evaluate("""[...document.querySelectorAll('button, select, summary, input')].filter(e => e.checkVisibility()).map(e => {
        const at = (e.closest('label') ?? e).getBoundingClientRect(); return [e.outerHTML.slice(0, 90), at.width, at.height]; }).filter(([, w, h]) => w < 23.5 || h < 23.5)""")
    assert small == []


def test_a_dialog_gives_the_focus_back(opened):
    """Escape closes the dialog and the menu; the focus returns to the button that opened them."""
    from playwright.sync_api import expect  # where there is none, `opened` has skipped

    page = arranging(opened(YOUTHS, ready=READY))
    for button, inside in (
        (page.locator('[data-chip="RegioS"] [data-part="pick"]'), "dialog[open]"),
        (page.get_by_role("button", name="Download"), "dialog[open]"),
        (page.locator('[data-item="Perioden"] [data-part="menu"]'), "[role=menu]"),
    ):
        button.focus()
        page.keyboard.press("Enter")
        page.locator(inside).wait_for()
        assert page.evaluate(f"document.activeElement.closest('{inside}') !== null")
        page.keyboard.press("Escape")
        until(page, f"document.querySelector('{inside}') === null")
        expect(button).to_be_focused()  # waits: the focus returns after the dialog has gone


def test_changes_are_told_aloud(opened):
    """Another kind of chart and another order are announced with what they show."""
    page = opened(YOUTHS + "?v=chart", ready=MARKS)
    page.get_by_role("radio", name="Staven").check()
    until(page, "document.getElementById('announce').textContent.startsWith('Hoogste')")
    assert page.get_by_role("radio", name="Staven").evaluate("e => e === document.activeElement"), "the focus stays on what was chosen"
