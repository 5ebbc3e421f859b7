"""The API of tables, judged by the Publication itself, by its own OpenAPI document and by what HTTP asks."""

import itertools
import re
import warnings
from datetime import date

import hypothesis.strategies as st
import numpy as np
import pytest
from celwacht.publish.formats import FORMATS
from celwacht.publish.publication.description_file import Damaged
from celwacht.publish.publication.publication import PRINTED, Publication, PublicCode, PublicDimension, PublicMeasure, Words
from celwacht.publish.publication.selection import selection
from celwacht.publish.serve.api import api, http, region_names, search
from celwacht.tables.regions import divisions
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.serve import made, stand_in

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from starlette.applications import Starlette

from tests.examples import drawn

TABLE = made.publication("gemaakte_tabel", n_regions=30)
WIJKEN = made.publication("wijk_tabel", n_regions=26, wijken=True, title="Beëindigde hulp; wijken", seed=2)
SHELF = stand_in.Shelf(TABLE, WIJKEN)
ROOT = "/api/v1"


def client(shelf=SHELF, **limits):
    return TestClient(Starlette(routes=api.routes(shelf, **limits)), headers={"accept-encoding": "identity"})


CLIENT = client()
DOCUMENT = CLIENT.get(f"{ROOT}/openapi.json").json()


def judged(answer, path: str, status: int = 200):
    """The answer's JSON, after it was found to be what the document promises for that path and status."""
    assert answer.status_code == status, answer.text[:300]
    operation = DOCUMENT["paths"][path]["get"]["responses"]
    promised = operation.get(str(status)) or operation[f"{status // 100}XX"]
    promised = DOCUMENT["components"]["responses"][promised["$ref"].rsplit("/", 1)[1]] if "$ref" in promised else promised
    media = answer.headers["content-type"].split(";")[0]
    schema = promised["content"][media]["schema"]
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}).validate(answer.json())
    return answer.json()


def data(query="", status=200, table=TABLE, client=CLIENT):
    return judged(client.get(f"{ROOT}/tables/{table.table}/data{query}"), f"{ROOT}/tables/{{id}}/data", status)


def test_the_document_is_openapi():
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["", "/openapi.json", "/formats", "/tables", "/tables/{id}", "/tables/{id}/history", "/tables/{id}/data"])
def test_every_answer_is_as_documented(path):
    for table in (TABLE, WIJKEN):
        judged(CLIENT.get(ROOT + path.replace("{id}", table.table)), ROOT + path)


def test_metadata_is_the_publication():
    told = judged(CLIENT.get(f"{ROOT}/tables/gemaakte_tabel"), f"{ROOT}/tables/{{id}}")
    for dimension, said in zip(TABLE.dimensions, told["dimensions"], strict=True):
        assert (said["name"], said["kind"], said["title"]["nl"]) == (dimension.name, dimension.kind, dimension.title.nl)
        assert [
            (
                c["code"],
                c["title"]["nl"],
                c["title"].get("en", ""),
                c.get("group", ""),
                c["depth"],
                c.get("description", ""),
                c.get("status", ""),
            )
            for c in said["codes"]
        ] == [(c.code, c.title.nl, c.title.en, c.group, c.depth, c.description, c.status) for c in dimension.codes]
    assert [(m["code"], m["decimals"], m["unit"]) for m in told["measures"]] == [(m.code, m.decimals, m.unit) for m in TABLE.measures]
    assert [(n["on"], n["text"]["nl"]) for n in told["footnotes"]] == [(on, words.nl) for on, words in TABLE.footnotes]
    assert told["status"] == TABLE.status() and told["observations"] == TABLE.n_observations
    assert [s["symbol"] for s in told["symbols"]] == ["niets (blank)", ".", "0 (0,0)", "*", "**"]


@st.composite
def choices(draw):
    """Some codes of some dimensions and measures, in any order, as parameters in one of the ways to write them."""
    query, wanted = [], {}
    for name, codes in [*((d.name, [c.code for c in d.codes]) for d in TABLE.dimensions), ("measures", [m.code for m in TABLE.measures])]:
        if draw(st.booleans()):
            picked = draw(st.lists(st.sampled_from(codes), min_size=1, max_size=6))
            repeated = draw(st.booleans())
            query += [(name, code) for code in picked] if repeated else [(name, ",".join(picked))]
            wanted[name] = set(picked)
    return query, wanted


@settings(max_examples=drawn(10, long=60), deadline=None)
@given(choices())
def test_figures_are_those_of_the_publication(choice):
    query, wanted = choice
    answer = CLIENT.get(f"{ROOT}/tables/gemaakte_tabel/data", params=query)
    told = judged(answer, f"{ROOT}/tables/{{id}}/data")
    lists = [[c.code for c in d.codes if d.name not in wanted or c.code in wanted[d.name]] for d in TABLE.dimensions]
    measures = [m for m in TABLE.measures if "measures" not in wanted or m.code in wanted["measures"]]
    assert [d["codes"] for d in told["dimensions"]] == lists and told["measures"] == [m.code for m in measures]
    expected, states = [], ""
    for cell in itertools.product(*lists):
        place = tuple(next(i for i, c in enumerate(d.codes) if c.code == code) for d, code in zip(TABLE.dimensions, cell))
        for m in measures:
            expected.append(int(m.values[place]) / 10**m.decimals if m.state[place] == PRINTED else None)
            states += str(int(m.state[place]))
    assert told["values"] == expected and told["states"] == states


def test_ways_to_say_which_codes():
    def codes(text):
        return next(d["codes"] for d in data(f"?RegioS={text}&Perioden=2023JJ00&Hulpvorm=T001")["dimensions"] if d["name"] == "RegioS")

    known = TABLE.dimensions[0].codes
    assert codes("NL01") == ["NL01"]
    assert codes("GM0000..WK000003") == ["GM0000", "WK000001", "WK000002", "WK000003"]
    assert codes("level:1") == [c.code for c in known if c.depth == 1]
    assert codes("under:GM0001") == [c.code for c in known if c.group == "GM0001"]
    assert codes("*") == [c.code for c in known]
    assert codes("GM0001,NL01") == ["NL01", "GM0001"], "in the order of the table"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("?Regios=NL01", "unknown-parameter"),
        ("?RegioS=NL99", "unknown-code"),
        ("?RegioS=", "unknown-code"),
        ("?RegioS=level:9", "unknown-code"),
        ("?RegioS=GM0001..NL01", "unknown-code"),
        ("?measures=M9", "unknown-code"),
        ("?RegioS=" + "x" * 20_000, "too-long"),
        ("?%00=1", "unknown-parameter"),
        ("?RegioS=%FF%FE", "unknown-code"),
    ],
)
def test_what_cannot_be_met_is_a_problem(query, kind):
    status = 414 if kind == "too-long" else 400
    told = data(query, status)
    assert told["type"].endswith(f"#{kind}") and told["status"] == status and len(told["detail"]) < 1000


def test_too_many_cells_is_a_clear_4xx_and_the_limit_itself_is_not():
    count = TABLE.n_observations
    assert len(data(client=client(most_data=count))["values"]) == count
    told = data(status=400, client=client(most_data=count - 1))
    assert (told["asked"], told["limit"]) == (count, count - 1) and "download" in told["detail"]
    assert client(most_download=10).get(f"{ROOT}/tables/gemaakte_tabel/download?format=px").status_code == 400


def test_unknown_and_embargoed_are_the_same():
    """Nothing of the shelf but the tables that it lists can reach an answer: the same 404, wherever one asks."""
    hidden = client(stand_in.Shelf(WIJKEN))
    for path in ("", "/data", "/history", "/download", "/data?RegioS=NL01", "/download?format=px"):
        here, there = hidden.get(f"{ROOT}/tables/gemaakte_tabel{path}"), hidden.get(f"{ROOT}/tables/nergens{path}")
        assert here.status_code == there.status_code == 404
        assert (here.content, sorted(here.headers.items())) == (there.content, sorted(there.headers.items()))
    before, after = hidden.get(f"{ROOT}/tables"), client(stand_in.Shelf(WIJKEN, TABLE)).get(f"{ROOT}/tables")
    assert before.headers["etag"] != after.headers["etag"] and before.json()["count"] == 1
    assert hidden.get(f"{ROOT}/tables?q=gemaakt").json()["count"] == 0


def test_search_ignores_accents_and_ranks_titles_first():
    def found(query):
        return [t["id"] for t in judged(CLIENT.get(f"{ROOT}/tables", params={"q": query}), f"{ROOT}/tables")["tables"]]

    assert found("beeindigde") == found("BEËINDIGDE") == ["wijk_tabel"]
    assert found("eindig") == ["wijk_tabel"], "inside a word"
    assert set(found("regions FORM")) == {"gemaakte_tabel", "wijk_tabel"} and found("hulpvorm") == ["gemaakte_tabel"]
    assert found("85097NED")[0] and found("bestaatniet") == [] and found("!?") == []
    assert len(found("")) == 2 and found("   ") == found("")


def test_search_ranks_by_place_and_by_match():
    def entry(table, **words):
        return search.Entry(table, (0, 0, table), {p: frozenset(words.get(p, ())) for p in search.WEIGHTS})

    def ranked(entries, query):
        return [table for table, _ in search.found_by(entries, query).hits]

    title, start, inside, category = (
        entry("a", title=["hulp"]),
        entry("b", title=["hulpvorm"]),
        entry("c", title=["jeugdhulp"]),
        entry("d", category=["hulp"]),
    )
    assert ranked([category, inside, start, title], "hulp") == ["a", "b", "c", "d"]
    assert ranked([title, category], "hulp niets") == []


NAMES = [
    region_names.OtherName("Appingedam", ("GM1979",)),  # a place of today too: told once, as what was a gemeente
    region_names.OtherName("Appingedam", ("GM1979",), former=True),
    region_names.OtherName("Haaren", ("GM0757", "GM0824"), former=True),
    region_names.OtherName("Den Haag", ("GM0518",)),
    region_names.OtherName("Den Bosch", ("GM0796",)),
    region_names.OtherName("Assen", ("PV22",)),
]
OTS = (
    Words("Jongeren met een ondertoezichtstelling; regio"),
    {"GM0106": "Assen", "GM1979": "Eemsdelta", "PV22": "Drenthe (PV)", "JZ04": "Drenthe (JZ)"},
)
AGES = (
    Words("Jongeren met jeugdhulp; leeftijd, geslacht", "Young persons with help; age, sex"),
    {"NL01": "Nederland", "GM1680": "Aa en Hunze", "GM0518": "'s-Gravenhage", "GM0796": "'s-Hertogenbosch"}
    | {"GM0893": "Bergen (L.)", "GM0373": "Bergen (NH.)", "GM0748": "Bergen op Zoom"},
)


def table_of(
    title, regions, categories=("Totaal mannen en vrouwen", "Vrouwen"), periods=("2023JJ00", "2024HJ01", "2024JJ00"), unit="jongeren"
):
    def dimension(name, kind, codes):
        return PublicDimension(name, Words(name), kind, tuple(PublicCode(c, Words(t)) for c, t in codes))

    dimensions = (
        dimension("Geslacht", "Dimension", [(f"G{i}", c) for i, c in enumerate(categories)]),
        dimension("RegioS", "GeoDimension", regions.items()),
        dimension("Perioden", "TimeDimension", [(p, p[:4]) for p in periods]),
    )
    values = np.zeros(tuple(len(d.codes) for d in dimensions), np.int64)
    count = PublicMeasure("M1", "Jongeren", Words("Jongeren"), "", unit, 0, values, values.astype(np.uint8))
    return Publication("t" + title.nl[-4:], "", title, Words(""), "", "", date(2025, 4, 30), dimensions, (count,))


ENTRIES = [search.entry(table_of(*OTS)), search.entry(table_of(*AGES, unit="%"))]
FIRST, SECOND = (e.table for e in ENTRIES)


@pytest.mark.parametrize(
    "query, found",
    [
        ("OTS", [(FIRST, {})]),
        ("assen", [(FIRST, {"RegioS": ["GM0106"]})]),
        ("ots in Assen", [(FIRST, {"RegioS": ["GM0106"]})]),
        ("gemeente Aa en Hunze 2024", [(SECOND, {"RegioS": ["GM1680"], "Perioden": ["2024HJ01", "2024JJ00"]})]),
        ("appingedam", [(FIRST, {"RegioS": ["GM1979"]})]),
        ("drenthe", [(FIRST, {"RegioS": ["JZ04"]})]),
        ("provincie Drenthe", [(FIRST, {"RegioS": ["PV22"]})]),
        ("meisjes assen", [(FIRST, {"RegioS": ["GM0106"], "Geslacht": ["G1"]})]),
        ("percentage", [(SECOND, {})]),
        ("jeugdhlup", [(SECOND, {})]),
        ("leeftjd", [(SECOND, {})]),
        ("assne", [(FIRST, {"RegioS": ["GM0106"]})]),
        ("young persons", [(SECOND, {})]),
        *((name, [(SECOND, {"RegioS": ["GM0518"]})]) for name in ("Den Haag", "'s-Gravenhage", "s gravenhage", "gravenhage", "den hagg")),
        *((name, [(SECOND, {"RegioS": ["GM0796"]})]) for name in ("den bosch", "'s-Hertogenbosch", "hertogenbosch", "'s-hertogenbosh")),
        ("jongeren den haag 2023", [(SECOND, {"RegioS": ["GM0518"], "Perioden": ["2023JJ00"]})]),
        *((name, [(SECOND, {"RegioS": ["GM1680"]})]) for name in ("Aa en Hunse", "aa en hu", "hunze", "gemeente aa en hunzee")),
        ("bergen op zom", [(SECOND, {"RegioS": ["GM0748"]})]),
        ("bergen", [(SECOND, {"RegioS": ["GM0893"]})]),
        ("den qqqqq", []),
        ("assen 1999", []),
        ("qqqqqq", []),
    ],
)
def test_readers_find_what_they_call_it(query, found):
    """Regions (former ones too), years, categories, synonyms, a letter wrong, both languages; and what the hit opens with."""
    assert list(search.found_by(ENTRIES, query, search.names_of(ENTRIES, NAMES)).hits) == found


@pytest.mark.parametrize(
    "query, regions",
    [
        ("appingedam", [("GM1979", "Appingedam", "")]),
        ("Den Haag", [("GM0518", "", "Den Haag")]),
        ("'s-Gravenhage", [("GM0518", "", "")]),
        ("bergen", [("GM0893", "", ""), ("GM0373", "", "")]),
        ("drenthe", [("JZ04", "", ""), ("PV22", "", "")]),
        ("assen", [("GM0106", "", ""), ("PV22", "", "Assen")]),
    ],
)
def test_a_region_says_by_which_name_it_was_found(query, regions):
    told = search.found_by(ENTRIES, query, search.names_of(ENTRIES, NAMES)).regions
    assert [(r.code, r.was, r.also) for r in told] == regions


def test_other_names_are_of_regions_of_today():
    """The demo's lists know that Appingedam went up in Eemsdelta, and how everybody calls 's-Gravenhage."""
    known = {one.name: (one.codes, one.former) for one in region_names.other_names()}
    assert known["Appingedam"] == (("GM1979",), True) and known["Den Haag"] == (("GM0518",), False)
    today = divisions.names().keys() - {"GM0003"}
    assert all(code in today for codes, _ in known.values() for code in codes if code[:2] == "GM")


@settings(max_examples=200, deadline=None)
@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_near_is_one_letter(a, b):
    """By the definition: one substitution, insertion, removal or two neighbours changed places."""
    ways = {b} | {b[:i] + b[i + 1 :] for i in range(len(b))} | {b[:i] + c + b[i:] for i in range(len(b) + 1) for c in "abcd"}
    ways |= {b[:i] + c + b[i + 1 :] for i in range(len(b)) for c in "abcd"}
    ways |= {b[:i] + b[i + 1] + b[i] + b[i + 2 :] for i in range(len(b) - 1)}
    assert region_names.near(a, b) == (a in ways)


@settings(max_examples=drawn(16, long=100), deadline=None)
@given(st.text(max_size=40))
def test_no_search_breaks(query):
    assert judged(CLIENT.get(f"{ROOT}/tables", params={"q": query}), f"{ROOT}/tables")["query"] == query


@pytest.mark.parametrize(
    "path",
    [
        "/tables",
        "/tables/gemaakte_tabel",
        "/tables/gemaakte_tabel/data",
        "/formats",
        "/openapi.json",
        "/tables/gemaakte_tabel/download?format=csv",
    ],
)
def test_an_answer_that_one_has_is_not_sent_again(path):
    first = CLIENT.get(ROOT + path)
    tag = first.headers["etag"]
    for sent in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = CLIENT.get(ROOT + path, headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert CLIENT.get(ROOT + path, headers={"if-none-match": '"other"'}).content == first.content
    newer = stand_in.Shelf(TABLE, WIJKEN)
    newer.held["gemaakte_tabel"].version = "v2"
    if "tables" in path:
        assert client(newer).get(ROOT + path).headers["etag"] != tag


def test_answers_are_compressed_for_who_takes_it():
    path = f"{ROOT}/tables/gemaakte_tabel"
    plain = CLIENT.get(path)
    packed = CLIENT.get(path, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == plain.content
    assert "content-encoding" not in CLIENT.get(path, headers={"accept-encoding": "gzip;q=0"}).headers


@pytest.mark.parametrize("key", list(FORMATS))
def test_a_download_is_the_selection_in_that_form(key):
    answer = CLIENT.get(f"{ROOT}/tables/gemaakte_tabel/download?format={key}&RegioS=level:1&measures=M000002")
    codes = [c.code for c in TABLE.dimensions[0].codes if c.depth == 1]
    assert answer.content == FORMATS[key].encode(selection(TABLE, {"RegioS": codes}, ["M000002"]))
    assert answer.headers["content-type"] == FORMATS[key].media_type
    assert re.fullmatch(r'attachment; filename="gemaakte_tabel[\w.-]+"', answer.headers["content-disposition"])
    assert CLIENT.get(f"{ROOT}/tables/gemaakte_tabel/download?format={key}").content == FORMATS[key].encode(TABLE)


def test_an_unknown_form_is_told_with_the_known_ones():
    told = judged(CLIENT.get(f"{ROOT}/tables/gemaakte_tabel/download?format=dbf"), f"{ROOT}/tables/{{id}}/download", 404)
    assert told["formats"] == list(FORMATS)


def test_a_damaged_table_is_a_503_that_names_no_file():
    class Broken(stand_in.Table):
        @property
        def publication(self):
            raise Damaged("gemaakte_tabel/publication.json has been changed")

        @publication.setter
        def publication(self, value):
            self.whole = value

    shelf = stand_in.Shelf(TABLE)
    shelf.held["gemaakte_tabel"].__class__ = Broken
    answer = client(shelf).get(f"{ROOT}/tables/gemaakte_tabel")
    assert answer.status_code == 503 and "publication.json" not in answer.text and "retry-after" in answer.headers


def test_other_addresses_and_methods_are_problems_too():
    for method, path, status in (
        ("GET", "/nope", 404),
        ("GET", "/tables/a/b/c", 404),
        ("POST", "/tables", 405),
        ("DELETE", "/tables/gemaakte_tabel", 405),
        ("PUT", "", 405),
    ):
        answer = CLIENT.request(method, ROOT + path)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
    assert CLIENT.head(f"{ROOT}/tables").status_code == 200


def test_every_kind_of_problem_is_documented():
    listed = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert listed == [f"/api/v1/problems#{kind}" for kind in http.PROBLEMS]
