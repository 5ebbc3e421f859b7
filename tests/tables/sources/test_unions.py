"""Fields that a union declares once, over the trajectories of all its registers: worked out by hand."""

import pytest
from celwacht.tables import home
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_tables

LAYOUT = """\
version: 1
record: {id}
layout: "1"
title: {{nl: {id}}}
source: made up
valid: [2020, 9999]
periods: [jaar]
holds: history
key: [who, begun, kind]
dates: JJJJ-MM-DD
fields:
  - {{name: who, title: {{nl: wie}}, type: nummer, length: 5, required: true}}
  - {{name: born, title: {{nl: geboren}}, type: geboortedatum, length: 10, required: true}}
  - {{name: kind, title: {{nl: soort}}, type: code, length: 1, required: true, codes: [{{code: A, nl: a}}, {{code: B, nl: b}}]}}
  - {{name: begun, title: {{nl: begin}}, type: datum, length: 10, required: true, role: begin}}
  - {{name: ended, title: {{nl: einde}}, type: datum, length: 10, role: end}}
"""
SOURCE = """\
version: 1
id: {id}
kind: register
title: {{nl: {id}}}
record: {id}
units: {{records: stays, persons: people}}
person: {{field: who, check: none, birth: born}}
provider: {{nl: wie leverde}}
fields: [{{name: kind, meaning: {{nl: soort}}}}]
trajectories: {{begin: begun, end: ended, kind: kind, provider_in_key: true}}
"""
UNION = """\
version: 1
id: both
kind: union
title: {nl: samen}
units: {records: stays, persons: people}
field: where
meaning: {nl: welke}
parts: [{source: day, code: DAY}, {source: night, code: NIGHT}]
shared: [kind, aanbieder]
derived:
  - {make: age, name: age, meaning: {nl: leeftijd}}
  - {make: duration, name: days, meaning: {nl: dagen}}
  - {make: earlier, name: again, years: 1, days: 1, codes: ["NO", "YES"], meaning: {nl: eerder}}
  - {make: nth, name: turn, codes: ["1", "2"], meaning: {nl: hoeveelste}}
"""
CLASSES = {
    "age": "kind: ranges|A: below: 18|B: from: 18",
    "days": "kind: ranges|A: below: 31|B: from: 31",
    "again": "kind: codes|A: values: [NO]|B: values: [YES]",
    "turn": 'kind: codes|A: values: ["1"]|B: values: ["2"]',
}
DAY = ["p1;2010-05-05;A;2024-01-01;2024-01-31", "p2;2000-01-01;A;2024-02-01;", "p3;2007-12-31;B;2024-03-01;2024-03-02"]
NIGHT = ["p1;2010-05-05;A;2024-06-01;2024-06-30", "p3;2007-12-31;B;2022-01-01;2022-12-31"]


def class_of(name, text):
    kind, *leaves = text.split("|")
    rows = "".join(f"\n    - {{code: {one.split(':')[0]}, title: {{nl: x}}, level: k, {one.split(': ', 1)[1]}}}" for one in leaves)
    head = f"version: 1\nid: {name}\n{kind}\ntitle: {{nl: {name}}}\nfield: {name}\ntree:\n  code: T\n  title: {{nl: Totaal}}\n  level: t\n"
    return f"{head}  children:{rows}\n"


def table_of(name):
    head = f"version: 1\nid: by_{name}\ntitle: {{nl: x}}\ndescription: {{nl: x}}\nsource: both\nunit: stays\nmoment: gebruik\n"
    rest = f"dimensions: [{{name: Dim, classification: {name}}}]\nperiods: [jaar]\nmeasures: [{{kind: count, name: Number, title: {{nl: n}}}}]\npolicy: strict\n"
    return head + rest


@pytest.fixture
def project(tmp_path):
    specs = tmp_path / "specs"
    files = {"sources/both": UNION}
    for id in ("day", "night"):
        files |= {f"layouts/{id}_1": LAYOUT.format(id=id), f"sources/{id}": SOURCE.format(id=id)}
    for name, text in CLASSES.items():
        files |= {f"classifications/{name}": class_of(name, text), f"by_{name}": table_of(name)}
    for name, text in files.items():
        (specs / name).parent.mkdir(parents=True, exist_ok=True)
        (specs / f"{name}.yaml").write_text(text)
    (tmp_path / "data" / "deliveries").mkdir(parents=True)
    for id, rows in (("day", DAY), ("night", NIGHT)):
        text = "\n".join(["who;born;kind;begun;ended", *rows]) + "\n"
        (tmp_path / "data" / "deliveries" / f"{id}_00000001_2024JJ00.csv").write_text(text)
    with home.using(specs):
        yield tmp_path


def test_fields_of_all_registers_together(project):
    """Of 2024: p1 by day (30 days, 14 years), p1 by night (29; an earlier one by day ended in January), p2 (runs to 31 December, 24), p3 by day
    (1 day; 17; the night of 2022 ended more than a year before, yet it was the first)."""
    assert check([project / "specs"]) == [] and take_in(project / "data", bytes(range(32)), workers=0).ok
    found = {}
    for name in CLASSES:
        [cube] = build_cube(read_tables(only=[f"by_{name}"])[f"by_{name}"], [Period.parse("2024JJ00")], project / "data")
        found[name] = [int(n) for n in cube.cells[:, 0]]
    assert found == {"age": [4, 3, 1], "days": [4, 3, 1], "again": [4, 3, 1], "turn": [4, 2, 2]}


@pytest.mark.parametrize(
    "file, change, said",
    [
        ("both", ("name: age,", "name: where,"), "'where' is already a field of this union. Each has its own name."),
        ("both", ("name: turn,", "name: kind,"), "'kind' is already a field of this union. Each has its own name."),
        ("both", ("make: nth, name: turn, codes: [\"1\", \"2\"]", "make: days, name: turn, until: ended"), "expected age, "),
        ("both", ("years: 1,", "years: 1, among: kind == 'A',"), "'again' looks at all trajectories of the union. Leave among out."),
        ("night", (", birth: born", ""), "'age' is an age, and night names no day of birth. Remove it, or add person: birth there."),
    ],
)  # fmt: skip
def test_what_a_union_cannot_make(project, file, change, said):
    path = project / "specs" / "sources" / f"{file}.yaml"
    text = path.read_text()
    assert text.count(change[0]) == 1
    path.write_text(text.replace(*change))
    assert said in "\n".join(map(str, check([project / "specs" / "sources"])))
