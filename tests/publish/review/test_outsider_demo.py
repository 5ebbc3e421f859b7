"""The attacker of its own on the demo: it finds what tables that are SAFE one by one tell together, and after the repair no sensitive cell narrower than its
policy allows; in both policies."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.review import records
from celwacht.publish.sets.same_cells import as_seen, mended
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.regions.part import part_of
from celwacht.tables.specs.read_spec import read_set, read_tables

from tests.publish.review.test_attack_demo import data  # noqa: F401 - the fixture

HALVES, YEAR = ["2024HJ01", "2024HJ02"], ["2024HJ01", "2024HJ02", "2024JJ00"]


def made(folder: Path, specs, periods, source):
    """Records of the tables, each proved by itself."""
    jobs = []
    with Microdata(source, keep=4) as microdata:
        for spec in specs:
            rules = read_policy(spec.policy)
            cubes = [
                narrowed(c, part_of("PV22")) for c in build_cube(spec, [Period.parse(p) for p in periods], source, connection=microdata)
            ]
            job = SimpleNamespace(spec=spec, record=folder / spec.id)
            records.save(job.record, [protect(c, rules, key=b"k", keep=spec.keep) for c in cubes], spec)
            jobs.append(job)
    return jobs


def told(jobs, questions=0):
    """(sensitive cells, of them exact, narrow), as everybody reads the tables; and no interval misses the truth."""
    seen, parts = [], [records.load(job.record) for job in jobs]
    for job, its in zip(jobs, parts):
        t = as_seen(job.spec, its)
        seen.append(PublicTable("", job.spec, t.codes, t.least, np.where(t.greatest >= 1 << 48, ENDLESS, t.greatest), t.withheld))
    found = attack(seen, lambda t: read_policy(t.spec.policy).width, questions=questions)
    counted = np.zeros(3, int)
    for n, its in enumerate(parts):
        low, high = found.of_table(n)
        cells, primary = (np.concatenate(a, axis=-1) for a in ([p.cube.cells for p in its], [p.status == 1 for p in its]))
        assert (low <= cells).all() and (cells <= high).all()
        apart = high - low
        counted += [(primary).sum(), (primary & (apart == 0)).sum(), (primary & (apart > 0) & (apart < its[0].policy.width)).sum()]
    return tuple(int(c) for c in counted)


def hub():
    """Form of help by region: stock, inflow, outflow and use, exact."""
    base = read_tables()["jeugdhulp_stand_trajecten"]
    kinds = {"stand": ("halfjaar",), "instroom": ("halfjaar", "jaar"), "uitstroom": ("halfjaar", "jaar"), "gebruik": ("halfjaar", "jaar")}
    return [base.model_copy(update={"id": f"hub_{m}", "moment": m, "policy": "strict", "periods": p}) for m, p in kinds.items()]


def complements():
    """Begun in a crisis, not, not known, and all, exact."""
    base = read_tables()["jeugdhulp_stand_trajecten"]
    wheres = {"wel": "crisis == '01'", "niet": "crisis == '02'", "onbekend": "crisis is unknown", "alle": None}
    same = {"moment": "instroom", "policy": "strict", "periods": ("halfjaar", "jaar")}
    return [base.model_copy(update={"id": f"crisis_{name}", "where": where, **same}) for name, where in wheres.items()]


@pytest.mark.long
@pytest.mark.parametrize("specs", [hub, complements])
def test_exact_tables_that_are_safe_one_by_one(data, tmp_path, specs):  # noqa: F811
    """Stock and flow, and complements: a good part of the sensitive cells falls, and after the repair none does."""
    jobs = made(tmp_path, specs(), YEAR, data)
    n, exact, narrow = told(jobs)
    assert exact > n // 5 and exact + narrow > n // 2
    mended(jobs)
    assert told(jobs, 200)[1:] == (0, 0)


@pytest.mark.long
@pytest.mark.parametrize("name", ["april", "october"])
def test_a_standard_set(data, tmp_path, name):  # noqa: F811
    """All standard tables of a set, rounded."""
    specs = read_tables()
    periods = [f"{2024 + p.year}{p.part}" for p in read_set(name).periods]
    chosen = [specs[t] for t in read_set(name).tables if any(Period.parse(p).kind in specs[t].periods for p in periods)]
    jobs = made(tmp_path, chosen, periods, data)
    assert sum(told(jobs)[1:]) > 0
    mended(jobs)
    assert told(jobs, 1000)[1:] == (0, 0)
