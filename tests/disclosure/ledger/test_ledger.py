"""The chain of releases: no byte of it can be another one; and what readers could have seen, by the definition."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from celwacht.disclosure.ledger import chain, seen
from celwacht.disclosure.ledger.chain import Chain, Line
from hypothesis import given
from hypothesis import strategies as st

KEY = b"sleutel"


def line(n=1, before=chain.START, set_name="2024-april", release="a" * 20, moment="2025-04-30T00:00:00+02:00", **more):
    tables = {"kleine_tabel": {"spec": "1" * 64, "policy": "2" * 64, "certificates": ["3" * 64]}}
    made = Line(
        n, before, chain.PUBLISHED, "2025-04-01T00:00:00+00:00", set_name, release, release + "0" * 44, moment, "f" * 32, release,
        "4" * 64, tables, 2, "5" * 64, "", (), (), "",
    )  # fmt: skip
    return chain.closed(replace(made, **more), KEY)


def chained(*changes) -> Chain:
    lines: list[Line] = []
    for n, change in enumerate(changes, 1):
        lines.append(line(n, lines[-1].digest if lines else chain.START, **change))
    return Chain(tuple(lines), "", ())


WHOLE = chained(
    {}, {"release": "b" * 20, "reason": "één kind erbij"}, {"set_name": "2024-october", "release": "c" * 20, "unseen": ("d" * 20,)}
)
TEXT = "".join(map(chain.text_of, WHOLE.lines))


def test_a_chain_comes_back_as_it_was_written():
    found = chain.read(TEXT)
    assert found == WHOLE and found.head == WHOLE.lines[-1].digest
    assert chain.unsealed(found, KEY) == [] and chain.of_other_keys(found, KEY) == []
    assert chain.of_other_keys(found, b"another") == [1, 2, 3]
    assert list(found.sets()) == ["2024-april", "2024-october"] and found.sets()["2024-april"].release == "b" * 20


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8"))
def test_no_character_can_be_another(place, other):
    """Replaced anywhere by any character: a problem, or a line that does not count for want of its end."""
    changed = TEXT[:place] + other + TEXT[place + 1 :]
    found = chain.read(changed)
    assert changed == TEXT or found.problems or (found.torn and len(found.lines) < 3)


@pytest.mark.parametrize("order", [(1,), (1, 2), (0, 2), (1, 0, 2), (0, 0, 1, 2), (2, 1, 0)])
def test_lines_cannot_be_dropped_doubled_or_moved(order):
    """Any other order of whole lines is a problem, unless it is the beginning of the chain."""
    texts = [chain.text_of(one) for one in WHOLE.lines]
    assert chain.read("".join(texts[i] for i in order)).problems


@pytest.mark.parametrize(
    "text", ["{}", "[]", "1", "null", "{" * 100_000, "[" * 100_000, "\x00", TEXT.replace('"number":1', '"number":1.0')]
)
def test_what_is_no_line_is_told(text):
    """Never an error, whatever stands there."""
    assert chain.read(text + "\n").problems == ("line 1 is not a line of a ledger, or was changed",)


def test_a_chain_that_was_written_anew_has_not_the_seal():
    """Without the key the digests can be made right, and the seals cannot."""
    forged = [replace(chain.closed(one, b"other"), key=one.key) for one in WHOLE.lines[:1]]
    forged = [replace(one, digest=chain._digest(one)) for one in forged]
    found = chain.read("".join(map(chain.text_of, forged)))
    assert found.problems == () and chain.unsealed(found, KEY) == [1]


DAYS = [f"2025-05-0{d}T00:00:00+02:00" for d in range(1, 9)]


def day(n: int) -> datetime:
    return datetime(2025, 5, n, 12, tzinfo=UTC)


@given(st.lists(st.tuples(st.sampled_from(["april", "october"]), st.integers(1, 8), st.integers(1, 8)), max_size=8))
def test_what_could_be_seen_by_a_reader_who_looks_every_day(releases):
    """Releases are made one after another, each for a moment; a reader notes what stands on each set on every day. What the ledger
    calls seen is what the reader notes, and what still comes."""
    lines: list[Line] = []
    today, noted = 1, set()
    for n, (name, moment, made_on) in enumerate(sorted(releases, key=lambda r: r[2]), 1):
        for d in range(today, made_on):
            noted |= on_view(lines, day(d))
        today = made_on
        release = f"{n:020d}"
        waiting = seen.waiting_of(lines, name, day(made_on))
        before = seen.seen_before(lines, name, day(made_on))
        noted |= on_view(lines, day(made_on))
        assert {one.release for one in before} >= {r for s, r in noted}
        assert not {one.release for one in before} & set(waiting)
        lines.append(line(n, set_name=name, release=release, moment=DAYS[moment - 1], unseen=waiting))
    for d in range(today, 10):
        noted |= on_view(lines, day(min(d, 9)))
    kept = {(one.set, one.release) for one in seen.seen(lines)}
    assert noted <= kept
    assert all(one.release in {r for _, r in noted} for one in seen.seen(lines)), "something is kept that nobody could ever see"


def on_view(lines, now):
    """What readers find: of each set all releases whose moment has come and that were not replaced before it."""
    gone = {(one.set, r) for one in lines for r in one.unseen}
    return {(one.set, one.release) for one in lines if datetime.fromisoformat(one.moment) <= now and (one.set, one.release) not in gone}


def test_a_release_that_comes_back_counts_once():
    whole = chained({"release": "a" * 20}, {"release": "b" * 20}, {"release": "a" * 20})
    assert [one.release[0] for one in seen.seen(whole.lines)] == ["a", "b"]
