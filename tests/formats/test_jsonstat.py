"""JSON-stat read back: by json for the whole, by pyjstat and the JSON-stat Toolkit for what a reader gets to see."""

import json
from decimal import Decimal

import pytest
from celwacht.publish.formats import jsonstat
from celwacht.publish.formats.parts import words
from celwacht.publish.publication.publication import PRINTED
from hypothesis import given, settings
from pyjstat import pyjstat

from tests.formats import made
from tests.publish import small
from tests.serve import node


def read(publication):
    return json.loads(jsonstat.encode(publication), parse_float=Decimal, parse_int=Decimal)


def check(publication):
    """Every figure at its place, every mark, every text."""
    found, truth = read(publication), made.truth(publication)
    assert [int(n) for n in found["size"]] == [*publication.shape, len(publication.measures)]
    assert found["value"] == [value for *_, value in truth]
    assert found["status"] == {str(i): made.WORD[state] for i, (_, _, state, _) in enumerate(truth) if state != PRINTED}
    assert set(found["status"].values()) <= set(found["extension"]["status"]["label"])
    assert found["label"] == publication.title.nl and found["source"] == publication.source
    for dimension in publication.dimensions:
        said = found["dimension"][dimension.name]
        assert said["label"] == dimension.title.nl
        assert said["category"]["index"] == [c.code for c in dimension.codes]
        assert said["category"]["label"] == {c.code: c.title.nl for c in dimension.codes}
        shown = {child: parent for parent, children in said["category"].get("child", {}).items() for child in children}
        assert shown == {c.code: c.group for c in dimension.codes if c.group}
        english = found["extension"]["en"]["dimension"][dimension.name]["category"]["label"]
        assert english == {c.code: c.title.en for c in dimension.codes if c.title.en}
    assert found["note"] == [publication.description.nl, *words.notes_in(publication, "nl")]
    everything = json.dumps(found, default=str, ensure_ascii=False)
    for _, note in publication.footnotes:
        assert json.dumps(note.nl, ensure_ascii=False)[1:-1] in everything


def test_hostile_table():
    check(made.hostile())


@settings(max_examples=60, deadline=None)
@given(made.publications())
def test_any_table(publication):
    check(publication)


def test_roles_and_units():
    """Which dimension is time, region and measure; unit and decimals of each measure; notes where they belong."""
    found = read(made.hostile())
    assert found["role"] == {"time": ["Perioden"], "geo": ["RegioS"], "metric": ["Measure"]}
    measures = found["dimension"]["Measure"]["category"]
    assert measures["unit"]["M000003"] == {"label": "per 1 000 inwoners", "decimals": 2}
    assert measures["note"]["M000003"] == ["Uitleg <b>vet</b>.", "Noot bij de meting"]
    assert found["dimension"]["Hulpvorm"]["note"] == ["=Noot bij hulpvorm"]
    assert found["dimension"]["Perioden"]["category"]["note"]["2024JJ00"] == ["Voorlopige cijfers"]


@pytest.mark.parametrize("publication", [made.hostile(), small.published()], ids=["hostile", "small"])
def test_pyjstat(publication):
    """pyjstat shows each figure at its codes, and nothing where it is withheld: never a zero."""
    frame = pyjstat.Dataset.read(jsonstat.encode(publication).decode()).write("dataframe", naming="id")
    truth = made.truth(publication)
    names = [*(d.name for d in publication.dimensions), "Measure"]
    assert list(frame[names].itertuples(index=False, name=None)) == [(*codes, m) for codes, m, _, _ in truth]
    shown = [None if value != value or value is None else Decimal(str(value)) for value in frame["value"]]
    assert shown == [value for *_, value in truth]


def test_toolkit(tmp_path):
    """The JSON-stat Toolkit of the format's author reads values, statuses and labels."""
    if not (node.modules() / "jsonstat-toolkit").exists():
        pytest.skip("jsonstat-toolkit is not installed: npm ci in tests/serve")
    publication = made.hostile()
    (tmp_path / "t.json").write_bytes(jsonstat.encode(publication))
    done = node.run(
        "const read=require('jsonstat-toolkit'),fs=require('fs');"
        "const d=read(JSON.parse(fs.readFileSync(process.env.FILE)));"
        "const cells=[...Array(d.n).keys()].map(i=>d.Data(i));"
        "const title=d.Dimension('Hulpvorm').Category('A05').label;"
        "console.log(JSON.stringify({cells,label:d.label,title,time:d.role.time}))",
        FILE=str(tmp_path / "t.json"),
    )
    found = json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)
    truth = made.truth(publication)
    assert [c["value"] for c in found["cells"]] == [value for *_, value in truth]
    assert [c["status"] or "None" for c in found["cells"]] == [made.WORD[state] for _, _, state, _ in truth]
    assert (found["label"], found["title"], found["time"]) == (publication.title.nl, made.TRAPS[5], ["Perioden"])
