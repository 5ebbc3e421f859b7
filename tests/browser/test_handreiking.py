"""Voorbeeld 1 and 2 of the handreiking in the viewer: by a link that holds the choice, with the titles and figures that are published."""

import numpy as np
import pytest

from tests.browser.conftest import Opened
from tests.browser.hands import settled
from tests.serve import handreiking, live


@pytest.fixture(scope="module")
def shelf(browser, tmp_path_factory):
    """(address, tables with the names of their dimensions) of a site with both tables."""
    out = tmp_path_factory.mktemp("handreiking")
    made = {table: handreiking.publication(table) for table in handreiking.EXAMPLES}
    live.publish(out, *(publication for publication, _ in made.values()))
    with live.serving(out) as server:
        yield server.url, made


@pytest.mark.parametrize("table", sorted(handreiking.EXAMPLES))
@pytest.mark.parametrize("gemeente", ("GM0106", "GM1979"))
def test_the_example_is_on_the_screen(browser, shelf, table, gemeente):
    """Rows and columns as in the handreiking for one gemeente and half-year; each figure the published one."""
    site, made = shelf
    publication, names = made[table]
    dimensions = {d.name: d for d in publication.dimensions}
    rows = {names[field]: titles for field, titles in handreiking.EXAMPLES[table].items()}
    wanted = rows | {names["hulpvorm"]: handreiking.FORMS}
    places = {n: [handreiking.position([c.title.nl for c in dimensions[n].codes], one) for one in t] for n, t in wanted.items()}
    codes = "".join(f"&{n}={','.join(dimensions[n].codes[i].code for i in sorted(p))}" for n, p in places.items())
    opened = "".join(f"&o.{n}=*" for n in wanted)
    link = f"/#/table/{table}?r={','.join(rows)}&c={names['hulpvorm']}{codes}&{names['gemeente']}={gemeente}&Perioden=2024HJ01{opened}"
    pages = Opened(browser, site)
    page = settled(pages(link, width=1400, ready="table.figures tbody td"))
    shown = [c.strip().split("\n")[0] for c in page.locator("table.figures tbody td").all_inner_texts()]
    at = {names["gemeente"]: [i for i, c in enumerate(dimensions[names["gemeente"]].codes) if c.code == gemeente], "Perioden": [0]}
    block = (
        publication.measures[0].values[_block(publication, at | places)],
        publication.measures[0].state[_block(publication, at | places)],
    )
    order = [*(publication.dimensions.index(dimensions[n]) for n in (*rows, names["hulpvorm"]))]
    rest = [i for i in range(len(publication.dimensions)) if i not in order]
    values, states = (part.transpose(*order, *rest).ravel() for part in block)
    assert shown == ["." if state else f"{value:,}".replace(",", ".") for value, state in zip(values, states)]
    text = page.locator("table.figures").inner_text()
    for name, found in places.items():
        assert all(dimensions[name].codes[i].title.nl in text for i in found)
    for context in pages.contexts:
        context.close()
    assert pages.troubles == []


def _block(publication, chosen):
    return np.ix_(*(sorted(chosen[d.name]) for d in publication.dimensions))
