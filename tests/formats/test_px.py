"""PX read back by pyaxis, in Dutch and in English, and by a small reader here for what pyaxis cannot tell apart."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from celwacht.publish.formats import px
from celwacht.publish.formats.parts import words
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, Words
from celwacht.tables.face import LANGUAGES
from hypothesis import given, settings
from pyaxis import pyaxis

from tests.formats import made
from tests.publish import small

MARK = {WITHHELD: '"."', IMPOSSIBLE: '".."'}
# What pyaxis cannot read in a text, though PX allows it: it takes brackets for a language and DATA= for the figures.
BAD = '[]()="'


def keywords(content):
    """Keyword with language and sub-key -> text of its value; long texts joined. Without the data."""
    text, _, _ = content.decode().partition("DATA=")
    found = {}
    for entry in re.findall(r'([A-Z0-9-]+(?:\[en\])?(?:\((?:"[^"]*",?)+\))?)=((?:"[^"]*"|[^;"])*);\r\n', text):
        assert entry[0] not in found, f"{entry[0]} occurs twice"
        found[entry[0]] = entry[1]
    return found


def strings(value):
    return re.findall('"([^"]*)"', value)


def joined(value):
    return "".join(strings(value))


def check_data(publication):
    """Every cell of the data, in order, exact or with its mark."""
    content = px.encode(publication).decode()
    cells = content.split("DATA=", 1)[1].rsplit(";", 1)[0].split()
    assert cells == [format(value, "f") if state == PRINTED else MARK[state] for _, _, state, value in made.truth(publication)]


def check_words(publication):
    """Titles, codes, units, notes and marks, in both languages; every line short enough."""
    content = px.encode(publication)
    found = keywords(content)
    for place, language in ((0, ""), (1, "[en]")):
        said = LANGUAGES[place]
        names = strings(found[f"STUB{language}"]) if f"STUB{language}" in found else []
        names += strings(found[f"HEADING{language}"])
        assert len(names) == len(set(names)) == len(publication.dimensions) + 1
        for dimension, name in zip(publication.dimensions, names):
            titles = strings(found[f'VALUES{language}("{name}")'])
            assert len(set(titles)) == len(titles) == len(dimension.codes)
            for code, title in zip(dimension.codes, titles):
                assert title.startswith(px.fit(words.in_language(code.title, said)))
            assert strings(found[f'CODES{language}("{name}")']) == [px.fit(c.code) for c in dimension.codes]
        whole = joined(found[f"NOTEX{language}"])
        for state, dots in px.DOTS.items():
            assert f"{dots} : {words.in_language(words.MEANING[state], said)}" in whole
        mine = [v for k, v in found.items() if "NOTE" in k and ("[en]" in k.split("(")[0]) == bool(language)]
        told = "".join(map(joined, mine))
        for note in words.notes(publication):
            assert px._note(words.in_language(note.text, said)) in told
    assert max(map(len, re.findall('"[^"\r\n]*"', "".join(v for k, v in found.items() if "NOTE" in k)))) <= 256


def test_hostile_table():
    check_data(made.hostile())
    check_words(made.hostile())


@settings(max_examples=60, deadline=None)
@given(made.publications())
def test_any_table(publication):
    check_data(publication)
    check_words(publication)


def read(publication, folder, language=None):
    (folder / "t.px").write_bytes(px.encode(publication))
    return pyaxis.parse(str(folder / "t.px"), "utf-8", lang=language, null_values=r'^"\."$', sd_values=r'^"\.\."$')


def check_pyaxis(publication, folder):
    """Each figure at the titles of its codes; a withheld one '', an impossible one NaN: never a number."""
    for language in LANGUAGES:
        frame = read(publication, folder, language)["DATA"]
        assert frame.shape == (publication.n_observations, len(publication.dimensions) + 2)
        shown = [value if isinstance(value, str) else None for value in frame["DATA"]]
        want = {PRINTED: lambda v: Decimal(v), WITHHELD: lambda v: v, IMPOSSIBLE: lambda v: v}
        for (_, _, state, value), text in zip(made.truth(publication), shown, strict=True):
            assert want[state](text) == {PRINTED: value, WITHHELD: "", IMPOSSIBLE: None}[state]
        for place, dimension in enumerate(publication.dimensions):
            for code, title in zip(dimension.codes, dict.fromkeys(frame.iloc[:, place]), strict=True):
                assert title.startswith(px.fit(words.in_language(code.title, language)))


@pytest.mark.parametrize("publication", [made.hostile(), small.published()], ids=["hostile", "small"])
def test_pyaxis(publication, tmp_path, capsys):
    check_pyaxis(publication, tmp_path)


@settings(max_examples=25, deadline=None)
@given(made.publications(bad=BAD))
def test_pyaxis_any_table(tmp_path_factory, publication):
    check_pyaxis(publication, tmp_path_factory.mktemp("px"))


def titled(*titles):
    """The small table with these titles (Dutch, English) of its first dimensions."""
    publication = made.hostile()
    own = [replace(d, title=Words(*t)) for d, t in zip(publication.dimensions, titles)]
    codes = [replace(d, codes=tuple(replace(c, title=Words(c.code.replace("=", "-"))) for c in d.codes)) for d in own]
    rest = [replace(d, codes=tuple(replace(c, title=Words(c.code)) for c in d.codes)) for d in publication.dimensions[len(titles) :]]
    measures = [replace(m, title=Words(m.name)) for m in publication.measures]
    return replace(publication, dimensions=(*codes, *rest), measures=tuple(measures))


BROTHERS = [
    "een\ntwee",
    "een\r\ntwee",
    "een\x0btwee",
    "een\x85twee",
    "een\u2028twee",
    "een\ttwee",
    "een twee",
    "\n",
    "\x00",
    "Onderwerp",
    "Topic",
]


@pytest.mark.parametrize("title", BROTHERS, ids=repr)
def test_a_title_that_means_another_variable_in_the_other_language(title, tmp_path, capsys):
    """pyaxis finds every variable, in both languages, where the English title of one is the Dutch title of the next.

    Found by chance with a title that has a line break. Brothers looked for: every line end and control character, titles of
    nothing else, the title of the measures, the same text in other dress (they become one text in PX), the order turned round.
    """
    for titles in ([("eerste", title), (title, "second")], [(title, "first"), ("tweede", title)], [("a", title), (title, "a"), ("b", "c")]):
        publication = titled(*titles)
        check_pyaxis(publication, tmp_path)
        check_words(publication)


def test_measures_keep_their_units_in_both_languages(tmp_path, capsys):
    """The English title of a measure is the Dutch one of the next: pyaxis finds the unit of each."""
    publication = titled(("Regio's", "Regions"))
    first, second, third = publication.measures
    publication = replace(publication, measures=(replace(first, title=Words("a", "b")), replace(second, title=Words("b", "c")), third))
    for language in LANGUAGES:
        units = [v for k, v in read(publication, tmp_path, language)["METADATA"].items() if k.startswith("UNITS(")]
        assert units == [[px.fit(m.unit)] for m in publication.measures]


def test_keywords(tmp_path):
    """Mandatory keywords, decimals per measure, tree of regions, units; no TIMEVAL for half-years beside years."""
    found = keywords(px.encode(made.hostile()))
    assert {"CHARSET", "MATRIX", "SUBJECT-CODE", "SUBJECT-AREA", "DECIMALS", "TITLE", "CONTENTS", "UNITS", "STUB", "HEADING"} <= set(found)
    assert found["CODEPAGE"] == '"utf-8"' and strings(found["LANGUAGES"]) == ["nl", "en"]
    assert (found["DECIMALS"], found["SHOWDECIMALS"], found['PRECISION("Onderwerp","Per 1 000")']) == ("2", "0", "2")
    assert found['UNITS("Per 1 000")'] == '"per 1 000 inwoners"'
    tree = found['HIERARCHIES("Regio\'s")'].replace("\r\n", "")
    assert tree == '"NL01","NL01":"PV20","PV20":"GM0014","NL01":"GM0034"'
    assert not [k for k in found if k.startswith("TIMEVAL")]
    assert found['VALUENOTE("Perioden","2024 1e halfjaar")'] == '"Nader voorlopige cijfers"'
    assert found['VALUENOTE[en]("Periods","2024 1st half-year")'] == '"Revised provisional figures"'


@settings(max_examples=5, deadline=None)
@given(made.publications())
def test_timeval_of_years(publication):
    years = ",".join(f'"{c.code[:4]}"' for c in publication.periods.codes)
    found = [v for k, v in keywords(px.encode(publication)).items() if k.startswith("TIMEVAL")]
    assert found == [f"TLIST(A1),{years}"] * 2
