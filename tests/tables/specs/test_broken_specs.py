"""Broken specifications: each gets its exact messages, and no traceback (safety.md C1, C3; bad input)."""

import itertools
import re
import time
from pathlib import Path

import pytest
from celwacht.tables.counting.check_specs import check
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.read_spec import read_table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tables.spec_files import TABLE, table_specs

CORPUS = Path(__file__).with_name("broken_specs.txt").read_text(encoding="utf-8")


def cases():
    """(story, text of the table, expected lines) for every block of broken_specs.txt."""
    for block in CORPUS.strip().split("\n\n")[1:]:
        story, *lines = block.split("\n")
        old = "".join(line[2:] + "\n" for line in lines if line.startswith("- "))
        new = "".join(line[2:] + "\n" for line in lines if line.startswith("+ "))
        expected = [line for line in lines if not line.startswith(("- ", "+ "))]
        yield pytest.param(old, unescape(new), list(map(unescape, expected)), id=story[2:])


def unescape(text):
    return re.sub(r"\\u\{([0-9a-f]{4})\}", lambda m: chr(int(m[1], 16)), text) if r"\u{1b}" not in text else text


@pytest.fixture
def proef(tmp_path, monkeypatch):
    """The file proef.yaml in a small folder of specifications, which is the working folder."""
    monkeypatch.chdir(table_specs(tmp_path))
    return Path("proef.yaml")


def said(path):
    return [str(p).removeprefix("proef.yaml").removeprefix(":").lstrip() for p in check([path])]


def test_the_whole_table_has_no_problem(proef):
    """Everything below is about the change, and not about the table that is changed."""
    assert said(proef) == []
    assert read_table(proef).id == "proef"


@pytest.mark.parametrize("old, new, expected", list(cases()))
def test_every_problem_is_told_with_its_place(proef, old, new, expected):
    """Exactly these problems, in order of place; and the reader refuses what the checker refuses."""
    assert TABLE.count(old) == 1
    proef.write_text(TABLE.replace(old, new), encoding="utf-8", newline="")
    assert said(proef) == expected
    with pytest.raises(ProblemsFound) as caught:
        read_table(proef)
    assert [p.message for p in caught.value.problems] == [p.message for p in check([proef])]


def test_there_are_enough_broken_specs():
    """The project promises at least forty."""
    stories = [c.id for c in cases()]
    assert len(stories) >= 40 and len(set(stories)) == len(stories)


def bomb():
    """Nine levels of nine aliases: 9**9 nodes for a reader that follows them."""
    names = "abcdefghi"
    rows = [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in itertools.pairwise(names)]
    return "a: &a [x]\n" + "".join(rows)


MISSING = (
    "1:1: keys 'version', 'id', 'title', 'description', 'source', 'unit', 'moment', 'dimensions', 'periods', "
    "'measures' and 'policy' are missing. [missing-key]"
)
KEYS = "description, dimensions, division, footnotes, id, impossible, keep, measures, moment, periods, policy, source, ...."
WHOLE_FILES = {
    "a threshold that is set twice": (
        "threshold: 5\nthreshold: 0\n",
        [
            MISSING,
            f"1:1: unknown key 'threshold'. Valid: {KEYS} [unknown-key]",
            "2:1: key 'threshold' occurs twice; the first is on line 1. Keep one of them. [duplicate-key]",
        ],
    ),
    "20,000 brackets": ("[" * 20000, ["1:21: more than 20 levels deep; nothing here needs more than 6. [too-deep]"]),
    "20,000 mappings": ("{a: " * 20000, ["1:81: more than 20 levels deep; nothing here needs more than 6. [too-deep]"]),
    "1 MB": ("# " + "x" * (1 << 20) + "\n" + TABLE, ["the file is larger than 256 KB. Split it: one file is one table. [too-large]"]),
    "a list of 100,000 items": (
        "tables: [" + "a," * 100_000 + "]\n",
        ["1:40006: more than 20000 values in one file. Split it. [too-large]"],
    ),
    "an empty file": ("", ["1:1: the file is empty. `celwacht new` makes a table to begin with. [wrong-value]"]),
    "only a comment": ("# niets\n", ["1:1: the file is empty. `celwacht new` makes a table to begin with. [wrong-value]"]),
    "a bare word": (
        "proef\n",
        [
            "1:1: expected a mapping with keys version, id, statline, title, description, source, ..., "
            "found proef. Its keys go on the lines below, indented by two spaces. [wrong-value]"
        ],
    ),
    "a list": (
        "- proef\n",
        ["1:1: expected a mapping with keys version, id, statline, title, description, source, ..., found a list. [wrong-value]"],
    ),
    "a directive": ("%YAML 1.1\n---\n" + TABLE, ["1:1: a directive (%YAML or %TAG) has no place here. Remove the line. [directive]"]),
    "Windows-1252": (
        TABLE.replace("Proef", "Pro\xe9f").encode("cp1252"),
        ["3:16: byte 0xE9 is not UTF-8. Save the file again as UTF-8 (not Windows-1252). [encoding]"],
    ),
    "UTF-16": (TABLE.encode("utf-16"), ["the file is UTF-16; expected UTF-8. Save it again as UTF-8. [encoding]"]),
    "half a character": (b"id: \xc3", ["1:5: byte 0xC3 is not UTF-8. Save the file again as UTF-8 (not Windows-1252). [encoding]"]),
}


@pytest.mark.parametrize("content, expected", WHOLE_FILES.values(), ids=WHOLE_FILES)
def test_hostile_files_are_refused_at_once(proef, content, expected):
    """Whole files that are no table at all: told in no time (less than a second of an idle machine)."""
    proef.write_bytes(content if isinstance(content, bytes) else content.encode())
    begun = time.process_time()
    assert said(proef) == expected
    assert time.process_time() - begun < 5.0


def test_an_alias_bomb_is_not_followed(proef):
    """Anchors and aliases are refused where they stand; nothing is multiplied."""
    proef.write_text(bomb(), encoding="utf-8")
    begun = time.process_time()
    lines = said(proef)
    assert time.process_time() - begun < 5.0
    assert "1:4: anchor &a is refused. Remove it, and write the value out where it is used. (And in 8 more places.) [anchor]" in lines
    assert "2:8: alias *a is refused. Write the value out. (And in 71 more places.) [alias]" in lines


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(proef):
    """Files come from Windows; columns stay right."""
    text = TABLE.replace("moment: instroom", "moment: instrom").replace("\n", "\r\n")
    proef.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert said(proef) == [
        "8:9: moment: expected instroom, uitstroom, gebruik or stand, found instrom. Did you mean 'instroom'? [wrong-value]"
    ]


def test_messages_are_whole_sentences_about_our_own_words():
    """No jargon of the libraries underneath; every message ends as a sentence and names its rule."""
    for case in cases():
        for line in case.values[2]:
            assert not re.search(r"pydantic|Input should|valid (string|list|integer)|union|NoneType|yaml\.", line), line
            assert re.search(r"[.?)] \[[a-z-]+\]$", line), line


PIECES = [
    "\n",
    "  ",
    "- ",
    ": ",
    "{",
    "[",
    "]",
    "}",
    "'",
    "0363",
    "NO",
    "null",
    "[]",
    "{}",
    "&a ",
    "*a",
    "!t ",
    "jaar",
    "1",
    "true",
    "(",
    "\u202e",
    "e\u0301",
    "\t",
    "--",
    "'01'",
    "x: 1\n",
    "kind: mean\n",
    "\x00",
    "é",
    "#",
    "|",
    "~",
]
EDITS = st.lists(st.tuples(st.integers(0, len(TABLE)), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=4)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_no_edit_makes_the_checker_fall_over(proef, edits):
    """A table with random pieces cut out and put in: no problems and a table, or problems with a place and no table."""
    text = TABLE
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    proef.write_text(text, encoding="utf-8", newline="")
    problems = check([proef])
    for problem in problems:
        assert str(problem).isprintable() and len(problem.message) < 900 and problem.file == "proef.yaml"
        assert problem.line <= text.count("\n") + 1
    places = [(p.line, p.column, p.message) for p in problems]
    assert len(set(places)) == len(places)
    if problems:
        with pytest.raises(ProblemsFound):
            read_table(proef)
    else:
        read_table(proef)
