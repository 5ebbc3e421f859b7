"""`celwacht attack` and `celwacht links` from the command line, on a public folder made by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from celwacht.publish.cli import main
from celwacht.publish.review.intruder.public_tables import counts_of, releases, unprinted
from celwacht.tables.periods import Period

from tests.tables.standard import standard

STAND, GEBRUIK = "jeugdreclassering_kwartaal_stand", "jeugdreclassering_kwartaal_uitstroom"


@pytest.mark.long
def test_a_set_before_its_figures(capsys):
    """By specification alone: quarterly stock and outflow of youth probation are tied."""
    with pytest.raises(SystemExit) as end:
        main(["links", "kwartaal_4", "2024"])
    told = capsys.readouterr().out
    assert end.value.code == 0
    assert "stand 2024KW02 + uitstroom 2024KW02 is at least stand 2024KW01" in told
    assert GEBRUIK in told and STAND in told


def test_no_release_is_a_problem_with_a_remedy(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        main(["attack", str(tmp_path)])
    assert end.value.code == 2 and "celwacht publish --out" in capsys.readouterr().err


def test_everything_ever_seen_is_attacked(tmp_path):
    """Releases that were replaced count as well; one release can be named by itself."""
    (tmp_path / "history").mkdir()
    old, new = "a" * 20, "b" * 20
    for release in (old, new):
        folder = tmp_path / "releases" / release
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"set": "2024-april", "tables": [], "files": []}))
    (tmp_path / "history" / "2024-april").write_text(f"{old}\n{new}\n")
    (tmp_path / "2024-april").symlink_to(Path("releases") / new)
    assert [r.id for r in releases(tmp_path)] == [old, new]
    assert [r.name for r in releases(tmp_path / "releases" / old)] == ["2024-april"]


def test_codes_before_figures_are_those_of_the_table():
    spec = standard()["jeugdhulp_gebruik_jongeren"]
    (table,) = unprinted([spec], [Period.parse("2024HJ01"), Period.parse("2024JJ00")])
    assert table.codes[-1] == ("2024HJ01", "2024JJ00") and table.withheld.all() and len(table.codes) == 5


def test_a_rate_beside_a_dot_tells_the_count():
    """A share that is printed where its count is not would give the count away: the attack reads it."""
    from tests.publish import small

    publication = small.published()
    count, share = publication.measures[0], publication.measures[1]
    cell = tuple(np.argwhere((count.state == 0) & (share.state == 0) & (count.values > 20))[-1])
    state, values = count.state.copy(), count.values.copy()
    state[cell], values[cell] = 1, 0
    dotted = type(count)(count.code, count.name, count.title, count.description, count.unit, count.decimals, values, state)

    class Seen:
        dimensions, measures = publication.dimensions, (dotted, *publication.measures[1:])

    spec = small.SPEC.model_copy(update={"policy": "strict"})
    (table,) = counts_of("r", spec, Seen)
    true = int(count.values[cell])
    assert table.withheld[cell] and table.least[cell] <= true <= table.greatest[cell] <= table.least[cell] + 1
