"""The filter language: what is written comes back, what is not in the grammar is refused, and nothing falls over."""

import pytest
from celwacht.tables.sources.sources import SOURCES, FieldType
from celwacht.tables.specs.filter_language import And, Compare, ExpressionError, In, Known, Not, Or, fields_of, parse, parse_all
from hypothesis import given, settings
from hypothesis import strategies as st

FIELDS = {
    "naam": FieldType("naam", "text", ""),
    "getal": FieldType("getal", "number", ""),
    "waar": FieldType("waar", "truth", ""),
    "code": FieldType("code", "text", "", frozenset({"01", "02"})),
}

codes = st.text("abcXYZ0123456789_.- ;()=", min_size=1, max_size=10).filter(lambda t: t == t.strip())
numbers = st.integers(-999_999_999, 999_999_999)
tests = st.one_of(
    st.builds(Compare, st.just("naam"), st.sampled_from(["==", "!="]), codes),
    st.builds(Compare, st.just("getal"), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), numbers),
    st.builds(Compare, st.just("waar"), st.sampled_from(["==", "!="]), st.booleans()),
    st.builds(In, st.just("naam"), st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple), st.booleans()),
    st.builds(In, st.just("getal"), st.lists(numbers, min_size=1, max_size=3, unique=True).map(tuple), st.booleans()),
    st.builds(Known, st.sampled_from(sorted(FIELDS)), st.booleans()),
)
trees = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_a_tree_that_is_written_parses_to_itself(tree):
    """Brackets stand where they must: parse(str(tree)) == tree."""
    expr, errors = parse_all(str(tree), FIELDS)
    if len(str(tree)) <= 1000 and not any("inside each other" in e.message for e in errors):
        assert errors == [] and expr == tree


words = st.sampled_from(
    [
        "naam",
        "getal",
        "code",
        "==",
        "!=",
        "<",
        "in",
        "not",
        "and",
        "or",
        "is",
        "known",
        "unknown",
        "(",
        ")",
        ",",
        "'01'",
        "'x",
        "7",
        "007",
        "--",
        ";",
        "select",
        "*",
        "true",
        "\u202e",
        "'",
        "=",
        "1.5",
        "é",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(words, max_size=15).map(" ".join)))
def test_any_text_gives_a_tree_or_an_expression_error(text):
    """Nothing else is raised; errors have a place inside the text and a printable message."""
    expr, errors = parse_all(text, FIELDS)
    assert (expr is None) <= bool(errors)
    for error in errors:
        assert 0 <= error.offset <= len(text) and error.message.isprintable()
    if errors:
        with pytest.raises(ExpressionError):
            parse(text, FIELDS)
    else:
        assert parse(str(expr), FIELDS) == expr and fields_of(expr) <= set(FIELDS)


@pytest.mark.parametrize(
    "text, tree",
    [
        ("code == '01'", Compare("code", "==", "01")),
        ("getal<=-3", Compare("getal", "<=", -3)),
        ("waar != true", Compare("waar", "!=", True)),
        ("code not in ('01','02')", In("code", ("01", "02"), True)),
        ("naam is unknown", Known("naam", True)),
        (
            "naam is known and getal < 3 or not waar == false",
            Or((And((Known("naam"), Compare("getal", "<", 3))), Not(Compare("waar", "==", False)))),
        ),
        ("not naam is known and getal < 3", And((Not(Known("naam")), Compare("getal", "<", 3)))),
        ("(naam is known or getal < 3)\n  and getal > 1", And((Or((Known("naam"), Compare("getal", "<", 3))), Compare("getal", ">", 1)))),
    ],
)
def test_the_grammar(text, tree):
    """`not` binds tighter than `and`, `and` than `or`; line ends are space."""
    assert parse(text, FIELDS) == tree


@pytest.mark.parametrize(
    "text, offset, message",
    [
        ("", 0, "expected a field, `not` or `(`, found the end."),
        ("naam", 4, "expected ==, !=, <, <=, >, >=, `in`, `not in` or `is` after naam, found the end."),
        ("naam <> '1'", 5, "`<` does not belong to the filter language; write != for unequal."),
        ("naam == '1' && naam is known", 12, "`&` does not belong to the filter language; write `and`."),
        ('naam == "1"', 8, "`\"` does not belong to the filter language; write codes in single quotes, such as '01'."),
        ("naam == '1", 8, "`'` does not belong to the filter language; a quote is opened and not closed."),
        ("naam == ''", 8, "an empty code; write `naam is unknown`."),
        ("naam == ' 1'", 8, "the code in ' 1' begins or ends with a space."),
        ("naam == '" + "x" * 41 + "'", 8, "a code of more than 40 characters."),
        ("naam == 'a\u202eb'", 10, "U+202E (RIGHT-TO-LEFT OVERRIDE) does not belong in a code. Type the code anew."),
        ("n\u0430am is known", 1, "U+0430 (CYRILLIC SMALL LETTER A) does not belong to the filter language."),
        ("naam == 4a", 8, "`4` does not belong to the filter language; write codes in single quotes, such as '0363'."),
        ("naam == 0363", 8, "naam holds codes, found 0363; write it in quotes: '0363'."),
        ("getal == 018", 9, "018 begins with 0; write 18, or '018' for a code."),
        ("getal == 1.5", 9, "`1` does not belong to the filter language; write whole numbers."),
        ("getal == 1234567890", 9, "a whole number of more than nine digits."),
        ("getal == naam", 9, "expected a code in single quotes or a whole number, found `naam`."),
        ("'01' == code", 0, "the field comes first, then the code: write `field == '01'`."),
        ("1 < getal < 3", 0, "the field comes first, then the code: write `field == 1`."),
        ("code == '1'", 8, "code has no code '1'. Did you mean '01'?"),
        ("code in ('01', '01')", 15, "'01' occurs twice in one list."),
        ("code in '01'", 8, "expected `(` after `in`, as in ('01', '02'), found '01'."),
        ("code in ('01'", 13, "expected `)` or `,` in the list, found the end."),
        ("code < '02'", 5, "< does not fit code, which is no number; use ==, != or `in`."),
        ("waar == 'ja'", 8, "waar is true or false, found 'ja'."),
        (
            "getal between 1 and 2",
            6,
            "expected ==, !=, <, <=, >, >=, `in`, `not in` or `is` after getal, found `between`. "
            "A filter is one expression, and never SQL.",
        ),
        ("select 1", 0, "`select` does not belong to the filter language; a filter is one expression, and never SQL."),
        ("read_text('/etc/passwd') == 'x'", 0, "`read_text(`: the filter language has no functions."),
        ("naam == '1' -- x", 12, "`-` does not belong to the filter language; a filter is one expression, and never SQL."),
        ("nam is known", 0, "unknown field 'nam'. Did you mean 'naam'?"),
        ("x" * 1001, 0, "the filter has 1001 characters; at most 1000 are read."),
        ("(" * 21 + "naam is known", 20, "more than 20 brackets or `not`s inside each other."),
        ("naam in (" + ", ".join(f"'{i}'" for i in range(101)) + ")", 599, "more than 100 codes and numbers in one filter."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text, offset, message):
    """The first error of each text, exactly."""
    errors = parse_all(text, FIELDS)[1]
    assert (errors[0].offset, errors[0].message) == (offset, message)


def test_several_errors_are_told_at_once():
    """What does not fit the fields does not stop the reading."""
    offsets = [e.offset for e in parse_all("nam == '1' and getal == 'x' or code == '9'", FIELDS)[1]]
    assert offsets == [0, 24, 39]


def test_no_code_can_carry_a_quote():
    """So that whatever is made of a literal later, it cannot end a string."""
    for text in ("naam == 'a''b'", "naam == 'a\\'b'", "naam == 'a\"b'", "naam == 'a\nb'", "naam == 'é'", "naam == '\u202e'"):
        assert parse_all(text, FIELDS)[1], text


def test_codes_of_the_vocabulary_pass():
    """The codes that the vocabulary names are accepted by the grammar itself."""
    for fields in SOURCES.values():
        for field in fields.values():
            for code in field.codes or ():
                assert parse(f"{field.name} == '{code}'", fields) == Compare(field.name, "==", code)
