"""Tables on request: as asked, coarser, or refused in words that tell nothing; entered in the ledger; and beside all that was published."""

import errno
import json
import os
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.disclosure.ledger import chain
from celwacht.disclosure.outsider.attack import attack
from celwacht.disclosure.outsider.public_table import ENDLESS, PublicTable
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.publish.requests import answer, judge
from celwacht.publish.requests.designs import Design, one_step_coarser
from celwacht.publish.review import ledger_file
from celwacht.publish.sets import make_set
from celwacht.publish.sets.earlier import counts_the_same
from celwacht.publish.sets.same_cells import withheld_too
from celwacht.publish.sets.since_before import released_as
from celwacht.publish.store import store
from celwacht.publish.terminal.console import Refused
from celwacht.publish.verify import verify_set
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.periods import Period
from celwacht.tables.sources.data_source import write_made_up
from celwacht.tables.specs.read_spec import read_tables

from tests.disclosure.cubes import policy
from tests.disclosure.set_registers import HALVES, Record, Table, counts_for
from tests.publish import small
from tests.publish.sets.test_pipeline import house, order  # noqa: F401 - the fixture

PERIODS = tuple(Period.parse(p) for p in small.STATUSES)


def asked(tmp_path, monkeypatch, name="order"):
    """An order of the small table."""
    monkeypatch.setattr(answer, "read_policy", lambda _: small.POLICY)
    monkeypatch.setattr(
        judge, "_beside", lambda design, parts, before: list(parts)
    )  # the specification does not say what the generator counts
    (tmp_path / "data").mkdir(exist_ok=True)
    write_made_up(tmp_path / "data")
    return answer.Order(small.SPEC, PERIODS, tmp_path / "data", tmp_path / name, secret=b"geheim")


def test_the_table_as_it_was_asked(house, tmp_path, monkeypatch):  # noqa: F811
    """Its files, a line in the ledger, and a record; sets are published and verified after it as before."""
    found = answer.answered(asked(tmp_path, monkeypatch))
    assert found.kind == answer.AS_ASKED and found.number == 1 and not found.others
    assert json.loads((tmp_path / "order/answer.json").read_text())["answer"] == "as asked"
    assert (tmp_path / "order/kleine_tabel/csv").is_dir()
    (line,) = ledger_file.trusted(tmp_path / "data").lines
    assert (line.what, line.folder, line.set) == (chain.REQUESTED, chain.REQUESTS, "request-0001") and list(line.tables) == ["kleine_tabel"]
    outcome = make_set.publish(order(tmp_path))
    assert outcome.release is not None and not outcome.trial and (tmp_path / "out/2024-april").is_symlink()
    assert answer.answered(replace(asked(tmp_path, monkeypatch, "again"))).number == 2
    reports, trial = verify_set.root_of(tmp_path / "data", tmp_path / "out")
    assert verify_set.verify(tmp_path / "data", reports, "2024-april", tmp_path / "out", trial=trial, key=b"geheim").problems == []
    assert make_set.publish(order(tmp_path)).release is not None


class Full(store.Disk):
    """A disk that is full from the nth change to it on, or that refuses a new name."""

    def __init__(self, after, renames=True):
        self.left, self.renames = after, renames

    def write(self, path, content):
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(path, content)

    def rename(self, old, new):
        if not self.renames and new.name == "order":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        super().rename(old, new)


@pytest.mark.parametrize("after", [0, 3])
def test_a_full_disk_leaves_no_half_order(house, tmp_path, monkeypatch, after):  # noqa: F811
    """Nothing is handed out, so that nothing is in the ledger; the same order succeeds later."""
    wanted = asked(tmp_path, monkeypatch)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        answer.answered(wanted, disk=Full(after))
    assert not ledger_file.trusted(wanted.data).lines and sorted(p.name for p in tmp_path.iterdir()) == ["data"]
    assert answer.answered(wanted).number == 1


def test_an_order_that_counts_and_was_not_written_says_so(house, tmp_path, monkeypatch):  # noqa: F811
    wanted = asked(tmp_path, monkeypatch)
    with pytest.raises(Refused, match="in the ledger as number 1 and counts as handed out"):
        answer.answered(wanted, disk=Full(10**6, renames=False))
    assert len(ledger_file.trusted(wanted.data).lines) == 1 and not wanted.out.exists()


def unusable(monkeypatch, steps):
    """Tables that gave up fewer things than `steps` are not usable."""
    plain = judge.judged

    def judged(job, design, *others):
        found = plain(job, design, *others)
        return replace(found, publication=None) if len(design.steps) < steps else found

    monkeypatch.setattr(answer, "judged", judged)


def test_a_coarser_table(house, tmp_path, monkeypatch):  # noqa: F811
    """The finest of those that give up one thing is handed out, the others are named, and none below them is tried."""
    unusable(monkeypatch, 1)
    found = answer.answered(asked(tmp_path, monkeypatch))
    assert found.kind == answer.COARSER and len(found.given.design.steps) == 1 and found.others
    assert all(len(j.design.steps) == 1 for j in found.others)
    told = json.loads((tmp_path / "order/answer.json").read_text())
    assert told["given_up"] == list(found.given.design.steps) and "Perioden" in told["keeps"]


@pytest.mark.long
def test_a_refusal_is_the_same_whatever_is_in_the_table(house, tmp_path, monkeypatch):  # noqa: F811
    """The same bytes for other counts; in the ledger, with no table."""
    unusable(monkeypatch, 9)
    said = []
    for n, seed in enumerate((1, 2)):
        monkeypatch.setattr(small, "atoms", lambda _, plain=small.atoms, seed=seed: plain(seed))
        found = answer.answered(asked(tmp_path, monkeypatch, f"order{n}"))
        assert found.kind == answer.REFUSED and found.given is None
        said.append((tmp_path / f"order{n}/answer.json").read_bytes())
        assert [p.name for p in (tmp_path / f"order{n}").iterdir()] == ["answer.json"]
    assert said[0] == said[1] and not any(ch.isdigit() for ch in answer.REFUSAL)
    assert all(line.tables == {} for line in ledger_file.trusted(tmp_path / "data").lines)


def test_what_can_be_given_up():
    """Levels, dimensions, kinds of period, and halves for the year; each step once."""
    spec = read_tables()["jeugdhulp_crisis"]
    both = Design(spec, (Period.parse("2024HJ01"), Period.parse("2024HJ02")))
    steps = {d.steps[-1] for d in one_step_coarser(both)}
    assert "RegioS without gemeente" in steps and "without GestartMetCrisis" in steps and "halves joined to the year" in steps
    joined = next(d for d in one_step_coarser(both) if d.steps[-1].startswith("halves"))
    assert [p.code for p in joined.periods] == ["2024JJ00"] and joined.same_as != both.same_as


BESIDE = judge._beside
RULE = policy(threshold=10, width=5, base=1, zeros="published")
REGISTER = [[Record((("crisis", i % 2), ("geslacht", i // 2 % 2)), int(i % 7 > 3), i % 5)] for i in range(120)]


def protected(table):
    spec = table.plans(HALVES)[0].spec
    return spec, tuple(protect(c.cube, RULE, key=b"k") for c in counts_for([table], REGISTER, HALVES))


def narrow(tables):
    """Sensitive cells that the attacker of its own gets too closely from what is printed."""
    seen = []
    for spec, parts in tables:
        t = released_as(spec, parts, "")
        seen.append(PublicTable("", spec, t.codes, t.least, np.where(t.greatest >= 1 << 48, ENDLESS, t.greatest), t.withheld))
    found = attack(seen, lambda _: RULE.width, questions=100)
    total = 0
    for n, (_, parts) in enumerate(tables):
        low, high = found.of_table(n)
        total += int((np.concatenate([p.status == 1 for p in parts], axis=-1) & (high - low < RULE.width)).sum())
    return total


def test_beside_what_was_published():
    """Stock and outflow were published; use by itself is safe and would tell them: what is handed out does not."""
    published = [protected(Table(f"t_{m}", m, ("crisis",))) for m in ("uitstroom", "stand")]
    spec, parts = protected(Table("t_gebruik", "gebruik", ("crisis",)))
    nothing = [withheld_too(p, ~p.withheld) for p in parts]
    known = narrow([*published, (spec, nothing)])  # whatever is handed out
    assert narrow([*published, (spec, parts)]) > known
    made = BESIDE(SimpleNamespace(spec=spec), parts, [(released_as(s, p, ""), p) for s, p in published])
    assert made is not None and narrow([*published, (spec, made)]) == known
    assert any((~p.withheld).any() for p in made)


@pytest.mark.parametrize(
    ("folder", "shown", "mine", "same"),
    [
        ("2024-april", ["2024HJ02", "2024JJ00"], "2024HJ01", False),
        ("2024-april", ["2024HJ02", "2024JJ00"], "2024JJ00", True),
        ("2024-october", ["2023HJ01", "2023JJ00", "2024HJ01"], "2024HJ01", True),
        ("2024-october", ["2023HJ01", "2023JJ00", "2024HJ01"], "2024JJ00", False),
        ("2024-october", ["2023HJ01", "2023JJ00"], "2024HJ01", False),
        (chain.REQUESTS, ["2024HJ01"], "2024JJ00", False),
        (chain.OUTPUTS, ["2024HJ01"], "2024JJ00", True),
    ],
)
def test_a_half_year_by_itself_is_of_other_records_than_beside_its_year(tmp_path, folder, shown, mine, same):
    """From the same deliveries. (Taken for the same, an order beside an October and an April set contradicted what was published, and was refused.)"""
    kept = tmp_path / "vault" / "microdata" / "jeugdhulp"
    kept.mkdir(parents=True)
    for period in ("2023HJ01", "2023HJ02", "2024HJ01", "2024HJ02"):
        (kept / f"{period}.parquet").touch()
    dimensions = (SimpleNamespace(codes=[SimpleNamespace(code=code) for code in shown]),)
    record = SimpleNamespace(spec=small.SPEC, parts=[SimpleNamespace(cube=SimpleNamespace(dimensions=dimensions))])
    one = SimpleNamespace(line=SimpleNamespace(folder=folder))
    delivered = SimpleNamespace(deliveries=lambda kind, periods, back: Microdata.deliveries(None, kind, periods, back, kept.parent))
    assert counts_the_same(one, [record], [Period.parse(mine)], delivered) is same
