"""Whatever is changed on one side of a published set, in the public folder or in the record, verify says so."""

import os
import random
from pathlib import Path

import pytest
from celwacht.publish.review import records
from celwacht.publish.sets import make_set
from celwacht.publish.store import store
from celwacht.publish.verify import public_table, verify_set

from tests.publish import tampering
from tests.publish.test_pipeline import counted, order

SECRET = b"geheim"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One set published twice, the second time with other figures, and another set: (folder, both sides of it)."""
    folder = tmp_path_factory.mktemp("tampering")
    seeds = {"kleine_tabel": 5, "tweede_tabel": 6}
    with pytest.MonkeyPatch.context() as patch:
        counted(patch, seeds.get)
        (folder / "data").mkdir()
        make_set.publish(order(folder, set_name="mei"))
        make_set.publish(order(folder))
        seeds["tweede_tabel"] = 7
        make_set.publish(order(folder, reason="een herlevering"))
    roots = [folder / "out", folder / "data/vault/reports", folder / "data/vault/ledger.jsonl"]
    return folder, roots


def problems(folder, name="2024-april"):
    data = folder / "data"
    return verify_set.verify(data, records.reports_of(data), name, folder / "out", key=SECRET).problems


def is_noticed(folder) -> bool:
    """Has verify any problem? What needs no reading of figures first, for that is quick."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(public_table, "problems_of", lambda *_: [])
        if problems(folder):
            return True
    return bool(problems(folder))


def readers_see(out: Path) -> dict[str, list[str]]:
    return {p.name: store.seen_of(out, p.name) for p in sorted(out.iterdir()) if p.is_symlink()}


def harmless(folder, before, after, seen) -> bool:
    """Proved harmless: nothing but a lock, or a history that tells every reader the same."""
    names = {p for p in before.keys() | after.keys() if before.get(p, 0) != after.get(p, 0)}
    if names <= {str(folder / "out" / store.LOCK)} and all(isinstance(after.get(p, b""), bytes) for p in names):
        return True
    inside = str(folder / "out" / store.HISTORY) + os.sep
    return all(p.startswith(inside) and p in after and p in before for p in names) and readers_see(folder / "out") == seen


def fuzz(made, n, seed):
    folder, roots = made
    before, seen, draw = tampering.snapshot(roots), readers_see(made[0] / "out"), random.Random(seed)
    assert problems(folder) == []
    caught, idle = 0, 0
    for _ in range(n):
        with tampering.changed(roots, before, draw) as (told, after):
            if after == before:
                idle += 1
            elif is_noticed(folder):
                caught += 1
            else:
                assert harmless(folder, before, after, seen), told
                idle += 1
    assert tampering.snapshot(roots) == before and problems(folder) == []
    return caught, idle


def test_every_single_change_is_caught_or_harmless(made):
    """Some hundreds of changes of a byte, a file, a link or a folder."""
    caught, idle = fuzz(made, 300, 1)
    assert caught > 250 and idle < 40


@pytest.mark.long
def test_ten_thousand_single_changes(made):
    caught, idle = fuzz(made, 10_000, 2)
    print(f"{caught} caught, {idle} harmless or no change")
    assert caught > 9_000
