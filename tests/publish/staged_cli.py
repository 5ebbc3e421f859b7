"""The command line with counts from a generator instead of a database: run as `python -m tests.publish.staged_cli`.

STAGED=refused gives the second table a mean, for which there is no proof; STAGED=broken lets counting fail with a text that
holds a canary; STAGED=full lets the disk be full.
"""

import os

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
how = os.environ.get("STAGED", "")
fields = small.SPEC.model_dump(exclude_unset=True)
second = {**fields, "id": "tweede_tabel", "measures": [*fields["measures"], *([MEAN] if how == "refused" else [])]}
specs = {
    "kleine_tabel": small.SPEC,
    "tweede_tabel": TableSpec.model_validate(second),
    "kwartaaltabel": small.SPEC.model_copy(update={"id": "kwartaaltabel", "periods": ("kwartaal",)}),
}


def counted(spec, periods, data, **_):
    if how == "broken":
        raise KeyError(f"no such person: {CANARY}")
    return [Cube(spec.id, small.dimensions(), small.atoms(len(spec.id)))]


def full(self, path, content):
    raise OSError(28, "No space left on device", path.name)


if __name__ == "__main__":  # never at import: a test that imports this must not change the house for others
    make_set.read_set, make_set.read_tables = lambda name: SET, lambda **_: specs
    make_table.read_policy = lambda name: small.POLICY
    build_cube.build_cube = counted
    if how == "full":
        store.Disk.write = full
    cli.main()
