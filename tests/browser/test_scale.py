"""The arithmetic under charts and map, run where it lives: axes, periods, labels pushed apart, classes. Judged by their promises."""

import itertools
import json
import random
from pathlib import Path

import pytest

from tests.browser.tables import gemeenten

VIEWER = Path(__file__).resolve().parents[2] / "publish" / "viewer"


@pytest.fixture(scope="module")
def page(browser, site):
    """One page for all: nothing here changes it."""
    made = browser.new_page()
    made.goto(site)
    yield made
    made.close()


@pytest.fixture
def run(page):
    """run(module, function, cases): what the function gives for each list of arguments."""
    script = "async ([module, name, cases]) => { const f = (await import(module))[name]; return cases.map(c => f(...c)); }"
    return lambda module, name, cases: page.evaluate(script, [module, name, cases])


def test_axes_begin_at_zero_and_reach_the_most(run):
    """Ticks: from 0, evenly, to the largest figure or just above, in steps that their decimals can write; not too many."""
    draw = random.Random(1)
    cases = [
        (draw.choice([0, 1, draw.randint(1, 50), draw.randint(1, 10**7), draw.random() * 100]), draw.randint(2, 8), draw.randint(0, 2))
        for _ in range(600)
    ]
    for (most, count, decimals), ticks in zip(cases, run("/charts/scale.js", "ticks", cases)):
        assert ticks[0] == 0 and ticks[-1] >= most * (1 - 1e-9) and len(ticks) <= 2 * count + 3
        step = ticks[1]
        assert step >= 10**-decimals * 0.999 and abs(step * 10**decimals - round(step * 10**decimals)) < 1e-6
        assert all(abs(b - a - step) < 1e-6 * max(1, most) for a, b in itertools.pairwise(ticks))
        assert ticks[-2] < most or most <= step


def test_labels_are_pushed_apart(run):
    """No two nearer than the gap, all within the frame where there is room, the order of the wanted places kept."""
    draw = random.Random(2)
    cases = [([draw.uniform(0, 400) for _ in range(draw.randint(1, 12))], 17, 10, 390) for _ in range(300)]
    for (wanted, gap, low, high), places in zip(cases, run("/charts/scale.js", "apart", cases)):
        order = sorted(range(len(wanted)), key=wanted.__getitem__)
        assert all(places[b] - places[a] >= gap - 1e-6 for a, b in itertools.pairwise(order))
        assert min(places) >= low - 1e-6 and max(places) <= high + 1e-6


def test_classes_hold_every_figure(run):
    """Borders rise from the lowest to the highest figure; at most five classes, and four or more of many figures."""
    draw = random.Random(3)
    cases = []
    for _ in range(400):
        decimals = draw.randint(0, 1)
        cases.append(([round(draw.lognormvariate(4, 1.2), decimals) for _ in range(draw.randint(0, 400))], 5, decimals))
    for (values, count, _), borders in zip(cases, run("/charts/scale.js", "classes", cases)):
        if not values:
            assert borders == []
            continue
        assert borders[0] == min(values) and borders[-1] == max(values) and borders == sorted(borders) and 2 <= len(borders) <= count + 1
        if len(set(values)) > 40:
            assert len(borders) >= 5, "many different figures fall in at least four classes"


def test_periods_stand_in_time(run):
    """Years, halves and quarters at their place in the year; the short name keeps its stars; an unknown code stands by position."""
    codes = [
        {"code": c, "title": t, "position": i}
        for i, (c, t) in enumerate(
            (("2024JJ00", "2024*"), ("2024HJ02", "2024 2e halfjaar**"), ("2024KW04", "2024 4e kwartaal"), ("anders", "anders"))
        )
    ]
    found = run("/charts/scale.js", "period", [(c, "nl") for c in codes])
    assert [(p["kind"], p["at"], p["short"]) for p in found] == [
        ("JJ", 2024, "2024*"),
        ("HJ", 2024.5, "2024 hj 2**"),
        ("KW", 2024.75, "2024 kw 4"),
        ("other", 3, "anders"),
    ]


def test_every_word_has_two_languages(page):
    """Charts and map say everything in Dutch and English, with the same names to fill in."""
    words = page.evaluate("async () => (await import('/charts/words.js')).ALL_WORDS")
    for key, pair in words.items():
        assert len(pair) == 2 and all(pair), key
        assert {t.split("}")[0] for t in pair[0].split("{")[1:]} == {t.split("}")[0] for t in pair[1].split("{")[1:]}, key


def test_tiles_are_the_gemeenten(run):
    """tiles.json has every gemeente of 2023 once, no two in one place, with its province and jeugdregio; jeugdregio's are in one piece."""
    tiles = json.loads((VIEWER / "map" / "tiles.json").read_text(encoding="utf-8"))
    assert {r["gemeente"]: [r["provincie"], r["jeugdregio"]] for r in gemeenten()} == {code: tile[2:] for code, tile in tiles.items()}
    places = {tuple(tile[:2]): tile[3] for tile in tiles.values()}
    assert len(places) == len(tiles)
    around = dict(zip(places, run("/map/layout.js", "around", list(places))))
    for jeugdregio in set(places.values()):
        left = {p for p, j in places.items() if j == jeugdregio}
        todo = [left.pop()]
        while todo:
            near = {tuple(p) for p in around[todo.pop()]} & left
            left -= near
            todo += near
        assert not left, f"{jeugdregio} is in more than one piece"


@pytest.mark.long
def test_the_tiles_come_from_their_script(tmp_path):
    """make.py gives tiles.json again, byte for byte."""
    before = (VIEWER / "map" / "tiles.json").read_bytes()
    script = (VIEWER / "map" / "make.py").read_text(encoding="utf-8")
    moved = script.replace('(HERE / "tiles.json")', f"Path({str(tmp_path / 'tiles.json')!r})")
    assert moved != script
    program = compile(moved, str(VIEWER / "map" / "make.py"), "exec")
    exec(program, {"__name__": "__main__", "__file__": str(VIEWER / "map" / "make.py")})
    assert (tmp_path / "tiles.json").read_bytes() == before


def test_pieces_fill_their_whole_and_no_more(run):
    """All shown: the pieces are the whole. One withheld: what is missing of the printed total is a rest, never a piece; without a total there is no whole."""
    draw = random.Random(7)
    cases, expected = [], []
    for _ in range(300):
        values = [
            draw.choice([None, 5 * draw.randint(0, 90)]) if draw.random() < 0.3 else 5 * draw.randint(0, 90)
            for _ in range(draw.randint(2, 8))
        ]
        total = draw.choice([None, sum(v or 0 for v in values) + 5 * draw.randint(0, 20)])
        cells = [[{"value": v, "state": 0 if v is not None else 1}] for v in values]
        cases.append((cells, None if total is None else [{"value": total, "state": 0}], 0))
        shown = sum(v or 0 for v in values)
        if None not in values:
            expected.append((shown or None, 0))
        else:
            expected.append((None, 0) if total is None else (total, total - shown))
    found = run("/charts/stack.js", "pieces", cases)
    assert [(f["total"], f["rest"]) for f in found] == expected


def test_parts_that_overlap_are_no_pieces(run):
    """Parts of 960 and 90 of a total of 1,000: young people in both. Rounding of three figures to five is no overlap."""

    def asked(total, *parts):
        cells = [[{"value": v, "state": 0}] for v in (*parts, total)]
        return {"series": [{}] * len(cells), "cells": cells, "categories": [{}]}, {"stack": {"whole": []}}

    found = run("/charts/stack.js", "split", [asked(1000, 960, 90), asked(1000, 910, 100), asked(1000, 700, 100)])
    assert [f["overlap"] for f in found] == [True, False, False]
    assert all(len(f["series"]) == len(f["cells"]) == 2 and f["totals"][0]["value"] == 1000 for f in found)


def test_an_index_is_of_the_first_printed_figure(page):
    """100 times the figure by the first of its series; a series whose first is not shown or under 50 has none; a withheld figure stays withheld."""
    cells = [[200, 250, None], [None, 80, 90], [40, 80, 90]]
    found = page.evaluate(
        """async (rows) => { const {indexed} = await import('/charts/slope.js');
        const cells = rows.map((r) => r.map((v) => ({value: v, state: v === null ? 1 : 0, text: v === null ? '.' : String(v)})));
        return indexed({series: ['a', 'b', 'c'].map((label) => ({label})), cells, categories: [{}, {}, {}], measure: {decimals: 0, unit: 'x'}}, (v) => v.toFixed(1)); }""",
        cells,
    )
    assert found["without"] == ["b", "c"] and [s["label"] for s in found["found"]["series"]] == ["a"]
    assert [(c["value"], c["text"]) for c in found["found"]["cells"][0]] == [(100, "100.0"), (125, "125.0"), (None, ".")]
