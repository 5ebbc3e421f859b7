"""What is read back from a release is the Publication that the gate made; parts and joins hold its figures and no others."""

import hashlib
import json
from dataclasses import fields

import numpy as np
import pytest
from celwacht.publish.publication import description_file, selection
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD
from celwacht.publish.sets import make_table
from celwacht.publish.store import store
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import drawn
from tests.publish import small

PUBLICATION = small.published()


def listed(folder):
    return {
        p.relative_to(folder).as_posix(): (p.stat().st_size, hashlib.sha256(p.read_bytes()).hexdigest())
        for p in folder.rglob("*")
        if p.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("release") / PUBLICATION.table
    make_table.write(PUBLICATION, target, store.Disk())
    return target


def same(one, other):
    """Every field of every part, and every figure."""
    for name in (f.name for f in fields(one)):
        if name != "measures":
            assert getattr(one, name) == getattr(other, name), name
    for a, b in zip(one.measures, other.measures, strict=True):
        assert (a.code, a.name, a.title, a.description, a.unit, a.decimals) == (b.code, b.name, b.title, b.description, b.unit, b.decimals)
        assert np.array_equal(a.values, b.values) and np.array_equal(a.state, b.state)


def cells(publication) -> dict:
    """(measure, codes) -> (value, state), by definition."""
    codes = [[c.code for c in d.codes] for d in publication.dimensions]
    return {
        (m.code, *(of[i] for of, i in zip(codes, at))): (int(m.values[at]), int(m.state[at]))
        for m in publication.measures
        for at in np.ndindex(publication.shape)
    }


def test_what_is_read_is_what_was_published(folder):
    same(description_file.read_publication(folder, listed(folder)), PUBLICATION)


@pytest.mark.parametrize("name", [description_file.DESCRIPTION, description_file.FIGURES])
@pytest.mark.parametrize("harm", ["changed", "missing", "unlisted"])
def test_a_damaged_release_is_not_read(folder, tmp_path, name, harm):
    """Whatever is wrong with a file, nothing is served, and the message names the file."""
    import shutil

    copy = tmp_path / PUBLICATION.table
    shutil.copytree(folder, copy)
    files = listed(copy)
    if harm == "changed":
        content = bytearray((copy / name).read_bytes())
        content[len(content) // 2] ^= 1
        (copy / name).write_bytes(content)
    elif harm == "missing":
        (copy / name).unlink()
    else:
        del files[name]
    with pytest.raises(description_file.Damaged, match=name.replace(".", r"\.")):
        description_file.read_publication(copy, files)


def test_figures_of_another_table_do_not_fit(folder, tmp_path):
    """A description with a code too many, listed faithfully, is refused."""
    import shutil

    copy = tmp_path / PUBLICATION.table
    shutil.copytree(folder, copy)
    about = json.loads((copy / description_file.DESCRIPTION).read_text())
    about["dimensions"][0]["codes"].pop()
    (copy / description_file.DESCRIPTION).write_text(json.dumps(about))
    with pytest.raises(description_file.Damaged, match="do not fit"):
        description_file.read_publication(copy, listed(copy))


@settings(max_examples=drawn(10, long=60), deadline=None)
@given(st.data())
def test_a_selection_has_the_figures_of_the_whole(data):
    """The cells of a selection are those of the whole with the chosen codes; groups point to codes that are there."""
    chosen = {
        d.name: data.draw(st.lists(st.sampled_from([c.code for c in d.codes]), min_size=1, unique=True))
        for d in PUBLICATION.dimensions
        if data.draw(st.booleans())
    }
    measures = data.draw(st.none() | st.lists(st.sampled_from([m.code for m in PUBLICATION.measures]), min_size=1, unique=True))
    part = selection.selection(PUBLICATION, chosen, measures)
    order = [d.name for d in PUBLICATION.dimensions]
    expected = {
        key: figure
        for key, figure in cells(PUBLICATION).items()
        if (measures is None or key[0] in measures) and all(key[1 + order.index(name)] in codes for name, codes in chosen.items())
    }
    assert cells(part) == expected
    for dimension in part.dimensions:
        depth = {"": -1}
        for code in dimension.codes:
            assert code.depth == depth[code.group] + 1
            depth[code.code] = code.depth


@pytest.mark.parametrize(
    "codes, measures", [({"Kleur": ["rood"]}, None), ({"Hulpvorm": ["9"]}, None), ({"Hulpvorm": []}, None), ({}, ["M9"]), ({}, [])]
)
def test_a_selection_of_what_is_not_there_is_refused(codes, measures):
    with pytest.raises(ValueError):
        selection.selection(PUBLICATION, codes, measures)


@settings(max_examples=drawn(10, long=60), deadline=None)
@given(st.data())
def test_joined_releases_have_the_newest_figures(data):
    """For each cell: the figure of the last release with its period; IMPOSSIBLE where that release lacks a code."""
    releases = []
    for seed in range(data.draw(st.integers(1, 3))):
        whole = small.published(part=small.protected(small.atoms(seed + 1)))
        keep = {d.name: data.draw(st.lists(st.sampled_from([c.code for c in d.codes]), min_size=1, unique=True)) for d in whole.dimensions}
        releases.append(selection.selection(whole, keep))
    whole = selection.joined(releases)
    expected = {}
    for publication in releases:
        periods = {c.code for c in publication.periods.codes}
        expected = {k: v for k, v in expected.items() if k[-1] not in periods} | cells(publication)
    found = cells(whole)
    assert {k: v for k, v in found.items() if k in expected} == expected
    assert all(v == (0, IMPOSSIBLE) for k, v in found.items() if k not in expected)
    for i, dimension in enumerate(whole.dimensions):
        assert {c.code for c in dimension.codes} == {c.code for p in releases for c in p.dimensions[i].codes}
    periods = [c.code for c in whole.periods.codes]
    assert periods == sorted(periods)


@settings(max_examples=drawn(8, long=40), deadline=None)
@given(st.integers(1, 4), st.integers(1, 4))
def test_differences_by_counting(one, two):
    """Revised, withheld and printed observations, counted one by one."""
    older = small.published(part=small.protected(small.atoms(one)))
    newer = small.published(part=small.protected(small.atoms(two)))
    before, after = cells(older), cells(newer)
    pairs = [(before[k], after[k]) for k in before]
    assert selection.differences(older, newer) == {
        "periods": 0,
        "revised": sum(a[1] == b[1] == PRINTED and a[0] != b[0] for a, b in pairs),
        "withheld": sum(a[1] == PRINTED and b[1] != PRINTED for a, b in pairs),
        "printed": sum(a[1] != PRINTED and b[1] == PRINTED for a, b in pairs),
    }


def test_differences_name_new_periods():
    older = selection.selection(PUBLICATION, {"Perioden": ["2024HJ01"]})
    assert selection.differences(older, PUBLICATION)["periods"] == 2
    assert any(s == WITHHELD for _, s in cells(PUBLICATION).values())
