"""A register of another country, by YAML alone: its own identifier, days with hyphens, kinds, units and areas, down to a cube."""

import shutil

import pytest
from celwacht.tables import home
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_table

SOURCE = """\
version: 1
id: children_in_care
kind: register
title: {nl: Kinderen in zorg, en: Children in care}
record: children_in_care
units: {records: episodes, persons: children}
person: {field: child_id, check: none, birth: date_of_birth}
provider: {nl: gemeente die leverde, en: authority that made the return}
fields:
  - {name: sex, of_person: true, meaning: {nl: geslacht, en: sex}}
  - {name: placement, meaning: {nl: plaatsing, en: placement}}
  - {name: area, meaning: {nl: gebied, en: area}}
trajectories:
  begin: started
  end: ended
  kind: placement
  provider_in_key: true
  closed: {rule: not_returned, field: closed_by, meaning: {nl: regel, en: rule}}
derived:
  - {make: age, name: age, meaning: {nl: leeftijd, en: age}}
  - {make: duration, name: days_in_care, meaning: {nl: dagen, en: days}}
"""
LAYOUT = """\
version: 1
record: children_in_care
layout: "1"
title: {nl: Kinderen in zorg, en: Children in care}
source: made up
valid: [2020, 9999]
periods: [jaar]
key: [child_id, started, placement]
dates: JJJJ-MM-DD
fields:
  - {name: child_id, title: {nl: nummer}, type: nummer, length: 12, required: true}
  - {name: date_of_birth, title: {nl: geboren}, type: geboortedatum, length: 10, required: true}
  - {name: sex, title: {nl: geslacht}, type: code, length: 1, required: true, codes: [{code: F, nl: vrouw}, {code: M, nl: man}]}
  - {name: placement, title: {nl: plaatsing}, type: code, length: 2, required: true, codes: [{code: U1, nl: pleeg}, {code: K2, nl: tehuis}]}
  - {name: area, title: {nl: gebied}, type: code, length: 4, required: true, codes: [{code: E001, nl: Noord}, {code: E002, nl: Zuid}]}
  - {name: started, title: {nl: begin}, type: datum, length: 10, required: true, role: begin}
  - {name: ended, title: {nl: einde}, type: datum, length: 10, role: end}
"""
CLASSES = """\
version: 1
id: {id}
kind: codes
title: {{nl: {id}}}
field: {id}
tree:
  code: T
  title: {{nl: Totaal}}
  level: totaal
  children:
    - {{code: A, title: {{nl: eerste}}, level: klasse, values: [{first}]}}
    - {{code: B, title: {{nl: tweede}}, level: klasse, values: [{second}]}}
"""
TABLE = """\
version: 1
id: looked_after
title: {nl: Kinderen in zorg}
description: {nl: Wie er in zorg was.}
source: children_in_care
unit: %s
moment: gebruik
where: age < 18
dimensions:
  - {name: Area, classification: area}
  - {name: Placement, classification: placement%s}
periods: [jaar]
measures: [{kind: count, name: Number, title: {nl: aantal}}]
policy: statline
"""
RETURN = """\
child_id,date_of_birth,sex,placement,area,started,ended
X-1,2010-05-01,F,U1,E001,2023-02-01,
X-1,2010-05-01,F,K2,E001,2024-03-01,2024-04-01
X-2,2012-01-31,M,U1,E002,2024-01-10,2024-11-30
X-3,2001-01-31,M,U1,E002,2024-01-10,
"""


@pytest.fixture
def project(tmp_path):
    """The specifications of that register and nothing of ours but policies; with a return of a year taken in."""
    specs = tmp_path / "specs"
    for folder in ("sources", "layouts", "classifications", "checks"):
        (specs / folder).mkdir(parents=True)
    shutil.copytree(home.PACKAGED / "policies", specs / "policies")
    (specs / "sources" / "children_in_care.yaml").write_text(SOURCE)
    (specs / "layouts" / "children_in_care_1.yaml").write_text(LAYOUT)
    (specs / "classifications" / "area.yaml").write_text(CLASSES.format(id="area", first="E001", second="E002"))
    (specs / "classifications" / "placement.yaml").write_text(CLASSES.format(id="placement", first="U1", second="K2"))
    with home.using(specs):
        yield specs


def returned(tmp_path, text=RETURN):
    (tmp_path / "data" / "deliveries").mkdir(parents=True)
    (tmp_path / "data" / "deliveries" / "children_in_care_00000301_2024JJ00.csv").write_text(text)
    return take_in(tmp_path / "data", bytes(range(32)), workers=0)


@pytest.mark.parametrize(
    "unit, more, cells",
    [
        ("episodes", "", [[3, 2, 1], [2, 1, 1], [1, 1, 0]]),
        ("children", ", per_person: alle", [[2, 2, 1], [1, 1, 1], [1, 1, 0]]),
        ("children", "", [[2, 1, 1], [1, 0, 1], [1, 1, 0]]),
    ],
)
def test_a_return_of_another_country_is_taken_in_and_counted(project, tmp_path, unit, more, cells):
    """Three episodes of two children under 18; counted by hand. Rows: all areas, E001, E002; columns: all placements, U1, K2."""
    (project / "looked_after.yaml").write_text(TABLE % (unit, more))
    assert check([project]) == []
    report = returned(tmp_path)
    assert report.ok, report.problems
    assert report.rows == 4
    [cube] = build_cube(read_table(project / "looked_after.yaml"), [Period.parse("2024JJ00")], tmp_path / "data")
    assert cube.unit == unit and cube.cells[..., 0].tolist() == cells


def test_no_identifier_is_stored(project, tmp_path):
    """Not of any form."""
    assert returned(tmp_path).ok
    assert [p for p in (tmp_path / "data" / "vault").rglob("*.parquet") if b"X-1" in p.read_bytes()] == []


@pytest.mark.parametrize(
    "before, after, word",
    [
        ("2010-05-01,F,U1", "2010-05-1,F,U1", "expected a day JJJJ-MM-DD"),
        ("X-2,", "X-2-and-much-more,", "expected at most 12 characters"),
        ("M,U1,E002,2024-01-10,2024-11-30", "M,U9,E002,2024-01-10,2024-11-30", "expected one of U1, K2"),
        ("X-1,2010-05-01,F,K2", "X-1,2010-05-01,M,K2", "of the earlier record of the same person"),
    ],
)
def test_a_broken_return_is_refused_whole(project, tmp_path, before, after, word):
    """With what is wrong, and never the identifier."""
    assert before in RETURN
    report = returned(tmp_path, RETURN.replace(before, after, 1))
    said = "\n".join(map(str, report.problems))
    assert not report.ok and word in said and "X-" not in said


@pytest.mark.parametrize("code, right", [("E002", True), ("E009", False)])
def test_an_area_is_one_of_the_regions_of_the_project(project, tmp_path, code, right):
    """An area of type gebied is held against the lists of regions/, whatever country they are of."""
    (project / "regions").mkdir()
    (project / "regions" / "gemeenten_2024.csv").write_text("gemeente,naam\nE001,North\nE002,South\n")
    layout = LAYOUT.replace(
        "type: code, length: 4, required: true, codes: [{code: E001, nl: Noord}, {code: E002, nl: Zuid}]", "type: gebied, length: 4"
    )
    (project / "layouts" / "children_in_care_1.yaml").write_text(layout)
    (project / "sources" / "children_in_care.yaml").write_text(SOURCE.replace("name: area,", "name: area, type: area,"))
    assert check([project / "sources"]) == []
    report = returned(tmp_path, RETURN.replace("M,U1,E002,2024-01-10,2024-11-30", f"M,U1,{code},2024-01-10,2024-11-30"))
    assert report.ok is right
    assert right or ("expected the code of a region" in str(report.problems[0]) and "E009" not in str(report.problems[0]))


@pytest.mark.parametrize(
    "made, classes, cells",
    [
        ("{make: nth, name: which, codes: ['1', '2']}", "[1], [2]", [3, 2, 1]),  # of the three of children under 18 one is a second one
        ("{make: days, name: which, until: ended, since: started}", "", [3, 1, 1]),  # 31 and 325 days, and one that runs
    ],
)
def test_a_derived_field_of_the_course_of_a_person(project, tmp_path, made, classes, cells):
    """The second episode of a child, and days between two days; counted by hand over RETURN."""
    meaning = made.replace("}", ", meaning: {nl: x}}")
    (project / "sources" / "children_in_care.yaml").write_text(SOURCE.replace("derived:", f"derived:\n  - {meaning}"))
    text = CLASSES.format(id="which", first="'1'", second="'2'")
    if not classes:
        text = text.replace("kind: codes", "kind: ranges").replace("values: ['1']", "below: 100").replace("values: ['2']", "from: 100")
        text += "    - {code: Z, title: {nl: onbekend}, level: klasse, unknown: true, published: false}\n"
    (project / "classifications" / "which.yaml").write_text(text)
    table = (TABLE % ("episodes", "")).replace("{name: Area, classification: area}", "{name: Which, classification: which}")
    (project / "looked_after.yaml").write_text(table.replace("  - {name: Placement, classification: placement}\n", ""))
    assert check([project]) == [] and returned(tmp_path).ok
    [cube] = build_cube(read_table(project / "looked_after.yaml"), [Period.parse("2024JJ00")], tmp_path / "data")
    assert cube.cells[..., 0].ravel().tolist() == cells
