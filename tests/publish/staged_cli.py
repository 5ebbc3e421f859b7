"""The command line with counts from a generator instead of a database: run as `python -m tests.publish.staged_cli`.

STAGED=refused gives the second table a mean, for which there is no proof; STAGED=broken lets counting fail with a text that
holds a canary; STAGED=full lets the disk be full.
"""

import os

import pytest
from celwacht.publish import cli
from celwacht.publish.sets import make_set, make_table
from celwacht.publish.store import store
from celwacht.tables.counting import build_cube
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.specs.table_spec import TableSpec

from tests.publish import small
from tests.publish.sets.test_pipeline import SET

CANARY = "999999990"
MEAN = {"kind": "mean", "name": "Duur", "title": {"nl": "Duur"}, "field": "duur_dagen"}


def specs(how):
    """The tables of the set, as read_tables gives them."""
    fields = small.SPEC.model_dump(exclude_unset=True)
    second = {**fields, "id": "tweede_tabel", "measures": [*fields["measures"], *([MEAN] if how == "refused" else [])]}
    return {
        "kleine_tabel": small.SPEC,
        "tweede_tabel": TableSpec.model_validate(second),
        "kwartaaltabel": small.SPEC.model_copy(update={"id": "kwartaaltabel", "periods": ("kwartaal",)}),
    }


def counted(spec, periods, data, **_):
    return [Cube(spec.id, small.dimensions(), small.atoms(len(spec.id)))]


def broken(spec, periods, data, **_):
    raise KeyError(f"no such person: {CANARY}")


def full(self, path, content):
    raise OSError(28, "No space left on device", path.name)


def stage(patch, how=""):
    """Changes the house so, through `patch.setattr`."""
    its = specs(how)
    patch.setattr(make_set, "read_set", lambda name: SET)
    patch.setattr(make_set, "read_tables", lambda **_: its)
    patch.setattr(make_table, "read_policy", lambda name: small.POLICY)
    patch.setattr(build_cube, "build_cube", broken if how == "broken" else counted)
    if how == "full":
        patch.setattr(store.Disk, "write", full)


if __name__ == "__main__":  # never at import: a test that imports this must not change the house for others
    stage(pytest.MonkeyPatch(), os.environ.get("STAGED", ""))
    cli.main()
