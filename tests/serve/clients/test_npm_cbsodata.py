"""cbsodata (npm), hard-wired to opendata.cbs.nl: sent to the live server by a hook before it is loaded."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.serve import node, truth

HOOK = Path(__file__).with_name("hook.cjs")
ASKED = """
const {api, bulk, catalog} = require("cbsodata");
const asked = {
  tables: catalog.get_tables(),
  chosen: catalog.get_tables({Identifier: "kleine_tabel"}, ["Identifier", "Title"]),
  themes: catalog.get_themes(), links: catalog.get_table_themes(),
  featured: catalog.get_featured(), table_featured: catalog.get_table_featured(),
  meta: api.get_meta("kleine_tabel"), bulk_meta: bulk.get_meta("kleine_tabel"),
  small: api.get_data("kleine_tabel"), whole: bulk.get_data("gemaakte_tabel"),
  filtered: api.get_data("grote_tabel", {WijkenEnBuurten: ["NL01", "GM0001"], Perioden: "2024HJ01"}, ["WijkenEnBuurten", "Hulpvorm"]),
  padded: bulk.get_data("gemaakte_tabel", {RegioS: ["NL01    "], Hulpvorm: "A0  "}),
  page: bulk.get_data("grote_tabel"),
  refused: api.get_data("grote_tabel").then(() => "no error", (e) => ({status: e.status, text: e.response.text})),
  absent: api.get_data("geen_tabel").then(() => "no error", (e) => ({status: e.status})),
};
const names = Object.keys(asked);
Promise.all(names.map((n) => asked[n])).then((found) => {
  const all = {};
  names.forEach((n, i) => { all[n] = found[i]; });
  require("fs").writeFileSync(process.env.ANSWERS, JSON.stringify(all));
}).catch((e) => { console.error("FAILED", e); process.exit(3); });
"""


@pytest.fixture(scope="module")
def answers(house, tmp_path_factory):
    """What the client made of the server, in one run of node."""
    path = tmp_path_factory.mktemp("npm") / "answers.json"
    done = node.run(ASKED, HOOK, CELWACHT_PORT=str(house.server.port), ANSWERS=str(path))
    assert done.returncode == 0 and path.exists(), done.stderr[-2000:]
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def shown(publication, rows, properties):
    """Rows with keys -> codes -> figures."""
    columns = [p["Key"] for p in properties if p["Type"] == "Topic"]
    return {
        tuple(row[d.name].rstrip() for d in publication.dimensions): tuple(None if row[c] is None else Decimal(row[c]) for c in columns)
        for row in rows
    }


def bare(table):
    return {key: tuple(v for _, v in cell) for key, cell in table.items()}


def test_catalog(house, answers):
    """Tables, a choice of them, and the sets around them, none of which it may find missing."""
    assert {t["Identifier"] for t in answers["tables"]} == set(house.tables)
    assert answers["chosen"] == [{"Identifier": "kleine_tabel", "Title": house.tables["kleine_tabel"].title.nl}]
    for name in ("themes", "links", "featured", "table_featured"):
        assert isinstance(answers[name], list), name


def test_metadata(house, answers):
    """From the Api and from the Feed the same, with every dimension."""
    publication = house.tables["kleine_tabel"]
    for meta in (answers["meta"], answers["bulk_meta"]):
        assert meta["TableInfos"][0]["Title"] == publication.title.nl
        assert [p["Title"] for p in meta["DataProperties"] if p["Type"] == "Topic"] == [m.title.nl for m in publication.measures]
        for dimension in publication.dimensions:
            assert [r["Key"].rstrip() for r in meta[dimension.name]] == [c.code for c in dimension.codes]


def test_data(house, answers):
    """Small tables whole, from Api and Feed; large ones filtered, by keys as they are and padded."""
    properties = answers["meta"]["DataProperties"]
    assert shown(house.tables["kleine_tabel"], answers["small"], properties) == bare(house.truth("kleine_tabel"))
    made = house.tables["gemaakte_tabel"]
    topics = [{"Type": "Topic", "Key": k} for k in answers["whole"][0] if k not in ("ID", *(d.name for d in made.dimensions))]
    assert shown(made, answers["whole"], topics) == bare(house.truth("gemaakte_tabel"))
    assert shown(made, answers["padded"], topics) == bare(truth.only(house.truth("gemaakte_tabel"), made, RegioS={"NL01"}, Hulpvorm={"A0"}))
    assert {(r["WijkenEnBuurten"].rstrip(), r["Hulpvorm"].rstrip()) for r in answers["filtered"]} == {
        (r, c.code) for r in ("NL01", "GM0001") for c in made.dimensions[1].codes
    }


def test_it_does_not_page_and_is_told_so(answers):
    """The Feed gives it the first 10,000 rows and no more; the Api refuses a table that is longer, in words."""
    assert len(answers["page"]) == 10_000
    assert 400 <= answers["refused"]["status"] < 600 and "10000" in answers["refused"]["text"].replace(".", "").replace(",", "")
    assert answers["absent"]["status"] == 404
