"""Planted attacks of the threat model that concern groups, ratios, means, rounding and refusals (T8, T15 to T18): each leaks when the part that stops it
is switched off, and is caught. T6 and T7 are in ../sets/test_set_insiders.py, T9 to T14 in ../sets/test_planted_sets.py, and in the attacker's own way below."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.outsider.public_table import ENDLESS
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.policy.sensitivity import sensitive_cells
from celwacht.disclosure.rounding.keyed_random import random_rounding
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.formats.statline import csv_bundle
from celwacht.publish.gate.gate import Refusal
from celwacht.publish.review.intruder.observations import table
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.outsider.test_outsider import ALL, CARE, CRISIS, HALVES, SEX, public, width
from tests.disclosure.registers import Trajectory, spec
from tests.publish import small
from tests.publish.gate.test_release import judged, with_measure

ABOUT = {"version": 1, "id": "groepen", "title": {"nl": "t"}, "description": {"nl": "t"}, "threshold": 3, "width": 3}
GROUPS = {"group_disclosure": [{"dimensions": ["Hulpvorm"], "base": 20}]}


@cache
def villages():
    """Eight young people of village a, all of them in a secure placement; elsewhere it is one in five."""
    place = from_tree("RegioS", {"NL": ["a", "b", "c", "d"]}, "NL")
    kind = from_tree("Hulpvorm", {"T": ["open", "gesloten"]}, "T")
    return Cube("dorpen", (place, kind), np.array([[0, 8], [40, 9], [35, 8], [52, 11]], np.int64))


def test_t8_all_of_a_small_group():
    """Off: 8 of 8 are printed. On: neither the share of all nor of none can be had; and that pattern without the rule's dots is not called safe."""
    cube = villages()
    off, on = (DisclosurePolicy.model_validate({**ABOUT, **more}) for more in ({}, {"rules": GROUPS}))
    bare = protect(cube, off, key=b"k")
    row = [c.code for c in cube.dimensions[0].codes].index("a")
    secure = [c.code for c in cube.dimensions[1].codes].index("gesloten")
    assert bare.check().verdict is Verdict.SAFE and not bare.withheld[row, secure] and bare.shown[row, secure] == cube.cells[row, 0] == 8
    asked = sensitive_cells(cube, on)
    guarded = protect(cube, on, key=b"k", sensitivity=asked)
    assert guarded.check().verdict is Verdict.SAFE and guarded.withheld[row, secure]
    status, shown = guarded.status.copy(), guarded.shown.copy()
    status[row, secure], shown[row, secure] = Status.PUBLISHED, 8
    assert replace(guarded, status=status, shown=shown).check().verdict is Verdict.UNSAFE


def written(folder, publication):
    """The CSV files of a publication."""
    for name, content in csv_bundle.files(publication):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return next(folder.rglob("Observations.csv")).parent


class Forged:
    """A publication of which one count is withheld and its share is not: what the gate never makes."""

    def __init__(self, publication, cell):
        count = publication.measures[0]
        state, values = count.state.copy(), count.values.copy()
        state[cell], values[cell] = 1, 0
        dotted = type(count)(count.code, count.name, count.title, count.description, count.unit, count.decimals, values, state)
        self._of, self.measures = publication, (dotted, *publication.measures[1:])

    def __getattr__(self, name):
        return getattr(self._of, name)


def test_t15_a_share_beside_a_dot(tmp_path):
    """Off: 37.0 % of a printed total is a count or two. On: what the gate makes shows no ratio of a count that it withholds."""
    publication = small.published()
    count, share = publication.measures[0], publication.measures[1]
    cell = tuple(np.argwhere((count.state == 0) & (share.state == 0) & (count.values > 20))[-1])
    own = small.SPEC.model_copy(update={"policy": "strict"})
    leaking = table(written(tmp_path / "off", Forged(publication, cell)), "", own)
    true = int(count.values[cell])
    assert leaking.dot[cell] and leaking.low[cell] <= true <= leaking.high[cell] < leaking.low[cell] + 2
    safe = table(written(tmp_path / "on", publication), "", own)
    assert safe.dot.any() and (safe.high[safe.dot] == ENDLESS).all() and (safe.low[safe.dot] == 0).all()


def counts_behind(mean, decimals, most):
    """Numbers of records that a mean of whole days can be of, up to most."""
    half = Fraction(1, 2 * 10**decimals)
    return [
        n
        for n in range(1, most + 1)
        if any((mean - half) * n <= total <= (mean + half) * n for total in range(int(mean * n), int(mean * n) + 2))
    ]


def test_t16_a_mean_tells_how_many():
    """Off: a mean of 15.25 days is of 4, 8, 12 .. records. On: the gate refuses means as long as there is no proof for them."""
    assert counts_behind(Fraction(1525, 100), 2, 20) == [4, 8, 12, 16, 20]
    asked = with_measure(kind="mean", name="Duur", title={"nl": "Duur"}, field="duur_dagen", decimals=2)
    outcome = judged(small.protected(), asked)
    assert isinstance(outcome, Refusal) and any("no proof" in reason for reason in outcome.reasons)


def test_t17_random_rounding_again_and_again():
    """Off: the average of 400 fresh draws is the count. On: one word per cell, so that a hundred publications are the same."""
    counts, random = np.array([1, 7, 13, 22]), np.random.default_rng(1)
    fresh = np.mean([random_rounding(counts, random.integers(0, 1 << 64, 4, np.uint64), 5) for _ in range(400)], axis=0)
    assert (np.abs(fresh - counts) < 0.5).all()
    words = random.integers(0, 1 << 64, 4, np.uint64)
    kept = {random_rounding(counts, words, 5).tobytes() for _ in range(100)}
    assert len(kept) == 1


def refusal(count):
    """What the gate says of a pattern that prints a sensitive cell with this count."""
    atoms = small.atoms()
    atoms[0, 0, 0] = count
    part = protect(Cube("kleine_tabel", small.dimensions(), atoms), small.POLICY, key=b"k")
    cell = tuple(np.argwhere(part.status == Status.PRIMARY)[0])
    status, shown = part.status.copy(), part.shown.copy()
    status[cell], shown[cell] = Status.PUBLISHED, part.cube.cells[cell]
    return judged(replace(part, status=status, shown=shown))


def test_t18_a_refusal_is_no_oracle():
    """The same words for 1 and for 4. Off: words with the count in them would tell the two apart."""
    one, four = refusal(1), refusal(4)
    assert isinstance(one, Refusal) and isinstance(four, Refusal)
    assert (one.reasons, one.verdict) == (four.reasons, four.verdict) and repr(one) == repr(four)
    assert not any(ch.isdigit() for reason in one.reasons for ch in reason.replace("2024", ""))


BOYS = [Trajectory(i, date(2024, 2, 1), None, geslacht="M") for i in range(20)]
GIRL = [Trajectory(30, date(2024, 2, 1), None, geslacht="V")]


@pytest.mark.parametrize(
    ("name", "tables", "dots"),
    [
        ("T9 total less boys", [("gebruik", [SEX], None), ("gebruik", [ALL], None)], "V"),
        ("T11 the year less one half", [("instroom", [ALL], None)], "HJ01"),
        (
            "T13 what ran on, less what ran on after",
            [("gebruik", [CARE], None), ("stand", [CARE], None), ("uitstroom", [CARE], None)],
            "stay",
        ),
        ("T9 complement of a filter", [("instroom", [CRISIS], None), ("instroom", [ALL], "crisis == '01'")], "crisis"),
    ],
)
def test_t9_to_t13_in_the_attackers_own_way(name, tables, dots):
    """One small cell is a dot and everything else is printed: it falls. With all of its line a dot it does not."""
    register = [*BOYS, *GIRL, *(Trajectory(40 + i, date(2024, 8, 1), None, "11", "02", "M") for i in range(3))]

    def chosen(table, codes, cells, wide):
        hidden = np.zeros(cells.shape, bool)
        if dots == "V" and len(codes[0]) > 2:
            hidden[list(codes[0]).index("4000")] = True
            hidden |= wide
        if dots == "HJ01":
            hidden[:, 1:2] = True
            hidden |= wide
        if dots == "stay":
            hidden[list(codes[0]).index("A027918")] = table.moment == "stand"
            hidden |= wide
        if dots == "crisis" and len(codes[0]) > 2:
            hidden[2] = True
        return hidden | (wide if dots == "crisis" else False)

    for wide in (False, True):
        made = []
        for n, (moment, dimensions, where) in enumerate(tables):
            own = spec(f"t_tabel{n}", moment, dimensions, where=where)
            periods = HALVES if moment != "stand" else HALVES[:2]
            plain, cells = public(own, periods, register, lambda c: c < 0)
            made.append((public(own, periods, register, lambda c, t=own, p=plain: chosen(t, p.codes, c, wide))[0], cells))
        found = attack([t for t, _ in made], width, questions=50)
        apart = [(high - low)[t.dot & (cells > 0) & (cells < 5)] for n, (t, cells) in enumerate(made) for low, high in [found.of_table(n)]]
        fallen = int(sum((a < 5).sum() for a in apart))
        assert (fallen == 0) if wide else fallen > 0, name
