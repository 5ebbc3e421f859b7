"""A project lies over the package, in every kind of folder: a file of it adds or replaces by name, and hides no other."""

import shutil

import pytest
from celwacht.disclosure.policy.policy import read_policy
from celwacht.tables import home, region_files
from celwacht.tables.checks.catalogue import catalogue
from celwacht.tables.counting import codings
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.regions.divisions import division, systems
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.sources.populations import Needs, populations
from celwacht.tables.sources.sources import sources
from celwacht.tables.specs.library import Library
from celwacht.tables.specs.read_spec import read_set

YEAR = Period.parse("2024JJ00")
SAID = "van dit project"


def _rules():
    return {one.code: one.text.nl for one in catalogue()}


def _people():
    return {(one.about.population, one.about.year): one.about.source.nl for one in populations().all}


KINDS = {  # folder -> (a file of ours, a word of it, what replaces that word, what is then read by name, the name to look at)
    "classifications": ("drp", "id: drp", "id: {}", lambda: {n: codings.read_classification(n).title.nl for n in codings.names()}, "drp"),
    "policies": ("strict", "", "", lambda: {p.stem: read_policy(p.stem) for p in home.files("policies")}, "strict"),
    "sets": ("october", "id: october", "id: {}", lambda: {p.stem: read_set(p.stem).title.nl for p in home.files("sets")}, "october"),
    "sources": ("persoonskenmerken", "id: persoonskenmerken", "id: {}", lambda: {n: s.title.nl for n, s in sources().items()}, ""),
    "layouts": ("persoonskenmerken_1", "record: persoonskenmerken", "record: {}", lambda: {"persoonskenmerken": load_layout("persoonskenmerken", YEAR)}, ""),
    "checks": ("algemeen", "", "", _rules, ""),
    "regions": ("nederland", "id: nederland", "id: {}", lambda: {n: s.title.nl for n, s in systems().items()}, "nederland"),
    "populations": ("inwoners_2020", "", "", _people, ""),
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    for table in home.PACKAGED.glob("*.yaml"):  # a set is read with its tables, which are the project's own
        shutil.copy(table, tmp_path / table.name)
    with home.using(tmp_path):
        yield tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_added_hides_no_other(project, kind):
    """With a file of its own in the folder, all of the package is there as before."""
    name, word, change, read, _ = KINDS[kind]
    before = dict(read())
    (project / kind).mkdir()
    text = (home.PACKAGED / kind / f"{name}.yaml").read_text(encoding="utf-8")
    if kind == "checks":
        text = text[: text.index("rules:")] + "rules: []\n"
    if kind == "populations":
        text = text.replace("year: 2020", "year: 2019").replace("inwoners_2020", "eigen_een")
        for rows in ("gemeenten_2020.csv", "wijken_2020.csv"):
            shutil.copy(home.PACKAGED / kind / rows, project / kind / rows)
    (project / kind / "eigen_een.yaml").write_text(text.replace(word, change.format("eigen_een")) if word else text, encoding="utf-8")
    with home.using(project / "."):
        clear()
        after = read()
    assert before.items() <= after.items()
    if kind in ("classifications", "policies", "sets", "sources", "regions"):
        assert set(after) - set(before) == {"eigen_een"}


@pytest.mark.parametrize("kind", ["classifications", "sets", "regions", "sources"])
def test_a_file_of_a_name_that_the_package_has_replaces_it(project, kind):
    """That one, and no other."""
    name, _, _, read, _ = KINDS[kind]
    before = dict(read())
    (project / kind).mkdir()
    text = (home.PACKAGED / kind / f"{name}.yaml").read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if line.startswith("title:"))
    (project / kind / f"{name}.yaml").write_text(text.replace(first, f"title: {{nl: {SAID}}}"), encoding="utf-8")
    clear()
    after = read()
    assert after == before | {name: SAID}


def test_a_population_of_the_project_goes_before_that_of_the_package(project):
    """Of one year, under whatever name of file."""
    (project / "populations").mkdir()
    text = (home.PACKAGED / "populations" / "inwoners_2020.yaml").read_text(encoding="utf-8").replace("id: inwoners_2020", "id: zelf")
    text = text.replace('source: {nl: "CBS, Kerncijfers wijken en buurten 2020 (84799NED), bewerkt"', f'source: {{nl: "{SAID}"')
    (project / "populations" / "zelf.yaml").write_text(text, encoding="utf-8")
    for rows in ("gemeenten_2020.csv", "wijken_2020.csv"):
        shutil.copy(home.PACKAGED / "populations" / rows, project / "populations" / rows)
    assert populations().of("inwoners", 2024, Needs()).about.source.nl == SAID


def test_a_list_of_regions_is_added_by_itself(project):
    """A list of 2027 beside those of the package: that of the year is read, and those of before are there."""
    (project / "regions").mkdir()
    text = (home.PACKAGED / "regions" / "gemeenten_2023.csv").read_text(encoding="utf-8").replace("Groningen (gemeente)", SAID)
    (project / "regions" / "gemeenten_2027.csv").write_text(text, encoding="utf-8")
    assert region_files.divisions() == (2016, 2017, 2020, 2023, 2027)
    assert division("nederland", 2027).year == 2027 and len(division("nederland", 2023).rows) == 342


def test_changes_of_another_country_are_not_those_of_ours(project):
    """Two files of regions in one project, each with its own changes."""
    (project / "regions").mkdir()
    island = "version: 1\nid: island\ntitle: {nl: Eiland}\nwhole: X0\nchanges: changes_island\n"
    island += "region: {level: borough, files: boroughs, code: code, name: name, unknown: E999}\n"
    (project / "regions" / "island.yaml").write_text(island)
    (project / "regions" / "boroughs_2019.csv").write_text("code,name\nE1,One\nE2,Two\n")
    (project / "regions" / "changes_island_2021.csv").write_text("kind,old,new,share,since,name\nmerger,E1,E2,1,2021-01-01,\n")
    assert division("island", 2023).codes == ("E2",) and len(division("nederland", 2023).rows) == 342


def test_a_project_that_stands_alone_has_nothing_of_the_package(project):
    """In no kind of folder, and what is missing is said."""
    (project / home.ALONE).write_text("")
    assert [kind for kind in KINDS if home.files(kind)] == []
    assert Library(project).classifications == {} and Library(project).policies == frozenset()
    with pytest.raises(ProblemsFound, match="there is no set 'october'"):
        read_set("october")


def clear():
    """What was remembered of the folder while it had less in it is forgotten."""
    for work in (sources, systems, catalogue, load_layout, codings.read_classification):
        for cell in work.__closure__ or ():
            getattr(cell.cell_contents, "cache_clear", lambda: None)()
    from celwacht.tables.sources.layouts import every_layout

    for cell in every_layout.__closure__ or ():
        getattr(cell.cell_contents, "cache_clear", lambda: None)()
