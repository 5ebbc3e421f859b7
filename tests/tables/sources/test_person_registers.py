"""Several registers of persons beside one register of records, each with its own layout and years; joined by pseudonym, and no number stored."""

import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.check_specs import check
from celwacht.tables.intake import take_in
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_table

from tests.tables.sources.test_foreign_register import LAYOUT, RETURN, SOURCE, TABLE, project

__all__ = ["project"]
KINDS = {"education": ("1", "2"), "benefits": ("J", "N"), "household": ("1", "3"), "origin": ("A", "B")}


def source(name):
    return (
        f"version: 1\nid: {name}\nkind: persons\ntitle: {{nl: {name}}}\nrecord: {name}\nperson: {{field: child_id, check: none}}\nyear: year\n"
        f"fields:\n  - {{name: {name}_kind, of_person: true, meaning: {{nl: {name}}}}}\n"
    )


def layout(name):
    codes = ", ".join(f"{{code: '{code}', nl: x}}" for code in KINDS[name])
    return (
        f"version: 1\nrecord: {name}\nlayout: '1'\ntitle: {{nl: {name}}}\nsource: x\nvalid: [2015, 9999]\nperiods: [jaar]\nkey: [child_id]\n"
        "fields:\n  - {name: child_id, title: {nl: nummer}, type: nummer, length: 12, required: true}\n"
        "  - {name: year, title: {nl: jaar}, type: jaar, length: 4, required: true}\n"
        f"  - {{name: {name}_kind, title: {{nl: soort}}, type: code, length: 1, required: true, codes: [{codes}]}}\n"
    )


def coded(name):
    first, second = KINDS[name]
    nodes = f"    - {{code: A, title: {{nl: x}}, level: k, values: ['{first}']}}\n    - {{code: B, title: {{nl: y}}, level: k, values: ['{second}']}}\n"
    nodes += "    - {code: Z, title: {nl: onbekend}, level: k, unknown: true}\n"
    return (
        f"version: 1\nid: {name}\nkind: codes\ntitle: {{nl: {name}}}\nfield: {name}_kind\ntree:\n  code: T\n  title: {{nl: T}}\n"
        f"  level: totaal\n  children:\n{nodes}"
    )


@pytest.fixture
def four(project, tmp_path):
    """Four of them, with extracts of 2024; nobody is in all."""
    for name in KINDS:
        (project / "sources" / f"{name}.yaml").write_text(source(name))
        (project / "layouts" / f"{name}_1.yaml").write_text(layout(name))
        (project / "classifications" / f"{name}.yaml").write_text(coded(name))
    (project / "sources" / "children_in_care.yaml").write_text(SOURCE + f"persons: [{', '.join(KINDS)}]\n")
    assert "child_id" in LAYOUT
    folder = tmp_path / "data" / "deliveries"
    folder.mkdir(parents=True)
    (folder / "children_in_care_00000301_2024JJ00.csv").write_text(RETURN)
    for i, (name, (first, second)) in enumerate(KINDS.items()):
        rows = [("X-1", first), ("X-2", second)][: 1 + i % 2]
        text = f"child_id,year,{name}_kind\n" + "".join(f"{who},2024,{code}\n" for who, code in rows)
        (folder / f"{name}_00000900_2024JJ00.csv").write_text(text)
    report = take_in(tmp_path / "data", bytes(range(32)), workers=0)
    assert report.ok, report.problems
    return project, tmp_path / "data"


def table(project, dimensions):
    text = (TABLE % ("episodes", "")).replace("  - {name: Placement, classification: placement}\n", "")
    text = text.replace("{name: Area, classification: area}", "{name: Education, classification: education}")
    more = "".join(f"  - {{name: {name.capitalize()}, classification: {name}}}\n" for name in dimensions)
    (project / "looked_after.yaml").write_text(text.replace("periods:", more + "periods:"))
    return read_table(project / "looked_after.yaml")


def test_fields_of_each_are_fields_of_a_table(four):
    """Of three episodes of children under 18: two of X-1 and one of X-2, counted by hand by all four registers at once."""
    project, data = four
    spec = table(project, ["benefits", "household", "origin"])
    assert check([project]) == []
    [cube] = build_cube(spec, [Period.parse("2024JJ00")], data)
    cells = cube.cells[..., 0]
    assert int(cells[0, 0, 0, 0]) == 3
    assert int(cells[1, 1, 1, 1]) == 2, "X-1 has the first code in each"
    assert int(cells[3, 2, 3, 2]) == 1, "X-2 is in benefits and origin only"
    assert cells[0, :, 0, 0].tolist() == [3, 2, 1, 0] and cells[:, 0, 0, 0].tolist() == [3, 2, 0, 1]


def test_no_number_of_a_person_is_stored(four):
    """In no file of the vault, of any of the registers."""
    _, data = four
    assert [p for p in (data / "vault").rglob("*") if p.is_file() and (b"X-1" in p.read_bytes() or b"X-2" in p.read_bytes())] == []


@pytest.mark.long
def test_a_year_without_an_extract_is_said(four):
    """A table of a year that one of its registers does not have is refused with the years that there are."""
    project, data = four
    running = [line for line in RETURN.splitlines() if line.endswith((",", "ended"))]
    (data / "deliveries" / "children_in_care_00000301_2025JJ00.csv").write_text("\n".join(running) + "\n")
    assert take_in(data, bytes(range(32)), workers=0).ok
    with pytest.raises(ProblemsFound, match=r"2025.*there: 2024"):
        build_cube(table(project, ["origin"]), [Period.parse("2025JJ00")], data)
