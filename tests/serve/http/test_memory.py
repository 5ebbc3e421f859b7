"""Questions about more tables than the database has room for: the oldest make way, and every answer is right."""

import json

import pytest
from celwacht.publish.serve.catalogue.catalogue import Catalogue
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.serve.http.request import Ask
from celwacht.publish.serve.odata4.service4 import V4

from tests.serve import made, stand_in

TABLES = [made.publication(f"tabel_{n}", n_regions=900, n_periods=4, seed=n) for n in range(6)]


@pytest.mark.long
def test_tables_make_way_for_each_other():
    catalogue = Catalogue(stand_in.Shelf(*TABLES), Limits(database_memory="8MB"))
    service = V4(catalogue)
    for publication in TABLES * 2:
        body = service.answer(Ask("http://x", f"/Celwacht/{publication.table}/Observations/$count", "$filter=Value%20gt%202500")).body
        assert json.loads(body) == sum(int((m.values > 2500 * 10**m.decimals).sum()) for m in publication.measures)
    held = catalogue.database._connection.cursor().execute("SELECT count(*) FROM duckdb_tables() WHERE estimated_size > 10000").fetchone()
    assert held[0] < len(TABLES)
    catalogue.close()
