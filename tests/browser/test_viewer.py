"""A reader's walk through the viewer, judged by the Publication behind it: what is on the screen is what was published."""

import csv
import io
import json
import re
from urllib.request import urlopen

import pytest
from celwacht.publish.publication.publication import PRINTED

from tests.browser import tables
from tests.browser.hands import arranging, settled, until

YOUTHS = "/#/table/jongeren_proef"
READY = "table.figures tbody td"


def dutch(value: int, decimals: int) -> str:
    whole, part = divmod(value, 10**decimals)
    return f"{whole:,}".replace(",", ".") + (f",{part:0{decimals}d}" if decimals else "")


def figure_of(publication, measure: int, **codes: str) -> str:
    """The figure as a Dutch reader sees it; dimensions not named stand at their first code."""
    at = tuple(next(i for i, c in enumerate(d.codes) if c.code == codes.get(d.name, d.codes[0].code)) for d in publication.dimensions)
    m = publication.measures[measure]
    return dutch(int(m.values[at]), m.decimals) if m.state[at] == PRINTED else "."


def row_of(page, name: str) -> list[str]:
    """Texts of the cells in the row with this header, without what only a screen reader gets."""
    line = (
        settled(page).locator("table.figures tbody tr").filter(has=page.locator("th .words", has_text=re.compile(f"^{re.escape(name)}$")))
    )
    return [text.strip().split("\n")[0] for text in line.locator("td").all_inner_texts()]


def test_search_opens_a_table(opened):
    """Words that one types find the table; its link opens it, and the browser's title follows."""
    page = opened()
    until(page, "document.querySelectorAll('ol.tables > li .title').length === 3")
    page.get_by_role("searchbox").fill("leeftijd geslacht")
    until(page, "document.querySelectorAll('ol.tables > li .title').length === 1")
    page.get_by_role("link", name="Jongeren met jeugdhulp; vorm").click()
    page.wait_for_selector(READY)
    assert "leeftijd, geslacht" in page.title()
    page.go_back()
    page.get_by_role("searchbox").fill("zzz")
    page.get_by_text("Geen tabel met al deze woorden").first.wait_for()


def test_the_table_shows_what_was_published(opened):
    """Every cell of the first view, withheld ones as their symbol; then a level is opened by mouse and closed by key."""
    made = tables.youths()
    page = opened(YOUTHS, ready=READY)
    periods = [c.code for c in made.periods.codes]
    for code, name in (("NL01", "Nederland"), ("PV20", "Groningen (provincie)"), ("PV22", "Drenthe (provincie)")):
        assert row_of(page, name) == [figure_of(made, m, RegioS=code, Perioden=p) for m in (0, 1) for p in periods]
    branch = page.get_by_role("button", name="Drenthe (provincie)")
    branch.click()
    assert row_of(page, "Drenthe (jeugdregio)") == [figure_of(made, m, RegioS="JZ04", Perioden=p) for m in (0, 1) for p in periods]
    page.get_by_role("button", name="Drenthe (jeugdregio)").press("ArrowRight")
    assert row_of(page, "Assen")[0] == figure_of(made, 0, RegioS="GM0106", Perioden=periods[0])
    page.get_by_role("button", name="Drenthe (provincie)").press("ArrowLeft")
    until(page, "!document.body.innerText.includes('Assen')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page itself does not scroll sideways"


def test_pivot_by_drag(opened):
    """Sex is dragged from the filters to the rows: its figures stand in the rows, and the link says so."""
    made = tables.youths()
    page = arranging(opened(YOUTHS, ready=READY))
    grip = page.locator('[data-item="Geslacht"] .grip').bounding_box()
    rows = page.locator('[data-zone="rows"]').bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(rows["x"] + rows["width"] / 2, rows["y"] + rows["height"] - 8, steps=6)
    page.mouse.up()
    page.locator('[data-zone="rows"] [data-item="Geslacht"]').wait_for()
    until(page, "location.hash.includes('Geslacht')")
    assert "r=RegioS,Geslacht" in page.url
    cells = settled(page).locator("table.figures tbody tr").first.locator("td").all_inner_texts()
    assert cells[0].strip() == figure_of(made, 0)


def test_pivot_by_keyboard(opened):
    """The same by Tab, Enter and arrows alone; the move is told aloud and the focus stays with what moved."""
    page = arranging(opened(YOUTHS, ready=READY))
    button = page.get_by_role("button", name="Leeftijd: verplaatsen")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Naar kolommen").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator('[data-zone="columns"] [data-item="Leeftijd"]').wait_for()
    until(page, "document.getElementById('announce').textContent.includes('Leeftijd')")
    assert page.evaluate("document.activeElement.closest('[data-item]')?.dataset.item") == "Leeftijd"
    page.get_by_role("button", name="Verwissel rijen en kolommen").press("Enter")
    page.locator('[data-zone="rows"] [data-item="Leeftijd"]').wait_for()


def test_a_link_holds_the_selection(opened):
    """What is seen comes back from the link alone: in another window, after codes were chosen, moved, opened and named by code."""
    page = arranging(opened(YOUTHS, ready=READY))
    page.get_by_role("button", name="Geslacht: verplaatsen").click()
    page.get_by_role("menuitem", name="Naar kolommen").click()
    page.get_by_role("button", name="Perioden", exact=False).locator("visible=true").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Geen").click()
    dialog.get_by_label("2023**", exact=True).check()
    dialog.get_by_label("2024*", exact=True).check()
    dialog.get_by_role("button", name="Toon keuze").click()
    page.get_by_role("button", name="Groningen (provincie)").click()
    page.get_by_label("Labels").select_option("both")
    settled(page)
    before = page.locator("table.figures").inner_text()
    again = opened("/" + page.url.split("/", 3)[3], ready=READY)
    settled(again)
    assert again.locator("table.figures").inner_text() == before
    arranging(again).get_by_role("button", name="Standaardindeling").click()
    until(again, "location.hash.includes('c=_,Perioden&')")
    again.go_back()
    until(again, "location.hash.includes('c=_,Perioden,Geslacht')")
    settled(again)
    assert again.locator("table.figures").inner_text() == before


def test_the_other_language(opened):
    """English words, numbers and page language; Dutch stays marked as Dutch where there is no English; the choice is kept."""
    page = opened(YOUTHS, ready=READY)
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Young people with help").wait_for()
    settled(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "2024 first half*" in page.locator("thead").inner_text()
    first = page.locator("tbody tr td").first.inner_text().strip()
    assert first == figure_of(tables.youths(), 0).replace(".", ",")
    assert page.locator('tbody th [lang="nl"]', has_text="Drenthe").count() == 1
    page.goto(page.url.split("#")[0])
    page.get_by_placeholder("Find a table").wait_for()


def test_downloads_are_what_was_seen_and_chosen(opened):
    """The file made of the view has its figures and symbols; those of the server are the chosen and all figures."""
    made = tables.youths()
    page = opened(YOUTHS, ready=READY)
    page.get_by_role("button", name="Download").click()
    dialog = page.get_by_role("dialog")
    with page.expect_download() as seen:
        dialog.get_by_role("button", name="CSV").click()
    text = seen.value.path().read_text(encoding="utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=";") if line and line[0] == "Drenthe (provincie)"]
    assert [c.lstrip("'") for c in lines[0][1:]] == [
        figure_of(made, m, RegioS="PV22", Perioden=p.code).replace(".", "") or "." for m in (0, 1) for p in made.periods.codes
    ]
    dialog.get_by_role("link").nth(9).wait_for()  # each form twice, what is chosen and all; they come from the server
    links = dialog.get_by_role("link").all()
    parquet = next(a for a in links if "parquet" in (a.get_attribute("href") or ""))
    with page.expect_download() as whole:
        parquet.click()
    assert whole.value.path().read_bytes()[:4] == b"PAR1"


ATTACKS = (
    "/#/",
    "/#/table/vijandig",
    "/#/table/vijandig?r=RegioS,Vorm&o.RegioS=*&o.Vorm=*&l=both",
    "/#/table/vijandig?v=chart&lang=en",
    "/#/table/vijandig?v=map",
    f"/#/table/{tables.HOSTILE}",
    f"/#/?q={tables.HOSTILE}",
    f"/#/table/vijandig?r={tables.HOSTILE}&Vorm={tables.HOSTILE}&v={tables.HOSTILE}&lang={tables.HOSTILE}",
)


def test_hostile_words_stay_words(opened):
    """Markup in titles, codes, footnotes and in the link is shown as letters: nothing of it runs, loads or is an element."""
    page = opened(ATTACKS[0], ready="ol.tables .title")
    for path in ATTACKS:
        page.goto("about:blank")
        page.goto(opened.site + path)
        page.wait_for_selector("main h1, main p")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.attacked") is None, path
        assert page.locator("main img, main script, main style, main iframe").count() == 0, path
        if "table/vijandig" in path:
            assert "<img src=x" in page.locator("h1").inner_text()
        assert page.evaluate("[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !a.name.startsWith('on')))"), path
    opened.troubles[:] = [t for t in opened.troubles if "404" not in t]  # a table that is not there may be told of as missing


def test_hostile_download_stays_text(opened, site):
    """The CSV of the view and the answers of the API hold the words as they are."""
    page = opened("/#/table/vijandig", ready=READY)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as seen:
        page.get_by_role("dialog").get_by_role("button", name="CSV").click()
    assert tables.HOSTILE in seen.value.path().read_text(encoding="utf-8-sig")
    with urlopen(f"{site}/api/v1/tables") as answer:
        assert answer.headers["Content-Type"].startswith("application/json")
        assert any(tables.HOSTILE in json.dumps(t) for t in json.load(answer)["tables"])


def test_it_works_without_a_network(opened):
    """Once a table is there, pivots ask nothing but figures of their own server, and nothing at all when that is gone."""
    page = arranging(opened(YOUTHS, ready=READY))
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_role("button", name="Verwissel rijen en kolommen").click()
    until(page, "document.querySelectorAll('table.figures tbody tr').length >= 24")
    assert "." in settled(page).locator("table.figures tbody").inner_text()
    opened.troubles[:] = [t for t in opened.troubles if "icon.svg" not in t]  # the browser's own wish


@pytest.mark.parametrize("width, height", [(1280, 720), (390, 844)])
def test_figures_are_on_the_first_screen(opened, width, height):
    """At least three rows of figures are in sight before anybody scrolls; an axis of one member takes no room."""
    page = opened(YOUTHS, ready=READY, width=width, height=height)
    settled(page)
    seen = page.evaluate(
        "[...document.querySelectorAll('table.figures tbody tr')].filter(e => e.getBoundingClientRect().bottom <= innerHeight).length"
    )
    assert seen >= 3
    wijken = opened("/#/table/wijken_proef", ready=READY)
    assert wijken.locator("[data-chip=Perioden]").count() == 0 and wijken.locator("[data-item=Perioden]").count() == 0


def test_rows_are_sorted_and_empty_ones_hidden(opened):
    """A click on a column puts the largest first, withheld last; the link holds it. Gemeenten stand by name before that."""
    made = tables.youths()
    page = settled(opened(YOUTHS + "?r=RegioS&c=Perioden&o.RegioS=*&RegioS=GM0106..GM1731&_=M000001", ready=READY))
    names = page.locator("tbody th .words").all_inner_texts()
    assert len(names) == 12 and names == sorted(names)
    page.get_by_role("button", name=f"{made.periods.codes[-1].title.nl}*: sorteer").click()
    until(page, "location.hash.includes('sort=d:')")
    again = settled(opened("/" + page.url.split("/", 3)[3], ready=READY))
    column = [line.locator("td").last.inner_text().split("\n")[0] for line in again.locator("tbody tr").all()]
    shown = [int(t.replace(".", "")) for t in column if t != "."]
    assert shown == sorted(shown, reverse=True) and column[len(shown) :] == ["."] * (len(column) - len(shown))
    assert again.locator("th[aria-sort=descending]").count() == 1


def test_shares_come_from_printed_figures(opened):
    """A share is that of the printed figures; where one of them is withheld it is a dot; and why a dot is told."""
    made = tables.youths()
    page = settled(opened(YOUTHS + "?r=Leeftijd&c=RegioS&o.Leeftijd=*&_=M000001&RegioS=NL01&show=column", ready=READY))
    whole = int(figure_of(made, 0, Perioden="2024JJ00").replace(".", ""))
    for code in next(d for d in made.dimensions if d.name == "Leeftijd").codes:
        part = figure_of(made, 0, Leeftijd=code.code, Perioden="2024JJ00")
        share = "." if part == "." else f"{100 * int(part.replace('.', '')) / whole:.1f}".replace(".", ",")
        assert row_of(page, code.title.nl) == [share]
    assert page.get_by_text("Berekend uit de getoonde").is_visible()
    dots = settled(opened(YOUTHS + "?r=RegioS&c=Perioden&o.RegioS=*", ready=READY))
    dots.get_by_text("Waarom een punt?").click()
    assert dots.get_by_text("Een punt is geen nul").is_visible()
