"""A closed period takes nothing: told by what was accepted before, or by the calendar of a day that is given; the office may open it."""

from datetime import date

import pytest
from celwacht.tables.periods import Period
from celwacht.tables.register.closing import Closing

from tests.intake.deliveries import Maker
from tests.intake.test_vault import outcomes

PROVIDER = "jeugdhulp_12345678"


def delivered(office, *names):
    """Lays good deliveries of these names out."""
    for name in names:
        running = ((0, "aanvang", "20230801"), (0, "einde", ""), (0, "reden", ""), (2, "aanvang", "20230801"))
        office.put(f"{name}.csv", Maker().csv(*running, period=name.split("_")[2]))


@pytest.mark.parametrize(
    ("newest", "period", "closed"),
    [
        ("2024HJ02", "2024HJ02", False),
        ("2024HJ02", "2024HJ01", False),
        ("2024HJ02", "2023HJ02", True),
        ("2024HJ02", "2025HJ01", False),
        ("2024KW03", "2024KW02", False),
        ("2024KW03", "2024KW01", True),
        ("2024KW01", "2023HJ02", False),
        ("2024KW03", "2023HJ02", True),
        ("2024JJ00", "2023JJ00", False),
        ("2024JJ00", "2022JJ00", True),
    ],
)
def test_the_newest_and_the_one_before_are_open(newest, period, closed):
    """Also where the length of the periods changed between them."""
    assert Closing({"zorg": Period.parse(newest)}).closed("zorg", Period.parse(period)) is closed
    assert not Closing({"ander": Period.parse(newest)}).closed("zorg", Period.parse(period))
    assert not Closing({"zorg": Period.parse(newest)}, opened=frozenset({period})).closed("zorg", Period.parse(period))


@pytest.mark.parametrize(("day", "closed"), [("2024-06-30", True), ("2024-07-01", False), ("2025-01-21", False), ("2025-01-22", True)])
def test_a_day_decides_by_the_calendar(day, closed):
    """2024HJ01 is open from the day after its end until the term of the period after it."""
    assert Closing({}, date.fromisoformat(day)).closed("zorg", Period.parse("2024HJ01")) is closed


def test_a_redelivery_for_a_closed_period_changes_nothing(office):
    """Nor does a first delivery of another provider; what is open is taken in beside them, and the office's word opens."""
    delivered(office, f"{PROVIDER}_2023HJ02", f"{PROVIDER}_2024HJ01", f"{PROVIDER}_2024HJ02")
    assert office.take_in().ok  # a new folder takes the whole history
    before = office.parquet(period="2023HJ02").read_bytes()
    delivered(office, f"{PROVIDER}_2023HJ02_v2", "jeugdhulp_87654321_2023HJ02", "jeugdhulp_87654321_2024HJ01")
    report = office.take_in()
    assert [one.rule for one in report.problems] == ["periode-gesloten"] * 2
    assert [one.id for one in report.accepted] == ["jeugdhulp_87654321_2024HJ01_v1"]
    assert office.parquet(period="2023HJ02").read_bytes() == before
    assert outcomes(office)[f"{PROVIDER}_2023HJ02_v1"] == "accepted" and outcomes(office)[f"{PROVIDER}_2023HJ02_v2"] == "refused"
    report = office.take_in(approve=[f"{PROVIDER}_2023HJ02_v2"])
    assert [one.id for one in report.accepted] == [f"{PROVIDER}_2023HJ02_v2"] and len(report.refused) == 1
    assert [one.id for one in office.take_in(opened=["2023HJ02"]).accepted] == ["jeugdhulp_87654321_2023HJ02_v1"]


def test_nobody_closes_a_period_by_a_delivery_that_is_refused(office):
    """Only what was accepted moves the calendar."""
    delivered(office, f"{PROVIDER}_2023HJ02")
    office.put(f"{PROVIDER}_2024HJ02.csv", b"broken")
    office.take_in()
    delivered(office, f"{PROVIDER}_2023HJ02_v2")
    assert f"{PROVIDER}_2023HJ02_v2" in [one.id for one in office.take_in().accepted]


def test_with_a_day_the_whole_history_is_late(office):
    """Each period that the calendar closes on that day is refused, also at the first intake; a period that has not ended too."""
    delivered(office, f"{PROVIDER}_2023HJ02", f"{PROVIDER}_2024HJ01", f"{PROVIDER}_2024HJ02")
    report = office.take_in(day=date(2024, 7, 31))
    assert [one.id for one in report.accepted] == [f"{PROVIDER}_2024HJ01_v1"] and len(report.refused) == 2


def test_a_wrong_year_closes_nothing_for_the_others(office):
    """A name with a period that has not begun is refused, and one that was taken in before the day was looked at is no newest period."""
    delivered(office, f"{PROVIDER}_2024HJ01")
    office.take_in(when="2024-07-10")
    delivered(office, f"{PROVIDER}_2031HJ01")
    assert [one.rule for one in office.take_in(when="2024-07-11").problems] == ["periode-gesloten"]
    assert office.take_in().ok  # nobody tells the day
    (office.data / "deliveries" / f"{PROVIDER}_2031HJ01.csv").unlink()
    office.put("jeugdhulp_87654321_2024HJ01.csv", Maker().csv((0, "crisis", "01")))
    assert office.take_in(when="2024-07-12").ok
