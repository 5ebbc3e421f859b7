"""Providers attack what was published, with their own records beside the public files (T6, T7): what they get where the part of the
policy that stops it is off, and that they get nothing where it is on."""

from functools import cache

import numpy as np
import pytest
from celwacht.disclosure.model.insiders import insiders_of
from celwacht.disclosure.policy.sensitivity import sensitive_cells
from celwacht.disclosure.rules.contributions import Contributions
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.formats.statline import csv_bundle
from celwacht.publish.gate.gate import release
from celwacht.publish.publication.publication import Publication
from celwacht.tables.cubes.cube import Cube, roll_up

from tests.publish import small
from tests.publish.insider_attack import Insider

HALVES = {"2024JJ00": ["2024HJ01", "2024HJ02"]}
PROVIDERS = 4


@cache
def register(seed, of=small.atoms):
    """(cube, own counts of each provider): every trajectory is some provider's; in some gemeenten one has nearly all of a form."""
    draw = np.random.default_rng(seed)
    counts = small.atoms(seed)
    own = np.zeros((PROVIDERS, *counts.shape), np.int64)
    for place in np.ndindex(counts.shape):
        weights = draw.dirichlet([0.4] * PROVIDERS)
        own[(slice(None), *place)] = draw.multinomial(counts[place], weights)
    return Cube(small.SPEC.id, small.dimensions(), counts), own


def published(cube, own, *, insiders=0, rules=None, key=b"k"):
    """(publication as files, the cells that the policy finds sensitive, policy); through the gate."""
    policy = type(small.POLICY).model_validate(
        {**small.POLICY.model_dump(exclude_unset=True), "insiders": insiders, **({"rules": rules} if rules else {})}
    )
    leaf = np.argwhere(own)
    given = Contributions(cube.dimensions, leaf[:, 1:].astype(np.int32), leaf[:, 0].astype(np.int64), own[own > 0])
    sensitivity = sensitive_cells(cube, policy, given) if rules else None
    atom = np.ravel_multi_index(tuple(leaf[:, 1:].T), cube.atoms.shape)
    theirs = insiders_of(atom, leaf[:, 0], own[own > 0], insiders) if insiders else None
    part = protect(cube, policy, sensitivity=sensitivity, insiders=theirs, key=key)
    outcome = release(
        small.SPEC.model_copy(update={"measures": small.SPEC.measures[:1]}),
        policy,
        [part],
        statuses=small.STATUSES,
        modified=small.MODIFIED,
    )
    assert isinstance(outcome, Publication), outcome
    mask = sensitivity.mask if rules else policy.sensitive(cube.cells)
    return files_of(outcome), [tuple(c) for c in np.argwhere(mask)], policy


def files_of(publication):
    return {name.removeprefix("csv/"): content for name, content in csv_bundle.files(publication)}


def attack(cube, own, files, sensitive, width, who):
    """Sensitive cells that these providers together place too closely, but for those of which one of them has all."""
    codes = [[c.code for c in d.codes] for d in cube.dimensions]
    mine = own[list(who)].sum(axis=0)
    names = [{i: code for code, m in zip(c, d.members) if len(m) == 1 for i in m} for c, d in zip(codes, cube.dimensions)]
    has = {tuple(n[int(i)] for n, i in zip(names, place)): int(mine[tuple(place)]) for place in np.argwhere(mine)}
    whole = [roll_up(own[p], cube.dimensions) for p in who]
    left = [c for c in sensitive if all(w[c] < cube.cells[c] for w in whole)]
    return Insider(files, has, HALVES).narrow([tuple(k[i] for k, i in zip(codes, c)) for c in left], width)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_provider_gets_a_sensitive_cell(seed):
    """Each provider of a register, on what was published against insiders."""
    cube, own = register(seed)
    files, sensitive, policy = published(cube, own, insiders=1)
    for p in range(PROVIDERS):
        assert not attack(cube, own, files, sensitive, policy.width, [p])


def test_without_that_they_do():
    """The same register, protected against outsiders only: some provider places some sensitive cell too closely."""
    cube, own = register(1)
    for key in range(6):
        files, sensitive, policy = published(cube, own, key=bytes([key]))
        if any(attack(cube, own, files, sensitive, policy.width, [p]) for p in range(PROVIDERS)):
            return
    pytest.fail("the attack finds nothing, even where nothing stops it")


def test_two_providers_together():
    cube, own = register(3)
    files, sensitive, policy = published(cube, own, insiders=2)
    for pair in ((0, 1), (0, 2), (1, 3)):
        assert not attack(cube, own, files, sensitive, policy.width, pair)


def test_a_provider_subtracts_its_own_clients():
    """T6: 12 in a gemeente are 11 of one provider and 1 of another. Printed, whoever has the 11 knows the 1; as a cell of two
    contributors it is sensitive, and stays wide."""
    counts = small.atoms(4)
    counts[1, 0, 0] = 12
    own = np.zeros((PROVIDERS, *counts.shape), np.int64)
    own[:3] = [(counts + 2) // 3, (counts + 1) // 3, counts // 3]
    own[:, 1, 0, 0] = (11, 1, 0, 0)
    cube, place = Cube(small.SPEC.id, small.dimensions(), counts), ("GM0037", "1", "2024HJ01")
    mine = {}
    for leaf in np.argwhere(own[0]):
        names = [next(c.code for c, m in zip(d.codes, d.members) if m.tolist() == [i]) for d, i in zip(cube.dimensions, leaf)]
        mine[tuple(names)] = int(own[0][tuple(leaf)])
    off, _, _ = published(cube, own)
    assert Insider(off, mine, HALVES).interval(place) == (12, 12), "printed: 12 less 11 is 1"
    on, sensitive, policy = published(cube, own, insiders=1, rules={"min_contributors": {"least": 3}})
    least, greatest = Insider(on, mine, HALVES).interval(place)
    assert greatest is None or greatest - least >= policy.width
    assert len(sensitive) > 1 and not attack(cube, own, on, sensitive, policy.width, [0])
