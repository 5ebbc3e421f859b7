"""Inputs in which records mislead, each with its figures worked out by hand before anything was run; of the kinds of ../shared/trials/records.

Each says who truly had what. Figures are totals (or the codes named) of 2024HJ01, 2024HJ02 and 2024JJ00, as far as the table has them.
"""

import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound

from tests.tables.counting.test_one_trajectory import CHILD, H1, H2, NO_BSN, OTHER, TABLES, YEAR, counted

IN, OUT, USE, ON = (
    "jeugdhulp_instroom_verwijzer",
    "jeugdhulp_uitstroom_duur_reden",
    "jeugdhulp_gebruik_trajecten",
    "jeugdhulp_stand_trajecten",
)
CHILDREN = "jeugdhulp_gebruik_jongeren"
JB_IN, JB_OUT, JB_USE, JB_ON = (f"jeugdbescherming_{t}" for t in ("instroom", "uitstroom_duur", "gebruik_trajecten", "stand"))
HALVES, ALL = (H1, H2), (H1, H2, YEAR)


def help_(begin: str, end: str = "", form: str = "02", who: str = CHILD, reason: str = "01") -> str:
    return f"{who};01;{form};02;{begin};{end};{reason if end else ''}"


def measure(begin: str, end: str = "", *, kind: str = "11", over: str = "", got: str = "", reason: str = "01") -> str:
    return f"{CHILD};{kind};{begin};{end};{reason if end else ''};{over};{got}"


CASES = {
    # Two providers give the same form from the same day; the first stops on 1 June and delivers nothing afterwards.
    "two providers, one stops": (
        {
            "jeugdhulp_00000001_2024HJ01": [help_("20240401", "20240601")],
            "jeugdhulp_00000002_2024HJ01": [help_("20240401")],
            "jeugdhulp_00000002_2024HJ02": [help_("20240401")],
        },
        {ON: [1, 1], IN: [2, 0, 2], OUT: [1, 0, 1], USE: [2, 1, 2], CHILDREN: [1, 1, 1]},
    ),
    # One trajectory, whose begin is found to be in the year before.
    "begin corrected into the year before": (
        {"jeugdhulp_00000001_2024HJ01": [help_("20240110")], "jeugdhulp_00000001_2024HJ02": [help_("20231220")]},
        {ON: [1, 1], IN: [0, 0, 0], OUT: [0, 0, 0], USE: [1, 1, 1]},
    ),
    # A begin corrected, and ended in the same delivery.
    "begin corrected and ended": (
        {"jeugdhulp_00000001_2024HJ01": [help_("20240205")], "jeugdhulp_00000001_2024HJ02": [help_("20240212", "20240815")]},
        {ON: [1, 0], IN: [1, 0, 1], OUT: [0, 1, 1], USE: [1, 1, 1]},
    ),
    # Of one provider's two clients one does not return: closed on 1 July. The other runs on.
    "not returning beside one that returns": (
        {
            "jeugdhulp_00000001_2024HJ01": [help_("20240108"), help_("20240108", who=OTHER)],
            "jeugdhulp_00000001_2024HJ02": [help_("20240108", who=OTHER)],
        },
        {ON: [2, 1], IN: [2, 0, 2], OUT: [0, 1, 1], USE: [2, 2, 2], CHILDREN: [2, 2, 2]},
    ),
    # A provider delivers nothing over the second half-year, another does: its client is in no stock any more.
    "a provider falls silent": (
        {
            "jeugdhulp_00000001_2024HJ01": [help_("20230501")],
            "jeugdhulp_00000002_2024HJ01": [help_("20230501", who=OTHER)],
            "jeugdhulp_00000002_2024HJ02": [help_("20230501", who=OTHER)],
        },
        {ON: [2, 1], IN: [0, 0, 0], OUT: [0, 1, 1], USE: [2, 2, 2]},
    ),
    # It delivers the first half-year again, with the end: what is closed by rule never happened. The other, first told of now, ran all along.
    "a silent provider delivers again": (
        {
            "jeugdhulp_00000001_2024HJ01": [help_("20230501")],
            "jeugdhulp_00000001_2024HJ01_v2": [help_("20230501", "20240520")],
            "jeugdhulp_00000002_2024HJ02": [help_("20230501", who=OTHER)],
        },
        {ON: [1, 1], OUT: [1, 0, 1], USE: [2, 1, 2]},
    ),
    # Handed over on 31 March; in between another measure of another kind by a third institution.
    "a handover with another kind in between": (
        {
            "jeugdbescherming_00000001_2024HJ01": [measure("20230101", over="20240331")],
            "jeugdbescherming_00000002_2024HJ01": [measure("", got="20240401")],
            "jeugdbescherming_00000003_2024HJ01": [measure("20240201", "20240220", kind="21", reason="11")],
        },
        {JB_ON: [1], JB_IN: [1], JB_OUT: [1], JB_USE: [2]},
    ),
    # The new institution gives an earlier first day, and ends it.
    "an earlier first day, and an end": (
        {
            "jeugdbescherming_00000001_2024HJ01": [measure("20240102", over="20240331")],
            "jeugdbescherming_00000002_2024HJ01": [measure("20231201", "20240615", got="20240401")],
        },
        {JB_ON: [0], JB_IN: [0], JB_OUT: [1], JB_USE: [1]},
    ),
    # From the first to the second institution and back again: one measure that runs on.
    "handed over and back": (
        {
            "jeugdbescherming_00000001_2024HJ01": [measure("20230101", over="20240131"), measure("", got="20240501")],
            "jeugdbescherming_00000002_2024HJ01": [measure("", over="20240430", got="20240201")],
        },
        {JB_ON: [1], JB_IN: [0], JB_OUT: [0], JB_USE: [1]},
    ),
    # No handover: the measure ended, and three weeks later another institution has a new one.
    "a child returns": (
        {
            "jeugdbescherming_00000001_2024HJ01": [measure("20230101", "20240210")],
            "jeugdbescherming_00000002_2024HJ01": [measure("20240301")],
        },
        {JB_ON: [1], JB_IN: [1], JB_OUT: [1], JB_USE: [2]},
    ),
    # A begin corrected by the old institution, which hands over in the same half-year.
    "a corrected begin and a handover": (
        {
            "jeugdbescherming_00000001_2024HJ01": [measure("20240105")],
            "jeugdbescherming_00000001_2024HJ02": [measure("20240112", over="20240930")],
            "jeugdbescherming_00000002_2024HJ02": [measure("", got="20241001")],
        },
        {JB_ON: [1, 1], JB_IN: [1, 0, 1], JB_OUT: [0, 0, 0], JB_USE: [1, 1, 1]},
    ),
    # A girl and a boy of one day and place, without number: two children, in whatever order.
    "twins of two sexes": (
        {"jeugdhulp_00000001_2024HJ01": [help_("20240108", who=f"{NO_BSN};1011AB"), help_("20240108", who=f"{NO_BSN[:-1]}V;1011AB")]},
        {ON: [2], CHILDREN: [2], USE: [2]},
    ),
    # One child without number with two forms of help: one child, two trajectories.
    "no twins": (
        {"jeugdhulp_00000001_2024HJ01": [help_("20240108", who=f"{NO_BSN};1011AB"), help_("20240108", form="11", who=f"{NO_BSN};1011AB")]},
        {ON: [2], CHILDREN: [1], USE: [2]},
    ),
    # Written 0363 by one provider and GM0363 by the other: one child, two trajectories.
    "one gemeente written in two ways": (
        {
            "jeugdhulp_00000001_2024HJ01": [help_("20240108", who=f"{NO_BSN};0363")],
            "jeugdhulp_00000002_2024HJ01": [help_("20240108", who=f"{NO_BSN};GM0363")],
        },
        {ON: [2], CHILDREN: [1], USE: [2]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_figures_are_those_worked_out_by_hand(office, case):
    """All of them, for every table that the case names."""
    deliveries, right = CASES[case]
    data = office(deliveries)
    for table, figures in right.items():
        periods = ALL[: len(figures)]
        assert dict(zip(periods, counted(data, table, *periods))) == dict(zip(periods, figures)), table


def test_a_postcode_with_two_rows_is_in_one_wijk_of_one_gemeente(office):
    """1011AB in two wijken of Amsterdam and one of Rotterdam: whichever row decides, region and wijk tables agree and count once."""
    places = (("1011AB", "WK036300", "GM0363"), ("1011AB", "WK036301", "GM0363"), ("1011AB", "WK059901", "GM0599"))
    data = office({f"jeugdhulp_00000001_{p}": [help_("20240108")] for p in HALVES}, places)
    wijken = {w: counted(data, "wijk_jeugdhulp_trajecten", YEAR, WijkenEnBuurten=w)[0] for _, w, _ in places}
    for gemeente in ("GM0363", "GM0599"):
        inside = sum(n for w, n in wijken.items() if w[2:6] == gemeente[2:])
        assert (
            counted(data, USE, YEAR, RegioS=gemeente)
            == counted(data, "wijk_jeugdhulp_trajecten", YEAR, WijkenEnBuurten=gemeente)
            == [inside]
        )
    assert sum(wijken.values()) == 1


@pytest.mark.parametrize("years, told", [(("2022",), "there: 2022"), (("2022", "2023"), "there: 2022, 2023"), (("2024",), "")])
def test_an_extract_counts_for_its_own_year(office, years, told):
    """Extracts of other years are a problem, with which there are; that of the year gives the child its household."""
    extracts = {f"persoonskenmerken_00000077_{y}JJ00": [f"100007922;{y};2;1"] for y in years}
    data = office({f"jeugdhulp_00000001_{p}": [help_("20240108"), help_("20240108", who=OTHER)] for p in HALVES} | extracts)
    if told:
        with pytest.raises(ProblemsFound, match=told):
            counted(data, "jeugdhulp_huishouden", YEAR)
    else:
        right = {"CWHH00": 2, "CWHH02": 1, "CWHH99": 1}
        assert {c: counted(data, "jeugdhulp_huishouden", YEAR, Huishouden=c)[0] for c in right} == right


@pytest.mark.long
def test_a_record_left_out_of_a_redelivery_never_was(office):
    """A quarter delivered again without a client and with another: in every set that shows it, whatever other quarters are asked for."""
    one, two, three = (
        f"{who};41;20240115;;;;;;;" for who in ("100007922;20080505;M;1011AB", "100007946;20080606;V;1011AB", "100783983;20080505;M;0228")
    )
    data = office(
        {
            "jeugdreclassering_00000001_2024KW03": [one, two],
            "jeugdreclassering_00000001_2024KW03_v2": [two],
            **{f"jeugdreclassering_00000009_2024KW0{i}": [three] for i in (1, 2, 3)},
            "jeugdreclassering_00000009_2024KW04": [three],
        }
    )
    for others in (
        (),
        ("2024KW03",),
        ("2024KW01", "2024KW02", "2024KW03"),
    ):  # in KW04 only the client of 9 is left; the other is closed on 1 October
        assert counted(data, "jeugdreclassering_kwartaal_stand", *others, "2024KW04")[-1] == 1
        assert counted(data, "jeugdreclassering_kwartaal_uitstroom", *others, "2024KW04")[-1] == 1
    assert counted(data, "jeugdreclassering_kwartaal_stand", "2024KW03") == [2]


def test_a_table_by_month_is_counted_from_deliveries_by_quarter(office):
    """As the office makes them on request (maatwerk 2023/22): began 15 January and 1 March, ended 29 February (the last day counts as outflow)."""
    spec = TABLES["jeugdreclassering_kwartaal_verloop"].model_copy(update={"id": "jr_maand", "periods": ("maand",)})
    rows = ["100007922;20080505;M;1011AB;41;20240115;20240229;;41;51;02;;", "100007946;20080606;V;1011AB;41;20240301;;;;;;;"]
    data = office({"jeugdreclassering_00000001_2024KW01": rows})
    right = {  # start, end of the months January to March
        ("CWAV00", "CWAF00"): [1, 1, 1],
        ("CWAV02", "CWAF00"): [1, 0, 1],
        ("CWAV00", "CWAF01"): [0, 1, 0],
        ("CWAV01", "CWAF02"): [0, 0, 0],
        ("CWAV02", "CWAF02"): [1, 0, 1],
    }
    cubes = build_cube(spec, [Period.parse(f"2024MM0{i}") for i in (1, 2, 3)], data)
    for codes, figures in right.items():
        at = [[c.code for c in d.codes].index(code) for d, code in zip(cubes[0].dimensions, (*codes, "NL01"))]
        assert [int(cube.cells[(*at, 0)]) for cube in cubes] == figures, codes
