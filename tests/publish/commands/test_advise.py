"""`celwacht advise`: what is withheld where, against the protected cube itself, and coarser designs as anybody would write them."""

import os

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.publish.cli import celwacht
from celwacht.publish.preview import advise, trial
from celwacht.publish.sets import make_table
from celwacht.tables.periods import Period
from celwacht.tables.specs.read_spec import read_table
from click.testing import CliRunner

from tests.publish.commands.test_preview import DRAFT
from tests.tables import tiny
from tests.tables.standard import standard

PERIODS = (Period.parse("2024HJ01"), Period.parse("2024JJ00"))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tiny.make(tmp_path_factory.mktemp("advise") / "data", 3, persons=300)


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    path = tmp_path_factory.mktemp("elders") / "mijn_proef.yaml"
    path.write_text(DRAFT.replace("periods: [halfjaar]", "periods: [halfjaar, jaar]"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def asked(draft, data):
    spec = read_table(draft)
    return trial.Asked(spec, PERIODS, trial.policies_of([], spec), data)


@pytest.fixture(scope="module")
def found(asked):
    return advise.advice(asked)


def cells(asked, spec):
    """The protected cubes of a design, and what can be printed of them."""
    periods = tuple(p for p in PERIODS if p.kind in spec.periods)
    job = make_table.Job(spec, periods, {}, PERIODS[0].end, asked.data, asked.data, asked.data)
    return make_table.protected(job, asked.policies[0], lambda *_: None)


def test_what_is_withheld_is_told_per_level(asked, found):
    """Cell after cell, from the codes: every level of every dimension, and together all cells."""
    (part,) = cells(asked, asked.spec)
    for loss in found.losses:
        axis = next(i for i, d in enumerate(part.cube.dimensions) if d.name == loss.dimension)
        if part.cube.dimensions[axis].kind == "TimeDimension":
            continue
        mine = [c.level == loss.level for c in part.cube.dimensions[axis].codes]
        value, gone, status = (np.compress(mine, a, axis) for a in (part.cube.cells, part.withheld, part.status))
        assert (loss.cells, loss.withheld) == (value.size, gone.sum())
        assert (loss.value, loss.value_withheld) == (value.sum(), value[gone].sum())
        assert loss.headline_lost <= (status == Status.SECONDARY).sum()
    for name in {loss.dimension for loss in found.losses}:
        assert sum(loss.cells for loss in found.losses if loss.dimension == name) == part.cube.cells.size
    assert {loss.level for loss in found.losses if loss.dimension == "Perioden"} == {"halfjaar", "jaar"}


def test_sizes_of_regions_share_out_the_finest_level(asked, found):
    (part,) = cells(asked, asked.spec)
    finest = [c.level == "provincie" for c in part.cube.dimensions[0].codes]
    assert sum(one.cells for one in found.sizes) == np.compress(finest, part.cube.cells, 0).size
    assert sum(one.value for one in found.sizes) == np.compress(finest, part.cube.cells, 0).sum()


def test_coarser_designs_are_what_their_lines_say(asked, found, draft):
    """Each is tried out as it would be published, and the best come first."""
    designs = {d.what: d for d in found.designs}
    assert found.designs[0].what == "as it is"
    assert set(designs) == {"as it is", "without RegioS", "without Crisis", "only for a jaar"}
    only_year = asked.spec.model_copy(update={"periods": ("jaar",)})
    (part,) = cells(asked, only_year)
    told = designs["only for a jaar"]
    assert told.change == "periods: [jaar]"
    assert (told.cells, told.printed) == (part.cube.cells.size, ((part.cube.cells > 0) & ~part.withheld).sum())
    assert told.value_withheld == part.cube.cells[part.withheld].sum() and told.safe
    printed = [d.printed for d in found.designs[1:] if d.safe]
    assert printed == sorted(printed, reverse=True)


def test_levels_are_dropped_from_the_finest(asked):
    spec = standard()["jeugdbescherming_instroom"]
    levels = [["a", "b", "c"] for _ in spec.dimensions]
    first = next(iter(advise.coarser(spec, levels)))
    assert first[2].dimensions[0].levels == ("a", "b") and "levels: [a, b]" in first[1]


def test_it_is_confidential_and_leaves_no_trace(draft, data):
    before = sorted((p, p.stat().st_mtime_ns) for p in data.rglob("*") if p.is_file())
    words = ["advise", str(draft), "--period", "2024HJ01", "--period", "2024JJ00", "--data", str(data)]
    told = CliRunner().invoke(celwacht, words, env={"CELWACHT_KEY": os.devnull + ".none"})
    assert told.exit_code == 0, told.output
    assert told.output.startswith("CONFIDENTIAL: mijn_proef") and "as it is" in told.output and "without Crisis" in told.output
    assert sorted((p, p.stat().st_mtime_ns) for p in data.rglob("*") if p.is_file()) == before
