"""Mistakes in YAML that people make, told where they are: a text with a comma, a code twice, a dimension twice."""

import pytest
from celwacht.tables.counting.check_specs import check
from celwacht.tables.specs.scaffold import new_table

CODES = """\
version: 1
id: abc
kind: codes
title: {nl: ABC}
field: hulpvorm
tree:
  code: "T"
  title: {nl: Totaal}
  level: totaal
  children:
    - {code: "A", title: {nl: a}, level: x, values: ["1"]}
    - code: "A"
      title: {nl: b}
      level: x
      values: ["2", "1"]
"""


def told(folder, text):
    """(line, column, rule) and texts of what the check says of a classification."""
    path = folder / "classifications" / "abc.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    problems = check([path])
    return [(p.line, p.column, p.rule) for p in problems], "\n".join(map(str, problems))


@pytest.mark.parametrize(
    ("title", "quoted"),
    {"{nl: Jeugd, hulp}": "Jeugd, hulp", "{nl: Een, één geheel}": "Een, één geheel", "{nl: a, b, en: c}": "a, b"}.items(),
)
def test_a_comma_ends_a_text_in_braces(tmp_path, title, quoted):
    """One complaint, at the text, with the remedy; not one about keys that nobody wrote."""
    good = CODES.replace('code: "A"\n', 'code: "B"\n').replace('["2", "1"]', '["2"]')
    assert told(tmp_path, good) == ([], "")
    places, text = told(tmp_path, good.replace("{nl: Totaal}", title))
    assert places == [(8, 15, "comma-in-text")] and f'Quote the text: "{quoted}"' in text


def test_duplicate_codes_and_values_at_their_place(tmp_path):
    """Each at the second one, with the line of the first."""
    places, text = told(tmp_path, CODES)
    assert places == [(12, 13, "duplicate-code"), (15, 21, "duplicate-code")] and text.count("the first is on line 11") == 2


@pytest.mark.parametrize(
    ("wrong", "place"), [('["2", "1"]', (15, 21, "duplicate-code")), ('["2"]\n      valuez: x', (16, 7, "unknown-key"))]
)
def test_a_fault_of_a_classification_is_told_once(tmp_path, wrong, place):
    """At its own place: not once more for every table that uses it, at a line of the table that has nothing to do with it."""
    right = CODES.replace('code: "A"\n', 'code: "B"\n')
    text = right.replace('["2", "1"]', wrong)
    file = tmp_path / "classifications" / "abc.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    for name in ("een", "twee"):
        path = new_table(name, tmp_path)
        path.write_text(path.read_text(encoding="utf-8").replace("classification: verwijzer", "classification: abc"), encoding="utf-8")
    for files in ([tmp_path], [tmp_path / "een.yaml"]):
        found = [p for p in check(files) if p.rule != "unknown-classification"]
        assert [(p.file.endswith("abc.yaml"), p.line, p.column, p.rule) for p in found] == [(True, *place)], "\n".join(map(str, found))


def test_two_dimensions_on_one_classification(tmp_path):
    """Refused by check, at the second; with another field it is another dimension."""
    path = new_table("mijn_tabel", tmp_path)
    text = path.read_text(encoding="utf-8")
    twice = text.replace("periods: [", "  - name: Nogmaals\n    classification: verwijzer\nperiods: [", 1)
    path.write_text(twice, encoding="utf-8")
    problems = check([path])
    line = twice[: twice.rindex("classification: verwijzer")].count("\n") + 1
    assert [(p.line, p.column, p.rule) for p in problems] == [(line, 21, "same-dimension")]
