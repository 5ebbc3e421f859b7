"""Reading and checking whole folders: what files say about each other, and what comes of a file that is right."""

from typing import Annotated, Literal

import pytest
from celwacht.tables.counting.check_specs import check
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_set, read_table, read_tables
from celwacht.tables.specs.table_spec import CountMeasure, ShareMeasure
from celwacht.tables.yaml.read import read_yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tests.tables.spec_files import SET, TABLE, table_specs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(table_specs(tmp_path))
    return tmp_path


def lines(problems):
    return [str(p) for p in problems]


def test_a_table_is_read_as_it_is_written(folder):
    """Values, defaults and kinds of measure."""
    spec = read_table(folder / "proef.yaml")
    assert spec.dimensions[0].levels == ("land", "provincie") and spec.dimensions[1].levels is None
    assert [type(m) for m in spec.measures] == [CountMeasure, ShareMeasure] and spec.measures[1].decimals == 1
    assert spec.where == "crisis == '01' and leeftijd < 18" and spec.stand_includes_end is False


def test_the_standard_tables_and_sets_have_no_problem():
    """What the package brings passes its own check."""
    assert lines(check()) == []
    assert all(spec.id == name for name, spec in read_tables().items())


def test_a_whole_folder_is_checked_at_once(folder):
    """Tables, sets and classifications; the problems of all of them, in order of place."""
    (folder / "proef.yaml").write_text(TABLE.replace("unit: trajecten", "unit: jongere"), encoding="utf-8")
    (folder / "sets" / "october.yaml").write_text(SET.replace("[proef]", "[proef, prooef, proef]"), encoding="utf-8")
    duur = folder / "classifications" / "leeftijd.yaml"
    duur.write_text(duur.read_text(encoding="utf-8").replace("from: 12", "from: 11"), encoding="utf-8")
    assert lines(check([folder])) == [
        f"{folder.name}/classifications/leeftijd.yaml:1:1: ranges of L1 and L2 overlap. [not-allowed]".removeprefix(f"{folder.name}/"),
        "proef.yaml:7:7: there is no unit 'jongere' of source jeugdhulp. Did you mean 'jongeren'? [unknown-unit]",
        "sets/october.yaml:5:17: there is no table 'prooef'. Did you mean 'proef'? [unknown-table]",
        "sets/october.yaml:5:25: 'proef' occurs twice in tables; the first is on line 5. Every one has its own. [duplicate-name]",
    ]


@pytest.mark.parametrize(
    "old, new, expected",
    [
        (
            "part: HJ01",
            "part: HJ03",
            "8:21: periods.1.part: expected JJ00, HJ01, HJ02, KW01 to KW04, MM01 to MM12, WE01 to WE53, SJ08 or BJ04 (a school or financial year, and its first month), found HJ03. [wrong-value]",
        ),
        (
            "status: Voorlopig",
            "status: Definitief}\n  - {year: 0, part: HJ01, status: Voorlopig",
            "9:5: period HJ01 of year 0 occurs twice. [duplicate-name]",
        ),
        ("part: HJ01", "part: KW01", "6:10: table 'proef' is made for halfjaar, jaar, and the set has no such period. [no-period]"),
        ("year: 0", "year: 1", "8:12: periods.1.year: expected a whole number of -5 to 0, found 1. [wrong-value]"),
        ("id: october", "id: oktober", "2:5: id 'oktober' must be the file's name, 'october'. Change one of them. [id-not-file-name]"),
    ],
)
def test_what_is_wrong_in_a_set(folder, old, new, expected):
    """Sets name tables that exist and are made for one of the set's periods."""
    text = SET.replace("tables:", "# tables\ntables:").replace("# tables\n", "# of the year\n")
    (folder / "sets" / "october.yaml").write_text(text.replace(old, new), encoding="utf-8")
    assert lines(check([folder / "sets" / "october.yaml"])) == [f"sets/october.yaml:{expected}"]


def test_a_rate_needs_a_region(folder):
    """Populations are known by region, so that a rate without regions has nothing to divide by."""
    text = TABLE.replace("  - name: RegioS\n    classification: regio\n    levels: [land, provincie]\n", "")
    rate = "  - {kind: rate, name: PerHonderd, title: {nl: x}, of: Trajecten, below: 18}\npolicy:"
    (folder / "proef.yaml").write_text(text.replace("policy:", rate), encoding="utf-8")
    assert lines(check(["proef.yaml"])) == [
        "proef.yaml:23:12: a rate needs a dimension of regions, such as RegioS with classification regio: populations are "
        "known by region. [rate-without-region]"
    ]


@pytest.mark.parametrize("kind", ["sum", "mean", "median"])
def test_check_tells_what_cannot_be_published(folder, kind):
    """There is no proof for it: told at its place, and not only when the gate refuses the whole set."""
    measure = f"  - kind: {kind}\n    name: Duur\n    title: {{nl: Duur}}\n    field: duur_dagen\npolicy:"
    (folder / "proef.yaml").write_text(TABLE.replace("policy:", measure), encoding="utf-8")
    because = {
        "sum": "it tells what one record has where the others are known",
        "mean": "with the count it is a sum, which tells what one record has where the others are known",
        "median": "it is the very value of one record",
    }
    assert lines(check(["proef.yaml"])) == [
        f"proef.yaml:26:11: a {kind} cannot be published yet: {because[kind]}, and the set would be refused. There is a proof for counts "
        "and what follows from them. Publish a count by classes of duur_dagen instead (a classification of kind ranges): of what is "
        "printed a reader sees the class in which the middle lies. [no-proof]"
    ]


def test_two_tables_of_one_name_clash(folder):
    """A table's id is its name everywhere."""
    other = folder / "more"
    other.mkdir()
    (other / "proef.yaml").write_text(TABLE, encoding="utf-8")
    assert lines(check(["proef.yaml", other / "proef.yaml"])) == ["more/proef.yaml: table 'proef' is already in proef.yaml. [duplicate-id]"]
    with pytest.raises(ProblemsFound, match="already in"):
        read_tables(["proef.yaml", other / "proef.yaml"])


def test_files_that_cannot_be_read_are_problems(folder):
    """No file, a folder for a file, the wrong ending: told, not raised."""
    (folder / "proef.yml").write_text(TABLE, encoding="utf-8")
    (folder / "map.yaml").mkdir()
    assert lines(check(["geen.yaml", "proef.yml"])) == [
        "geen.yaml: the file cannot be read: no such file or directory. [no-file]",
        "proef.yml: the file's name must end in .yaml, not in '.yml'. [file-name]",
    ]
    assert lines(check(["map.yaml"])) == []  # a folder without specifications in it
    for read in (read_table, lambda p: read_yaml(p, CountMeasure)):
        with pytest.raises(ProblemsFound, match="is a directory"):
            read("map.yaml")


@pytest.mark.parametrize("name", ["../strict", "october ", "/etc/passwd", "okt\x00ober", "", "x" * 300])
def test_a_set_is_looked_up_and_never_joined_to_a_path(name):
    """A name from outside opens no other file."""
    with pytest.raises(ProblemsFound) as caught:
        read_set(name)
    assert caught.value.problems[0].rule == "unknown-set" and str(caught.value).isprintable()


def test_a_set_is_read(folder):
    """By its path here; by its name from the package."""
    assert read_set(folder / "sets" / "october.yaml").periods[0].part == "HJ01"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    from_: int = Field(alias="from")
    to: int | str | None = None


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: dict[Annotated[str, Field(pattern="^[a-z]+$")], Annotated[int, Field(ge=0)]] = {}


class Dog(BaseModel):
    kind: Literal["dog"]
    inner: list[Inner]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("kind: dog\ninner: [{from: 1, to: b}]", []),
        ("kind: cow", ["1:7: kind: expected cat or dog, found cow. [wrong-value]"]),
        ("inner: []", ["1:1: key 'kind' is missing. One of cat or dog. [missing-key]"]),
        ("kind: dog\ninner: [{from_: 1}]", ["2:10: inner.1: unknown key 'from_'. Did you mean 'from'? [unknown-key]"]),
        ("kind: dog\ninner: [{from: 1, to: [1]}]", ["2:23: inner.1.to: expected a whole number or text, found a list. [wrong-value]"]),
        (
            "kind: cat\nlives: {a: 1, B: 2, c: -1}",
            [
                "2:15: lives.B: expected as key text of the form ^[a-z]+$. [wrong-key]",
                "2:24: lives.c: expected a whole number of at least 0, found -1. [wrong-value]",
            ],
        ),
        ("kind: cat\nlives: {cat: x}", ["2:14: lives.cat: expected a whole number of at least 0, found x. [wrong-value]"]),
    ],
)
def test_any_model_can_be_read(folder, text, expected):
    """Unions, aliases and mappings of other parts' models get the same messages."""
    adapter = TypeAdapter(Annotated[Cat | Dog, Field(discriminator="kind")])
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    if not expected:
        assert read_yaml("x.yaml", adapter).inner[0].to == "b"
        return
    with pytest.raises(ProblemsFound) as caught:
        read_yaml("x.yaml", adapter)
    assert lines(caught.value.problems) == [f"x.yaml:{line}" for line in expected]


@pytest.mark.parametrize(
    "old, new, told",
    [("from: 12", "from: 13", ["12 lies between"]), ("from: 12", "from: 15", ["12 to 14 lies between"]), ("from: 12", "from: 12", [])],
)
def test_a_gap_between_ranges_is_found_without_data(folder, old, new, told):
    """At the bound behind it."""
    file = folder / "classifications" / "leeftijd.yaml"
    text = file.read_text(encoding="utf-8").replace(old, new)
    file.write_text(text, encoding="utf-8")
    problems = check([file])
    assert [p.rule for p in problems] == ["gap-in-ranges"] * len(told)
    for problem, start in zip(problems, told, strict=True):
        assert problem.message.startswith(start) and new in text.splitlines()[problem.line - 1]


REST = "    - {code: CW99, title: {nl: Onbekend}, level: klasse, unknown: true}\n"


@pytest.mark.parametrize(
    "rest, told, at",
    [
        (REST, ["12 lies between L1 and L2, in no range, and would count in CW99, with what is not known."], "from: 13"),
        (REST.replace("unknown: true", "unknown: true, gaps: true"), [], ""),
        (
            REST.replace("unknown: true", "from: 18, gaps: true"),
            ["code CW99: gaps: true is for the leaf marked unknown: true only"],
            "CW99",
        ),
    ],
)
def test_a_leaf_for_the_unknown_hides_no_gap_unless_it_says_so(folder, rest, told, at):
    """Children of 12 would be counted as of unknown age, and nobody told; those of 18 and older may be, for no range lies above them."""
    file = folder / "classifications" / "leeftijd.yaml"
    text = file.read_text(encoding="utf-8").replace("from: 12", "from: 13, below: 18") + rest
    file.write_text(text, encoding="utf-8")
    problems = [p for p in check([file]) if "12 lies between" not in p.message or "CW99" in p.message]
    assert len(problems) == len(told)
    for problem, words in zip(problems, told, strict=True):
        assert words in problem.message and at in text.splitlines()[problem.line - 1]
