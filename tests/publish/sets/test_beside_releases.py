"""Releases proved beside those before, from order to `celwacht verify`: a tiny register, a redelivery, and a release that was proved alone."""

import json

import numpy as np
import pytest
from celwacht.publish.review import records
from celwacht.publish.sets import make_set, make_table, prove_set
from celwacht.publish.verify import verify_set
from celwacht.tables.counting import build_cube

from tests.disclosure.cubes import policy
from tests.disclosure.set_registers import HALVES, Record, counts_for
from tests.disclosure.set_releases import TABLES
from tests.publish.sets.test_pipeline import SET, order

RULE = policy(threshold=10, width=4, base=5, zeros="withheld")
PEOPLE = [[Record((("crisis", i % 2), ("geslacht", i // 2 % 2)), int(i % 7 > 3), i % 5)] for i in range(120)]


@pytest.fixture
def people(monkeypatch):
    """The register that the next publication counts; a test changes it."""
    now = {"people": PEOPLE}
    specs = {t.name: t.plans(HALVES)[0].spec.model_copy(update={"policy": RULE.id}) for t in TABLES}
    wanted = SET.model_copy(update={"tables": tuple(specs)})

    def counts(tables=TABLES):
        return counts_for(tables, now["people"], HALVES)

    def of_table(spec, *_, **__):
        return [c.cube for c in counts([t for t in TABLES if t.name == spec.id])]

    monkeypatch.setattr(make_set, "read_set", lambda name: wanted)
    monkeypatch.setattr(make_set, "read_tables", lambda **_: specs)
    monkeypatch.setattr(make_table, "read_policy", lambda name: RULE)
    monkeypatch.setattr(build_cube, "build_cube", of_table)
    monkeypatch.setattr(prove_set, "_counts", lambda jobs: counts())
    return now


def publish(folder, **changes):
    return make_set.publish(order(folder, **{"alone": False, **changes}))


def proof(outcome):
    return json.loads((outcome.release / "manifest.json").read_bytes())["proof"]


def verified(folder):
    reports, trial = verify_set.root_of(folder / "data", folder / "out")
    return verify_set.verify(folder / "data", reports, "2024-april", folder / "out", trial=trial, key=b"geheim")


def test_a_redelivery_is_proved_beside_the_release_before(people, tmp_path):
    """The manifest names the release before and its tables that are still proved; the checker finds the same again."""
    first = publish(tmp_path)
    assert "beside_releases" not in proof(first)
    people["people"] = [*PEOPLE[:-3], [Record((("crisis", 1), ("geslacht", 1)), 0, 2)]]
    second = publish(tmp_path)
    assert first.release.name != second.release.name
    assert list(proof(second)["beside_releases"]) == [first.release.name]
    found = verified(tmp_path)
    assert found.problems == [] and list(found.beside) == proof(second)["beside_all_others"]


@pytest.mark.long
def test_what_was_withheld_stays_withheld(people, tmp_path):
    """The same figures again, under another order of the search: the same pattern, or more."""
    first = publish(tmp_path)
    before = [p.withheld for t in TABLES for p in records.load(tmp_path / "data/vault/reports/2024-april" / t.name)]
    publish(tmp_path, secret=b"another", reason="again")
    after = [p.withheld for t in TABLES for p in records.load(tmp_path / "data/vault/reports/2024-april" / t.name)]
    assert first.release is not None
    for then, now in zip(before, after, strict=True):
        assert not np.any(then & ~now)


@pytest.mark.long
def test_a_release_that_was_proved_alone_is_named_as_left_out(people, tmp_path):
    """Nobody kept who counted where."""
    first = publish(tmp_path, alone=True)
    people["people"] = PEOPLE[:-3]
    second = publish(tmp_path)
    assert proof(second)["not_beside_releases"] == [first.release.name] and "beside_releases" not in proof(second)


@pytest.mark.long
def test_a_record_before_that_was_changed_ends_the_proof(people, tmp_path):
    """Verify says so, and does not fall back on the tables by themselves."""
    publish(tmp_path)
    record = (tmp_path / "data/vault/reports/2024-april").resolve()
    people["people"] = PEOPLE[:-3]
    publish(tmp_path)
    (record / TABLES[0].name / "0.certificate.npz").write_bytes(b"")
    assert any("beside the releases before" in text for text in verified(tmp_path).problems)
