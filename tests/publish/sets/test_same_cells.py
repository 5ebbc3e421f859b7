"""The same cell is withheld in all tables of a set or in none, and the proofs stand as they were."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.values import NotNamed
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.review import records
from celwacht.publish.sets import make_set, progress, same_cells
from celwacht.publish.sets.same_cells import as_seen, mended, names_of, withheld_too, withhold_alike
from celwacht.tables.periods import Period

from tests.disclosure.cubes import policy
from tests.disclosure.registers import as_public
from tests.disclosure.set_registers import HALVES, Record, Table, counts_for
from tests.disclosure.set_releases import TABLES
from tests.publish import small
from tests.publish.gate.test_twin import twin_of
from tests.publish.sets.test_beside_releases import RULE, people, proof, verified  # noqa: F401 - the fixture
from tests.publish.sets.test_pipeline import order
from tests.tables.standard import standard

REGISTER = [[Record((("crisis", i % 2), ("geslacht", i // 2 % 2)), int(i % 7 > 3), i % 5)] for i in range(120)]


def emptied(folder):
    shutil.rmtree(folder)
    return folder


def made(folder, tables, register, dotted=False, rule=RULE):
    """Records of the tables, each protected by itself; dotted: the first with one printed total withheld as well."""
    found = []
    for n, table in enumerate(tables):
        spec = table.plans(HALVES)[0].spec.model_copy(update={"policy": rule.id})
        parts = [protect(c.cube, rule, key=b"k") for c in counts_for([table], register, HALVES)]
        if dotted and n == 0:
            also = np.zeros(parts[0].status.shape, bool)
            also[(0,) * also.ndim] = True
            assert parts[0].status[(0,) * also.ndim] == 0
            parts[0] = withheld_too(parts[0], also)
        job = SimpleNamespace(spec=spec, record=folder / spec.id)
        records.save(job.record, parts, spec)
        found.append(job)
    return found


def recorded(jobs):
    """The records of the jobs."""
    return [records.recorded(job.record) for job in jobs]


def alike(jobs):
    kept = recorded(jobs)
    return withhold_alike(jobs, kept, names_of(jobs, kept))


def test_a_dot_of_one_table_is_a_dot_in_all(tmp_path):
    """Both tables show everybody of the first place and period; the first withholds it, and so the second does, and both are still proved."""
    same = [Table("een", "gebruik", ("crisis",)), Table("twee", "gebruik", ("geslacht",))]
    jobs = made(tmp_path, same, REGISTER, dotted=True)
    before = [records.load(j.record) for j in jobs]
    changed = alike(jobs)
    after = [records.load(j.record) for j in jobs]
    assert changed == {same[1].name: 1}
    assert not before[1][0].withheld[0, 0, 0] and after[1][0].withheld[0, 0, 0] and after[1][0].shown[0, 0, 0] == 0
    assert int(after[1][0].withheld.sum()) == int(before[1][0].withheld.sum()) + 1
    assert all(p.check().verdict is Verdict.SAFE for parts in after for p in parts)
    assert alike(jobs) == {} == mended(jobs).changed


def test_cells_that_two_tables_show_are_counted(tmp_path):
    """By crisis and by sex: what they share are the totals, a cell for each place and period."""
    jobs = made(tmp_path, [Table("een", "gebruik", ("crisis",)), Table("twee", "gebruik", ("geslacht",))], REGISTER)
    (part,) = records.load(jobs[0].record)
    own = next(n for n, d in enumerate(part.cube.dimensions) if len(d.codes) == part.status.shape[n] and "risis" in d.name)
    totals = part.status.size // part.status.shape[own]
    assert mended(jobs).shared == {jobs[0].spec.id: totals, jobs[1].spec.id: totals}


def told_too_closely(jobs):
    """Sensitive cells that the attacker of its own, who reads what is printed, leaves narrower than the policy asks."""
    kept = [records.load(job.record) for job in jobs]
    found = attack([as_public(as_seen(job.spec, parts)) for job, parts in zip(jobs, kept)], lambda _: RULE.width)
    spread = [high - low for low, high in map(found.of_table, range(len(jobs)))]
    primary = [np.concatenate([p.status == 1 for p in parts], axis=-1) for parts in kept]
    return sum(int((one & (apart < RULE.width)).sum()) for one, apart in zip(primary, spread))


def test_what_stock_and_flow_tell_is_withheld_further(tmp_path):
    """Four tables, each proved by itself, tell each other's small cells; after the repair none does, and every proof stands."""
    tables = [Table(f"t_{m}", m, ("crisis",)) for m in ("gebruik", "instroom", "stand", "uitstroom")]
    jobs, before = made(tmp_path, tables, REGISTER), [records.load(tmp_path / t.name) for t in tables]
    leaks = told_too_closely(jobs)
    found = mended(jobs)
    after = [records.load(job.record) for job in jobs]
    assert leaks > 0 and found.leaks > 0 and found.left == told_too_closely(jobs) == 0 and not found.not_followed
    assert all((~was.withheld | now.withheld).all() for a, b in zip(before, after) for was, now in zip(a, b))
    assert all(p.check().verdict is Verdict.SAFE for parts in after for p in parts)


@pytest.mark.long
def test_of_twins_the_same_is_withheld(tmp_path):
    """What tables withhold for each other's sake follows from what is printed and from which dots are sensitive: other records behind the same figures and the
    same sensitive dots lead to the same cells, and to the same words."""
    tables = [Table(f"t_{m}", m, ("crisis",)) for m in ("gebruik", "instroom", "stand", "uitstroom")]
    rounded = policy(threshold=10, width=4, base=5, zeros="withheld")
    done, kept = [], None
    for name in ("een", "twee"):
        (tmp_path / name).mkdir()
        jobs = made(tmp_path / name, tables, REGISTER, rule=rounded)
        if name == "twee":
            for job in jobs:
                truth = records.load(job.record)
                parts = [replace(twin_of(p, 0), status=p.status) if len(p.worlds) else p for p in truth]
                assert all((same_cells._cost(p, job.spec) == same_cells._cost(t, job.spec)).all() for p, t in zip(truth, parts))
                records.save(emptied(job.record), parts, job.spec)
        cells = [p.cube.cells for job in jobs for p in records.load(job.record)]
        assert kept is None or any((a != b).any() for a, b in zip(kept, cells))
        kept = cells
        done.append((mended(jobs), [p.withheld.tolist() for job in jobs for p in records.load(job.record)]))
    assert done[0] == done[1] and done[0][0].changed


@pytest.mark.parametrize("alone", [pytest.param(True, marks=pytest.mark.long), False])
def test_of_a_whole_set(people, tmp_path, alone):  # noqa: F811
    """From order to record: no cell is a dot in one table and a figure in another; nothing is left for another run to withhold."""
    outcome = make_set.publish(order(tmp_path, alone=alone))
    reports = records.reports_of(tmp_path / "data") / "2024-april"
    jobs = [SimpleNamespace(spec=records.recorded(reports / t).spec, record=reports / t) for t in records.tables_of(reports)]
    assert proof(outcome)["each_table"] == "SAFE" and len(jobs) == len(TABLES)
    assert alike(jobs) == {} == mended(jobs).changed


def test_the_statistician_is_told_what_it_costs(people, tmp_path, monkeypatch):  # noqa: F811
    """The outcome of every table has what its own proof withheld beside what is withheld now, and files and records are of now."""
    wide = []

    def mend(jobs, earlier=(), tell=None, delivered=""):
        parts = records.load(jobs[0].record)
        also = np.zeros(parts[0].status.shape, bool)
        also[(0,) * also.ndim] = True
        wide.append(int(parts[0].cube.cells[also & ~parts[0].withheld].sum()))
        same_cells._write(
            jobs[0], records.recorded(jobs[0].record), np.concatenate([also, *(np.zeros(p.status.shape, bool) for p in parts[1:])], axis=-1)
        )
        return same_cells.Mended({jobs[0].spec.id: 1}, 3)

    monkeypatch.setattr(same_cells, "mended", mend)
    outcome = make_set.publish(order(tmp_path))
    first, other = outcome.tables
    assert wide[0] > 0 and first.value_withheld == first.value_alone + wide[0] and other.value_withheld == other.value_alone
    assert (
        not first.beside
        and "For other tables of the set 1 cells more" in progress.reach(outcome)
        and "; 3 sensitive" in progress.reach(outcome)
    )
    shown = verified(tmp_path)
    assert shown.problems == []


@pytest.mark.parametrize("error", [NotNamed("een: Leeftijd shows 2 classes"), ValueError("too many")])
def test_what_one_step_withheld_stays_told_when_the_next_one_fails(tmp_path, monkeypatch, error):
    """Its records are written by then: a table that is not named as changed would be published as it was before, with the leak in it."""
    tables = [Table(f"t_{m}", m, ("crisis",)) for m in ("gebruik", "instroom", "stand", "uitstroom")]
    jobs = made(tmp_path, tables, REGISTER)
    before = {t.name: records.load(tmp_path / t.name) for t in tables}

    def fails(*_):
        raise error

    monkeypatch.setattr(same_cells, "withhold_beside", fails)
    found = mended(jobs, [None])
    new = {t.name for t in tables if any((a.withheld != b.withheld).any() for a, b in zip(before[t.name], records.load(tmp_path / t.name)))}
    assert new and set(found.changed) == new and found.leaks > 0 and found.not_followed


def test_tables_that_their_specifications_do_not_describe_are_told(tmp_path):
    """Nothing is changed then, and the statistician reads that the lines were not followed."""
    jobs = [SimpleNamespace(spec=small.SPEC.model_copy(update={"id": name}), record=tmp_path / name) for name in ("een", "twee")]
    for job in jobs:
        records.save(job.record, [small.protected()], job.spec)
    assert mended(jobs) == same_cells.Mended({}, not_followed="een: Hulpvorm shows 4 classes that 'hulpvorm' does not name")


@pytest.mark.parametrize("error", [KeyError("C9"), IndexError(7)])
@pytest.mark.parametrize("step", ["withhold_alike", "withhold_leaks"])
def test_a_fault_of_our_own_is_no_class_of_the_past(tmp_path, monkeypatch, step, error):
    """Only what the reader of classifications says is told as such: any other error ends the run, where it was once taken for it."""
    jobs = made(tmp_path, [Table("een", "gebruik", ("crisis",)), Table("twee", "gebruik", ("geslacht",))], REGISTER[:20])

    def fails(*_):
        raise error

    monkeypatch.setattr(same_cells, step, fails)
    with pytest.raises(type(error)):
        mended(jobs)


def test_headline_figures_of_other_tables_are_known_before_anything_is_counted():
    """What began in Assen is a total of the table on crisis, and so a cell that the course leaves alone; what ran already is none of any table."""
    specs = standard()
    found = same_cells.headlines_elsewhere([specs["jeugdhulp_verloop"], specs["jeugdhulp_crisis"]], [Period.parse("2024HJ01")])
    for table, codes, rank in (
        ("jeugdhulp_verloop", ("CWAV02", "CWAF00", "CWJH12", "GM0106"), 4),
        ("jeugdhulp_verloop", ("CWAV02", "CWAF00", "CWJH12", "NL01"), 1),
        ("jeugdhulp_verloop", ("CWAV01", "CWAF00", "CWJH12", "GM0106"), 0),
        ("jeugdhulp_crisis", ("CWCR00", "CWJH12", "GM0106"), 4),
        ("jeugdhulp_crisis", ("CWCR01", "CWJH12", "GM0106"), 0),
    ):
        its = found[table]
        assert its.ranks[tuple(of.index(c) for of, c in zip(its.codes, (*codes, "2024HJ01")))] == rank, (table, codes)
    assert same_cells.headlines_elsewhere([specs["jeugdhulp_verloop"]], [Period.parse("2024KW01")]) == {}
