"""One real server for all clients, over three tables: a small one that went through the gate, one with hard titles, and one of made-up figures with
more rows than a page of either protocol holds.
"""

from dataclasses import dataclass, replace
from functools import cache

import pytest
from celwacht.publish.publication.publication import Publication

from tests.publish import small
from tests.serve import live, made, truth

V3_PAGE, V4_PAGE = 10_000, 100_000


@dataclass(frozen=True, eq=False)
class House:
    """The running server, and what it serves."""

    server: live.Live
    tables: dict[str, Publication]

    @cache  # noqa: B019 - there is one house in a run
    def truth(self, table: str) -> dict:
        return truth.figures(self.tables[table])


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    out = tmp_path_factory.mktemp("clients") / "out"
    large = made.publication("grote_tabel", n_regions=1600, n_periods=4, wijken=True, title="Groot; wijken en buurten")
    large = replace(large, made_up=True)  # what is added to every answer about it must not trouble any client
    first = (small.published(), made.publication())
    live.publish(out, *first)
    live.publish(out, large, name="2024-october")
    assert large.n_observations > V4_PAGE and large.n_observations / 2 > 5 * V3_PAGE
    with live.serving(out) as server:
        yield House(server, {p.table: p for p in (*first, large)})
