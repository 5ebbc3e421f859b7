"""Broken rates and `impossible`: exact messages with line and column, each with a remedy."""

import pytest
from celwacht.tables.counting.check_specs import check

from tests.tables.spec_files import TABLE, table_specs

PLAIN = TABLE.replace("where: crisis == '01' and leeftijd < 18\n", "")
RATE = "  - {kind: rate, name: Per100, title: {nl: x}, of: Trajecten%s}\npolicy:"
RATES = {
    ", population: inwoner": "25:75: there is no population 'inwoner' in populations/. Did you mean 'inwoners'? [unknown-population]",
    ", from: 23, below: 12": "25:80: from (23) must be less than below (12): nobody has such an age. [rate-ages]",
    ", below: 0": "25:70: from (0) must be less than below (0): nobody has such an age. [rate-ages]",
    ", below: 4.5": "25:70: measures.3.below: expected a whole number of 0 to 150, found 4.5. [wrong-value]",
    ", ages: [{code: A1, below: 18}]": "25:63: ages are those of codes; by must name their dimension. [rate-by]",
    ", by: Hulpvorm": "25:67: by names the dimension of the codes under ages, and there are none. Add them, or remove by. [rate-by]",
    ", by: Hulpvor, ages: [{code: A1}]": "25:67: there is no dimension 'Hulpvor'. Did you mean 'Hulpvorm'? [unknown-name]",
    ", by: RegioS, ages: [{code: A1}]": "25:67: RegioS divides the population itself already; by is for kinds of care. Remove by and ages. [rate-by]",
    ", by: Hulpvorm, ages: [{code: A9, below: 18}]": "25:91: there is no code 'A9' in dimension Hulpvorm. Valid: A1, A2, T1. [unknown-code]",
    ", by: Hulpvorm, ages: [{code: A1, below: 18}, {code: A1, below: 12}]": "25:114: code 'A1' already has ages on line 25. Keep one of them. [duplicate-name]",
    ", below: 18, by: Hulpvorm, ages: [{code: A1, from: 18}]": "25:112: from (18) must be less than below (18): nobody has such an age. [rate-ages]",
    ", below: 30": "25:12: population inwoners does not have the classes of this table: no class of age begins at 30 (they begin at 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11). Add a file that has them (table_specs/populations/inwoners_2020.yaml does not), or leave out the dimension or this rate. [rate-population]",
    ", per: 10": "25:68: measures.3.per: expected 100 or 1000, found 10. [wrong-value]",
}
FILTERS = {
    "geslacht == 'M'": "26:12: where leaves people out by geslacht, and they would still be divided by. Make geslacht a dimension, or leave out this rate. [rate-filter]",
    "leeftijd < 18": "26:12: where leaves people out by leeftijd, and they would still be divided by. Give the rate the same ages, as from and below. [rate-filter]",
    "wijk == 'WK036300'": "26:12: where leaves people out by wijk, and they would still be divided by. Make wijk a dimension, or leave out this rate. [rate-filter]",
}
IMPOSSIBLE = {
    "hulpvorm == '02' and": "9:35: impossible: expected a field, `not` or `(`, found the end. [filter]",
    "hulpvrm == '02'": "9:15: impossible: unknown field 'hulpvrm'. Did you mean 'hulpvorm'? [filter]",
    "hulpvorm == '99'": "9:27: impossible: hulpvorm has no code '99'. Valid: 01, 02, 11. [filter]",
    "crisis == '01'": "9:14: no dimension of this table shows 'crisis', so that nothing follows for its cells. Leave the filter out. [impossible-field]",
    "hulpvorm == 2": "9:27: impossible: hulpvorm holds codes, found 2; write it in quotes: '2'. [filter]",
}
TWICE = "9:34: this filter already stands on line 9. [duplicate-name]"
AGES = "26:12: beside a dimension of ages a rate must say which ages its total is divided by, such as from: 0 and below: 23, or from: 18 for all of 18 and older. [rate-ages]"


@pytest.fixture
def proef(tmp_path, monkeypatch):
    monkeypatch.chdir(table_specs(tmp_path))
    return tmp_path / "proef.yaml"


def said(path, text):
    path.write_text(text, encoding="utf-8")
    return [str(p).removeprefix("proef.yaml:") for p in check([path.name])]


def having(line):
    return PLAIN.replace("moment: instroom\n", f"moment: instroom\n{line}\n")


@pytest.mark.parametrize("more, expected", RATES.items())
def test_what_is_wrong_with_a_rate(proef, more, expected):
    """Ages, codes and populations that are not there, or do not fit."""
    assert said(proef, PLAIN.replace("policy:", RATE % more)) == [expected]


@pytest.mark.parametrize("text, expected", FILTERS.items())
def test_a_filter_on_people_leaves_them_in_the_denominator(proef, text, expected):
    """Who is left out of the count would still be divided by."""
    assert said(proef, having(f"where: {text}").replace("policy:", RATE % "")) == [expected]


def test_beside_ages_a_rate_says_of_whom(proef):
    """The total of all ages needs ages too."""
    by_age = PLAIN.replace("dimensions:\n", "dimensions:\n  - {name: Leeftijd, classification: leeftijd}\n")
    assert said(proef, by_age.replace("policy:", RATE % "")) == [AGES]


@pytest.mark.parametrize("text, expected", IMPOSSIBLE.items())
def test_what_is_wrong_with_impossible(proef, text, expected):
    """A filter over fields that the table shows."""
    assert said(proef, having(f'impossible: ["{text}"]')) == [expected]


def test_one_filter_twice(proef):
    """However it is written."""
    assert said(proef, having("""impossible: ["hulpvorm == '02'", "hulpvorm  ==  '02'"]""")) == [TWICE]


def test_right_ones_are_accepted(proef):
    """Nothing is said of what is right."""
    rate = RATE % ", from: 4, below: 18, by: Hulpvorm, ages: [{code: A1, below: 12}]"
    assert said(proef, having("impossible: [\"hulpvorm in ('01', '02')\"]").replace("policy:", rate)) == []
