"""Restricted YAML: scalars are safe, places are exact, and no text makes it fall over."""

import pytest
import yaml
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.yaml.characters import shown
from celwacht.tables.yaml.parse import load, survey
from hypothesis import example, given, settings
from hypothesis import strategies as st

SCALARS = {
    "0363": "0363",
    "0014": "0014",
    "0518": "0518",
    "007": "007",
    "00": "00",
    "0": 0,
    "-1": -1,
    "17": 17,
    "+5": "+5",
    "0x1F": "0x1F",
    "0o17": "0o17",
    "0b1": "0b1",
    "1_000": "1_000",
    "12:30:00": "12:30:00",
    "190:20": "190:20",
    "2024-01-31": "2024-01-31",
    "NO": "NO",
    "no": "no",
    "off": "off",
    "Y": "Y",
    "yes": "yes",
    "true": True,
    "False": False,
    "null": None,
    "~": None,
    "1.5": 1.5,
    "-0.25": -0.25,
    "1e5": "1e5",
    "1.": "1.",
    ".5": ".5",
    "01.5": "01.5",
    ".inf": ".inf",
    ".nan": ".nan",
    "9" * 18: int("9" * 18),
    "9" * 19: "9" * 19,
    "=": "=",
    "GM0363": "GM0363",
    "'5'": "5",
    '"true"': "true",
    "1e400": "1e400",
    "٣": "٣",
}


@pytest.mark.parametrize("written, value", SCALARS.items(), ids=list(SCALARS))
def test_a_scalar_means_what_is_written(written, value):
    """The traps of YAML 1.1 (octal, sexagesimal, yes and no, dates) are text; so is every other odd number."""
    read = load(f"k: {written}\n", "f").value["k"]
    assert read == value and type(read) is type(value)


def test_keys_are_text():
    """A key is what is written, whatever it looks like."""
    assert load("01: a\n1: b\ntrue: c\nNO: d\n~: e\n", "f").value == {"01": "a", "1": "b", "true": "c", "NO": "d", "~": "e"}


def test_every_value_knows_its_place():
    """Line and column of keys and values, from 1, also in lists and flow style; a missing path gives what is around it."""
    document = load("a:\n  - b: {c: 'é', d: x}\n", "f")
    assert document.line_of(("a", 0, "b", "d")) == (2, 20)
    assert document.key_of(("a", 0, "b", "d")) == (2, 17)
    assert document.key_of(("a", 0)) == (2, 5) and document.key_of(("a",)) == (1, 1)
    assert document.line_of(("a", 0, "b", "zz", 3)) == document.line_of(("a", 0, "b")) == (2, 8)
    assert document.mark(("a", 0, "b", "c")).source == "'é'"


@pytest.mark.parametrize(
    "written, places",
    [
        ("crisis == x", {0: (1, 4), 7: (1, 11), 10: (1, 14), 11: (1, 15)}),
        ("'a == ''x'''", {0: (1, 5), 2: (1, 7), 5: (1, 10), 6: (1, 12), 7: (1, 13)}),
        ('"a == \\"x\\""', {0: (1, 5), 2: (1, 7), 5: (1, 10), 6: (1, 12), 7: (1, 13)}),
        (">-\n  a ==\n  x", {0: (2, 3), 2: (2, 5), 5: (3, 3)}),
        ("|\n  a ==\n\n  x\n", {0: (2, 3), 2: (2, 5), 6: (4, 3)}),
        ("a\n  == x", {0: (1, 4), 2: (2, 3), 5: (2, 6)}),
    ],
    ids=["plain", "single quotes", "double quotes", "folded", "literal", "plain over two lines"],
)
def test_a_place_inside_a_text(written, places):
    """The place of a character of a text is where it stands in the file, whatever quotes and line ends lie before it."""
    document = load(f"k: {written}", "f")
    assert {offset: document.place_in(("k",), offset) for offset in places} == places


def test_a_second_complaint_is_not_made_about_the_same_key():
    """Of a key that occurs twice the first value counts, and what is inside the second is still read."""
    document, problems = survey("a: 1\na: {b: 1, b: 2}\n", "f")
    assert document.value == {"a": 1}
    assert [(p.line, p.column, p.rule) for p in problems] == [(2, 1, "duplicate-key"), (2, 11, "duplicate-key")]


def test_twenty_levels_are_enough():
    """Exactly twenty may be open."""
    assert load("[" * 20 + "]" * 20, "f").value
    with pytest.raises(ProblemsFound):
        load("[" * 21 + "]" * 21, "f")


pieces = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "\n",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        "'",
        '"',
        "&x ",
        "*x",
        "!t ",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "|\n",
        ">-\n",
        "#",
        "0363",
        "\\",
        "\\u202e",
        "\u202e",
        "é",
        "e\u0301",
        "\r\n",
        "\x00",
        "\ufeff",
        "?",
        ": ",
        ",",
        "@",
        "\u2028",
        "😀",
        "\ud800",
        "\U000e0001",
        "\\ud800",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=30).map("".join), st.binary(max_size=60)))
@example('a: "\\ud800"')
@example("? ? ? a")
@example("\ufeff\ufeffa: 1")
def test_no_text_raises_anything_but_problems(text):
    """Whatever is in a file: a tree, or problems with a place; each message on one line without control characters."""
    try:
        document = load(text, "f")
    except ProblemsFound as found:
        assert found.problems
        for problem in found.problems:
            assert problem.line >= 0 and problem.column >= 0 and str(problem).isprintable(), repr(str(problem))
    else:
        assert document.mark(()).line >= 1


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.one_of(st.text("abc 0123:'\"#-é\n", max_size=8), st.integers(-99, 99), st.booleans()),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("abc01", min_size=1, max_size=3), inner, max_size=3)),
        max_leaves=8,
    )
)
def test_what_a_yaml_writer_writes_is_read_back(tree):
    """Any tree that PyYAML writes comes back as it was: quoting and block styles are read as everybody reads them."""
    assert load(yaml.safe_dump(tree, allow_unicode=True), "f").value == tree


def test_what_is_shown_cannot_drive_a_terminal():
    """Escape sequences, turned text and long values do not reach the screen as they are."""
    assert shown("a\x1b[2J\u202eb\n c") == "a\\u{1b}[2J\\u{202e}b c"
    assert len(shown("x" * 1000)) == 60
