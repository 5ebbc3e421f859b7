"""The JSON Schemas for editors: made from the models, committed as made, and of one mind with the reader."""

import copy
import importlib
import json
import re

import jsonschema
import pytest
from celwacht.tables.sources.sources import SOURCES
from celwacht.tables.specs.schema import kinds, model_of, schema_text
from celwacht.tables.specs.table_spec import SetSpec, TableSpec
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.model import SHAPES
from celwacht.tables.yaml.parse import load
from celwacht.tables.yaml.read import PACKAGED
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import drawn
from tests.tables.spec_files import SET, TABLE

importlib.import_module("celwacht.disclosure.policy.policy")  # registers the model of policies
importlib.import_module("celwacht.tables.checks.catalogue")  # registers the model of rules on deliveries

BASES = {"table": load(TABLE, "f").value, "set": load(SET, "f").value}
RICH = {
    **BASES["table"],
    "statline": "84134NED",
    "stand_includes_end": False,
    "footnotes": [{"text": {"nl": "x"}, "on": "RegioS"}],
    "measures": [
        *BASES["table"]["measures"],
        {
            "kind": "rate",
            "name": "Ra",
            "title": {"nl": "x"},
            "of": "Aa",
            "per": 1000,
            "population": "inwoners",
            "decimals": 2,
            "from": 4,
            "below": 12,
            "by": "Hulpvorm",
            "ages": [{"code": "A1", "from": 5}],
        },
        {"kind": "mean", "name": "Me", "title": {"nl": "x"}, "field": "duur_dagen", "unit": "dagen"},
        {"kind": "sum", "name": "Su", "title": {"nl": "x"}, "field": "duur_dagen", "description": {"nl": "x"}},
    ],
}
VALIDATORS = {kind: jsonschema.Draft7Validator(json.loads(schema_text(kind))) for kind in BASES}


def reader_accepts(kind, tree):
    """Whether the reader finds the shape of a tree right (rules on names and their agreement left aside)."""
    return confront(load(json.dumps(tree, ensure_ascii=False), "f"), model_of(kind))[1] == []


@pytest.mark.parametrize(
    "kind",
    [
        "table",
        "set",
        "classification",
        "policy",
        "layout",
        "population",
        "check",
        "source",
        "regions",
        "indicator",
        "area",
        "report",
        "monitor",
    ],
)
def test_what_is_committed_is_what_the_models_say(kind):
    """Made again, the schema is the committed file, byte for byte. To make: celwacht.tables.specs.schema.write."""
    assert kind in kinds()
    assert (PACKAGED / "schema" / f"{kind}.schema.json").read_text(encoding="utf-8") == schema_text(kind)


@pytest.mark.parametrize("kind", ["table", "set", "classification", "policy", "layout", "population", "source", "regions"])
def test_the_schema_is_draft_7(kind):
    """What yaml-language-server reads: draft 7, without null, without anything beside a $ref."""
    schema = json.loads(schema_text(kind))
    jsonschema.Draft7Validator.check_schema(schema)
    text = json.dumps(schema)
    assert '"null"' not in text and "$defs" not in text and "discriminator" not in text

    def walk(node):
        if isinstance(node, dict):
            assert "$ref" not in node or len(node) == 1, node
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(schema)


@pytest.mark.parametrize("kind", BASES)
def test_every_key_tells_an_editor_what_it_is_for(kind):
    """Each property of a table or set has a description to show."""
    schema = json.loads(schema_text(kind))
    for name, shape in [(kind, schema), *schema["definitions"].items()]:
        for key, inner in shape["properties"].items():
            assert inner.get("description"), f"{name}.{key}"


def paths(tree, here=()):
    """Every place of a tree, from the root down."""
    yield here
    for step, inner in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from paths(inner, (*here, step))


def changed(tree, path, value):
    """A copy of the tree with another value at a place; REMOVED takes the place away."""
    tree = copy.deepcopy(tree)
    if not path:
        return value
    parent = tree
    for step in path[:-1]:
        parent = parent[step]
    if value is REMOVED:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return tree


REMOVED = object()
VALUES = [
    REMOVED,
    "",
    "x",
    "RegioS",
    "RegioS\u0430",
    "jaar",
    "count",
    "0363",
    "-1",
    "1",
    0,
    1,
    3,
    -6,
    1.5,
    True,
    False,
    [],
    {},
    [1],
    ["jaar"],
    ["jaar"] * 13,
    {"nl": "x"},
    {"nl": "x", "fr": "y"},
    [{}],
    [[]],
    "x" * 301,
    "x" * 8001,
    "a" * 41,
    [{"nl": "x"}] * 7,
]


@pytest.mark.parametrize("kind, tree", [("table", RICH), ("set", BASES["set"])], ids=["table", "set"])
def test_schema_and_reader_give_the_same_answer(kind, tree):
    """Every place of a valid file, with every value of a list of likely mistakes (in the default command every third, another third at each next place):
    refused by both or by neither."""
    assert VALIDATORS[kind].is_valid(tree) and reader_accepts(kind, tree)
    answers, every = set(), drawn(3, long=1)
    for place, path in enumerate(paths(tree)):
        for value in (VALUES if path else VALUES[1:])[place % every :: every]:
            mutant = changed(tree, path, value)
            answer = VALIDATORS[kind].is_valid(mutant)
            assert reader_accepts(kind, mutant) == answer, (path, value)
            answers.add(answer)
    assert answers == {True, False}


@settings(max_examples=drawn(24, long=150), deadline=None)
@given(st.data())
def test_schema_and_reader_agree_about_random_values(data):
    """The same with random values and added keys at random places."""
    path = data.draw(st.sampled_from(list(paths(RICH))))
    value = data.draw(
        st.recursive(
            st.one_of(st.text("aZ09_ .é", max_size=5), st.integers(-9, 9), st.booleans()),
            lambda inner: st.one_of(
                st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["nl", "en", "name", "kind", "x"]), inner, max_size=3)
            ),
            max_leaves=5,
        )
    )
    mutant = changed(RICH, path, value)
    assert reader_accepts("table", mutant) == VALIDATORS["table"].is_valid(mutant)


@pytest.mark.parametrize(
    "path", sorted(p for p in PACKAGED.rglob("*.yaml") if "layouts" not in p.parts), ids=lambda p: p.relative_to(PACKAGED).as_posix()
)
def test_every_file_names_its_schema_and_fits_it(path):
    """The first line of each specification leads an editor to the right schema, and the schema accepts the file."""
    text = path.read_text(encoding="utf-8")
    match = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert match, "the first line must be # yaml-language-server: $schema=..."
    schema = json.loads((path.parent / match[1]).read_text(encoding="utf-8"))
    assert list(jsonschema.Draft7Validator(schema).iter_errors(load(text, path.name).value)) == []


def test_every_pattern_has_words():
    """No message shows a regular expression to a statistician."""
    for model in (TableSpec, SetSpec):
        patterns = set(re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', json.dumps(model.model_json_schema())))
        assert patterns <= set(SHAPES)


def test_every_source_has_its_vocabulary():
    """The sources that an editor offers are those of the vocabulary, in both directions."""
    assert set(json.loads(schema_text("table"))["properties"]["source"]["anyOf"][0]["enum"]) == set(SOURCES)
