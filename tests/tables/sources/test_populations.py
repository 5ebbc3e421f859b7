"""Population files: read strictly, every problem with file and line; sums are exact."""

import pytest
from celwacht.tables.counting.check_specs import check
from celwacht.tables.demo.people import write_people
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.populations import Needs, populations, read_population
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

ABOUT = """\
version: 1
id: mensen_2024
population: mensen
year: 2024
source: {nl: Verzonnen}
licence: CC0
made_up: true
files: [mensen.csv]
"""
ROWS = "region,sex,0-11,12-17,18+\nAA,M,10,4,50\nAA,V,11,5,60\nBB,M,1,2,3\nBB,V,4,5,6\n"
HEADER = "The header is region,sex and then the classes of age, such as 0-17,18+"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "populations"
    place.mkdir()
    (place / "mensen_2024.yaml").write_text(ABOUT)
    (place / "mensen.csv").write_text(ROWS)
    monkeypatch.chdir(tmp_path)
    return place


def said(folder):
    return [str(p).removeprefix("populations/") for p in check([folder / "mensen_2024.yaml"])]


def test_persons_by_age_and_sex(folder):
    people, problems = read_population(folder / "mensen_2024.yaml")
    assert problems == [] and people.persons("AA") == 140 and people.persons("BB", 12, 18, "V") == 5
    assert people.persons("AA", 0, 18) == 30 and people.persons("AA", 12, None, "M") == 54 and people.persons("CC") is None
    assert people.lacks(Needs(frozenset({12, 18}), by_sex=True)) == ""
    assert people.lacks(Needs(frozenset({4}))) == "no class of age begins at 4 (they begin at 0, 12, 18)"
    assert people.lacks(Needs(wijken=True)) == "it is not known by wijk"


def test_sexes_are_written_as_the_records_have_them(folder):
    """In words too: `celwacht new --source` takes over what stands in a file."""
    (folder / "mensen_2024.yaml").write_text(ABOUT + "sexes: [Man, Vrouw]\n")
    (folder / "mensen.csv").write_text(ROWS.replace("M", "Man").replace("V", "Vrouw"))
    people, problems = read_population(folder / "mensen_2024.yaml")
    assert problems == [] and people.persons("BB", 12, 18, {"Vrouw"}) == 5


BROKEN = {
    "semicolons": (ROWS.replace(",", ";"), [f"mensen.csv:1: {HEADER}; found region;sex;0-11;12-1. [population-header]"]),
    "nothing": ("", [f"mensen.csv:1: {HEADER}; found nothing. [population-header]"]),
    "no rows": ("region,sex,0+\n", ["mensen.csv:1: there are no rows below the header. [population-empty]"]),
    "a gap in the ages": (
        ROWS.replace("12-17", "13-17"),
        [f"mensen.csv:1: {HEADER}; column 4 must be a class that begins with 12, such as 12-16, found '13-17'. [population-header]"],
    ),
    "ages that turn back": (
        ROWS.replace("0-11", "0-0").replace("12-17", "1-0"),
        [f"mensen.csv:1: {HEADER}; column 4 must be a class that begins with 1, such as 1-5, found '1-0'. [population-header]"],
    ),
    "a closed end": (ROWS.replace("18+", "18-99"), [f"mensen.csv:1: {HEADER}; column 5 must be 18+, found '18-99'. [population-header]"]),
    "an open middle": (
        ROWS.replace("12-17", "12+"),
        [f"mensen.csv:1: {HEADER}; column 4 must be a class that begins with 12, such as 12-16, found '12+'. [population-header]"],
    ),
    "a cell too few": (ROWS.replace("AA,V,11,5,60", "AA,V,11,5"), ["mensen.csv:3: has 4 cells, and the header has 5. [population-row]"]),
    "a decimal": (
        ROWS.replace("10,4,50", "10.5,4,50"),
        ["mensen.csv:2: column 0-11: expected a whole number of persons, found '10.5'. [population-number]"],
    ),
    "a negative": (
        ROWS.replace("10,4,50", "10,-4,50"),
        ["mensen.csv:2: column 12-17: expected a whole number of persons, found '-4'. [population-number]"],
    ),
    "an empty cell": (
        ROWS.replace("10,4,50", ",4,50"),
        ["mensen.csv:2: column 0-11: expected a whole number of persons, found ''. [population-number]"],
    ),
    "a number of ten digits": (
        ROWS.replace("10,4,50", "1000000000,4,50"),
        ["mensen.csv:2: column 0-11: expected a whole number of persons, found '1000000000'. [population-number]"],
    ),
    "digits of another script": (
        ROWS.replace("10,4,50", "\u0661,4,50"),
        ["mensen.csv:2: column 0-11: expected a whole number of persons, found '\u0661'. [population-number]"],
    ),
    "a third sex": (ROWS.replace("AA,V", "AA,X"), ["mensen.csv:3: sex is M, V, or T for all together; found 'X'. [population-sex]"]),
    "a name for a region": (
        ROWS.replace("BB,M", "Almere,M"),
        ["mensen.csv:4: 'Almere' is no code of a region, such as GM0363. [population-region]"],
    ),
    "a row twice": (ROWS + "AA,M,1,1,1\n", ["mensen.csv:6: region AA occurs twice; the first is on line 2. [population-twice]"]),
    "all beside the parts": (
        ROWS + "AA,T,1,1,1\n",
        ["mensen.csv:6: region AA has a row T beside rows M and V; the first is on line 2. [population-twice]"],
    ),
    "only boys": (ROWS.replace("BB,V,4,5,6\n", ""), ["mensen.csv:4: region BB has a row for M only; give M and V, or T. [population-sex]"]),
    "two ways": (
        ROWS.replace("BB,M,1,2,3\nBB,V", "BB,T"),
        ["mensen.csv: some regions have M and V, and others T. Give all of a file in one way. [population-sex]"],
    ),
    "Windows-1252": (
        ROWS.replace("BB,M", "B\xe9,M").encode("cp1252"),
        ["mensen.csv:4: byte 0xE9 is not UTF-8. Save the file again as UTF-8. [encoding]"],
    ),
    "an open quote": (
        ROWS.replace("BB,V,4,5,6\n", 'BB,V,4,5,"6\n'),
        ["mensen.csv:5: is not comma separated: unexpected end of data. Close the quotes, or save it again. [csv]"],
    ),
    "two rows wrong": (
        ROWS.replace("AA,M", "AA,m").replace("BB,V", "BB,W"),
        [
            "mensen.csv:2: sex is M, V, or T for all together; found 'm'. [population-sex]",
            "mensen.csv:5: sex is M, V, or T for all together; found 'W'. [population-sex]",
        ],
    ),
}


@pytest.mark.parametrize("content, expected", BROKEN.values(), ids=BROKEN)
def test_broken_rows(folder, content, expected):
    (folder / "mensen.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert said(folder) == expected
    with pytest.raises(ProblemsFound):
        populations(folder.parent)


ABOUTS = {
    "a file that is not there": (
        "[mensen.csv]",
        "[menschen.csv]",
        "8:9: there is no file menschen.csv beside this one. Did you mean 'mensen.csv'? [no-file]",
    ),
    "a path": (
        "[mensen.csv]",
        "[../mensen.csv]",
        "8:9: files.1: expected the name of a file in small letters, digits and _, such as gemeenten_2020.csv, found ../mensen.csv. "
        "[wrong-value]",
    ),
    "a year of another age": ("year: 2024", "year: 24", "4:7: year: expected a whole number of 1900 to 2200, found 24. [wrong-value]"),
    "no licence": ("licence: CC0\n", "", "1:1: key 'licence' is missing. Licence of the figures, such as CC BY 4.0. [missing-key]"),
    "a division that is not there": (
        "files:",
        "division: 1999\nfiles:",
        "8:11: there is no regions/gemeenten_1999.csv. Divisions there are: 2016, 2017, 2020, 2023. [population-division]",
    ),
}


@pytest.mark.parametrize("old, new, expected", ABOUTS.values(), ids=ABOUTS)
def test_broken_descriptions(folder, old, new, expected):
    (folder / "mensen_2024.yaml").write_text(ABOUT.replace(old, new))
    assert said(folder) == [f"mensen_2024.yaml:{expected}"]


def test_one_year_twice(folder):
    """Two files for one year: which would be taken?"""
    (folder / "andere_2024.yaml").write_text(ABOUT.replace("mensen_2024", "andere_2024"))
    told = [str(p) for p in check([folder / "andere_2024.yaml", folder / "mensen_2024.yaml"])]
    assert told == [
        "populations/mensen_2024.yaml:4:7: mensen of 2024 is already in andere_2024.yaml. Keep one of them. [duplicate-population]"
    ]


def test_a_gemeente_too_few_or_too_many(tmp_path, monkeypatch):
    """The country is a sum: a missing gemeente would make every rate of it too large."""
    write_people(tmp_path, (2024,))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "populations" / "gemeenten_2024.csv"
    whole = file.read_text()
    file.write_text("".join(line for line in whole.splitlines(True) if not line.startswith("GM0014")))
    about = tmp_path / "populations" / "inwoners_2024.yaml"
    assert [str(p) for p in check([about])] == [
        "populations/gemeenten_2024.csv: gemeente GM0014 of 2023 is missing. Give every gemeente. [population-region]"
    ]
    file.write_text(whole.replace("GM0014", "GM0003"))
    assert [str(p) for p in check([about])] == [
        "populations/gemeenten_2024.csv: gemeente GM0014 of 2023 is missing. Give every gemeente. [population-region]",
        "populations/gemeenten_2024.csv:2: region GM0003 is not in the division of 2023. Give the code of one that is, or remove the row. "
        "[population-region]",
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, len(ROWS)), st.integers(0, 6), st.sampled_from(["\n", ",", '"', "0", "-", "+", "\x00", "M", "é"])),
        max_size=4,
    )
)
def test_no_edit_makes_the_reader_fall_over(folder, edits):
    """Random pieces cut out and put in: people, or problems that name the file, and no other error."""
    text = ROWS
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    (folder / "mensen.csv").write_text(text, encoding="utf-8", newline="")
    people, problems = read_population(folder / "mensen_2024.yaml")
    assert (people is None) == bool(problems)
    assert all(str(p).isprintable() and p.file.endswith(("mensen.csv", "mensen_2024.yaml")) for p in problems)


def test_a_file_without_division_that_lacks_the_larger_regions_is_told_by_check(folder):
    """Nothing adds its regions up, and a rate would miss the whole only when it is counted. With the rows of the whole it is right."""
    about = "\n".join(line for line in ABOUT.splitlines() if not line.startswith("division")) + "\n"
    (folder / "mensen_2024.yaml").write_text(about)
    (folder / "mensen.csv").write_text("region,sex,0-11,12-17,18+\nGM0014,T,10,4,50\n")
    assert said(folder) == [
        "mensen_2024.yaml:1:1: there are no rows of NL01 and 2 more, and nothing adds the regions up to them. "
        "Add `division: 2023`, or the rows. [population-division]"
    ]
    (folder / "mensen.csv").write_text(ROWS)
    assert said(folder) == []  # regions of no list of the project
