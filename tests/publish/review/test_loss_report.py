"""The report of the loss: a page that is whole, closed and escaped, whose drawings hold the very cells of the table."""

import json
import re
import stat
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from celwacht.disclosure.loss.loss import loss_of
from celwacht.disclosure.loss.view import view_of_cube, view_of_problem
from celwacht.disclosure.model.problem import SuppressionProblem, relations
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.own_table.protect_own_table import protect_counts
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.review.loss_report import map_layout, pattern_map, report_files, set_index
from celwacht.publish.review.loss_report.markup import Figures, el, join, text
from celwacht.publish.review.loss_report.page import page
from celwacht.publish.review.loss_report.words import WORDS, words
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube

from tests.publish import small

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "]]>&amp;'\"",
    "\x00\x1b[2J\u202eabc",
    "javascript:alert(1)",
    "{n} %s",
]
ROUNDED = DisclosurePolicy.model_validate(
    {
        "version": 1,
        "id": "klein",
        "title": {"nl": "Klein"},
        "description": {"nl": "Voor toetsen."},
        "threshold": 10,
        "width": 4,
        "rounding_base": 5,
        "zeros": "withheld",
    }
)


def made(part=None, language="nl", **more):
    view = view_of_cube(part or small.protected())
    return page(loss_of(view), view, language=language, **more)


def rounded():
    return protect(Cube("t", small.dimensions(), small.atoms() // 4), ROUNDED, key=b"k")


def tree(made: str) -> ElementTree.Element:
    """The page as XML: fails where it is not well-formed."""
    first, rest = made.split("\n", 1)
    assert first == "<!DOCTYPE html>"
    return ElementTree.fromstring(rest)


def squares(page_tree: ElementTree.Element) -> dict[str, int]:
    """How many squares the map draws of each class, and the background under them."""
    found: dict[str, int] = {}
    for path in page_tree.iter("path"):
        kind = path.get("class", "")
        if kind.startswith("run "):
            many = sum(int(n) for n in re.findall(r"M\d+ \d+h(\d+)", path.get("d")))
            found[kind[4:]] = found.get(kind[4:], 0) + many
    for group in page_tree.iter("g"):
        if "scale" in group.get("transform", ""):
            back = group.find("rect")
            found["all"] = found.get("all", 0) + round(float(back.get("width")) * float(back.get("height")))
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_page_is_whole_and_closed(language):
    """Well-formed; no script, no handler, no address; both languages have every word."""
    for part in (small.protected(), rounded()):
        said = made(part, language)
        root = tree(said)
        assert root.get("lang") == language
        tags = {e.tag for e in root.iter()}
        assert not tags & {"script", "img", "iframe", "link", "object", "embed", "form", "base", "use", "image", "foreignObject"}
        names = {name for e in root.iter() for name in e.keys()}
        assert not [n for n in names if n.startswith("on") or n in ("src", "href", "style", "srcset", "action")]
        assert not re.search(r"https?:|//|url\(|@import|data:", said)
        assert "default-src 'none'" in unescape(said)
        assert ("VERTROUWELIJK" in said) == (language == "nl")


def test_words_are_there_twice():
    """Every word in both languages, with the same places to fill in."""
    for key, (dutch, english) in WORDS.items():
        assert dutch and english and sorted(re.findall(r"{\w+}", dutch)) == sorted(re.findall(r"{\w+}", english)), key
    with pytest.raises(KeyError):
        words("nl")("no such word")


def test_hostile_labels_are_escaped():
    """Titles of codes and dimensions, names of levels, tables and policies, in text, in tips and in the index."""
    part = small.protected()
    bad = iter(HOSTILE * 99)
    dimensions = tuple(
        replace(
            d,
            title_nl=next(bad),
            title_en=next(bad),
            codes=tuple(replace(c, title_nl=next(bad), title_en=next(bad), level=next(bad)) for c in d.codes),
        )
        for d in part.cube.dimensions
    )
    cube = Cube(HOSTILE[0], dimensions, part.cube.atoms, HOSTILE[1])
    for language in ("nl", "en"):
        view = view_of_cube(replace(part, cube=cube))
        said = page(loss_of(view), view, title=HOSTILE[1], language=language)
        told = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attrs: told.append((tag, [a for a, _ in attrs]))
        parser.feed(said)
        assert not [t for t, _ in told if t in ("img", "script")]
        assert not [a for _, names in told for a in names if a.startswith("on")]
        texts = " ".join(e.text or "" for e in tree(said).iter())
        assert HOSTILE[0] in texts and "\x1b" not in said and "\u202e" not in said
    view = view_of_cube(part)
    told = report_files.numbers(loss_of(view), view, HOSTILE[0]) | {"table": HOSTILE[1]}
    root = tree(set_index.index_page({HOSTILE[4]: told}))
    assert not [e for e in root.iter() if e.tag in ("img", "script")]
    assert [e.get("href") for e in root.iter("a")] == ["./javascript%3Aalert%281%29/loss.html"]


def test_markup():
    """What is text is escaped once; what is markup is not; nothing is left out in silence."""
    assert text("<&\"'>") == "&lt;&amp;&quot;&#x27;&gt;" and text(text("<")) == "&lt;"
    assert el("p", "a<b", el("b", 0), None, ["c", 1.5], class_="x", data_n=None) == '<p class="x">a&lt;b<b>0</b>c1.5</p>'
    assert join([]) == "" and el("rect", x=1) == '<rect x="1" />' and el("td") == "<td></td>"


@pytest.mark.parametrize(
    "language, wanted",
    [
        ("nl", ["1.234.567", "12.345,07", "-0,50", "12,3 %", "< 0,1 %", "> 99,9 %", "1,25"]),
        ("en", ["1,234,567", "12,345.07", "-0.50", "12.3 %", "< 0.1 %", "> 99.9 %", "1.25"]),
    ],
)
def test_figures(language, wanted):
    """Dutch and English; what is little never reads as nothing, nor nearly all as all."""
    f = Figures(language)
    assert [
        f.whole(1234567),
        f.value(1234507, 2),
        f.value(-50, 2),
        f.percent(0.123),
        f.percent(0.0001),
        f.percent(0.9999),
        f.short(1.25),
    ] == wanted
    assert f.percent(0).startswith("0") and f.percent(1).startswith("100") and f.short(4.0) == "4"


@pytest.mark.parametrize("part", [small.protected, rounded], ids=["exact", "rounded"])
def test_map_draws_every_cell(part):
    """As many squares of each status as the table has cells of it."""
    part = part()
    found = squares(tree(made(part)))
    status = np.bincount(part.status.ravel(), minlength=len(Status))
    assert found.pop("all") == part.status.size
    assert found == {s.name.lower(): int(status[s]) for s in Status if s and status[s]}


def big(rows: int, columns: tuple[int, ...]):
    """A view of many cells, withheld at random; with two levels of regions."""
    groups = {"T": [f"P{i}" for i in range(3)]} | {f"P{i}": [f"G{i}_{j}" for j in range(rows // 3)] for i in range(3)}
    dimensions = [replace(from_tree("R", groups, "T"), kind="GeoDimension")]
    for k, n in enumerate(columns):
        dimensions.append(from_tree(f"C{k}", {"T": [str(i) for i in range(n - 1)]}, "T"))
    shape = tuple(d.n_leaves for d in dimensions)
    draw = np.random.default_rng(1)
    cube = Cube("groot", tuple(dimensions), draw.integers(0, 40, shape))
    status = draw.integers(0, 3, cube.shape).astype(np.uint8)
    part = small.protected()
    none = np.zeros(0, np.int64)
    worlds = type(part.worlds)(np.zeros(1, np.int64), none, none)
    return view_of_cube(replace(part, cube=cube, status=status, shown=cube.cells, worlds=worlds, headline=None), bounded=False)


@pytest.mark.parametrize(
    "rows, columns, apart, folded, grouped",
    [
        (60, (5, 4), "", (), False),
        (60, (30, 20), "", ("C1",), False),
        (60, (3, 150), "C0", (), False),
        (600, (5, 4), "", (), True),
        (600, (40, 10), "", ("C1",), True),
        (600, (400,), "", ("C0",), True),
    ],
)
def test_large_tables(rows, columns, apart, folded, grouped):
    """A map per code of a short dimension, or folded columns, or rows by parent: each shade is a share of cells."""
    view = big(rows, columns)
    plan = map_layout.plan(view)
    assert (plan.apart, plan.folded, any(p.grouped for p in plan.panels)) == (apart, folded, grouped)
    assert max(p.grid.shape[1] for p in plan.panels) <= map_layout.MOST_COLUMNS
    assert max(len(p.labels) for p in plan.panels) <= map_layout.MOST_ROWS
    assert sum(n for p in plan.panels for n, _ in p.withheld) == int((view.status > 0).sum())
    assert sum(of for p in plan.panels for _, of in p.withheld) == len(view)
    status = view.status.reshape(view.shape)
    last = plan.maps[0][1][-1]
    if grouped:
        under = [i for i, c in enumerate(view.dimensions[0].codes) if c.parent == last_code(view, last.labels[1])]
        block = (status[under] > 0).reshape(len(under), last.grid.shape[1], -1)
        share = block.mean(axis=(0, 2))
        assert np.array_equal(last.grid[1], np.ceil(share * 5 - 1e-9))
    elif folded:
        code = next(i for i, c in enumerate(view.dimensions[0].codes) if c.code == last.labels[7])
        assert np.array_equal(last.grid[7], np.ceil((status[code] > 0).mean(axis=-1) * 5 - 1e-9))
    said = page(loss_of(view), view)
    assert len(said) < 2_000_000
    tree(said)


def last_code(view, title):
    return next(c.code for c in view.dimensions[0].codes if c.title_nl == title)


def test_runs_are_the_grid():
    """Every square once, in stretches that cannot be joined."""
    grid = np.random.default_rng(2).integers(0, 3, (20, 30)).astype(np.uint8)
    grid[5] = 1
    again = np.full(grid.shape, 9)
    for row, first, length, kind in pattern_map.runs(grid):
        assert np.all(again[row, first : first + length] == 9)
        again[row, first : first + length] = kind
        assert first + length == 30 or grid[row, first + length] != kind
    assert np.array_equal(again, grid)


def test_the_same_twice():
    """No clock, no chance: byte for byte."""
    assert made() == made() and made(rounded(), "en") == made(rounded(), "en")


def test_widths_are_drawn_as_counted():
    """The tips of the bars hold the numbers of loss.json; the mark stands before the first that is wide enough."""
    view = view_of_cube(small.protected())
    loss = loss_of(view)
    root = tree(page(loss, view))
    bars = [
        e
        for e in root.iter("rect")
        if e.get("class") in ("secondary", "bad")
        and e.find("title") is not None
        and re.fullmatch(r"[\d\u2013]+: \d+", e.find("title").text)
    ]
    assert sum(int(b.find("title").text.split(": ")[1]) for b in bars) == loss.total.primary
    assert not any(e.get("class") == "bad" and float(e.get("height")) > 0 for e in bars)


def test_problems_without_dimensions():
    """Numbers and histograms, no map; decimals as in the file; names escaped."""
    value = np.array([1000, 105, 495, 400], np.int64)
    none, lots = np.zeros(4, np.int64), np.full(4, 9999)
    problem = SuppressionProblem(
        "p",
        value,
        value.astype(float),
        np.array([0, 1, 0, 0], np.uint8),
        none,
        lots,
        value,
        value.copy(),
        np.array([0, 4, 0, 0]),
        np.array([0, 4, 0, 0]),
        none.copy(),
        relations([([0, 1, 2, 3], [-1, 1, 1, 1], 0, 0)]),
        decimals=2,
        names=("a", "<b>", "c", "d"),
    )
    worlds = Worlds(np.array([0, 2, 4]), np.array([1, 2, 1, 2], np.int32), np.array([-4, 4, 8, -8]))
    view = view_of_problem(problem, np.array([0, 1, 2, 0], np.uint8), worlds)
    said = page(loss_of(view), view, language="en")
    root = tree(said)
    assert "4.95" in said and "&lt;b&gt;" in said and not squares(root)
    assert "All 1 sensitive cells reach what is asked." in said


def test_nothing_is_withheld():
    """A table in which everybody may be counted has a page too."""
    part = small.protected(np.full(small.atoms().shape, 50, np.int64))
    said = made(part)
    tree(said)
    assert "Er zijn geen gevoelige cellen." in said and "Geen enkel totaal is onderdrukt." in said


def test_files(tmp_path):
    """A page and numbers per table, an index over them, all for their owner only; periods side by side."""
    cube = Cube("een", small.dimensions(), small.atoms())
    parts = []
    for i in range(2):
        time = cube.dimensions[-1]
        codes = tuple(replace(c, code=f"{2023 + i}{c.code[4:]}") for c in time.codes)
        parts.append(protect(replace(cube, dimensions=(*cube.dimensions[:-1], replace(time, codes=codes))), small.POLICY, key=b"k"))
    for name, given in (("een", parts), ("twee", parts[:1])):
        (tmp_path / name).mkdir()
        report_files.write_table(tmp_path / name, given, "Tabel <een>")
    set_index.write_index(tmp_path)
    told = json.loads((tmp_path / "een/loss.json").read_text())
    assert told["confidential"] and told["title"] == "Tabel <een>"
    assert told["total"]["cells"] == 2 * parts[0].status.size
    assert told["total"]["withheld"] == sum(int(p.withheld.sum()) for p in parts)
    assert told["total"]["share_value"] == pytest.approx(
        sum(p.summary()["value_withheld"] for p in parts) / sum(p.summary()["value"] for p in parts), abs=1e-6
    )
    assert set(told["dearest"][0]["codes"]) == {"RegioS", "Hulpvorm", "Perioden"}
    index = tree((tmp_path / "index.html").read_text())
    assert [a.get("href") for a in index.iter("a")] == ["./een/loss.html", "./twee/loss.html"]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        report_files.write_table(tmp_path / "een", parts)


def lost(cells, published, primary, secondary, zero, value, gone):
    """What loss.json says of a table, as far as the index reads it."""
    total = {"cells": cells, "published": published, "primary": primary, "secondary": secondary, "zero": zero, "value": value}
    total |= {"value_primary": gone[0], "value_secondary": gone[1], "withheld": cells - published}
    total |= {"share_cells": (cells - published) / cells, "share_value": sum(gone) / value}
    return {"table": "x", "title": "", "total": total}


def test_the_set_as_a_whole():
    """Total, worst verdict, the set before and shared cells, reckoned by hand: 30 of 1,000 and 70 of 3,000 are 2.5 % of 4,000."""
    found = {"een": lost(100, 90, 4, 5, 1, 1000, (10, 20)), "twee": lost(300, 280, 5, 10, 5, 3000, (20, 50))}
    its = set_index.Beside({"een": "SAFE", "twee": "INCONCLUSIVE"}, {"een": 40, "twee": 41}, {"een": 3}, "2024-october", {"een": 0.5})
    rows = [[("".join(td.itertext())).strip() for td in tr] for tr in tree(set_index.index_page(found, "en", its)).iter("tr")]
    heads, whole, first, second = rows
    assert "value withheld in 2024-october" in heads and "in other tables too" in heads
    assert whole[:8] == ["all tables", "INCONCLUSIVE", "400", "9", "15", "6", "7.5 %", "2.5 %"] and whole[-2:] == ["81", "3"]
    assert first[:2] == ["x", "SAFE"] and first[7] == "3.0 %" and first[-3:] == ["50.0 %", "40", "3"]
    assert second[1] == "INCONCLUSIVE" and second[7] == "2.3 %" and second[-3:] == ["", "41", ""]
    assert set_index.sum_of(found)["share_value"] == 100 / 4000
    plain = [["".join(td.itertext()) for td in tr] for tr in tree(set_index.index_page(found, "en")).iter("tr")]
    assert len(plain[0]) == len(heads) - 3 and plain[1][1] == ""


def test_what_the_page_says_comes_from_what_made_the_set(tmp_path):
    """Verdicts and cells as they are; the losses of the newest release before that has one of the tables; and where the page lies, if it does."""
    for name, tables in (("oud", ("een",)), ("nieuw", ("een", "twee")), ("ander", ("drie",))):
        for table in tables:
            (tmp_path / name / table).mkdir(parents=True)
            numbers = lost(10, 9, 1, 0, 0, 100, (1, 4)) | {"table": table}
            (tmp_path / name / table / "loss.json").write_text(json.dumps(numbers))
    before = [
        SimpleNamespace(line=SimpleNamespace(set=name), tables=tables, folder=tmp_path / name)
        for name, tables in (("oud", ("een",)), ("nieuw", ("een", "twee")), ("ander", ("drie",)))
    ]
    made = [SimpleNamespace(table="een", verdict="SAFE")]
    its = set_index.beside(made, SimpleNamespace(shared={"een": 4}, changed={"een": 1}), before)
    assert its == set_index.Beside({"een": "SAFE"}, {"een": 4}, {"een": 1}, "nieuw", {"een": 0.05, "twee": 0.05})
    assert set_index.beside(made, SimpleNamespace(shared={}, changed={}), before[2:]).before == ""
    assert set_index.told(tmp_path / "oud") == ""
    set_index.write_index(tmp_path / "oud", its)
    assert set_index.told(tmp_path / "oud").endswith(f"(confidential): {tmp_path / 'oud' / 'index.html'}")


def test_no_tables_no_index(tmp_path):
    """An empty record gets no index."""
    set_index.write_index(tmp_path)
    assert not list(tmp_path.iterdir())


def test_report_of_protect(tmp_path):
    """What `celwacht protect` writes, from the result alone."""
    import pandas as pd

    counts = pd.DataFrame({"r": ["a", "a", "b", "b", "c", "c"], "k": ["x", "y"] * 3, "freq": [3, 20, 30, 40, 50, 12]})
    trees = {"dims": ["r", "k"], "trees": {"r": {"R": ["a", "b", "c"]}, "k": {"K": ["x", "y"]}}, "root": {"r": "R", "k": "K"}}
    result = protect_counts(counts, trees, threshold=10, width=5)
    report_files.write_loss_report(tmp_path / "report.html", result)
    root = tree((tmp_path / "report.html").read_text())
    assert root.get("lang") == "en" and squares(root)["all"] == 12
    told = json.loads((tmp_path / "loss.json").read_text())
    audit = result.audit()
    assert (
        told["total"]["primary"] == audit["cells"]["primary"] and told["total"]["value_secondary"] == audit["value_withheld"]["secondary"]
    )
