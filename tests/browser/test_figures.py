"""Charts and map, judged by the Publication: every figure drawn is one that was published, and none is drawn that was withheld."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from celwacht.publish.publication.publication import PRINTED

from tests.browser import tables
from tests.browser.hands import until
from tests.browser.test_viewer import figure_of

TABLE = "/#/table/jongeren_proef"
MARKS = "svg.ch-svg [role=img]"


def told(page) -> list[str]:
    """What a screen reader hears of each figure, in the order of the drawing."""
    return page.locator(MARKS).evaluate_all("list => list.map(e => e.getAttribute('aria-label'))")


def value_told(text: str) -> str:
    """The figure in 'Drenthe: 2024*: 1.590 aantal'; '.' for one that is not shown."""
    return re.search(r"(\.(?= \()|[\d.,]+)[^:]*$", text).group(1)


def test_a_line_shows_each_period(opened):
    """Years of each region, of the rate where there is one; half-years are another line, never joined to years; withheld ones break the line and stand below zero."""
    made = tables.youths()
    page = opened(f"{TABLE}?v=chart", ready=MARKS)
    years = [c for c in made.periods.codes if c.code.endswith("JJ00")]
    expected = [figure_of(made, 1, RegioS=code, Perioden=y.code) for code in ("NL01", "PV20", "PV22") for y in years]
    assert [value_told(t) for t in told(page)] == expected
    shown = np.array([v != "." for v in expected]).reshape(3, -1)
    assert page.locator("line.ch-line").count() == int((shown[:, 1:] & shown[:, :-1]).sum()), "a line joins printed neighbours only"
    base = float(page.locator("line.ch-base").first.get_attribute("y1"))
    for mark in page.locator(f"{MARKS}").all():
        y = float(re.search(r"translate\([\d.]+ ([\d.]+)\)", mark.locator("path").first.get_attribute("transform")).group(1))
        assert (y > base + 20) == ("geheim" in mark.get_attribute("aria-label")), "withheld: in the strip below, never on the axis"
    page.get_by_label("Halfjaren").check()
    until(page, "document.querySelectorAll('svg.ch-svg [role=img]').length === 24")


def test_bars_are_as_long_as_their_figures(opened):
    """Lengths are in proportion to the figures, from zero; a withheld one has no bar but its symbol."""
    made = tables.youths()
    page = opened(f"{TABLE}?r=Leeftijd&c=Geslacht&o.Leeftijd=*&o.Geslacht=*&RegioS=PV22&Perioden=2024JJ00&_=M000001&v=chart", ready=MARKS)
    page.get_by_label("Staven").check()
    page.get_by_label("Met (sub)totalen").check()
    until(page, "document.querySelectorAll('svg.ch-svg [role=img]').length === 15")
    ratios = set()
    for age in tables.AGES:
        for sex in tables.SEXES:
            figure = figure_of(made, 0, Leeftijd=age.code, Geslacht=sex.code, RegioS="PV22", Perioden="2024JJ00")
            mark = page.locator(f'{MARKS}[aria-label^="{age.title.nl}: {sex.title.nl}: {figure}"]')
            assert mark.count() == 1
            assert mark.locator("rect.ch-bar").count() == (figure != ".")
            if figure != ".":
                ratios.add(round(float(mark.locator("rect.ch-bar").get_attribute("width")) / int(figure.replace(".", "")), 2))
    assert max(ratios) - min(ratios) <= 0.02


def test_a_pyramid_of_age_by_sex(opened):
    """Men left and women right of the middle, the youngest lowest, both to one scale."""
    made = tables.youths()
    page = opened(f"{TABLE}?v=chart", ready=MARKS)
    page.get_by_role("radio", name="Piramide").check()
    until(page, "document.querySelectorAll('svg.ch-svg [role=img]').length === 8")
    page.get_by_label("Voor: Regio's").select_option("PV20")
    page.get_by_label("Voor: Perioden").select_option("2024JJ00")
    until(
        page,
        "document.querySelector('.ch-still').textContent.includes('Groningen') && document.querySelector('.ch-still').textContent.includes('2024*')",
    )
    expected = [
        figure_of(made, 0, Leeftijd=a.code, Geslacht=s, RegioS="PV20", Perioden="2024JJ00")
        for a in tables.AGES[1:]
        for s in ("3000", "4000")
    ]
    labels = told(page)
    assert sorted(value_told(t) for t in labels) == sorted(expected)
    boxes = {t: page.locator(f'{MARKS}[aria-label="{t}"]').bounding_box() for t in labels}
    middle = page.locator("svg.ch-svg").first.bounding_box()
    middle = middle["x"] + middle["width"] / 2
    assert all((box["x"] + box["width"] / 2 < middle) == ("Mannen" in t) for t, box in boxes.items())
    oldest, youngest = (next(b["y"] for t, b in boxes.items() if t.startswith(a)) for a in ("18 tot", "0 tot"))
    assert oldest < youngest


@pytest.mark.parametrize("level", ["Provincies", "Jeugdregio’s", "Gemeenten"])
def test_the_map_shows_every_region(opened, level):
    """Each region of the level once, with its figure; withheld ones hatched; the shade follows the figure."""
    made = tables.youths()
    page = opened(f"{TABLE}?v=map", ready=MARKS)
    prefix = {"P": "PV", "J": "JZ", "G": "GM"}[level[0]]
    codes = [c for c in next(d for d in made.dimensions if d.name == "RegioS").codes if c.code.startswith(prefix)]
    page.get_by_label(level, exact=True).check()
    until(page, f"document.querySelectorAll('svg.ch-svg [role=img]').length === {len(codes)}")
    shades = []
    for code in codes:
        figure = figure_of(made, 1, RegioS=code.code, Perioden="2024JJ00")
        name = code.title.nl.replace("(PV)", "(provincie)").replace("(JZ)", "(jeugdregio)")
        region = page.locator(f'{MARKS}[aria-label^="{name}: {figure} "]')
        assert region.count() == 1, f"{name}: {figure}"
        kind = region.locator("path").first.get_attribute("class")
        if figure == ".":
            assert "hatched" in kind and "url(#" in region.locator("path").first.get_attribute("fill")
        else:
            shades.append((float(figure.replace(",", ".")), int(re.search(r"\bk(\d)", kind).group(1))))
    shades.sort()
    assert [k for _, k in shades] == sorted(k for _, k in shades), "a higher figure is never a lower class"


def test_a_region_of_the_map_goes_into_the_table(opened):
    """Arrow keys walk over the map, Enter picks; the pick is in the link, and the table shows that region."""
    page = opened(f"{TABLE}?v=map", ready=MARKS)
    page.locator(f'{MARKS}[aria-label^="Assen"]').click()
    until(page, "location.hash.includes('RegioS=GM0106')")
    page.locator(f'{MARKS}[aria-label*="gekozen"]').first.wait_for()
    page.locator(f'{MARKS}[tabindex="0"]').focus()
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first != second
    page.locator(".ch-tip", has_text=second.split(":")[0]).wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".ch-tip:visible").count() == 0
    page.keyboard.press("Enter")
    until(page, "/RegioS=[^&]*,/.test(location.hash)")
    page.get_by_role("button", name="Tabel", exact=True).click()
    page.wait_for_selector("table.figures tbody tr")
    assert "Assen" in page.locator("table.figures tbody").inner_text()


def test_the_map_of_wijken(opened):
    """The wijken of a gemeente as squares; another gemeente by choice."""
    made = tables.districts()
    page = opened("/#/table/wijken_proef?v=map", ready=MARKS)
    page.get_by_label("Wijken", exact=True).check()
    page.get_by_label("Gemeente", exact=True).select_option("GM0118")
    own = [c for c in made.dimensions[1].codes if c.group == "GM0118"]
    until(page, f"document.querySelectorAll('svg.ch-svg [role=img]').length === {len(own)}")
    assert {value_told(t) for t in told(page)} == {figure_of(made, 1, WijkenEnBuurten=c.code) for c in own}


@pytest.mark.parametrize("kind", ["chart", "map"])
def test_a_drawing_is_kept_as_a_file(opened, kind):
    """SVG that stands on its own (well-formed, no scripts, links or classes, title and source in it), and a PNG."""
    page = opened(f"/#/table/vijandig?v={kind}", ready=MARKS)
    with page.expect_download() as vector:
        page.get_by_role("button", name="Bewaar als SVG").click()
    text = vector.value.path().read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    names = {e.tag.split("}")[1] for e in root.iter()}
    assert names <= {"svg", "g", "path", "rect", "line", "text", "tspan", "title", "defs", "pattern", "circle"}
    assert not [a for e in root.iter() for a in e.attrib if a.startswith("on") or a in ("class", "href", "style")]
    assert tables.HOSTILE in "".join(root.itertext()).replace("\n", "") and "Bron: Celwacht (proef)" in "".join(root.itertext())
    with page.expect_download() as picture:
        page.get_by_role("button", name="Bewaar als PNG").click()
    assert picture.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_table_without_printed_figures_says_so(opened):
    """A choice of which every figure is withheld has no zeros, but a sentence."""
    made = tables.youths()
    at = next(
        (c.code, p.code)
        for i, c in enumerate(made.dimensions[3].codes)
        for j, p in enumerate(made.periods.codes)
        if made.measures[0].state[0, 0, 0, i, j] != PRINTED
    )
    page = opened(f"{TABLE}?r=RegioS&c=_&RegioS={at[0]}&Perioden={at[1]}&_=M000001&v=chart", ready=MARKS)
    page.get_by_label("Staven").check()
    page.get_by_text("Geen van deze cijfers wordt getoond").wait_for()
    assert page.locator("rect.ch-bar").count() == 0


def test_counts_of_regions_are_right_by_default(opened):
    """Of counts: the newest period, largest first, without what is a sum of the others; many lines as small drawings; a map with circles."""
    made = tables.youths()
    link = f"{TABLE}?r=RegioS&c=Perioden&o.RegioS=*&_=M000001&RegioS=PV22,JZ04,GM0106..GM1731&v="
    page = opened(link + "chart", ready=MARKS)
    assert page.locator("svg.ch-svg").count() == 1
    heads = page.locator(".ch-svg text.ch-name[font-weight]").all_text_contents()
    assert heads == sorted(heads) and len(heads) == 12, "a panel per gemeente, by name; no province"
    page.get_by_label("Staven").check()
    until(page, "document.querySelector('rect.ch-bar')")
    assert "Perioden: 2024*" in page.locator(".ch-still").inner_text()
    codes = [c for c in next(d for d in made.dimensions if d.name == "RegioS").codes if c.group == "JZ04"]
    figures = [figure_of(made, 0, RegioS=c.code, Perioden="2024JJ00") for c in codes]
    shown = sorted((int(f.replace(".", "")) for f in figures if f != "."), reverse=True)
    told_in_order = [value_told(t) for t in told(page)]
    assert [int(t.replace(".", "")) for t in told_in_order if t != "."] == shown and len(told_in_order) == 12
    mapped = opened(link + "map", ready=MARKS)
    assert mapped.locator("circle.ch-circle").count() == 0, "a rate where the table has one"
    mapped.get_by_label("Onderwerp", exact=True).select_option("M000001")
    until(mapped, "document.querySelector('circle.ch-circle')")
    radii = [float(r) for r in mapped.locator(f"{MARKS} circle.ch-circle").evaluate_all("list => list.map(e => e.getAttribute('r'))")]
    geo = next(d for d in made.dimensions if d.name == "RegioS").codes
    figures = [figure_of(made, 0, RegioS=c.code, Perioden="2024JJ00") for c in geo if c.code.startswith("GM")]
    shown = sorted((int(f.replace(".", "")) for f in figures if f != "."), reverse=True)
    assert len(radii) == len(shown)
    assert max(abs(r * r / v / (max(radii) ** 2 / max(shown)) - 1) for r, v in zip(sorted(radii, reverse=True), shown)) < 0.06


def test_a_pyramid_is_a_histogram(opened):
    """Classes of 4, 8, 6 and 5 years: a bar is as thick as its years and as long as the number per year, of the newest period."""
    made = tables.youths()
    page = opened(f"{TABLE}?v=chart", ready=MARKS)
    page.get_by_role("radio", name="Piramide").check()
    until(page, "document.querySelectorAll('svg.ch-svg [role=img]').length === 8")
    assert "2024*" in page.locator(".ch-still").inner_text()
    sizes = []
    for (low, high), age in zip(((0, 4), (4, 12), (12, 18), (18, 23)), tables.AGES[1:]):
        figure = figure_of(made, 0, Leeftijd=age.code, Geslacht="3000", RegioS="NL01", Perioden="2024JJ00")
        bar = page.locator(f'{MARKS}[aria-label^="{age.title.nl}: Mannen: {figure}"] rect.ch-bar')
        if figure != ".":
            wide, tall = (float(bar.get_attribute(name)) for name in ("width", "height"))
            sizes.append((wide * (high - low) / int(figure.replace(".", "")), (tall + 6) / (high - low)))
    assert len(sizes) > 1
    assert all(max(s) / min(s) < 1.02 for s in zip(*sizes))


def test_a_slope_has_the_first_and_the_last_period(opened):
    """Of each region the figures of both ends, and a line only where both are printed."""
    made = tables.youths()
    page = opened(f"{TABLE}?v=chart", ready=MARKS)
    page.get_by_role("radio", name="Helling").check()
    until(page, "document.querySelector('svg.ch-svg').getAttribute('aria-label').includes('Helling')")
    ends = ("2021JJ00", "2024JJ00")
    expected = [figure_of(made, 1, RegioS=code, Perioden=p) for code in ("NL01", "PV20", "PV22") for p in ends]
    assert [value_told(t) for t in told(page)] == expected
    both = sum("." not in expected[k : k + 2] for k in range(0, len(expected), 2))
    assert page.locator("line.ch-line").count() == both


def test_stacked_bars_are_parts_of_their_total(opened):
    """Ages of men and women: pieces in proportion to their figures, a hatched rest where one is withheld, and a bar that ends at the printed total."""
    made = tables.youths()
    page = opened(f"{TABLE}?r=RegioS&c=Leeftijd&o.Leeftijd=*&RegioS=PV22&Perioden=2024JJ00&_=M000001&v=chart", ready=MARKS)
    page.get_by_role("radio", name="100 %").check()
    until(page, "document.querySelector('svg.ch-svg').getAttribute('aria-label').includes('100 %')")
    parts = [figure_of(made, 0, RegioS="PV22", Leeftijd=a.code, Perioden="2024JJ00") for a in tables.AGES[1:]]
    whole = figure_of(made, 0, RegioS="PV22", Perioden="2024JJ00")
    number = [int(p.replace(".", "")) if p != "." else None for p in (*parts, whole)]
    heard = [t for t in told(page) if t.startswith(("Drenthe", "Jongeren"))]
    assert [("geheim" in t) for t in heard] == [n is None for n in number[:-1]]
    if sum(n or 0 for n in number[:-1]) > (number[-1] or 0) + 25:
        assert page.get_by_text("Deze onderdelen overlappen").is_visible()
        return
    widths = [
        float(w) for w in page.locator("svg.ch-svg rect.ch-bar").evaluate_all("l => l.map(e => e.getAttribute('width'))")[-len(parts) :]
    ]
    shown = [n for n in number[:-1] if n]
    assert max((w + 1) / n for w, n in zip(widths, shown)) - min((w + 1) / n for w, n in zip(widths, shown)) < 0.02
