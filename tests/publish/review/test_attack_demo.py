"""Every line of the facts on the true cubes of the demo, as the compiler makes them; and a leak that must be found."""

from pathlib import Path

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.facts import facts_of_set
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.intruder.sets.seen import seen
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.cli import main
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.regions.part import part_of as regions_of
from celwacht.tables.specs.read_spec import read_set, read_tables

from tests.disclosure.registers import as_public, by_lines

PERIODS = [Period.parse(p) for p in ("2024HJ01", "2024HJ02", "2024JJ00")]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data"
    for words in (["demo", str(folder), "--scale", "small"], ["intake", str(folder), "--key", str(folder.parent / "key")]):
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 0
    return folder


def as_printed(specs, data, policy=None):
    """(tables with their sensitive cells and nothing else withheld, true counts, sensitive cells)."""
    tables, truth, sensitive = [], [], []
    with Microdata(data, keep=4) as microdata:
        for spec in specs:
            rules = read_policy(policy or spec.policy)
            cubes = [narrowed(c, regions_of("PV22")) for c in build_cube(spec, PERIODS, data, connection=microdata)]
            cells = np.concatenate([c.cells for c in cubes], axis=-1)
            codes = (
                *(tuple(k.code for k in d.codes) for d in cubes[0].dimensions[:-1]),
                tuple(k.code for c in cubes for k in c.dimensions[-1].codes),
            )
            hidden = rules.sensitive(cells) | rules.never_printed(cells)
            tables.append(seen("r", spec, codes, np.where(hidden, 0, rules.printed(cells)), hidden, rules.rounding_base))
            truth.append(cells)
            sensitive.append(rules.sensitive(cells))
    return tables, truth, sensitive


@pytest.mark.long
def test_every_identity_holds_on_the_demo(data):
    specs = read_tables()
    tables, truth, _ = as_printed([specs[t] for t in read_set("april").tables], data)
    facts_of, found = by_lines(tables)
    rows, known = facts_of.facts.relations, np.full(len(found.least), -1, np.int64)
    for place, cells in zip(facts_of.place, truth):
        assert ((known[place] < 0) | (known[place] == cells)).all(), "cells taken for the same differ"
        known[place] = cells
        assert (found.least[place] <= cells).all() and (cells <= found.greatest[place]).all()
    shown = np.logical_and.reduceat(known[rows.cell] >= 0, rows.first[:-1])
    sums = rows.sums(known)
    assert shown.sum() > 10_000 and ((rows.least <= sums) & (sums <= rows.greatest))[shown].all()


@pytest.mark.long
def test_stock_and_flow_give_sensitive_cells_away(data):
    """Four exact tables of form of help by region, sensitive cells withheld: what one leaves open the others tell."""
    base = read_tables()["jeugdhulp_stand_trajecten"]
    kinds = {"stand": ("halfjaar",), "instroom": ("halfjaar", "jaar"), "uitstroom": ("halfjaar", "jaar"), "gebruik": ("halfjaar", "jaar")}
    specs = [base.model_copy(update={"id": f"hub_{m}", "moment": m, "policy": "strict", "periods": p}) for m, p in kinds.items()]
    tables, truth, sensitive = as_printed(specs, data)
    public = [as_public(t) for t in tables]
    together = attack(public, lambda t: 5, questions=0)
    for n, (table, cells, small) in enumerate(zip(public, truth, sensitive)):
        (low, high), (least, most) = together.of_table(n), attack([table], lambda t: 5, questions=0).of_table(0)
        assert (low <= cells).all() and (cells <= high).all() and (high - low <= most - least).all()
        assert ((low == high) & small).sum() > ((least == most) & small).sum()


@pytest.mark.long
def test_the_repair_stops_what_the_lines_give_away(data):
    """The whole April set with nothing but sensitive cells withheld: many fall; after the repair none does, and every line still holds."""
    specs = read_tables()
    chosen = [specs[t] for t in read_set("april").tables]
    tables, truth, sensitive = as_printed(chosen, data)
    known = facts_of_set(tables)
    width, cost = np.zeros(len(known.facts), np.int64), np.ones(len(known.facts))
    for place, cells, small in zip(known.place, truth, sensitive):
        width[place[small]] = 4
        np.add.at(cost, place, cells)
    found = repair(known, width, cost)
    assert found.leaks.sum() > 500 and not found.left.any()
    hidden = [t.withheld | found.withhold[place] for t, place in zip(tables, known.place)]
    again = [
        seen("r", t.spec, t.codes, np.where(h, 0, read_policy(t.spec.policy).printed(c)), h, read_policy(t.spec.policy).rounding_base)
        for t, h, c in zip(tables, hidden, truth)
    ]
    by_then, after = by_lines(again)
    for place, cells, small in zip(by_then.place, truth, sensitive):
        assert (after.least[place] <= cells).all() and (cells <= after.greatest[place]).all()
        assert ((after.greatest - after.least)[place][small] >= 4).all()
