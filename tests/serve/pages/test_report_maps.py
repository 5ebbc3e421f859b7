"""Maps in reports, judged by the Publications: each region has the shade of its own figure, and what is withheld has none."""

import itertools
import json
import re
import warnings
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest
from celwacht.publish import viewer
from celwacht.publish.reports import hexagons
from celwacht.publish.reports.made import make_report
from celwacht.publish.reports.mapped import borders, class_of
from celwacht.publish.reports.report_csv import report_csv
from celwacht.publish.reports.report_pages import report_body, report_file, report_pdf
from celwacht.publish.serve.pages import pages, report_routes
from celwacht.tables import face
from celwacht.tables.counting.check_specs import check
from celwacht.tables.indicators.report_spec import read_file
from celwacht.tables.problems import ProblemsFound
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from tests.serve import stand_in
from tests.serve.pages.test_area_pages import dutch, published, table

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NAMES = {"GM0106": "Assen", "GM0109": "Coevorden", "GM0114": "Emmen", "GM0118": "Hoogeveen", "GM0119": "Meppel", "GM1690": "De Wolden"}
GEO = [("NL01", "Nederland", ""), ("PV22", "Drenthe (PV)", "NL01"), *((code, name, "PV22") for code, name in NAMES.items())]
RATES = table(
    "kerncijfers_jeugdzorg",
    "VormenVanJeugdzorg",
    [("CWJH12", "Jeugdhulp", "")],
    [("JongerenMetJeugdzorg", "jongeren", 0), ("JongerenMetJeugdzorgRelatief", "% van de jongeren", 1)],
    5,
    withheld=[("CWJH12", "GM0119")],
    geo=GEO,
)
SPEC = """
version: 1
id: proef
title: {nl: "Proef {periode}"}
period: jaar
chapters:
  - title: {nl: Een}
    sections:
      - title: {nl: Gemeenten}
        shows:
          table: kerncijfers_jeugdzorg
          measure: JongerenMetJeugdzorgRelatief
          by: RegioS
          levels: 2
          only: [GM]
          map: {draws: rate, level: GM}
"""


@pytest.fixture
def made(tmp_path):
    def make(language="nl", **changes):
        text = SPEC
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "proef.yaml").write_text(text, encoding="utf-8")
        return make_report(read_file(tmp_path / "proef.yaml"), {RATES.table: RATES}, language)

    return make


def rates():
    """Gemeente -> its figure of 2024, None where it is withheld."""
    found = {c: published(RATES, "JongerenMetJeugdzorgRelatief", RegioS=c, Perioden="2024JJ00") for c in NAMES}
    return {code: value and value[0] for code, value in found.items()}


def drawn(page):
    """Name of a region -> (its figure, its looks), as the map on the page has them."""
    regions = re.findall(r"<g><title>([^:<]*): ([^<]*)</title><path [^>]*?(?:class=\"m-(\w+)\"|fill=\"url\(#(h[\d-]+)\)\")", page)
    return {name: (figure, kind or "withheld") for name, figure, kind, _ in regions}


def test_a_shade_is_that_of_the_figure(made):
    """Every gemeente is there once with its published figure; a higher one is never lighter; what is withheld is hatched."""
    found, wanted = drawn(report_body(made())), rates()
    assert {NAMES[c] for c in wanted} == set(found)
    assert not re.search(r"=[^\"\s>]*/>", report_body(made()))
    assert found["Meppel"] == (".", "withheld") and wanted["GM0119"] is None
    shades = []
    for code, number in wanted.items():
        figure, kind = found[NAMES[code]]
        assert figure == ("." if number is None else dutch(number, 1))
        assert (kind == "withheld") == (number is None)
        shades += [] if number is None else [(number, int(kind[1:]))]
    assert all((a[1] <= b[1]) for a, b in zip(sorted(shades), sorted(shades)[1:])) and len({k for _, k in shades}) > 2


def test_the_words_beside_a_map_say_highest_lowest_and_how_many_are_not_shown(made):
    """On the page as its label, on paper as the alternative text of the picture, in both languages; and how to read it under it."""
    printed = {c: n for c, n in rates().items() if n is not None}
    most, least = max(printed, key=printed.get), min(printed, key=printed.get)
    hidden = len(NAMES) - len(printed)
    told = made().chapters[0].sections[0].shows.map.told("nl")
    assert told == (
        f"Kaart: % van de jongeren, 2024, per gemeente. Hoogste {dutch(printed[most], 1)} ({NAMES[most]}). "
        f"Laagste {dutch(printed[least], 1)} ({NAMES[least]}). {hidden} van {len(NAMES)} niet getoond."
    )
    assert f'role="img" aria-label="{told}"' in report_body(made())
    assert "Map: " in report_body(made("en")) and "Highest" in report_body(made("en"))
    paper = report_pdf(made())
    assert paper == report_pdf(made())
    assert _written(told) in paper or _written(told).hex().upper().encode() in paper.upper()
    with pypdfium2.PdfDocument(paper) as document:
        text = document[0].get_textpage().get_text_range()
    assert "Elke zeshoek is een gemeente" in " ".join(text.split()) and "niet in de tabel" in text


def _written(text):
    """A text as a PDF has it in a tag, up to the first letter that it writes otherwise."""
    return text.split("(")[0].strip().encode("latin-1")


def test_circles_have_areas_like_counts_and_no_shade(made):
    page = report_body(made(**{"measure: JongerenMetJeugdzorgRelatief": "measure: JongerenMetJeugdzorg", "draws: rate": "draws: circles"}))
    counts = {c: published(RATES, "JongerenMetJeugdzorg", RegioS=c, Perioden="2024JJ00") for c in NAMES}
    radii = dict(re.findall(r"<g><title>([^:<]*): [^<]*</title><path [^>]*/><circle [^>]*r=\"([\d.]+)\"", page))
    assert set(radii) == {NAMES[c] for c, found in counts.items() if found}
    areas = [(float(radii[NAMES[c]]) ** 2, float(found[0])) for c, found in counts.items() if found]
    ratio = areas[0][0] / areas[0][1]
    assert all(abs(area / count - ratio) < 0.1 * ratio for area, count in areas)
    assert "De oppervlakte van een cirkel is het aantal" in page and 'class="m-k0"' not in page


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"draws: rate": "draws: circles"}, "is a rate; on a map it is drawn by draws: rate"),
        ({"measure: JongerenMetJeugdzorgRelatief": "measure: JongerenMetJeugdzorg"}, "is a count; on a map it is drawn by draws: circles"),
        ({"by: RegioS": "by: VormenVanJeugdzorg"}, "no regions"),
        ({"only: [GM]": "only: [PV]"}, "no row of its table is"),
    ],
)
def test_a_map_that_would_mislead_is_refused(made, changes, said):
    with pytest.raises(ProblemsFound) as found:
        made(**changes)
    assert said in str(found.value) and "proef.yaml:" in str(found.value)


def test_a_map_of_regions_of_no_map_is_told_when_it_is_checked(tmp_path):
    """Without a level it is of the project's own map: where that is not there the report would show nothing, without a word."""
    file = tmp_path / "reports" / "proef.yaml"
    file.parent.mkdir()
    file.write_text(SPEC.replace(", level: GM", ""), encoding="utf-8")
    [problem] = check([file])
    line = next(n for n, text in enumerate(SPEC.splitlines(), 1) if "map:" in text)
    assert (
        (problem.line, problem.rule) == (line, "report") and "level: GM, JZ or PV" in problem.message and "celwacht.toml" in problem.message
    )


def test_two_regions_make_no_map(made):
    """Of one province there is nothing to compare; the table stays."""
    page = report_body(made(**{"only: [GM]": "only: [PV, GM]", "level: GM": "level: PV"}))
    assert "map-drawn" not in page and "zeshoek" not in page and page.count('<th scope="row">') == len(NAMES) + 1


def test_figures_of_a_section_are_beside_it_as_csv(made):
    """The link on the page, the address it leads to, and the file that needs nothing else: the same figures; an unknown section is not there."""
    report = made()
    assert '<a href="proef/1.1.csv" download="1.1.csv">CSV' in report_body(report)
    lines = report_csv(report, "1.1").decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2 * len(NAMES) and lines == report_csv(report).decode("utf-8-sig").splitlines()
    with pytest.raises(LookupError):
        report_csv(report, "1.2")
    file = report_file(report).decode()
    assert "data:text/csv;base64," in file and not re.search(r'(?:src|href)="(?!data:|#)', file)
    client = TestClient(Starlette(routes=report_routes.routes(report_routes.ReportPages(pages.Pages(stand_in.Shelf(RATES))))))
    got = client.get("/rapport/jeugdhulp_jaar/2.9.csv")
    assert got.status_code == 200 and "JongerenMetJeugdzorg" not in got.text and got.text.count("GM0106") == 2
    page = client.get("/rapport/jeugdhulp_jaar").text
    assert "jeugdhulp_jaar/2.9.csv" in page
    for wrong in ("2.99.csv", "9.csv", "2.9.pdf", "2.1.csv", "../2.9.csv"):
        assert client.get(f"/rapport/jeugdhulp_jaar/{wrong}").status_code == 404


def test_the_figures_of_one_section_say_that_they_are_made_up():
    """In a column of each line, and in the header of the answer; where they are not made up, in neither."""
    for says in (False, True):
        shelf = stand_in.Shelf(replace(RATES, made_up=says))
        client = TestClient(Starlette(routes=report_routes.routes(report_routes.ReportPages(pages.Pages(shelf)))))
        got = client.get("/rapport/jeugdhulp_jaar/2.9.csv")
        lines = got.content.decode("utf-8-sig").splitlines()
        assert (
            all(("verzonnen" in line.lower()) is says for line in lines[1:])
            and ("verzonnen" in got.headers.get("Celwacht-Data", "")) is says
        )


TILES = json.loads((Path(viewer.FOLDER) / "map" / "tiles.json").read_text())


def test_every_hexagon_is_drawn_once_at_every_level():
    """Of a plane of all regions of a level: as many hexagons as gemeenten, and within the surface."""
    for level, place in (("GM", None), ("JZ", 3), ("PV", 2)):
        codes = set(TILES) if place is None else {tile[place] for tile in TILES.values()}
        surface = hexagons.plane(level, codes, 450, 560)
        assert {s.code for s in surface.shapes} == codes and surface.context == ""
        assert sum(s.path.count("Z") for s in surface.shapes) == len(TILES)
        numbers = [float(n) for s in surface.shapes for n in re.findall(r"[\d.]+", s.path)]
        assert min(numbers) >= 0 and max(numbers[::2]) <= surface.width and max(numbers[1::2]) <= surface.height <= 561


def test_a_name_has_room_within_its_own_region():
    """Every corner of every room for words lies in a hexagon of the region: white letters over a light neighbour cannot be read."""
    surface = hexagons.plane("JZ", {tile[3] for tile in TILES.values()}, 450, 560)
    for shape in surface.shapes:
        assert shape.rooms
        own = [[tuple(map(float, point.split())) for point in path.split("L")] for path in shape.path[1:-1].split("ZM")]
        middles = [(sum(x for x, _ in path) / 6, sum(y for _, y in path) / 6) for path in own]
        for room in shape.rooms:
            for across, down in itertools.product((-0.5, 0, 0.5), (-0.5, 0.5)):
                x, y = room.x + across * room.width, room.y + down * room.height
                near = min(max(abs(x - a), abs(x - a) / 2 + abs(y - b) * 0.866) for a, b in middles)
                assert near <= surface.unit / 2 + 0.2, shape.code


def test_a_few_regions_are_drawn_large_with_their_neighbours():
    surface = hexagons.plane("GM", set(NAMES), 450, 560)
    assert len(surface.shapes) == len(NAMES) and surface.unit > 40 and surface.context.count("Z") > 3
    assert hexagons.plane("GM", {"GM9999"}, 450, 560) is None


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_classes_hold_every_figure_in_order(tenths):
    """Borders rise from the lowest figure to the highest; a figure lies from the border under it to under the next, the highest in the last class."""
    numbers = [Fraction(n, 10) for n in tenths]
    limits = borders(numbers, 1)
    assert limits[0] == min(numbers) and limits[-1] == max(numbers) and len(limits) - 1 <= 5
    assert all(a < b for a, b in zip(limits[:-1], limits[1:-1])) and limits[-2] <= limits[-1]
    for number in numbers:
        k = class_of(number, limits)
        assert limits[k] <= number and (k == len(limits) - 2 or number < limits[k + 1])
    assert borders([], 1) == []


@pytest.mark.parametrize("level", [", level: GM", ""])
def test_the_own_map_of_a_project_is_drawn(made, tmp_path, level):
    """Its outlines for the regions of the table, each with the shade of its figure and a name within it; what else it has as context, cut at the edge."""
    squares = {**{code: (k % 3, k // 3) for k, code in enumerate(NAMES)}, "E999": (3, 0)}
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]]},
        }
        for code, (x, y) in squares.items()
    ]
    (tmp_path / "own.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    plain = drawn(report_body(made()))
    with face.using(face.Face(map=str(tmp_path / "own.geojson"))):
        report = made(**{", level: GM": level})
        page, paper = report_body(report), report_pdf(report)
    assert drawn(page) == plain
    tiles = dict(re.findall(r"<g><title>([^:<]*):[^<]*</title><path d=\"([^\"]*)\"", page))
    corners = {name: [tuple(map(float, p.split())) for p in path.strip("MZ").split("L")] for name, path in tiles.items()}
    assert {len(points) for points in corners.values()} == {4}
    left, top = (min(p[k] for p in corners["Assen"]) for k in (0, 1))
    assert top > min(p[1] for p in corners["Hoogeveen"]) and left < min(p[0] for p in corners["Coevorden"])
    context = re.findall(r"<path d=\"(M[^\"]*)\" class=\"m-none\"", page)[0]
    assert max(float(p.split()[0]) for p in context.strip("MZ").split("L")) <= 450
    assert ">Assen</text>" in page and "Elk vlak is een " in page and "zeshoek" not in page
    with pypdfium2.PdfDocument(paper) as document:
        text = " ".join(document[0].get_textpage().get_text_range().split())
    assert "Elk vlak is een " in text and "Elke zeshoek" not in text
