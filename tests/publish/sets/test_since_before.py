"""A redelivery, and a new release beside the one before: what differences would tell to whoever supposes that records were only added is stopped, as the
attacker of its own sees it; and where nothing helps the table is refused, in words that tell nothing."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets import successive
from celwacht.disclosure.intruder.sets.values import NotNamed
from celwacht.disclosure.ledger import chain
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.outsider.releases import supposing
from celwacht.disclosure.policy.policy import read_policy
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.outputs.release import as_record
from celwacht.publish.review import records
from celwacht.publish.sets import since_before
from celwacht.publish.sets.same_cells import as_seen, mended, withheld_too

from tests.disclosure import set_registers
from tests.disclosure.cubes import policy
from tests.disclosure.set_registers import HALVES, Record, Table, counts_for
from tests.publish.requests.test_requests import narrow, protected

RULE = policy(threshold=10, width=5, base=1, zeros="published")
TABLES = [Table("een", "gebruik", ("crisis",)), Table("twee", "gebruik", ("geslacht",))]


def child(crisis, sex, place):
    return [Record((("crisis", crisis), ("geslacht", sex)), place, 0)]


def register(few, more=0):
    """A place of many who did not begin in a crisis, and `few` who did; `more` of these came later."""
    return (
        [child(0, i % 2, i // 2 % 2) for i in range(80)]
        + [child(1, i % 2, 0) for i in range(few + more)]
        + [child(1, i % 2, 1) for i in range(30)]
    )


class Before:
    """A release as the ledger knows it."""

    def __init__(self, folder, release, tables=TABLES):
        self.line, self.folder = SimpleNamespace(release=release, delivered="before"), folder
        self.tables = tuple(t.name for t in tables)

    def record(self, table):
        return records.recorded(self.folder / table)


def public(release, jobs):
    found = []
    for job in jobs:
        its = as_seen(job.spec, records.load(job.record))
        high = np.where(its.greatest >= 1 << 48, ENDLESS, its.greatest)
        found.append(PublicTable(release, job.spec, its.codes, its.least, high, its.withheld))
    return found


def fallen(before, after):
    """Sensitive cells of either release that fall to the supposition, by the attacker of its own."""
    found = attack([*public("1", before), *public("2", after)], lambda _: RULE.width, questions=0)
    sensitive = np.zeros(len(found.bounds.low), bool)
    for n, job in enumerate([*before, *after]):
        primary = np.concatenate([p.status == 1 for p in records.load(job.record)], axis=-1)
        sensitive[found.figures.place[n][primary]] = True
    return sum(int((s.fallen(found) & sensitive).sum()) for s in supposing(found))


def released(folder, few, more=0, tables=TABLES):
    folder.mkdir()
    jobs = []
    for table in tables:
        spec = table.plans(HALVES)[0].spec.model_copy(update={"policy": RULE.id})
        job = SimpleNamespace(spec=spec, record=folder / spec.id)
        records.save(job.record, [protect(c.cube, RULE, key=b"k") for c in counts_for([table], register(few, more), HALVES)], spec)
        jobs.append(job)
    return jobs


def test_one_child_more_is_not_told(tmp_path):
    """Nobody in a crisis in the first release, one in the second: a printed 0, then a dot, and every total one higher."""
    first, second = released(tmp_path / "een", 0), released(tmp_path / "twee", 0, 1)
    assert fallen(first, second) > 0
    told = mended(second, [Before(tmp_path / "een", "een")])
    assert told.before > 0
    if not told.refused:
        assert fallen(first, second) == 0
        assert all(p.check().verdict is Verdict.SAFE for job in second for p in records.load(job.record))


FLOWS = [Table(f"t_{moment}", moment, ("crisis",)) for moment in ("instroom", "uitstroom", "stand", "gebruik")]


@pytest.mark.parametrize(
    "shown",
    [
        ["gebruik", "stand"],
        *(pytest.param(two, marks=pytest.mark.long) for two in (["gebruik", "instroom"], ["uitstroom", "stand"], ["instroom"])),
    ],
)
def test_sets_of_other_tables_are_compared(tmp_path, shown):
    """An April set after an October set of other moments: what both show is compared, and what only one of them shows ties nothing."""
    fewer = [t for t in FLOWS if t.moment in shown]
    for name, first, second in (("a", FLOWS, fewer), ("b", fewer, FLOWS)):
        released(tmp_path / f"een_{name}", 0, tables=first)
        told = mended(released(tmp_path / f"twee_{name}", 0, 1, second), [Before(tmp_path / f"een_{name}", "een", first)])
        assert not told.not_followed and not told.left_out


def test_the_same_register_again_changes_nothing(tmp_path):
    first, second = released(tmp_path / "een", 3), released(tmp_path / "twee", 3)
    told = mended(second, [Before(tmp_path / "een", "een")])
    assert told.before == 0 and not told.refused and fallen(first, second) == 0


ONE = [Table("een", "gebruik", ("verwijzer", "geslacht"))]
OTHER = policy(threshold=10, width=5, base=1, zeros="published", cost="count")


def referred(folder, rule, tables=ONE):
    """A release of one table: a few girls of one referrer, and many of all others; the same people whatever the rule."""
    folder.mkdir()
    people = [
        [Record((("verwijzer", v), ("geslacht", sex)), place, 0)]
        for v, sex, place in product(range(4), range(2), range(2))
        for _ in range(4 if (v, sex, place) == (1, 1, 0) else 20 + (7 * v + 3 * sex + 5 * place) % 9)
    ]
    job = SimpleNamespace(spec=tables[0].plans(HALVES)[0].spec.model_copy(update={"policy": RULE.id}), record=folder / "een")
    records.save(job.record, [protect(c.cube, rule, key=b"k") for c in counts_for(tables, people, HALVES)], job.spec)
    return [job]


@pytest.mark.long
def test_where_nothing_moved_the_dots_of_both_releases_hold(tmp_path):
    """The same people again, and other cells withheld for the same sensitive one: what each release withholds the other printed, until the second
    withholds it too."""
    first, second = referred(tmp_path / "een", RULE), referred(tmp_path / "twee", OTHER)
    assert fallen(first, second) > 0
    told = mended(second, [Before(tmp_path / "een", "een", ONE)])
    assert told.before > 0 and not told.refused and fallen(first, second) == 0
    assert all(p.check().verdict is Verdict.SAFE for job in second for p in records.load(job.record))


def test_what_an_earlier_release_told_by_itself_refuses_no_stricter_one(tmp_path):
    """The same people, whole under a policy that finds nobody sensitive and then under one that does: no release can take back what was shown, and the
    new one is published with its dots, and tells that they came too late."""
    lax = policy(threshold=2, width=2, base=1, zeros="published")
    referred(tmp_path / "een", lax)
    second = referred(tmp_path / "twee", RULE)
    told = mended(second, [Before(tmp_path / "een", "een", ONE)])
    sensitive = sum(int((p.status == 1).sum()) for job in second for p in records.load(job.record))
    assert not told.refused and told.told_before == sensitive > 0
    assert all(p.check().verdict is Verdict.SAFE for job in second for p in records.load(job.record))


@pytest.mark.parametrize("first_whole", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_province_and_the_country_beside_each_other(tmp_path, monkeypatch, first_whole):
    """The same people in a release of one province and in one of the country, whichever comes first: the dots of the one hold in the other."""
    country = [replace(ONE[0], levels=("land", "provincie", "gemeente"))]
    monkeypatch.setattr(set_registers, "REGIONS", set_registers.REGIONS | {"NL01"})  # of the tables of a province by its levels none
    tables = (country, ONE) if first_whole else (ONE, country)
    first, second = (referred(tmp_path / n, rule, its) for n, rule, its in zip(("een", "twee"), (RULE, OTHER), tables))
    assert sum(len(p.cube.dimensions[2].codes) for job in (*first, *second) for p in records.load(job.record)) == 7
    assert fallen(first, second) > 0
    told = mended(second, [Before(tmp_path / "een", "een", tables[0])])
    assert told.before > 0 and not told.refused and fallen(first, second) == 0


@pytest.mark.long
def test_tables_with_classes_of_the_past_are_left_out_and_told(tmp_path, monkeypatch):
    """The rest of the release before is compared all the same."""
    released(tmp_path / "een", 0)
    second = released(tmp_path / "twee", 0, 1)
    plain = since_before.same_cells

    def old(tables):
        if len(tables) == 1 and tables[0].spec.id == TABLES[0].name:
            raise NotNamed("class of the past")
        return plain(tables)

    monkeypatch.setattr(since_before, "same_cells", old)
    told = mended(second, [Before(tmp_path / "een", "een")])
    assert told.left_out == ("een",) and not told.not_followed


@pytest.mark.parametrize("more", [1, pytest.param(4, marks=pytest.mark.long)])
def test_a_refusal_tells_nothing(tmp_path, monkeypatch, more):
    """Where nothing may be withheld any more the tables are refused: the same words for one child and for four."""
    released(tmp_path / "een", 0)
    second = released(tmp_path / "twee", 0, more)
    plain = successive.repair
    monkeypatch.setattr(
        successive, "repair", lambda known, width, cost, fixed, last, **more: plain(known, width, cost, np.ones_like(fixed), last, **more)
    )
    told = mended(second, [Before(tmp_path / "een", "een")])
    assert told.refused and not any(ch.isdigit() for ch in since_before.REFUSED)


@pytest.mark.parametrize("deliveries", ["the same", pytest.param("others", marks=pytest.mark.long)])
def test_what_left_as_an_output_counts_as_published(tmp_path, monkeypatch, deliveries):
    """Stock and outflow left as outputs of a researcher, printed whole; use by itself is safe and would be told by them. From the same deliveries they
    count the same records, so that the new set withholds what they would tell; from others nothing follows for sure."""
    outputs = tmp_path / "outputs"
    told = []
    for table in (Table(f"t_{m}", m, ("crisis",)) for m in ("uitstroom", "stand")):
        spec, parts = protected(table)
        seen = since_before.released_as(spec, parts, "")
        sheet = SimpleNamespace(
            table=SimpleNamespace(spec=spec, codes=seen.codes, dot=seen.withheld, low=seen.least, high=seen.greatest), rounded=1
        )
        left = as_record(sheet, np.concatenate([p.cube.cells for p in parts], axis=-1), read_policy("strict"))
        records.save(outputs / spec.id, [left], spec)
        told.append((spec, (left,)))
    spec, parts = protected(Table("t_gebruik", "gebruik", ("crisis",)))
    job = SimpleNamespace(spec=spec, record=tmp_path / "set" / spec.id, periods=(), data=tmp_path)
    monkeypatch.setattr(since_before, "shared", lambda data: None)
    monkeypatch.setattr(
        since_before, "counts_the_same", lambda *_: True
    )  # which records are counted has a test of its own (test_requests.py)
    records.save(job.record, list(parts), spec)
    before = Before(outputs, "output", [Table(f"t_{m}", m, ()) for m in ("uitstroom", "stand")])
    before.line.delivered, before.line.folder = "then", chain.OUTPUTS
    found = mended([job], [before], delivered="then" if deliveries == "the same" else "now")
    made = records.load(job.record)
    nothing = [withheld_too(p, ~p.withheld) for p in parts]
    assert narrow([*told, (spec, parts)]) > narrow([*told, (spec, nothing)])
    if deliveries == "the same":
        assert found.changed and not found.refused and narrow([*told, (spec, made)]) == narrow([*told, (spec, nothing)])
    else:
        assert not found.changed
