"""table_specs/README.md and the models say the same: every field, no other, every example accepted."""

import re

import pytest
from celwacht.tables.regions.region_spec import RegionsFile
from celwacht.tables.sources.populations import PopulationFile
from celwacht.tables.sources.source_spec import SOURCE, Identified, RecordField, RegisterSource, Trajectories
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.specs.classification_spec import CLASSIFICATION
from celwacht.tables.specs.filter_language import parse_all
from celwacht.tables.specs.table_spec import (
    AgesOfCode,
    CountMeasure,
    DimensionSpec,
    Footnote,
    MeanMeasure,
    MedianMeasure,
    PeriodOfSet,
    RateMeasure,
    ReleaseMoment,
    SetSpec,
    ShareMeasure,
    SumMeasure,
    TableSpec,
    YearsOfTable,
)
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.model import Text, Title
from celwacht.tables.yaml.parse import load
from celwacht.tables.yaml.read import PACKAGED

README = (PACKAGED / "README.md").read_text(encoding="utf-8")
MEASURES = {
    "count": CountMeasure,
    "sum": SumMeasure,
    "mean": MeanMeasure,
    "median": MedianMeasure,
    "share": ShareMeasure,
    "rate": RateMeasure,
}
MODELS = {
    "Fields of a table": [TableSpec],
    "Fields of a dimension": [DimensionSpec],
    "Fields of a measure": list(MEASURES.values()),
    "Ages of codes": [AgesOfCode],
    "Fields of a footnote": [Footnote],
    "Fields of a population": [PopulationFile],
    "Fields of years": [YearsOfTable],
    "Titles and texts": [Title, Text],
    "Fields of a set": [SetSpec],
    "Fields of a release": [ReleaseMoment],
    "Fields of a period": [PeriodOfSet],
    "Fields of a register": [RegisterSource],
    "Fields of a person": [Identified],
    "Fields of a field": [RecordField],
    "Fields of trajectories": [Trajectories],
}


def rows(heading):
    """The rows of the first table under a heading, as lists of cells."""
    [section] = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", README, re.MULTILINE | re.DOTALL)
    table = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@pytest.mark.parametrize("heading", MODELS)
def test_every_field_is_explained_and_no_other(heading):
    """The first column is the fields of the models, in their order; `must` stands at those without a default."""
    told = [row[0].strip("`") for row in rows(heading)]
    fields = {info.alias or name: info for model in MODELS[heading] for name, info in model.model_fields.items()}
    assert set(told) == set(fields) and len(told) == len(set(told))
    if len(MODELS[heading]) == 1 or heading == "Titles and texts":
        assert told == list(fields)
        assert {row[0].strip("`") for row in rows(heading) if row[1] == "must"} == {n for n, i in fields.items() if i.is_required()}
    assert all(len(row[2]) > 5 for row in rows(heading))


def test_every_measure_has_the_fields_that_the_page_gives_it():
    """The second column of measures names the kinds that have the field."""
    for name, kinds, *_ in rows("Fields of a measure"):
        having = {kind for kind, model in MEASURES.items() if name.strip("`") in {i.alias or n for n, i in model.model_fields.items()}}
        assert having == (set(MEASURES) if kinds == "every measure" else set(kinds.split(", "))), name


@pytest.mark.parametrize("heading", MODELS)
def test_every_example_is_accepted(heading):
    """Each example, put in a file of its own, is not complained about; only what is missing beside it is."""
    for name, _kinds, _, example in rows(heading):
        assert example.startswith(f"`{name.strip('`')}: ") and example.endswith("`"), example
        for model in MODELS[heading]:
            if name.strip("`") in model.model_fields and (name != "`kind`" or model is CountMeasure):
                problems = confront(load(example.strip("`") + "\n", "f"), model)[1]
                assert [p for p in problems if p.rule != "missing-key"] == [], example


def test_every_whole_example_is_valid():
    """The YAML blocks that begin with a modeline are whole files of the kind that it names."""
    models = {"table": TableSpec, "set": SetSpec, "classification": CLASSIFICATION, "population": PopulationFile, "source": SOURCE}
    models |= {"regions": RegionsFile}
    blocks = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    whole = [(re.search(r"schema/(\w+)\.schema", b)[1], b) for b in blocks if b.startswith("# yaml-language-server")]
    assert {kind for kind, _ in whole} == set(models)
    for kind, block in whole:
        assert confront(load(block, kind), models[kind])[1] == []


def filters():
    """Every filter on the page, as a text."""
    cells = [f for row in rows("Filters") for f in re.findall(r"`([^`]+)`", row[1])]
    blocks = re.findall(r"^where: (?:>-\n((?:  .*\n)+)|(.*))", README, re.MULTILINE)
    return cells + [folded or line for folded, line in blocks] + re.findall(r"`(crisis [^`]+)`", README)


@pytest.mark.parametrize("text", sorted(set(filters())))
def test_every_filter_is_right(text):
    """The page teaches nothing that the program refuses."""
    assert parse_all(text, SOURCES["jeugdhulp"])[1] == []


def test_the_fields_of_records_are_those_of_the_vocabulary():
    """Both tables of fields, with what each holds."""
    kinds = {"codes": "text", "a number": "number", "true or false": "truth"}
    common = {row[0].strip("`"): kinds[row[1]] for row in rows("Fields that every source of youth care has")}
    own = {row[0].strip("`"): {} for row in rows("Fields of one source")}
    for row in rows("Fields of one source"):
        own[row[0].strip("`")] = {
            n: kinds["a number" if number else "codes"] for n, number in re.findall(r"`(\w+)`( \(a number\))?", row[1])
        }
    assert set(own) == set(SOURCES)
    for source, fields in SOURCES.items():
        beside = {"aanbieder": "text"} if source.startswith("vt_") else common
        assert {n: f.kind for n, f in fields.items()} == beside | own[source]


def test_the_messages_on_the_page_are_of_the_kind_that_check_gives():
    """The two sample messages have the form and the rules of real ones."""
    samples = re.findall(r"^ +(table_specs/\S+): (.*) \[([a-z-]+)\]$", README, re.MULTILINE)
    assert [rule for _, _, rule in samples] == ["filter", "unknown-classification"]
    assert parse_all("criss == '01'", SOURCES["jeugdhulp"])[1][0].message in samples[0][1]
