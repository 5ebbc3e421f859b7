"""What is expected, due, late and in, on a given day."""

from datetime import date

import pytest
from celwacht.tables.intake.delivery_plan import waiting
from celwacht.tables.periods import Period
from celwacht.tables.register.calendar import calendar, due, is_open, read_reminders, response
from celwacht.tables.register.register import Entry, Register

JULY = date(2024, 7, 10)


def entry(provider="1", period="2024HJ01", version=1, outcome="accepted", when="2024-07-09T10:00:00+00:00", record="jeugdhulp"):
    return Entry(record, period, provider, version, f"{provider}{version}", "k", outcome, 10, 0, when)


def status(entries, day, reminders=None):
    """Status of the slot of 2024HJ01."""
    found = [one for one in calendar(Register(tuple(entries)), day, ("2024HJ01",), reminders) if one.aanbieder == "1"]
    assert len(found) == 1
    return found[0].status


BEFORE = entry(period="2023HJ02", when="2024-01-10T00:00:00+00:00")


@pytest.mark.parametrize(
    "entries, day, expected",
    [
        ([BEFORE], JULY, "expected"),
        ([BEFORE], date(2024, 7, 21), "expected"),
        ([BEFORE], date(2024, 7, 22), "overdue"),
        ([BEFORE], date(2025, 1, 22), "missing"),
        ([BEFORE, entry(outcome="refused")], JULY, "refused"),
        ([BEFORE, entry()], JULY, "accepted"),
        ([BEFORE, entry(outcome="replaced"), entry(version=2)], JULY, "redelivered"),
        ([BEFORE, entry(outcome="refused"), entry(version=2)], JULY, "accepted"),
        ([BEFORE, entry(), entry(version=2, outcome="refused")], JULY, "accepted"),
    ],
)
def test_status_of_a_slot(entries, day, expected):
    """By the definition at the head of calendar.py; a refused correction leaves what was accepted."""
    assert status(entries, day) == expected


def test_a_reminder_is_told(tmp_path):
    """The office's own list; only what is late is reminded."""
    (tmp_path / "r.csv").write_text("aanbieder,record,periode,dag\n1,jeugdhulp,2024HJ01,2024-07-25\n2,jeugdhulp,2024HJ01,\n")
    reminders = read_reminders(tmp_path / "r.csv")
    assert reminders == {("jeugdhulp", "2024HJ01", "1"): "2024-07-25"} and read_reminders(tmp_path / "none") == {}
    assert (
        status([BEFORE], date(2024, 7, 26), reminders) == "reminded"
        and status([BEFORE, entry()], date(2024, 7, 26), reminders) == "accepted"
    )


def test_two_periods_are_open_at_a_time():
    """In July 2024: the first half of 2024, and the second of 2023 until the first is due; before the period has ended it is not."""
    periods = [Period.parse(code) for code in ("2023HJ01", "2023HJ02", "2024HJ01", "2024HJ02")]
    assert [one.code for one in periods if is_open(one, JULY)] == ["2023HJ02", "2024HJ01"]
    assert [one.code for one in periods if is_open(one, date(2024, 8, 1))] == ["2024HJ01"]
    assert due(Period.parse("2024KW01")) == date(2024, 4, 21) and Period.parse("2024KW04").after.code == "2025KW01"


def test_nobody_is_expected_before_the_period_has_ended():
    """On 30 June nothing of the first half is expected yet; on 1 July it is."""
    register = Register((BEFORE,))
    assert [one.periode for one in calendar(register, date(2024, 6, 30))] == ["2023HJ02"]
    assert [one.periode for one in calendar(register, date(2024, 7, 1))] == ["2023HJ02", "2024HJ01"]


def test_response_counts_who_counts():
    """Of two expected one delivered."""
    register = Register((BEFORE, entry("2", "2023HJ02"), entry("2")))
    assert response(calendar(register, JULY)) == {("2023HJ02", "jeugdhulp"): (2, 2), ("2024HJ01", "jeugdhulp"): (1, 2)}


@pytest.mark.parametrize(
    ("one", "next_one"),
    [
        ("2024JJ00", "2025JJ00"),
        ("2024HJ02", "2025HJ01"),
        ("2024KW04", "2025KW01"),
        ("2024MM12", "2025MM01"),
        ("2020WE53", "2021WE01"),
        ("2021WE52", "2022WE01"),
        ("2024SJ08", "2025SJ08"),
        ("2024BJ04", "2025BJ04"),
    ],
)
def test_periods_follow_each_other(one, next_one):
    """Also over weeks of years that have 52 or 53, and over years that begin in another month; the next day is the first of the next one."""
    before, after = Period.parse(one), Period.parse(next_one)
    assert (before.after, after.before) == (after, before) and (after.begin - before.end).days == 1


def test_a_file_that_waits_is_received(tmp_path):
    """What lies among the deliveries and is not in the register: received, late or not, and also of somebody who was not expected. What
    counts stays accepted and says that more came. It was called late, and was reminded."""
    folder = tmp_path / "deliveries" / "jeugdhulp"
    folder.mkdir(parents=True)
    names = ("00000001_2023HJ02", "00000001_2024HJ01", "00000003_2024HJ01", "00000002_2023HJ02_v2")
    for name in names:
        (folder / f"jeugdhulp_{name}.csv").write_text("x")
    (folder / "Jan.txt").write_text("x")
    one, two, three = (f"0000000{n}" for n in "123")
    register = Register((entry(one, "2023HJ02"), entry(two, "2023HJ02")))
    came = waiting(tmp_path, register)
    assert came == {("jeugdhulp", "2024HJ01", one), ("jeugdhulp", "2024HJ01", three), ("jeugdhulp", "2023HJ02", two)}
    found = calendar(register, date(2024, 7, 26), waiting=came)
    assert [(o.periode, o.aanbieder, o.status, o.waiting) for o in found] == [
        ("2023HJ02", one, "accepted", False),
        ("2023HJ02", two, "accepted", True),
        ("2024HJ01", one, "received", True),
        ("2024HJ01", two, "overdue", False),
        ("2024HJ01", three, "received", True),
    ]
