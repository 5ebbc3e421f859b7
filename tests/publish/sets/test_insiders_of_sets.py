"""A set under a policy that protects against providers: what the lines between its tables tell a provider who takes its own clients off, told by the attacker of its
own, which shares nothing with the repair."""

from collections import defaultdict
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.outsider.bounds import Bounds, propagate
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.review import records
from celwacht.publish.sets import same_cells
from celwacht.publish.sets.same_cells import as_seen, mended
from celwacht.publish.sets.sensitive import clients, insiders
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.regions.part import part_of as regions_of

from tests.tables.standard import standard
from tests.tables.vaults import vault

PERIODS = (Period.parse("2024JJ00"),)
NAMES = ("jeugdhulp_uitstroom_hulpvorm", "jeugdhulp_instroom_hulpvorm", "jeugdhulp_verloop")
WORDS = {"version": 1, "id": "proef", "title": {"nl": "proef"}, "description": {"nl": "proef"}}

data, microdata = vault(3, persons=200)


def policy(insiders):
    return DisclosurePolicy.model_validate({**WORDS, "threshold": 5, "width": 3, "insiders": insiders})


def made(folder, data, microdata, rule, asked):
    """Records of the tables, each proved by itself under the rule; asked: the policy that they then have."""
    jobs = []
    for name in NAMES:
        spec = standard()[name].model_copy(update={"policy": "proef"})
        cubes = [narrowed(c, regions_of("PV27")) for c in build_cube(spec, PERIODS, data, connection=microdata)]
        own = insiders(spec, policy(1), cubes, PERIODS, data, microdata) if rule.insiders else [None] * len(cubes)
        job = SimpleNamespace(spec=spec, record=folder / name, periods=PERIODS, data=data, engine="duckdb")
        parts = [protect(c, rule, key=b"k", insiders=i) for c, i in zip(cubes, own)]
        records.save(job.record, [replace(p, policy=asked) for p in parts], spec)
        jobs.append(job)
    return jobs


def fallen(jobs, microdata, wide=3):
    """Pairs of a provider and a sensitive cell, not all of which is its own, that it narrows below `wide`; nobody excludes the truth."""
    kept = [records.load(job.record) for job in jobs]
    seen = [as_seen(job.spec, its) for job, its in zip(jobs, kept)]
    public = [PublicTable("", t.spec, t.codes, t.least, np.where(t.greatest >= 1 << 48, ENDLESS, t.greatest), t.withheld) for t in seen]
    found = attack(public, lambda _: wide, questions=0)
    own = defaultdict(lambda: np.zeros(len(found.bounds.low), np.int64))
    truth, sensitive = np.zeros(len(found.bounds.low), np.int64), np.zeros(len(found.bounds.low), bool)
    for job, its, place in zip(jobs, kept, found.figures.place):
        (part,) = its
        truth[place], sensitive[place[part.status == 1]] = part.cube.cells, True
        (held,) = clients(job.spec, part.policy, [part.cube], PERIODS, job.data, microdata)
        for name, (cell, count) in held.items():
            np.maximum.at(own[name], place.ravel()[cell], count)
    pairs = 0
    for name in [n for n in own if n]:
        told = Bounds.at(np.maximum(found.bounds.low, own[name]), found.bounds.high)
        propagate(told, found.system)
        shown = found.figures.shown
        assert ((told.low <= truth) & (truth <= told.high))[shown].all()
        pairs += int((sensitive & (truth > own[name]) & (told.width < wide)).sum())
    return pairs


@pytest.mark.parametrize(
    ("alone", "asked"), [pytest.param(0, 0, marks=pytest.mark.long), (0, 1), pytest.param(1, 1, marks=pytest.mark.long)]
)
def test_lines_between_tables_and_a_provider(data, microdata, tmp_path, monkeypatch, alone, asked):
    """Off: some provider narrows a sensitive cell. On: none does, whether tables were proved against providers one by one, as they are published, or not."""
    monkeypatch.setattr(same_cells, "shared", lambda *_: microdata)
    jobs = made(tmp_path, data, microdata, policy(alone), policy(asked))
    told = mended(jobs)
    if not asked:
        assert told.inside == 0 and fallen(jobs, microdata) > 0
        return
    assert (told.inside > 0 or alone) and told.inside_left == 0 and fallen(jobs, microdata) == 0
    assert not alone or all(p.check().verdict is Verdict.SAFE for job in jobs for p in records.load(job.record))
