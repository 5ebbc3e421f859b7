"""The parser by itself: what it says of what is wrong, its limits, and that nothing a reader writes becomes SQL."""

import random
import time

import pytest
from celwacht.publish.serve.filter.filter_parser import parsed
from celwacht.publish.serve.filter.filter_sql import Condition
from celwacht.publish.serve.filter.filter_tree import Among, AnyOf, Column
from celwacht.publish.serve.http.errors import QueryError
from celwacht.publish.serve.http.limits import Limits

COLUMNS = {
    c.name: c
    for c in (
        Column("RegioS"),
        Column("Perioden"),
        Column("Value", "Edm.Double", True),
        Column("Id", "Edm.Int64"),
        Column("Modified", "Edm.DateTimeOffset"),
        Column("ContainsGroups", "Edm.Boolean"),
    )
}
IDENTIFIERS = {name: f"c{i}" for i, name in enumerate(COLUMNS)}

WRONG = [  # filter, position, part of the reason, part of the remedy
    ("RegioS = 'a'", 8, "not an operator", "Write eq"),
    ("Regio eq 'a'", 1, "no column Regio", "Did you mean RegioS?"),
    ("RegioS eq GM0363", 11, "no column GM0363", "'GM0363'"),
    ("RegioS eq 5", 11, "text cannot be compared with a number", "'5'"),
    ("Value eq '5'", 10, "a number cannot be compared with text", "without quotes"),
    ("RegioS eq 'a", 11, "no closing quote", "''"),
    ('RegioS eq "a"', 11, "straight single quotes", "'text'"),
    ("RegioS eq ‘a’", 11, "straight single quotes", "'text'"),
    ("Value gt", 9, "ends too early", ""),
    ("", 1, "ends too early", ""),
    ("(Value gt 1", 12, "')' is expected", ""),
    ("Value gt 1)", 11, "not expected here", "and, or"),
    ("Value gt 1 Value", 12, "not expected here", "and, or"),
    ("Value gt 1 gt 2", 12, "not expected here", "and, or"),
    ("contains(RegioS)", 1, "takes 2 arguments, not 1", ""),
    ("length(RegioS,'a') gt 1", 1, "takes 1 argument, not 2", ""),
    ("Contains(RegioS,'a')", 1, "no function Contains", "contains"),
    ("drop(RegioS)", 1, "no function drop", ""),
    ("not RegioS", 5, "true or false is expected", "RegioS eq"),
    ("Value and true", 1, "true or false is expected", ""),
    ("Value add 'a' gt 1", 11, "a number is expected", "without quotes"),
    ("Value in ()", 11, "a value is expected", "in ('GM0363'"),
    ("Value in (1,null)", 13, "a value is expected", ""),
    ("RegioS in (1)", 12, "text cannot be compared", "'1'"),
    ("ContainsGroups gt true", 16, "cannot be compared with gt", "eq or ne"),
    ("Modified gt '2024-01-01'", 13, "a moment cannot be compared", "without quotes"),
    ("Modified gt 2024-13-01", 13, "not a moment", "2024-01-31"),
    ("Modified gt datetime'x'", 13, "not a moment", "2024-01-31"),
    ("guid'1' eq 1", 1, "type guid", ""),
    ("Value gt 9223372036854775808", 10, "too large", ""),
    ("Value gt 1e999", 10, "too large", ""),
    ("RegioS/Title eq 'x'", 7, "not expected", ""),
    ("RegioS eq 'a'; drop table x", 14, "cannot be read", ""),
    ("substring(RegioS, Value) eq 'a'", 1, "may not be null", "whole number"),
    ("Value eq 1 -- x", 12, "not expected", ""),
    ("Value eq 5LL", 10, "cannot be read", ""),
]


@pytest.mark.parametrize(("text", "position", "reason", "remedy"), WRONG, ids=[w[0] or "empty" for w in WRONG])
def test_errors_have_place_reason_and_remedy(text, position, reason, remedy):
    with pytest.raises(QueryError) as found:
        parsed(text, COLUMNS, Limits())
    assert (found.value.position, found.value.status) == (position, 400)
    assert reason in found.value.message and remedy in found.value.remedy
    assert found.value.at("$filter").text().startswith(f"$filter, character {position}: ")


RIGHT = [
    "Value gt -5",
    "Value eq -(-5)",
    "- -Value lt 3",
    "not not (Value gt 1)",
    "Value eq null",
    "null eq null",
    "5L mul 2.5M eq 1.25e1",
    "RegioS eq 'O''Brien'",
    "Modified ge datetime'2024-01-01T00:00:00'",
    "Modified ge 2024-01-01T00:00:00Z",
    "Modified ge 2024-01-01T00:00:00.123+01:00",
    "Modified lt 2024-06-30",
    "ContainsGroups",
    "not ContainsGroups",
    "ContainsGroups eq false",
    "(RegioS eq 'a') eq true",
    "\tValue\ngt\r1 ",
    "round(Value) eq 3",
    "true",
    "null",
    "substring(RegioS,1) eq 'M'",
    "contains(null,'a')",
    "Value in (1,-2,3.5)",
    "RegioS in ('a')",
    "indexof(concat(RegioS,Perioden),'20') gt 1",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_filters_are_read(text):
    made = Condition(parsed(text, COLUMNS, Limits()), IDENTIFIERS)
    assert made.sql.count("?") == len(made.parameters)


def test_limits():
    """Length, depth and terms; and none of them takes long to find."""
    began = time.process_time()
    for text, reason in (
        ("(" * 3000 + "true", "levels deep"),
        ("not " * 1500 + "true", "levels deep"),
        ("-" * 900 + "1 eq 1", "levels deep"),
        ("concat(" * 60 + "'a'" + ",'b')" * 60 + " eq 'x'", "levels deep"),
        ("1" + " add 1" * 900 + " eq 1", "levels deep"),
        ("Id in (" + "1," * 3800 + "1)", "more than 1000 terms"),
        ("x" * 9000, "may have 8000"),
    ):
        with pytest.raises(QueryError, match=reason):
            parsed(text, COLUMNS, Limits())
    assert time.process_time() - began < 1


def test_long_lists_become_one_term():
    """What the R and Python clients write for a list of codes is one membership, not hundreds of comparisons."""
    text = " or ".join(f"RegioS eq 'GM{i:04d}'" for i in range(300))
    node = parsed(f"({text})", COLUMNS, Limits())
    assert isinstance(node, Among) and len(node.values) == 300
    mixed = parsed("RegioS eq 'a' or Value gt 1 or RegioS eq 'b' or RegioS in ('a','c')", COLUMNS, Limits())
    assert isinstance(mixed, AnyOf) and len(mixed.terms) == 2
    assert [v.value for v in mixed.terms[0].values] == ["a", "b", "c"]


HOSTILE = [
    "zzz' OR 1=1 --",
    "'; DROP TABLE t1; --",
    "a' UNION SELECT p FROM t1 --",
    "%",
    "_",
    "\\",
    "?",
    "$1",
    "\x00",
    "') OR TRUE OR ('",
    "c0",
    "{0}",
    "%s",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "form",
    [
        "contains(RegioS,{})",
        "startswith(RegioS,{})",
        "endswith(RegioS,{})",
        "substringof({},RegioS)",
        "RegioS eq {}",
        "RegioS in ({},'a')",
        "concat(RegioS,{}) eq 'a'",
        "tolower({}) ne RegioS",
        "indexof({},RegioS) gt 0",
    ],
)
def test_no_text_of_a_reader_is_in_the_statement(form, value):
    """The statement is the same whatever the value, and the value is bound."""

    def made(text):
        return Condition(parsed(form.format("'" + text.replace("'", "''") + "'"), COLUMNS, Limits()), IDENTIFIERS)

    assert made(value).sql == made("harmless").sql
    assert value in made(value).parameters


ALPHABET = [
    "RegioS",
    "Value",
    "Id",
    "Modified",
    " eq ",
    " and ",
    " or ",
    " not ",
    "(",
    ")",
    ",",
    "'",
    "''",
    "'a'",
    "1",
    "-",
    " in ",
    " mul ",
    "5L",
    "contains(",
    "null",
    "true",
    " ",
    "2024-01-01",
    ".",
    "e",
    "é",
    "/",
    "\x00",
    "\u202e",
    "🦊",
    "datetime'",
    " gt ",
    "substring(",
    "%",
    "\\",
    ";",
    "--",
    "@",
]


def fuzzed(seed: int, n: int):
    """Any string is either a filter, whose statement binds all its values, or a QueryError with a place in the string."""
    draw, read = random.Random(seed), 0
    for _ in range(n):
        text = "".join(draw.choices(ALPHABET, k=draw.randrange(1, 25)))
        try:
            made = Condition(parsed(text, COLUMNS, Limits()), IDENTIFIERS, blanks=draw.random() < 0.5)
            read += 1
            assert made.sql.count("?") == len(made.parameters) and "'a'" not in made.sql
        except QueryError as error:
            assert 400 <= error.status < 500 and 1 <= error.position <= len(text) + 1, text
    return read


def test_fuzz():
    assert fuzzed(1, 5000) > 5


@pytest.mark.long
def test_fuzz_long():
    assert fuzzed(2, 400_000) > 500
