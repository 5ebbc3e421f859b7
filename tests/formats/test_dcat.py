"""The catalogue of a set, read back by rdflib, held against the obligations of DCAT-AP-NL 3.0 and against the files."""

import hashlib
from urllib.parse import unquote

import pytest
from celwacht.publish.formats import set_files
from celwacht.publish.formats.metadata import dcat, rdf
from celwacht.publish.formats.parts import words
from celwacht.publish.sets.make_table import write
from celwacht.publish.store import store
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, Graph, Namespace, URIRef
from rdflib.compare import isomorphic, to_isomorphic

from tests.formats import made
from tests.publish import small

BASE = "https://example.org/sets/2024-april/"
SPDX, VCARD = Namespace("http://spdx.org/rdf/terms#"), Namespace("http://www.w3.org/2006/vcard/ns#")
# What DCAT-AP-NL 3.0 (on top of DCAT-AP 3.0) obliges, and the properties that occur at most once.
MUST = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.contactPoint, DCAT.dataset),
    DCAT.Dataset: (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.publisher,
        DCTERMS.creator,
        DCTERMS.identifier,
        DCTERMS.accessRights,
        DCAT.contactPoint,
        DCAT.theme,
    ),
    DCAT.Distribution: (DCAT.accessURL, DCTERMS.license),
    FOAF.Agent: (FOAF.name,),
    VCARD.Kind: (VCARD.fn,),
    SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
}
ONCE = {
    DCAT.Catalog: (DCAT.contactPoint, DCTERMS.publisher),
    DCAT.Dataset: (DCTERMS.identifier, URIRef(f"{DCAT}version"), DCTERMS.accessRights),
    DCAT.Distribution: (DCAT.accessURL, DCAT.downloadURL, DCTERMS.license, DCAT.mediaType, DCTERMS.format),
}
SHOULD = {
    DCAT.Dataset: (DCTERMS.conformsTo, FOAF.page, DCAT.landingPage, DCTERMS.language),
    DCAT.Distribution: (DCAT.downloadURL, DCTERMS.language),
}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """(folder of the set, its publications, the graph of the catalogue)."""
    folder = tmp_path_factory.mktemp("set")
    publications = {p.table: p for p in (made.hostile(), small.published())}
    for publication in publications.values():
        write(publication, folder / publication.table, store.Disk())
    about = {
        "set": "2024-april",
        "title": 'Cijfers over "2024"',
        "modified": "2025-04-30",
        "tables": [{"id": table, "title": p.title.nl} for table, p in publications.items()],
    }
    store.stage(folder, set_files.files(folder, about), store.Disk())
    return folder, publications, Graph().parse(folder / dcat.TURTLE, publicID=BASE + "catalog.ttl")


def test_both_forms_say_the_same(released):
    folder, _, graph = released
    other = Graph().parse(folder / dcat.JSON_LD, format="json-ld", publicID=BASE + "catalog.jsonld")
    assert len(graph) == len(other) > 100
    assert isomorphic(to_isomorphic(graph), to_isomorphic(other))


def test_obligations(released):
    """Every thing has what the profile obliges and recommends, and once what may occur once."""
    _, publications, graph = released
    for kind, properties in MUST.items():
        things = list(graph.subjects(RDF.type, kind))
        assert things
        for thing in things:
            missing = [p for p in (*properties, *SHOULD.get(kind, ())) if not list(graph.objects(thing, p))]
            assert not missing, (thing, missing)
            assert not [p for p in ONCE.get(kind, ()) if len(list(graph.objects(thing, p))) > 1]
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == len(publications)


def test_every_distribution_is_a_file(released):
    """Its address is that of a file in the set, with that size and hash; all forms that readers ask for are there."""
    folder, publications, graph = released
    for table, _publication in publications.items():
        dataset = URIRef(f"{BASE}{table}/#dataset")
        found = set()
        for distribution in graph.objects(dataset, DCAT.distribution):
            address = str(graph.value(distribution, DCAT.downloadURL))
            path = folder / unquote(address.removeprefix(BASE))
            content = path.read_bytes()
            assert int(graph.value(distribution, DCAT.byteSize)) == len(content)
            checksum = graph.value(distribution, SPDX.checksum)
            assert str(graph.value(checksum, SPDX.checksumValue)) == hashlib.sha256(content).hexdigest()
            found.add(path.relative_to(folder / table).as_posix())
        assert found == {
            "csv/Observations.csv",
            f"{table}.csv.zip",
            f"{table}-pivot.csv",
            f"{table}.xlsx",
            f"{table}.px",
            f"{table}.jsonstat.json",
            f"sdmx/{table}.csv.zip",
            "sdmx/structure.xml",
            "parquet/Observations.parquet",
            "odata/index.json",
        }
        titles = [
            {t.value for t in graph.objects(d, DCTERMS.title) if t.language == "en"} for d in graph.objects(dataset, DCAT.distribution)
        ]
        assert all(len(t) == 1 for t in titles) and {"SDMX-CSV 2.0"} in titles and {"CSV with titles"} in titles


def test_words(released):
    """Titles and descriptions in both languages; symbols and notes as remarks of the dataset."""
    _, publications, graph = released
    for table, publication in publications.items():
        dataset = URIRef(f"{BASE}{table}/#dataset")
        said = {t.language: t.value for t in graph.objects(dataset, DCTERMS.title)}
        assert said == {"nl": publication.title.nl, "en": publication.title.en or publication.title.nl}
        remarks = {(t.language, t.value) for t in graph.objects(dataset, RDFS.comment)}
        assert {("nl", text) for text in words.notes_in(publication, "nl")} <= remarks
        assert {("en", f"{word}: {m.en}") for word, m in words.ATTRIBUTE_MEANING.items()} <= remarks
        assert str(graph.value(dataset, DCTERMS.identifier)) == table
        assert str(graph.value(dataset, DCTERMS.modified)) == publication.modified.isoformat()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b/c d", "é"]), made.texts(), st.sampled_from(["", "nl", "en"])), min_size=1, max_size=6))
def test_any_text_survives(told):
    """Turtle and JSON-LD both give back each text, whatever is in it."""
    triples = [
        rdf.Triple(rdf.Node(f"#{subject.replace(' ', '%20')}"), "rdfs:comment", rdf.Literal(text, language))
        for subject, text, language in told
    ]
    triples.sort(key=lambda t: t.subject.value)
    want = {(t.value.value, t.value.language or None) for t in triples}
    for write_, form in ((rdf.turtle, "turtle"), (rdf.json_ld, "json-ld")):
        graph = Graph().parse(data=write_(triples, dcat.PREFIXES).decode(), format=form, publicID=BASE)
        assert {(o.value, o.language) for o in graph.objects(None, RDFS.comment)} == want
