"""Providers who know their own clients, from the records on to the record of a release: what they know, and what the gate and
`celwacht verify` ask for."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.model.insiders import insiders_of
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.policy import DisclosurePolicy, read_policy
from celwacht.publish.gate.gate import Refusal, release
from celwacht.publish.publication.publication import Publication
from celwacht.publish.review import records
from celwacht.publish.sets import make_table
from celwacht.publish.sets.providers import FILE
from celwacht.publish.sets.sensitive import insiders
from celwacht.publish.verify.public_table import verdict_of
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.regions.part import part_of as regions_of

from tests.tables.standard import standard
from tests.tables.vaults import vault

PERIODS = [Period.parse("2024JJ00")]
WORDS = {"title": {"nl": "proef"}, "description": {"nl": "proef"}, "version": 1}
TABLES = ("jeugdhulp_gebruik_trajecten", "jeugdhulp_gebruik_jongeren", "samenloop_jeugdzorg", "jeugdbescherming_jongeren")


def policy(**more):
    return DisclosurePolicy.model_validate({**WORDS, "id": "proef", "threshold": 5, "width": 3, **more})


data, microdata = vault(3, persons=120)


@pytest.mark.parametrize("table", TABLES)
def test_every_unit_is_somebodys_client(data, microdata, table):
    """Over the very atoms of the cube, whole and narrowed to a province; nobody has more than there are."""
    spec = standard()[table]
    whole = build_cube(spec, PERIODS, data, connection=microdata)
    for cubes in (whole, [narrowed(c, regions_of("PV27")) for c in whole]):
        for cube, found in zip(cubes, insiders(spec, policy(insiders=1), cubes, PERIODS, data, microdata), strict=True):
            assert not found.malformed(cube.atoms.ravel())
            together = np.zeros(cube.atoms.size, np.int64)
            np.add.at(together, found.atom, found.own)
            assert np.array_equal(together, cube.atoms.ravel()) or spec.unit == "jongeren"
            assert len(set(found.who.tolist())) > 3


def test_persons_are_known_with_all_their_classes(data, microdata):
    """Every provider's clients, from the rows of the records: a person counts for each provider in the one atom that it is in."""
    spec = standard()["jeugdhulp_gebruik_jongeren"]
    (cube,) = build_cube(spec, PERIODS, data, connection=microdata)
    (found,) = insiders(spec, policy(insiders=1), [cube], PERIODS, data, microdata)
    rows = microdata.records("jeugdhulp", 2024, PERIODS).connection.execute(
        "SELECT DISTINCT persoon, coalesce(aanbieder, '') FROM jeugdhulp_2024 WHERE aanvang <= DATE '2024-12-31' "
        "AND (einde IS NULL OR einde >= DATE '2024-01-01')"
    )
    clients = defaultdict(set)
    for person, provider in rows.fetchall():
        clients[provider].add(person)
    assert sorted(len(c) for c in clients.values()) == sorted(np.bincount(found.who, found.own.astype(float)).astype(int).tolist())


def test_a_client_of_two_providers_of_one_holding_is_one_client(data, microdata):
    spec = standard()["jeugdhulp_gebruik_jongeren"]
    (cube,) = build_cube(spec, PERIODS, data, connection=microdata)
    codes = {
        r[0]
        for r in microdata.records("jeugdhulp", 2024, PERIODS)
        .connection.execute("SELECT DISTINCT aanbieder FROM jeugdhulp_2024")
        .fetchall()
    }
    (data / FILE).parent.mkdir(exist_ok=True)
    (data / FILE).write_text("aanbieder;holding\n" + "".join(f"{c};Concern\n" for c in sorted(codes - {None})), encoding="utf-8")
    (found,) = insiders(spec, policy(insiders=1, holdings=True), [cube], PERIODS, data, microdata)
    whole = np.zeros(cube.atoms.size, np.int64)
    np.maximum.at(whole, found.atom, found.own)
    assert np.array_equal(whole, cube.atoms.ravel()) and len(set(found.who.tolist())) == 1


RULES = {"insiders": 1, "rules": {"min_contributors": {"least": 4}}}


@pytest.fixture(scope="module")
def made(data):
    """(specification, policy, protected parts) of one table under rules on contributors, and against insiders."""
    spec = standard()["jeugdhulp_crisis"].model_copy(update={"policy": "proef"})
    job = make_table.Job(spec, tuple(PERIODS), {"2024JJ00": "Voorlopig"}, date(2025, 4, 30), data, data, data, b"s")
    return spec, policy(**RULES), make_table.protected(job, policy(**RULES), lambda *_: None)


def judged(spec, chosen, parts):
    return release(spec, chosen, parts, statuses={"2024JJ00": "Voorlopig"}, modified=date(2025, 4, 30))


def test_the_gate_asks_for_the_proof_that_the_policy_asks_for(made):
    spec, chosen, parts = made
    assert isinstance(judged(spec, chosen, parts), Publication)
    for wrong in (
        [replace(p, insiders=None) for p in parts],
        [replace(p, worlds=replace(p.worlds, part=None)) for p in parts],
        [replace(p, insiders=insiders_of(p.insiders.atom, p.insiders.who, p.insiders.own * 2)) for p in parts],
    ):
        assert isinstance(judged(spec, chosen, wrong), Refusal)
    two = chosen.model_copy(update={"insiders": 2})
    said = judged(spec, two, [replace(p, policy=two) for p in parts])
    assert isinstance(said, Refusal) and "providers who know their own clients" in said.reasons[0]


def test_a_record_that_was_tampered_with_is_no_proof(made, tmp_path):
    """Levels, contributions, insiders and the parameters of the policy: whatever is changed, `celwacht verify` finds it."""
    spec, chosen, parts = made
    records.save(tmp_path / "r", parts, spec)
    kept = records.recorded(tmp_path / "r")
    assert verdict_of(kept) is Verdict.SAFE and kept.parts[0].insiders.coalition == 1
    part = kept.parts[0]
    sensitive = np.argwhere(part.levels.sensitive & (part.cube.cells >= 5))[0]
    milder = part.levels._replace(**{n: np.array(getattr(part.levels, n)) for n in ("lpl", "upl", "spl", "sensitive")})
    milder.spl[tuple(sensitive)], milder.sensitive[tuple(sensitive)] = 0, False
    one = part.contributions
    split = replace(one, contributor=np.arange(len(one.contributor), dtype=np.int64))
    for forged in (
        replace(part, levels=milder),
        replace(part, levels=None),
        replace(part, contributions=None),
        replace(part, contributions=split),
        replace(part, insiders=None),
    ):
        assert verdict_of(replace(kept, parts=(forged,))) is not Verdict.SAFE
    stricter = policy(**{**RULES, "rules": {"min_contributors": {"least": 6}}})
    assert verdict_of(replace(kept, policy=stricter, parts=tuple(replace(p, policy=stricter) for p in kept.parts))) is not Verdict.SAFE


def test_a_policy_of_the_package_asks_for_both():
    """statline_aanbieders is statline with a rule on contributors, against every single provider."""
    ours, plain = read_policy("statline_aanbieders"), read_policy("statline")
    assert ours.insiders == 1 and ours.rules.min_contributors.least == 2
    same = ("threshold", "width", "rounding_base", "zeros", "cost", "keep")
    assert all(getattr(ours, name) == getattr(plain, name) for name in same)
