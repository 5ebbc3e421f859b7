"""A whole set: every table passes and the set appears, or nothing does; and the same set is the same bytes."""

import pickle
from datetime import date

import pytest
from celwacht.publish.review import records
from celwacht.publish.sets import make_set, make_table, progress, same_cells
from celwacht.publish.store import store
from celwacht.tables.counting import build_cube
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.sources.data_source import write_made_up
from celwacht.tables.specs.table_spec import SetSpec, TableSpec

from tests.publish import small

SET = SetSpec.model_validate(
    {
        "version": 1,
        "id": "april",
        "title": {"nl": "April"},
        "description": {"nl": "Een set."},
        "tables": ["kleine_tabel", "tweede_tabel", "kwartaaltabel"],
        "periods": [
            {"year": 0, "part": p, "status": s} for p, s in (("HJ01", "NaderVoorlopig"), ("HJ02", "Voorlopig"), ("JJ00", "Voorlopig"))
        ],
    }
)


def spec(**changes) -> TableSpec:
    return small.SPEC.model_copy(update=changes)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A set of two tables whose counts come from a generator instead of a database; one more without its periods."""
    (tmp_path / "data").mkdir()
    return counted(monkeypatch)


def counted(patch, seed=lambda table: len(table)) -> dict[str, TableSpec]:
    """Patches the making of sets so; seed(table) draws its counts."""
    specs = {s.id: s for s in (spec(), spec(id="tweede_tabel"), spec(id="kwartaaltabel", periods=("kwartaal",)))}
    patch.setattr(make_set, "read_set", lambda name: SET.model_copy(update={"id": name}))
    patch.setattr(make_set, "read_tables", lambda **_: specs)
    patch.setattr(make_table, "read_policy", lambda name: small.POLICY)
    patch.setattr(same_cells, "mended", lambda *_: same_cells.Mended({}))  # the specifications do not say what the generator counts
    patch.setattr(build_cube, "build_cube", lambda s, *_, **__: [Cube(s.id, small.dimensions(), small.atoms(seed(s.id)))])
    return specs


def order(tmp_path, **changes) -> make_set.Order:
    data = changes.get("data", tmp_path / "data")
    data.mkdir(parents=True, exist_ok=True)
    write_made_up(data)
    return make_set.Order(
        **{
            "set_name": "april",
            "year": 2024,
            "data": tmp_path / "data",
            "out": tmp_path / "out",
            "workers": 1,
            "secret": b"geheim",
            **changes,
        }
    )


def test_a_set_with_its_manifest_and_record(house, tmp_path):
    """The tables are there in all forms, and the record of the very same release is in the vault."""
    told = []
    outcome = make_set.publish(order(tmp_path), lambda *a: told.append(a))
    assert [t.verdict for t in outcome.tables] == ["SAFE", "SAFE"] and outcome.skipped == ("kwartaaltabel",)
    link = tmp_path / "out/2024-april"
    assert link.resolve() == outcome.release.resolve() and store.problems_of(link) == []
    names = {p.name for p in (link / "tweede_tabel").iterdir()}
    assert names >= {"odata", "csv", "parquet", "sdmx", "tweede_tabel.xlsx", "tweede_tabel.px", "datapackage.json"}
    record = tmp_path / "data/vault/reports/2024-april"
    assert record.resolve().name == outcome.release.name and len(records.load(record / "kleine_tabel")) == 1
    assert {step for _, step, _, _ in told} == set(make_table.STEPS)
    assert not (tmp_path / "out/.staging").exists()


def test_same_input_and_key_same_bytes(house, tmp_path):
    """Made twice in other folders, the release has the same id, which is the hash of everything in it."""
    first = make_set.publish(order(tmp_path))
    second = make_set.publish(order(tmp_path, out=tmp_path / "other"))
    assert first.release.name == second.release.name


@pytest.mark.long
def test_one_refused_table_refuses_the_set(house, tmp_path):
    """With a mean in one table nothing appears; the earlier set stands; without that table the rest is published."""
    before = make_set.publish(order(tmp_path)).release
    mean = {"kind": "mean", "name": "Duur", "title": {"nl": "Duur"}, "field": "duur_dagen"}
    fields = small.SPEC.model_dump(exclude_unset=True)
    house["tweede_tabel"] = TableSpec.model_validate({**fields, "id": "tweede_tabel", "measures": [*fields["measures"], mean]})
    outcome = make_set.publish(order(tmp_path))
    assert outcome.release is None and [t.published for t in outcome.tables] == [True, False]
    assert (tmp_path / "out/2024-april").resolve() == before.resolve()
    assert (tmp_path / "data/vault/reports/2024-april.refused/kleine_tabel").is_dir()
    rest = make_set.publish(order(tmp_path, without=("tweede_tabel",), withdraw=True))
    assert rest.release is not None and rest.skipped == ("tweede_tabel", "kwartaaltabel")


@pytest.mark.long
def test_an_error_in_a_table_leaves_nothing(house, tmp_path, monkeypatch):
    """A worker that fails stops the set; the next run is as if it had not been."""

    def broken(*_, **__):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(build_cube, "build_cube", broken)
        with pytest.raises(RuntimeError):
            make_set.publish(order(tmp_path))
    assert not (tmp_path / "out/2024-april").exists()
    assert make_set.publish(order(tmp_path)).release is not None


def test_without_must_name_a_table(house, tmp_path):
    """A misspelt table is reported with the nearest name."""
    with pytest.raises(ProblemsFound, match="Did you mean 'tweede_tabel'"):
        make_set.publish(order(tmp_path, without=("twede_tabel",)))


@pytest.mark.parametrize(
    "codes, day",
    [
        (["2024HJ01"], date(2024, 10, 31)),
        (["2024HJ02", "2024JJ00"], date(2025, 4, 30)),
        (["2023JJ00", "2024HJ01"], date(2024, 10, 31)),
        (["2024KW01"], date(2024, 7, 31)),
    ],
)
def test_date_on_the_tables(codes, day):
    """A half-year that ends in June is dated 31 October, one that ends in December 30 April: never the clock."""
    assert make_set.modified_of([Period.parse(c) for c in codes]) == day


def test_closing_table(house, tmp_path):
    """The table at the end has a line per table and one for all, with the share of the value that is withheld."""
    outcome = make_set.publish(order(tmp_path))
    console = progress.screen()
    with console.capture() as text:
        console.print(progress.closing_table(outcome))
    lines = text.get().splitlines()
    assert lines[0].split()[:4] == ["table", "cells", "sensitive", "withheld"] and len(lines) == 4
    first = outcome.tables[0]
    share = f"{100 * first.value_withheld / first.value:.2f}"
    shown = ["kleine_tabel", "108", str(first.sensitive), str(first.withheld), share, "%", "0", "of", str(first.headline), "SAFE"]
    assert lines[1].split()[:10] == shown


def test_problems_travel_from_a_worker():
    """What a worker finds wrong comes back as it was, with every problem."""
    found = ProblemsFound([Problem("a.yaml", 3, 1, "rule", "one"), Problem("b.yaml", 1, 1, "rule", "two")])
    back = pickle.loads(pickle.dumps(found))
    assert back.problems == found.problems and str(back) == str(found)
