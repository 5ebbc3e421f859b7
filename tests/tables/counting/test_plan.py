"""Plans: which cubes a table asks for, when a trajectory counts in a period, and what is refused."""

import itertools
from datetime import date, timedelta

import pytest
from celwacht.tables.counting.plan import plans, time_dimension, touches
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.table_spec import TableSpec

H1, H2, YEAR = (Period.parse(f"2024{p}") for p in ("HJ01", "HJ02", "JJ00"))
BEFORE = Period.parse("2023HJ02")


def spec(**changes) -> TableSpec:
    given = {
        "version": 1,
        "id": "proef",
        "title": {"nl": "Proef"},
        "description": {"nl": "Proef."},
        "source": "jeugdhulp",
        "unit": "trajecten",
        "moment": "instroom",
        "dimensions": [{"name": "Hulpvorm", "classification": "hulpvorm"}],
        "periods": ["halfjaar", "jaar"],
        "measures": [{"kind": "count", "name": "Aantal", "title": {"nl": "Aantal"}}],
        "policy": "statline",
    }
    return TableSpec.model_validate(given | changes)


def test_trajectories_of_a_year_make_one_cube():
    """Year and halves stand together, oldest year first, so that they are protected together."""
    made = plans(spec(), [YEAR, H2, BEFORE, H1])
    assert [[p.code for p in one.periods] for one in made] == [["2023HJ02"], ["2024HJ01", "2024HJ02", "2024JJ00"]]


def test_young_persons_make_a_cube_per_period():
    """The class of a person may differ between periods."""
    made = plans(spec(unit="jongeren"), [YEAR, H1])
    assert [[p.code for p in one.periods] for one in made] == [["2024HJ01"], ["2024JJ00"]]


def test_a_running_duration_makes_a_cube_per_period():
    """It grows, so that a trajectory can be of another class in the year than in its half."""
    by_duration = [{"name": "Duur", "classification": "duur"}]
    assert len(plans(spec(moment="gebruik", dimensions=by_duration), [YEAR, H1])) == 2
    assert len(plans(spec(moment="uitstroom", dimensions=by_duration), [YEAR, H1])) == 1
    assert len(plans(spec(moment="gebruik", where="duur_dagen > 30"), [YEAR, H1])) == 2


def test_only_the_kinds_of_period_of_the_table_are_made():
    """A yearly table makes nothing of a half-year."""
    assert plans(spec(periods=["jaar"]), [H1]) == []


@pytest.mark.parametrize(
    "moment, begin, end, expected",
    [
        ("instroom", "2024-01-01", None, True),
        ("instroom", "2024-06-30", None, True),
        ("instroom", "2023-12-31", None, False),
        ("instroom", "2024-07-01", None, False),
        ("uitstroom", "2023-01-01", "2024-06-30", True),
        ("uitstroom", "2023-01-01", "2024-07-01", False),
        ("uitstroom", "2023-01-01", None, False),
        ("gebruik", "2020-01-01", "2024-01-01", True),
        ("gebruik", "2020-01-01", "2023-12-31", False),
        ("gebruik", "2024-06-30", None, True),
        ("gebruik", "2024-07-01", None, False),
        ("stand", "2024-06-30", None, True),
        ("stand", "2024-01-01", "2024-06-30", False),
        ("stand", "2024-01-01", "2024-07-01", True),
        ("stand", "2024-07-01", None, False),
    ],
)
def test_when_a_trajectory_counts_in_the_first_half_year(moment, begin, end, expected):
    """First and last days count; what ends on the reference date does not stand on it."""
    assert touches(moment, H1, date.fromisoformat(begin), end and date.fromisoformat(end)) is expected


def test_the_end_can_be_included_in_a_stand():
    """For tables that count it so."""
    assert touches("stand", H1, date(2024, 1, 1), date(2024, 6, 30), includes_end=True)


@pytest.mark.parametrize("moment", ["instroom", "uitstroom", "gebruik", "stand"])
@pytest.mark.parametrize("asked", [[H1], [H1, YEAR], [H1, H2, YEAR], [Period.parse(f"2024KW0{i}") for i in (1, 2, 3, 4)]])
def test_the_leaves_of_perioden_are_the_sets_that_some_dates_give(moment, asked):
    """Brute force over dates: no set is missing, and none is there that no pair of dates can give."""
    plan = plans(spec(moment=moment, periods=["kwartaal", "halfjaar", "jaar"]), asked)[0]
    days = [date(2023, 12, 25) + timedelta(days=5 * i) for i in range(78)] + [p.end for p in asked] + [p.begin for p in asked]
    found = {
        sum(1 << i for i, p in enumerate(plan.periods) if touches(moment, p, a, b))
        for a, b in itertools.product(days, [*days, None])
        if b is None or b >= a
    }
    dimension, place = time_dimension(plan)
    assert set(place) == found - {0}
    for i, period in enumerate(plan.periods):
        assert dimension.members[i].tolist() == sorted(leaf for mask, leaf in place.items() if mask >> i & 1)
        assert dimension.codes[i].code == period.code


def test_a_year_of_flow_is_the_sum_of_its_halves():
    """instroom: each trajectory begins in one half, so that the leaves add up."""
    dimension, _ = time_dimension(plans(spec(), [H1, H2, YEAR])[0])
    assert dimension.n_leaves == 2 and dimension.members[2].tolist() == [0, 1]


def test_a_reference_date_is_named_by_its_day():
    """As on StatLine: 30 juni 2024."""
    dimension, _ = time_dimension(plans(spec(moment="stand"), [H1])[0])
    assert dimension.codes[0].title_nl == "30 juni 2024" and dimension.kind == "TimeDimension"


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"where": "crisiss == '01'"}, "Did you mean 'crisis'"),
        ({"dimensions": [{"name": "Xx", "classification": "hulpvrm"}]}, "Did you mean 'hulpvorm'"),
        ({"source": "jeugdbescherming"}, "reads 'hulpvorm', which jeugdbescherming does not have"),
        (
            {
                "unit": "jongeren",
                "dimensions": [
                    {"name": n, "classification": c, "per_person": "alle"} for n, c in (("Aa", "hulpvorm"), ("Bb", "verwijzer"))
                ],
            },
            "Keep it at one dimension",
        ),
        ({"source": "jeugdzorg", "dimensions": [{"name": "Ss", "classification": "samenloop"}]}, "per_person: alle"),
        ({"unit": "jongeren", "dimensions": [{"name": "Rr", "classification": "regio", "per_person": "alle"}]}, "use laatste"),
        ({"dimensions": [{"name": "Perioden", "classification": "hulpvorm"}]}, "Perioden comes by itself"),
        ({"measures": [{"kind": "sum", "name": "Ss", "title": {"nl": "S"}, "field": "verwijzer"}]}, "cannot be added up"),
        (
            {"unit": "jongeren", "measures": [{"kind": "mean", "name": "Ss", "title": {"nl": "S"}, "field": "duur_dagen"}]},
            "takes a unit of trajectories",
        ),
    ],
)
def test_a_table_that_cannot_be_counted_is_refused(changes, message):
    """With the culprit, the reason and the remedy."""
    with pytest.raises(ProblemsFound, match=message):
        plans(spec(**changes), [H1])


def test_all_problems_are_told_at_once():
    """Nobody repairs one to find the next."""
    with pytest.raises(ProblemsFound) as found:
        plans(spec(where="x == 1", dimensions=[{"name": "Xx", "classification": "hulpvrm"}]), [H1])
    assert len(found.value.problems) == 2
