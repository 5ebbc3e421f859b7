"""The demo over time: first versions are wrong, later ones are mended, and what was delivered once is never changed."""

import numpy as np
import pytest
from celwacht.tables.demo import write_demo
from celwacht.tables.demo.corrections import NOBODY, Corrections
from celwacht.tables.intake.run_intake import take_in
from celwacht.tables.periods import Period

FIRST, NEXT, LAST = (Period.parse(p) for p in ("2023HJ01", "2023HJ02", "2024HJ01"))
KEY = b"a key that is only for this test"


def texts(n=1200):
    """A file of a provider of youth help; two of the records have nobody's number."""
    draw = np.random.Generator(np.random.PCG64(3))
    number = np.array([f"{100000000 + i // 2 if i % 10 == 0 else 200000000 + i}" for i in range(n)], dtype="S9")
    number[5], number[6] = NOBODY
    return {
        "bsn": number,
        "geboortedatum": np.array([f"2010{1 + i % 12:02d}01" for i in range(n)], dtype="S8"),
        "geslacht": draw.choice(np.array([b"M", b"V"]), n),
        "postcode": np.array([f"{1000 + i}AA" for i in range(n)], dtype="S6"),
        "hulpvorm": draw.choice(np.array([b"03", b"10", b"17"]), n),
        "verwijzer": draw.choice(np.array([b"01", b"02"]), n),
        "aanvang": np.full(n, b"20230110"),
        "einde": np.where(draw.random(n) < 0.5, b"20230601", b""),
        "reden": np.full(n, b"01"),
    }


def rows(one):
    return list(zip(*(one[name].tolist() for name in one)))


def delivered(until, providers=range(24)):
    true = texts()
    return true, [Corrections(1, until).versions("jeugdhulp", FIRST, p, true) for p in providers]


def test_a_later_half_year_adds_versions_and_changes_none():
    early, later, last = (delivered(until)[1] for until in (FIRST, NEXT, LAST))
    assert all(len(v) == 1 for v in early) and {len(v) for v in last} == {1, 2, 3}
    for a, b, c in zip(early, later, last):
        for fewer, more in ((a, b), (b, c)):
            assert [rows(v) for v in more[: len(fewer)]] == [rows(v) for v in fewer]


def test_what_is_delivered_two_half_years_later_is_right():
    """And before that records are late, changed and to be deleted, each in some providers."""
    true, last = delivered(LAST)
    right, kinds = set(rows(true)), set()
    for versions in last:
        first = set(rows(versions[0]))
        late, wrong = right - first, first - right
        kinds |= {
            "late" if len(late) > len(wrong) else "",
            "wrong" if wrong else "",
            "deleted" if len(versions[0]["bsn"]) > len(first & right) else "",
        }
        assert 0 < len(late) < 100 and 0 < len(wrong) < 100
    assert kinds >= {"late", "wrong", "deleted"}
    definitive = [v[-1] for v in last if len(v) == 3]
    assert definitive and all(rows(v) == rows(true) for v in definitive)


def test_nobody_without_a_number_is_taken_for_another():
    """Who is unborn, or whose number is unknown, keeps every field in every version (but an end that is not told yet)."""
    true, last = delivered(LAST)
    for versions in last:
        for one in versions:
            for row in rows(one):
                if row[0] in NOBODY:
                    assert row[:7] in {r[:7] for r in rows(true)}


@pytest.mark.long
def test_the_small_demo_over_time(tmp_path):
    """Every version of every round is taken in; a folder of another demo is refused; what was written first stays as it was."""
    small = {"scale": "small", "years": (2023, 2024)}
    write_demo(tmp_path, until=NEXT, **small)
    assert take_in(tmp_path, KEY, workers=1).refused == ()
    before = {p: p.read_bytes() for p in (tmp_path / "deliveries").rglob("*.*")}
    report = write_demo(tmp_path, until=LAST, **small)
    assert report.redeliveries > 50
    assert all(p.read_bytes() == content for p, content in before.items())
    taken = take_in(tmp_path, KEY, workers=1)
    assert taken.refused == () and len(taken.replaced) > 20
    with pytest.raises(FileExistsError, match="another folder"):
        write_demo(tmp_path, until=LAST, seed=2, **small)


def test_only_half_years_of_the_demo(tmp_path):
    with pytest.raises(ValueError, match="2025HJ01"):
        write_demo(tmp_path, scale="small", until=Period.parse("2025HJ01"))
