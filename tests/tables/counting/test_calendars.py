"""Months, weeks, school years and financial years: which days they are, and counts in them against plain counting of the delivered days."""

from datetime import date, timedelta

import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.counting.plan import touches
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_table

from tests.tables.sources.test_foreign_register import TABLE, project

__all__ = ["project"]
HEAD = "child_id,date_of_birth,sex,placement,area,started,ended"


@pytest.mark.parametrize(
    "code, first, last, title, english",
    [
        ("2024MM02", "2024-02-01", "2024-02-29", "2024 februari", "2024 February"),
        ("2024MM12", "2024-12-01", "2024-12-31", "2024 december", "2024 December"),
        ("2025WE01", "2024-12-30", "2025-01-05", "2025 week 1", "2025 week 1"),
        ("2020WE53", "2020-12-28", "2021-01-03", "2020 week 53", "2020 week 53"),
        ("2023SJ08", "2023-08-01", "2024-07-31", "schooljaar 2023/'24", "school year 2023/'24"),
        ("2023BJ04", "2023-04-01", "2024-03-31", "boekjaar 2023/'24", "financial year 2023/'24"),
        ("2023BJ01", "2023-01-01", "2023-12-31", "boekjaar 2023", "financial year 2023"),
        ("2024JJ00", "2024-01-01", "2024-12-31", "2024", "2024"),
    ],
)
def test_the_days_of_a_period(code, first, last, title, english):
    """First and last day, and what readers see."""
    period = Period.parse(code)
    assert (period.begin.isoformat(), period.end.isoformat(), period.code) == (first, last, code)
    assert (period.title("nl"), period.title("en")) == (title, english)


@pytest.mark.parametrize(
    "code", ["2024MM13", "2024MM00", "2024WE53", "2024WE00", "2024SJ00", "2024BJ13", "2024KW05", "2024HJ03", "2024JJ01"]
)
def test_what_is_no_period_is_refused(code):
    """2024 has 52 weeks; a school year names a month."""
    with pytest.raises(ValueError, match="is not a period"):
        Period.parse(code)


@pytest.mark.parametrize("letters, parts", [("MM", range(1, 13)), ("WE", range(1, 53))])
def test_the_parts_of_a_year_follow_on_each_other(letters, parts):
    """No day is in two of them, and none is left out."""
    made = [Period(2024, letters, part) for part in parts]
    assert all(a.end + timedelta(days=1) == b.begin for a, b in zip(made, made[1:]))


def episodes():
    """Begin and end of 140 episodes over 2023 to 2025, a new one every eight days."""
    begins = [date(2023, 1, 5) + timedelta(days=8 * i) for i in range(137)]
    return [(begin, None if i % 7 == 0 else begin + timedelta(days=3 + 11 * (i % 9))) for i, begin in enumerate(begins)]


@pytest.mark.parametrize("moment", ["instroom", "uitstroom", "gebruik", "stand"])
def test_counts_are_those_of_the_days(project, tmp_path, moment):
    """Of whole years that were delivered: a month, a quarter, a week over New Year, a school year and a financial year over two of them."""
    (tmp_path / "data" / "deliveries").mkdir(parents=True)
    for year in (2023, 2024, 2025):
        lines = [HEAD]
        for i, (begin, end) in enumerate(episodes()):
            if begin.year <= year and (end is None or end.year >= year):
                lines.append(f"X-{i},2012-05-01,F,U1,E001,{begin},{end if end and end.year <= year else ''}")
        (tmp_path / "data" / "deliveries" / f"children_in_care_00000301_{year}JJ00.csv").write_text("\n".join(lines) + "\n")
    assert take_in(tmp_path / "data", bytes(range(32)), workers=0).ok
    text = (TABLE % ("episodes", "")).replace("moment: gebruik", f"moment: {moment}")
    (project / "looked_after.yaml").write_text(text.replace("[jaar]", "[week, maand, kwartaal, schooljaar, boekjaar]"))
    assert check([project]) == []
    for code in ("2024MM05", "2024KW04", "2025WE01", "2024SJ08", "2023BJ04"):
        period = Period.parse(code)
        [cube] = build_cube(read_table(project / "looked_after.yaml"), [period], tmp_path / "data")
        assert cube.cells[0, 0, 0] == sum(touches(moment, period, *days) for days in episodes()), code
