"""A set published twice and another one, every single change to it, and whether verify says so."""

import os
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from celwacht.publish.review import records
from celwacht.publish.sets import make_set
from celwacht.publish.store import store
from celwacht.publish.verify import public_table, verify_set

from tests.publish import tampering
from tests.publish.sets.test_pipeline import counted, order

SECRET = b"geheim"


def made(folder: Path) -> "Made":
    """One set published twice, the second time with other figures, and another set."""
    seeds = {"kleine_tabel": 5, "tweede_tabel": 6}
    with pytest.MonkeyPatch.context() as patch:
        counted(patch, seeds.get)
        (folder / "data").mkdir()
        make_set.publish(order(folder, set_name="mei"))
        make_set.publish(order(folder))
        seeds["tweede_tabel"] = 7
        make_set.publish(order(folder, reason="een herlevering"))
    return Made(folder)


@dataclass
class Made:
    """Both sides of the sets in a folder, as they were made."""

    folder: Path
    before: dict[str, object] = field(init=False)
    seen: dict[str, list[str]] = field(init=False)

    def __post_init__(self):
        self.roots = [self.folder / "out", self.folder / "data/vault/reports", self.folder / "data/vault/ledger.jsonl"]
        self.before, self.seen = tampering.snapshot(self.roots), self.readers_see()
        assert self.problems() == []

    def problems(self, name="2024-april") -> list[str]:
        data = self.folder / "data"
        return verify_set.verify(data, records.reports_of(data), name, self.folder / "out", key=SECRET).problems

    def is_noticed(self) -> bool:
        """Has verify any problem? What needs no reading of figures first, for that is quick."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(public_table, "problems_of", lambda *_: [])
            if self.problems():
                return True
        return bool(self.problems())

    def readers_see(self) -> dict[str, list[str]]:
        out = self.folder / "out"
        return {p.name: store.seen_of(out, p.name) for p in sorted(out.iterdir()) if p.is_symlink()}

    def is_harmless(self, after: dict[str, object]) -> bool:
        """Proved harmless: nothing but a lock, or a history that tells every reader the same."""
        out = self.folder / "out"
        names = {p for p in self.before.keys() | after.keys() if self.before.get(p, 0) != after.get(p, 0)}
        if names <= {str(out / store.LOCK)} and all(isinstance(after.get(p, b""), bytes) for p in names):
            return True
        inside = str(out / store.HISTORY) + os.sep
        return all(p.startswith(inside) and p in after and p in self.before for p in names) and self.readers_see() == self.seen

    def changed_once(self, draw: random.Random) -> tuple[str, str]:
        """(what was changed, what came of it: caught, harmless, no change or MISSED); it is taken back."""
        with tampering.changed(self.roots, self.before, draw) as (told, after):
            if after == self.before:
                return told, "no change"
            if self.is_noticed():
                return told, "caught"
            return told, "harmless" if self.is_harmless(after) else "MISSED"

    def is_back(self) -> bool:
        return tampering.snapshot(self.roots) == self.before
