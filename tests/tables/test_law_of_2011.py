"""The law of 2011 as a project: its 41 tables, each counted once by plain Python on the delivered records, and taken in from made-up deliveries."""

import csv
import importlib.util
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from celwacht.tables import home
from celwacht.tables.counting.build_cube import Microdata, build_cube
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_set, read_tables

ROOT = Path(__file__).resolve().parents[2]
LAW = ROOT / "examples" / "wet_2011"
LISTED = ROOT.parent / "shared" / "data" / "layouts" / "rapportageformat_2011_tables.csv"
QUARTER = Period.parse("2013KW01")


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    """(tables by paragraph such as 5_4_5, records by kind as delivered, cube of a table) of a quarter of some hundreds of children."""
    spec = importlib.util.spec_from_file_location("make_deliveries", LAW / "make_deliveries.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.PEOPLE = 150
    data = tmp_path_factory.mktemp("wet")
    with home.using(LAW / "specs"):
        made.main(data, QUARTER.code)
        report = take_in(data, bytes(range(32)), workers=0)
        assert report.ok, report.problems
        tables = read_tables()
        with Microdata(data) as microdata:
            yield tables, delivered(data), lambda name: build_cube(tables[name], [QUARTER], data, connection=microdata)[0]


def delivered(data):
    """Record kind -> its records."""
    found = {}
    for path in sorted((data / "deliveries").iterdir()):
        found[path.name.split("_0000")[0]] = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    return found


def day(text):
    return date.fromisoformat(text) if text else None


def in_quarter(text):
    return bool(text) and QUARTER.begin <= day(text) <= QUARTER.end


def runs(record, begin="aanvang", end="einde"):
    """On the last day of the quarter; what ends on it does not."""
    return day(record[begin]) <= QUARTER.end and (not record[end] or day(record[end]) > QUARTER.end)


def touches(record, begin="aanvang", end="einde"):
    return day(record[begin]) <= QUARTER.end and (not record[end] or day(record[end]) >= QUARTER.begin)


def days(first, last):
    return (day(last) - day(first)).days if first and last else None


def age(record, on):
    born = day(record["geboortedatum"])
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


WEEKS, WAIT, LONG = (36, 64, 92), (6, 15, 43), (183, 365, 730)
AGES = (4, 12, 18, 23)


def klass(limits, value):
    return "A99" if value is None else f"A{1 + sum(value >= limit for limit in limits)}"


def ages(record, on):
    return f"CWLF0{1 + sum(age(record, on) >= limit for limit in AGES[:3])}"


SEX = {"M": "3000", "V": "4000"}
YEAR_END = date(2013, 12, 31)
MOMENTS = {
    "CL": "w11_clienttraject",
    "ZT": "w11_zorgtraject",
    "JB": "w11_jeugdbescherming",
    "JR": "w11_jeugdreclassering",
    "AMK": "w11_amk_onderzoek",
}


def begun(kind, records):
    return [r for r in records[kind] if in_quarter(r["melding" if kind == "w11_amk_onderzoek" else "aanvang"])]


def ended(records, kind, end="einde"):
    return [r for r in records[kind] if in_quarter(r[end])]


def course(record):
    """Codes of begin and end in the quarter."""
    return ("CWAV02" if in_quarter(record["aanvang"]) else "CWAV01"), ("CWAF01" if in_quarter(record["einde"]) else "CWAF02")


def length(record, end="einde", begin="aanvang"):
    return klass(LONG, days(record[begin], record[end] if in_quarter(record[end]) else QUARTER.end.isoformat()))


def code(field, letters="A"):
    return lambda r: f"{letters}{r[field] or '99'}"


# paragraph -> records -> the classes of each unit, without region; a person who has several records of these has one per table here
BY_HAND = {
    "5_1_1_clientkenmerken_nieuw": lambda x: [
        (bron, ages(r, YEAR_END), SEX[r["geslacht"]], f"A{r['geboorteland']}") for bron in ("CL", "AMK") for r in begun(MOMENTS[bron], x)
    ],
    "5_1_3_clientkenmerken_jeugdzorg": lambda x: [
        (ages(r, YEAR_END), SEX[r["geslacht"]], f"A{r['geboorteland']}") for r in x["w11_zorgtraject"] if touches(r)
    ],
    "5_1_4_leefsituatie": lambda x: [(bron, f"A{r['leefsituatie']}") for bron, kind in MOMENTS.items() for r in begun(kind, x)],
    "5_1_5_gemeente": lambda x: [(bron,) for bron, kind in MOMENTS.items() for r in begun(kind, x)],
    "5_2_1_aanmeldingen": lambda x: [(f"A{r['vervolg_aanmelding']}",) for r in x["w11_aanmelding"] if in_quarter(r["datum"])],
    "5_2_2_instroom": lambda x: [(f"A{r['kader']}", f"A{r['spoed']}") for r in begun("w11_clienttraject", x)],
    "5_2_3_wijze_instroom": lambda x: [(f"A{r['wijze']}",) for r in begun("w11_clienttraject", x) if r["kader"] == "1"],
    "5_2_4_keten": lambda x: (
        [("CO",) for r in x["w11_casus"] if in_quarter(r["datum"])]
        + [("RK",) for r in x["w11_raad"] if in_quarter(r["melding"])]
        + [("JB",) for r in begun("w11_jeugdbescherming", x)]
    ),
    "5_2_4_1_casussen": lambda x: [(f"A{r['inbrenger']}",) for r in x["w11_casus"]],
    "5_2_4_2_casusoverleg_besluit": lambda x: [(f"A{r['inbrenger']}", code("besluit")(r)) for r in x["w11_casus"]],
    "5_2_4_3_doorlooptijd_keten": lambda x: [
        (klass(WEEKS, days(r["bedreiging"], r["aanvang"])),) for r in begun("w11_jeugdbescherming", x)
    ],
    "5_2_5_jeugdigen_bureau": lambda x: [(ages(r, QUARTER.end), SEX[r["geslacht"]]) for r in x["w11_clienttraject"] if runs(r)],
    "5_2_6_eerste_aanspraak": lambda x: [(f"A{r['zorgvorm']}",) for r in x["w11_aanspraak"] if in_quarter(r["vestiging"])],
    "5_2_7_aanspraken": lambda x: [(f"A{r['zorgvorm']}",) for r in x["w11_aanspraak"] if in_quarter(r["vestiging"])],
    "5_2_8_doorlooptijd_aanspraak": lambda x: [
        (klass(WEEKS, days(r["aanvang"], r["eerste_aanspraak"])),) for r in begun("w11_clienttraject", x) if r["kader"] == "1"
    ],
    "5_2_9_wachtenden": lambda x: [
        (f"A{r['zorgvorm']}",)
        for r in x["w11_aanspraak"]
        if runs(r, "vestiging", "start_zorg") and (QUARTER.end - day(r["vestiging"])).days > 63
    ],
    "5_2_10_duur_clienttraject": lambda x: [(f"A{r['kader']}", length(r)) for r in ended(x, "w11_clienttraject")],
    "5_3_1_jeugdigen_zorgvorm": lambda x: [(f"A{r['zorgvorm']}",) for r in x["w11_zorgvorm"] if runs(r)],
    "5_3_2_zorgtrajecten": lambda x: [(*course(r), length(r)) for r in x["w11_zorgtraject"] if touches(r)],
    "5_3_3_zorgvormen": lambda x: [(f"A{r['zorgvorm']}", *course(r), length(r)) for r in x["w11_zorgvorm"] if touches(r)],
    "5_4_1_jb_jeugdigen": lambda x: [(f"A{r['maatregel']}",) for r in x["w11_jeugdbescherming"] if runs(r)],
    "5_4_2_jb_verloop": lambda x: [(*course(r), length(r)) for r in x["w11_jeugdbescherming"] if touches(r)],
    "5_4_3_jb_maatregelen": lambda x: [(f"A{r['maatregel']}", *course(r)) for r in x["w11_jeugdbescherming"] if touches(r)],
    "5_4_4_ots_duur": lambda x: [(length(r),) for r in ended(x, "w11_jeugdbescherming") if r["maatregel"] == "1"],
    "5_4_5_ots_reden": lambda x: [(code("reden")(r),) for r in ended(x, "w11_jeugdbescherming") if r["maatregel"] in "12"],
    "5_4_6_voogdij_reden": lambda x: [
        (f"A{r['maatregel']}", code("reden")(r)) for r in ended(x, "w11_jeugdbescherming") if r["maatregel"] in "34"
    ],
    "5_4_7_verblijfsituatie": lambda x: [(code("verblijf")(r),) for r in x["w11_jeugdbescherming"] if runs(r)],
    "5_4_8_uithuisplaatsing_duur": lambda x: [(length(r),) for r in ended(x, "w11_uithuisplaatsing")],
    "5_5_1_jr_jeugdigen": lambda x: [(ages(r, QUARTER.end), SEX[r["geslacht"]]) for r in x["w11_jeugdreclassering"] if runs(r)],
    "5_5_3_jr_verloop": lambda x: [(*course(r), length(r)) for r in x["w11_jeugdreclassering"] if touches(r)],
    "5_5_4_modaliteiten": lambda x: [(f"A{r['modaliteit']}",) for r in x["w11_modaliteit"] if touches(r)],
    "5_5_5_jr_eerste_contact": lambda x: [
        (klass(WAIT, days(r["aanmelding"], r["eerste_contact"])),) for r in begun("w11_jeugdreclassering", x)
    ],
    "5_5_6_jr_plan": lambda x: [(klass(WAIT, days(r["aanmelding"], r["plan"])),) for r in begun("w11_jeugdreclassering", x)],
    "5_6_1_amk_contacten": lambda x: [(f"A{r['type_contact']}",) for r in x["w11_amk_contact"]],
    "5_6_2_amk_hoedanigheid": lambda x: [(f"A{r['type_contact']}", f"A{r['hoedanigheid']}") for r in x["w11_amk_contact"]],
    "5_6_3_amk_wachtend": lambda x: [
        (klass(WEEKS, (QUARTER.end - day(r["melding"])).days),)
        for r in x["w11_amk_onderzoek"]
        if runs(r, "melding", "afronding") and not r["start_onderzoek"]
    ],
    "5_6_4_amk_tot_aanvang": lambda x: [(klass(WAIT, days(r["melding"], r["start_onderzoek"])),) for r in begun("w11_amk_onderzoek", x)],
    "5_6_5_amk_tot_afronding": lambda x: [
        (klass(WEEKS, days(r["melding"], r["afronding"])),) for r in ended(x, "w11_amk_onderzoek", "afronding")
    ],
    "5_6_6_amk_resultaat": lambda x: [
        (code("vaststelling")(r), code("vervolg_amk")(r)) for r in ended(x, "w11_amk_onderzoek", "afronding")
    ],
}
OTHERWISE = {"5_1_2_clientkenmerken_gedwongen", "5_5_2_jr_en_jb"}
"""Of persons with several records: below."""


def classes(cube):
    """(classes without region) -> count, over the leaf codes of the other dimensions, of the whole country."""
    found = {}
    dimensions = [d for d in cube.dimensions if d.name not in ("Perioden", "RegioS")]
    at = [d.name for d in cube.dimensions]
    cells = cube.cells
    for name in ("Perioden", "RegioS"):
        if name in at:
            cells = cells.take(0, axis=at.index(name))
            at.remove(name)
    above = [{c.parent for c in d.codes} for d in dimensions]
    for index, count in np.ndenumerate(cells):
        codes = tuple(d.codes[i].code for d, i in zip(dimensions, index))
        if count and all(c not in up for c, up in zip(codes, above)):
            found[codes] = int(count)
    return found


def tally(rows):
    found = defaultdict(int)
    for row in rows:
        found[row] += 1
    return dict(found)


@pytest.mark.parametrize("name", BY_HAND)
def test_a_table_is_what_plain_counting_gives(law, name):
    """Every class of the whole country."""
    _, records, cube = law
    assert classes(cube(f"w11_{name}")) == tally(BY_HAND[name](records))


def test_persons_under_both_are_told_apart(law):
    """Jeugdbescherming, jeugdreclassering, or both, on the last day; and all who had one of them by age, sex and place of birth."""
    _, records, cube = law
    protected, probation = ({r["nummer"] for r in records[kind] if runs(r)} for kind in ("w11_jeugdbescherming", "w11_jeugdreclassering"))
    told = {("A1",): len(protected - probation), ("A2",): len(probation - protected), ("A3",): len(protected & probation)}
    assert classes(cube("w11_5_5_2_jr_en_jb")) == {k: v for k, v in told.items() if v} and told[("A3",)]
    both = {r["nummer"]: r for kind in ("w11_jeugdbescherming", "w11_jeugdreclassering") for r in records[kind] if touches(r)}
    assert int(cube("w11_5_1_2_clientkenmerken_gedwongen").cells.flat[0]) == len(both)


def test_each_table_of_the_report_format_is_a_table_of_the_set(law):
    """Under its own title; none is missing and none is more."""
    tables, _, _ = law
    assert {f"w11_{name}" for name in BY_HAND.keys() | OTHERWISE} == set(tables) and len(tables) == 41
    assert all(set(read_set(f"w11_kwartaal_{k}").tables) == set(tables) for k in (1, 2, 3, 4))
    if not LISTED.is_file():
        pytest.skip("the list of the report format is not at hand")
    titles = [row["tabel"] for row in csv.DictReader(LISTED.read_text(encoding="utf-8").splitlines())]
    assert sorted(one.title.nl for one in tables.values()) == sorted(titles)
