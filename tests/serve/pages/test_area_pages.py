"""Pages of regions, judged by the Publications: every number on the page is a published one, or a share of two; none of what is withheld."""

import csv
import io
import json
import re
import warnings
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser

import numpy as np
import pypdfium2
import pytest
from celwacht.publish.areas.figures import Value, said
from celwacht.publish.areas.profile import Row, segments
from celwacht.publish.areas.regions import regions_of
from celwacht.publish.publication.publication import PRINTED, WITHHELD, Publication, PublicCode, PublicDimension, PublicMeasure, Words
from celwacht.publish.serve.pages import area_drawings, pages
from celwacht.tables import home
from celwacht.tables.indicators import indicator_spec
from celwacht.tables.problems import ProblemsFound
from hypothesis import given
from hypothesis import strategies as st

from tests.serve import stand_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

HOSTILE = "<img src=x onerror=alert(1)>"
NAMES = ("Assen", "Coevorden", "Emmen", "Hoogeveen", "Meppel", "Aa en Hunze", "Borger-Odoorn", "De Wolden", f"Noord {HOSTILE}", "Tynaarlo")
GEO = [
    ("NL01", "Nederland", ""),
    ("PV22", "Drenthe (PV)", "NL01"),
    ("JZ04", "Drenthe (JZ)", "NL01"),
    *((f"GM01{i:02d}", name, "PV22") for i, name in enumerate(NAMES, 6)),
]
PERIODS = ("2023JJ00", "2024HJ01", "2024JJ00")


def test_what_is_no_place_has_no_page():
    """'Municipality unknown' and the country by district stand in tables of regions, and are no region to read about."""
    geo = [*GEO, ("GM9999", "Gemeente onbekend", "NL01"), ("NL00", "Nederland", "")]
    made = table("t", "A", [("A1", "Alle", "")], [("M", "jongeren", 0)], 1, geo=geo)
    assert set(regions_of({"t": made})) == {code for code, *_ in GEO}


def dimension(name, kind, codes):
    return PublicDimension(name, Words(name), kind, tuple(PublicCode(c, Words(t), g, 1 if g else 0) for c, t, g in codes))


def table(name, by, codes, measures, seed, withheld=(), geo=GEO, geo_name="RegioS"):
    """Random figures; one in eight withheld, and those at the (code, region) pairs named."""
    dimensions = (
        dimension(by, "Dimension", codes),
        dimension(geo_name, "GeoDimension" if geo_name == "RegioS" else "GeoDetail", geo),
        dimension("Perioden", "TimeDimension", [(p, p[:4], "") for p in PERIODS]),
    )
    draw, shape, made = np.random.default_rng(seed), tuple(len(d.codes) for d in dimensions), []
    for i, (measure, unit, decimals) in enumerate(measures):
        values = draw.integers(1, 400, shape).astype(np.int64) * (1 if decimals else 5)
        state = np.where(draw.random(shape) < 1 / 8, WITHHELD, PRINTED).astype(np.uint8)
        for code, region in withheld:
            state[[c[0] for c in codes].index(code), [g[0] for g in geo].index(region), :] = WITHHELD
        values[state != PRINTED] = 0
        made.append(PublicMeasure(f"M{i}", measure, Words(measure), "", unit, decimals, values, state))
    return Publication(name, "", Words(name), Words(name), "", "Bron & Co", date(2025, 4, 30), dimensions, tuple(made), made_up=True)


KERN = table(
    "kerncijfers_jeugdzorg",
    "VormenVanJeugdzorg",
    [("CWJZ12", "Totaal", ""), ("CWJH12", "Jeugdhulp", "CWJZ12"), ("A027919", "JB", "CWJZ12"), ("A027920", "JR", "CWJZ12")],
    [("JongerenMetJeugdzorg", "jongeren", 0), ("JongerenMetJeugdzorgRelatief", "%", 1)],
    1,
    withheld=[("A027920", "GM0106")],
)
REFERRED = table(
    "jeugdhulp_instroom_verwijzer",
    "Verwijzer",
    [("CWVW00", "Totaal verwijzer", ""), ("CWVW01", "Gemeente", "CWVW00"), ("CWVW02", "Huisarts", "CWVW00")],
    [("BegonnenJeugdhulptrajecten", "trajecten", 0)],
    2,
    withheld=[("CWVW02", "GM0107")],
)
WIJKEN = table(
    "wijk_jeugdhulp_jongeren",
    "VormenVanJeugdzorg",
    [("CWJH12", "Totaal", "")],
    [("JongerenMetJeugdhulp", "jongeren", 0)],
    3,
    geo=[("GM0106", "Assen", ""), ("WK010600", "Wijk 00 Centrum", "GM0106"), ("WK010601", "Wijk 01 Lariks", "GM0106")],
    geo_name="WijkenEnBuurten",
)
SHELF = stand_in.Shelf(KERN, REFERRED, WIJKEN)
CLIENT = TestClient(
    Starlette(routes=pages.routes(pages.Pages(SHELF, "https://cijfers.example.nl"))), headers={"accept-encoding": "identity"}
)


def published(publication, measure, **codes):
    """(figure as a fraction, decimals), or None where it is withheld; by position, without the code under test."""
    at = tuple(next(i for i, c in enumerate(d.codes) if c.code == codes.get(d.name, d.codes[0].code)) for d in publication.dimensions)
    m = next(m for m in publication.measures if m.name == measure)
    return (Fraction(int(m.values[at]), 10**m.decimals), m.decimals) if m.state[at] == PRINTED else None


def dutch(number, decimals):
    whole = int(number * 10**decimals + Fraction(1, 2))
    text = f"{whole // 10**decimals:,}".replace(",", ".")
    return text + (f",{whole % 10**decimals:0{decimals}d}" if decimals else "")


def rate(region, form, period="2024JJ00"):
    """A rate as it is printed; not that of a withheld count, which it would give back."""
    names = ("JongerenMetJeugdzorgRelatief", "JongerenMetJeugdzorg")
    found, count = (published(KERN, name, VormenVanJeugdzorg=form, RegioS=region, Perioden=period) for name in names)
    return dutch(*found) if found and count else "."


def share_of(region, code, period="2024JJ00"):
    part, whole = (published(REFERRED, "BegonnenJeugdhulptrajecten", Verwijzer=v, RegioS=region, Perioden=period) for v in (code, "CWVW00"))
    return dutch(100 * part[0] / whole[0], 1 if whole[0] >= 1000 else 0) if part and whole else "."


class Reader(HTMLParser):
    """Texts of the elements that show figures, as (name of the element, class, text)."""

    def __init__(self, text):
        super().__init__()
        self.found, self._open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in ("b", "td", "th", "h3", "h1"):
            self._open.append((tag, dict(attributes).get("class", ""), []))
        elif self._open and tag == "span" and dict(attributes).get("class") == "vh":
            self._open.append((tag, "vh", []))

    def handle_endtag(self, tag):
        if self._open and self._open[-1][0] == tag:
            name, kind, texts = self._open.pop()
            if kind != "vh":
                self.found.append((name, kind, "".join(texts).strip()))

    def handle_data(self, data):
        if self._open:
            self._open[-1][2].append(data)


@pytest.mark.parametrize("region", ["GM0106", "GM0107", "GM0114", "JZ04", "PV22", "NL01"])
def test_every_number_of_a_page_is_published(region):
    """Tiles and breakdown read back: the rates of this region and those beside it, counts, and shares of two printed counts."""
    answer = CLIENT.get(f"/gebied/{region}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    read = Reader(answer.text).found
    beside = re.findall(r'<option value="(\w+)" selected>', answer.text)
    larger = {"GM0107": ["PV22", "NL01"], "NL01": [], "JZ04": ["NL01"], "PV22": ["NL01"]}  # GM0107 is in no list: under what the table says
    assert beside == larger.get(region, ["JZ04", "NL01"])
    bold = [text for name, _, text in read if name == "b"]
    tiles = [[rate(r, form) for r in (region, *beside)] for form in ("CWJH12", "A027919", "A027920")]
    tiles.append([share_of(r, "CWVW02") for r in (region, *beside)])
    assert bold == [text for tile in tiles for text in tile]
    cells = [text for name, kind, text in read if name == "td" and kind == "n"]
    years, expected = ("2023JJ00", "2024JJ00"), []
    for form in ("CWJH12", "A027919", "A027920"):
        expected += [rate(r, form, year) for r in (region, *beside) for year in years]
    expected += [share_of(r, "CWVW02", year) for r in (region, *beside) for year in years]
    for code in ("CWVW00", "CWVW01", "CWVW02"):
        count = published(REFERRED, "BegonnenJeugdhulptrajecten", Verwijzer=code, RegioS=region, Perioden="2024JJ00")
        expected += [dutch(*count) if count else ".", *(share_of(r, code) for r in (region, *beside))]
    if region == "GM0106":
        for wijk in ("WK010600", "WK010601"):
            count = published(WIJKEN, "JongerenMetJeugdhulp", WijkenEnBuurten=wijk, Perioden="2024JJ00")
            expected.append(dutch(*count) if count else ".")
    assert cells == expected


def row_of(*shares):
    return tuple(
        Row(Words(str(n)), 1, Value(None), (Value(None, 0, WITHHELD) if s is None else Value(Fraction(s), 1),))
        for n, s in enumerate(shares)
    )


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=2, max_size=9))
def test_a_bar_of_100_percent_is_100_percent(shares):
    """Shown parts keep their order and proportions; what is not shown is the rest, never a part of a length of its own."""
    made = segments(row_of(*shares), 0)
    shown = {n: s for n, s in enumerate(shares) if s is not None}
    if not any(shown.values()) and len(shown) == len(shares):
        assert made == []
        return
    assert sum(length for _, length in made) == pytest.approx(100) and all(length >= 0 for _, length in made)
    drawn = {n: length for n, length in made if n is not None}
    assert list(drawn) == list(shown)
    assert all(drawn[n] * shown[k] == pytest.approx(drawn[k] * shown[n]) for n in drawn for k in drawn)
    assert (None in dict(made)) == (len(shown) < len(shares))


def test_lines_and_bars_draw_nothing_for_what_is_withheld():
    """GM0106 has no figure of juvenile rehabilitation: its line has no point, and two open marks under the axis; labels say so."""
    text = CLIENT.get("/gebied/GM0106").text
    drawing = re.findall(r'<svg class="lines".*?</svg>', text, re.DOTALL)[2]
    assert not re.search(r'class="line l0"', drawing) and len(re.findall(r'class="mark l0 hollow"', drawing)) == 2
    assert "Assen: niet getoond, niet getoond" in drawing
    other = CLIENT.get("/gebied/GM0107").text
    bar = re.search(r'<svg class="hundred-bar".*?</svg>', other, re.DOTALL).group()
    assert 'class="q1"' not in bar and 'class="rest"' in bar and "Huisarts niet getoond" in bar


@pytest.mark.parametrize(
    "most, top", [("0.31", "0.4"), ("0.4", "0.4"), ("0.41", "0.5"), ("12.6", "20"), ("40.1", "50"), ("0", "0.1"), ("99.9", "100")]
)
def test_the_end_of_an_axis(most, top):
    """No lower than the largest figure; the number in the middle of the axis is what is said there."""
    assert area_drawings.end_of_axis(Fraction(most)) == Fraction(top)


def test_the_csv_has_the_figures_of_the_page():
    rows = list(csv.DictReader(io.StringIO(CLIENT.get("/gebied/GM0106.csv").content.decode("utf-8-sig"))))
    assert {r["gegevens"] for r in rows} == {"verzonnen (made-up data)"}, "the figures are made up, and the file says so"
    told = CLIENT.get("/gebied/GM0106.csv").headers
    assert "verzonnen_gegevens_GM0106.csv" in told["content-disposition"] and "made-up" in told["celwacht-data"]
    first = next(r for r in rows if r["gebied"] == "GM0106" and r["onderdeel"] == "Jongeren met jeugdhulp")
    former = [r for r in rows if r["gebied"] == "GM0106" and r["onderdeel"] == "Jongeren met jeugdhulp" and r["periode"] == "2023JJ00"]
    assert [r["waarde"] for r in former] == [rate("GM0106", "CWJH12", "2023JJ00").replace(",", ".")]
    assert first["waarde"] == rate("GM0106", "CWJH12").replace(",", ".") and first["periode"] == "2024JJ00"
    assert {r["waarde"] for r in rows if r["onderdeel"] == "Jongeren met jeugdreclassering" and r["gebied"] == "GM0106"} == {"."}


def test_regions_are_compared_as_asked():
    """Up to three beside it; what is no region is passed over; the change with a year earlier is of the figures as they are said."""
    text = CLIENT.get("/gebied/GM0106?met=GM0108&met=GM9999,GM0109&met=x'&met=NL01&met=PV22").text
    assert re.findall(r'<option value="(\w+)" selected>', text) == ["GM0108", "GM0109", "NL01"]
    now, before = rate("GM0106", "CWJH12"), rate("GM0106", "CWJH12", "2023JJ00")
    if "." not in (now, before):
        change = Fraction(now.replace(",", ".")) - Fraction(before.replace(",", "."))
        assert f"{said(change, 1, 'nl', sign=True)} procentpunt" in text


def test_the_head_is_for_search_engines():
    text = CLIENT.get("/gebied/GM0106").text
    assert "<title>Jeugdzorg in Assen | Celwacht</title>" in text
    assert '<link rel="canonical" href="https://cijfers.example.nl/gebied/GM0106">' in text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text).group(1))
    assert data["@type"] == "Dataset" and data["name"] == "Jeugdzorg in Assen" and "Verzonnen" in data["description"]
    sitemap = CLIENT.get("/sitemap.xml").text
    for path in ("gebied/GM0106", "gebied/JZ04", "tabel/kerncijfers_jeugdzorg"):
        assert f"<loc>https://cijfers.example.nl/{path}</loc>" in sitemap
    assert "Sitemap: https://cijfers.example.nl/sitemap.xml" in CLIENT.get("/robots.txt").text
    table_page = CLIENT.get("/tabel/kerncijfers_jeugdzorg").text
    assert 'href="../#/table/kerncijfers_jeugdzorg"' in table_page and "schema.org" in table_page


@pytest.mark.parametrize("path", ["/gebied/GM9999", "/gebied/WK010600", "/gebied/GM0106.exe", "/tabel/geen", "/gebied/GM0106/x"])
def test_what_is_not_there_is_not_there(path):
    assert CLIENT.get(path).status_code == 404


def test_hostile_names_stay_words():
    for path in ("/gebied/GM0114", "/gebied/", "/gebied/GM0106", "/gebied/GM0114?lang=en"):
        text = CLIENT.get(path).text
        assert HOSTILE not in text and "&lt;img" in text
    assert 'lang="en"' in CLIENT.get("/gebied/GM0106?lang=en").text


def test_the_sheet_is_one_page_and_the_same_bytes():
    pytest.importorskip("typst", reason="typst is not installed")
    first = CLIENT.get("/gebied/GM0106.pdf")
    assert first.headers["content-type"] == "application/pdf" and first.content[:5] == b"%PDF-"
    with pypdfium2.PdfDocument(first.content) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    assert "Jeugdzorg in Assen" in text and rate("GM0106", "CWJH12") in text and "VERZONNEN" in text
    assert TestClient(Starlette(routes=pages.routes(pages.Pages(SHELF)))).get("/gebied/GM0106.pdf").content == first.content


def test_a_picture_for_other_sites():
    """Named in the head by its whole address, a PNG of 1200 by 630, the same bytes each time, and it says that its figures are made up by its name."""
    pytest.importorskip("typst", reason="typst is not installed")
    text = CLIENT.get("/gebied/GM0106?lang=en").text
    assert '<meta property="og:image" content="https://cijfers.example.nl/gebied/GM0106.png?lang=en">' in text
    one, again = (CLIENT.get("/gebied/GM0106.png?lang=en") for _ in range(2))
    assert one.headers["content-type"] == "image/png" and one.content == again.content and "verzonnen" in one.headers["content-disposition"]
    assert one.content[:8] == b"\x89PNG\r\n\x1a\n" and [int.from_bytes(one.content[k : k + 4], "big") for k in (16, 20)] == [1200, 630]
    assert CLIENT.get("/gebied/GM0114.png").status_code == 200 and CLIENT.get("/gebied/GM9999.png").status_code == 404


def test_indicators_are_read_strictly(tmp_path):
    """A wrong indicator is told with file and line, and a page that names one which is not there; nothing is shown then."""
    assert indicator_spec.area_page() is not None and len(indicator_spec.indicators()) == 13
    own = tmp_path / "indicators"
    own.mkdir()
    (own / "mijn_cijfer.yaml").write_text("version: 1\nid: ander\ntitel: {nl: X}\n", encoding="utf-8")
    with home.using(tmp_path):
        with pytest.raises(ProblemsFound) as found:
            indicator_spec.indicators()
        assert "mijn_cijfer.yaml:3" in str(found.value) and "titel" in str(found.value)
        assert pages.Pages(SHELF).spec is None


@pytest.mark.parametrize("address, up", [("/geen", "./"), ("/gebied/GM9998", "../"), ("/jz/gebied/geen", "../")])
def test_who_asks_for_a_page_that_is_not_there_gets_a_page(address, up):
    """With a way on, in the language asked; a program gets one line, and so does who is deeper than the links of a page reach."""
    shown = pages.Pages(SHELF)
    app = Starlette(exception_handlers={404: lambda request, _: shown.nothing(request) or PlainTextResponse("nothing", 404)})
    client = TestClient(app, root_path="/jz" if address.startswith("/jz") else "")
    got = client.get(f"{address}?lang=en", headers={"accept": "text/html,*/*;q=0.8"})
    assert got.status_code == 404 and got.headers["vary"] == "Accept" and '<html lang="en">' in got.text
    assert f'<a href="{up}">All tables</a>' in got.text and "There is no such page" in got.text and 'rel="canonical"' not in got.text
    assert client.get(address, headers={"accept": "application/json"}).text == "nothing"
    assert client.get(f"{address}/a/b", headers={"accept": "text/html"}).text == "nothing"
