"""Reports, judged by the Publications: the rendered page and paper are read back, and every number on them is found."""

import re
import warnings
from dataclasses import replace

import pypdfium2
import pytest
from celwacht.publish.publication.publication import PRINTED, WITHHELD
from celwacht.publish.reports.made import make_report
from celwacht.publish.reports.report_pages import report_body, report_pdf
from celwacht.publish.serve.pages import pages, report_routes
from celwacht.tables.indicators.report_spec import names, read_file, read_report
from celwacht.tables.problems import ProblemsFound

from tests.serve import stand_in
from tests.serve.pages.test_area_pages import KERN, REFERRED, Reader, dutch, published

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

from starlette.applications import Starlette

SPEC = """
version: 1
id: proef
title: {nl: "Proef {periode}"}
period: jaar
figures:
  aantal: {kind: figure, table: kerncijfers_jeugdzorg, measure: JongerenMetJeugdzorg, at: {VormenVanJeugdzorg: CWJH12}}
  groei: {kind: growth, table: jeugdhulp_instroom_verwijzer, measure: BegonnenJeugdhulptrajecten, at: {RegioS: PV22}}
  deel: {kind: share, table: jeugdhulp_instroom_verwijzer, measure: BegonnenJeugdhulptrajecten, of: {Verwijzer: CWVW01}}
summary:
  - nl: "Er waren {aantal} jongeren in {regio}."
chapters:
  - title: {nl: Een}
    sections:
      - title: {nl: Verwijzers}
        finding: {of: groei, more: {nl: Meer trajecten}, less: {nl: Minder trajecten}, same: {nl: Evenveel trajecten}}
        text:
          - nl: "De gemeente verwees {deel} procent."
          - nl: "In Drenthe waren het er {groei}."
        shows: {table: jeugdhulp_instroom_verwijzer, by: RegioS, levels: 3}
      - title: {nl: Weg}
        shows: {table: bestaat_niet, by: RegioS}
"""


@pytest.fixture
def written(tmp_path):
    def write(text=SPEC, **changes):
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "proef.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def with_state(publication, state):
    """The table with its figures all printed or all withheld."""
    measures = []
    for m in publication.measures:
        measures.append(replace(m, values=(m.values * 0 + 40 if state == PRINTED else m.values * 0), state=m.state * 0 + state))
    return replace(publication, measures=tuple(measures))


def test_every_number_on_page_and_paper_is_published(written):
    """Cells and sentences read back: each is the published figure, a share of two, or the change with a year earlier."""
    made = make_report(read_file(written()), {KERN.table: KERN, REFERRED.table: REFERRED})
    page = report_body(made)
    cells = [text for name, kind, text in Reader(page).found if name == "td" and kind == "n"]
    geo = next(d for d in REFERRED.dimensions if d.name == "RegioS").codes
    expected = []
    for code in geo:
        for period in ("2023JJ00", "2024JJ00"):
            found = published(REFERRED, "BegonnenJeugdhulptrajecten", RegioS=code.code, Perioden=period)
            expected.append(dutch(*found) if found else ".")
    assert cells == expected
    figures = re.findall(r'<b class="fig">(.*?)</b>', page)
    wanted = []
    for publication, measure, codes in (
        (KERN, "JongerenMetJeugdzorg", [{"VormenVanJeugdzorg": "CWJH12"}]),
        (REFERRED, "BegonnenJeugdhulptrajecten", [{"Verwijzer": "CWVW01"}, {}]),
        (REFERRED, "BegonnenJeugdhulptrajecten", [{"RegioS": "PV22"}, {"RegioS": "PV22", "Perioden": "2023JJ00"}]),
    ):
        found = [published(publication, measure, **{"Perioden": "2024JJ00", **at}) for at in codes]
        if None in found:
            continue
        numbers = [n for n, _ in found]
        if len(found) == 1:
            wanted.append(dutch(*found[0]))
        elif "Verwijzer" in codes[0]:
            wanted.append(dutch(100 * numbers[0] / numbers[1], 1 if numbers[1] >= 1000 else 0))
        else:
            change = 100 * (numbers[0] - numbers[1]) / numbers[1]
            wanted.append(f"{dutch(abs(change), 1)} procent {'meer' if change > 0 else 'minder'}")
            assert ("Meer trajecten" in page) == (change > 0) and ("Minder trajecten" in page) == (change < 0)
    assert figures == wanted and wanted
    assert "1.2 Weg" in page and "geen cijfers gepubliceerd" in page
    with pypdfium2.PdfDocument(report_pdf(made)) as document:
        paper = " ".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    assert all(figure.split(" ")[0] in paper for figure in wanted)
    assert all(cell in paper for cell in expected if cell != ".")


PROVISIONAL = """
version: 1
id: proef
title: {nl: "Proef {periode}"}
period: jaar
figures:
  eerder: {kind: revision, table: jeugdhulp_instroom_verwijzer, measure: BegonnenJeugdhulptrajecten}
chapters:
  - title: {nl: Een}
    sections:
      - title: {nl: Uitgepakt}
        text:
          - nl: "Ze waren {eerder}."
        revisions: eerder
"""
STATUSES = ("Voorlopig", "NaderVoorlopig", "Definitief")


def release(statuses, figures):
    """The table of referrers with the total of NL01 in 2023 and 2024 as given (None: withheld), and these statuses; 2024HJ01 between them."""
    periods = tuple(replace(c, status=s) for c, s in zip(REFERRED.periods.codes, (statuses[0], "Voorlopig", statuses[1])))
    measure = REFERRED.measures[0]
    values, state = measure.values.copy(), measure.state.copy()
    for place, number in ((0, figures[0]), (2, figures[1])):
        values[0, 0, place], state[0, 0, place] = (number or 0), (WITHHELD if number is None else PRINTED)
    dimensions = (*REFERRED.dimensions[:-1], replace(REFERRED.periods, codes=periods))
    return replace(REFERRED, dimensions=dimensions, measures=(replace(measure, values=values, state=state),))


@pytest.mark.parametrize(
    "later, text, rows",
    [
        ((1000, 2000), "3,0 procent lager", 1),  # 970 of 1,000; 2024 is as provisional as it was
        ((970, 2000), "even hoog", 1),
        ((None, 2000), None, 0),
        ((900, 1000), "7,8 procent hoger", 1),
    ],
)
def test_how_provisional_figures_turned_out(written, later, text, rows):
    """By hand: the first release against the last, for a period that is more final now; on page and paper, and a word where there is none."""
    earlier = [release(("Voorlopig", "Voorlopig"), (970, 900)), release(("Definitief", "Voorlopig"), later)]
    made = make_report(read_file(written(PROVISIONAL)), {REFERRED.table: earlier[-1]}, "nl", {REFERRED.table: earlier})
    page, paper = report_body(made), paper_of(made)
    section = made.chapters[0].sections[0]
    assert len(section.revised) == rows
    if text is None:
        assert "geen periode waarvan voorlopige cijfers" in page and "geen periode waarvan voorlopige cijfers" in paper
    else:
        assert f'Ze waren <b class="fig">{text}</b>.' in page and text in paper and dutch(later[0], 0) in paper


def test_revisions_span_from_least_to_most(written):
    """-3 and -7.8 % give both; one lower and one higher give both with their words."""
    first = release(("Voorlopig", "Voorlopig"), (970, 900))
    for later, text in (((1000, 976), "3,0 tot 7,8 procent lager"), ((1000, 800), "tussen 3,0 procent lager en 12,5 procent hoger")):
        made = make_report(
            read_file(written(PROVISIONAL)),
            {REFERRED.table: first},
            "nl",
            {REFERRED.table: [first, release(("Definitief", "Definitief"), later)]},
        )
        assert text in report_body(made)


def paper_of(made, errata=()):
    with pypdfium2.PdfDocument(report_pdf(made, errata)) as document:
        return " ".join(" ".join(document[n].get_textpage().get_text_range() for n in range(len(document))).split())


def test_no_number_on_page_or_paper_but_those_of_the_figures(written):
    """Read back the other way: every number in the text is a published figure, a share or change of them, a period, the day, or a number of the layout."""
    made = make_report(read_file(written()), {KERN.table: KERN, REFERRED.table: REFERRED})
    page = re.sub(r"<(svg|style).*?</\1>", " ", report_body(made), flags=re.DOTALL)
    page = re.sub(r"<[^>]*>", " ", page)
    geo = next(d for d in REFERRED.dimensions if d.name == "RegioS").codes
    known = {
        dutch(*f)
        for g in geo
        for p in ("2023JJ00", "2024JJ00")
        if (f := published(REFERRED, "BegonnenJeugdhulptrajecten", RegioS=g.code, Perioden=p))
    }
    known |= {
        run
        for c in [made.summary, *(s.sentences for ch in made.chapters for s in ch.sections)]
        for runs in c
        for text, is_fig in runs
        if is_fig
        for run in NUMBER.findall(text)
    }
    known |= {"2023", "2024", "2025", "30", "1", "1.1", "1.2", "4.0"}
    for text in (page, paper_of(made)):
        found = set(NUMBER.findall(re.sub(r"\d+ / \d+", " ", text)))
        assert found - known == set() and len(found) > 10


NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def test_an_erratum_stands_on_the_paper_too(written):
    """In front of everything else; no other byte of the content changes without one."""
    made = make_report(read_file(written()), {KERN.table: KERN, REFERRED.table: REFERRED})
    told = paper_of(made, ["Een cijfer was fout (12 mei 2025). Het is hersteld."])
    assert told.index("Een cijfer was fout") < told.index("Over deze publicatie") and "Erratum" in told
    assert report_pdf(made) == report_pdf(made, [])


def test_what_is_withheld_takes_its_sentence_along(written):
    """A withheld figure: no sentence, no finding; a table that shows less than half: a word in its place, and none of its figures."""
    made = make_report(read_file(written()), {KERN.table: with_state(KERN, WITHHELD), REFERRED.table: with_state(REFERRED, WITHHELD)})
    page = report_body(made)
    assert made.summary == () and '<b class="fig">' not in page and '<td class="n">' not in page
    assert "1.1 Verwijzers" in page and "minder dan de helft" in page
    same = make_report(read_file(written()), {KERN.table: KERN, REFERRED.table: with_state(REFERRED, PRINTED)})
    assert same.chapters[0].sections[0].title.nl == "Evenveel trajecten"


@pytest.mark.parametrize(
    "changes, line, said",
    [
        ({"Er waren {aantal} jongeren": "Er waren 5 jongeren"}, 11, "digit"),
        ({"Er waren {aantal} jongeren": "Er waren {antal} jongeren"}, 11, "aantal"),
        ({"finding: {of: groei": "finding: {of: deel"}, 16, "no growth"),
        ({"period: jaar": "periode: jaar"}, 5, "periode"),
    ],
)
def test_a_wrong_report_is_told_by_file_and_line(written, changes, line, said):
    with pytest.raises(ProblemsFound) as found:
        read_file(written(**changes))
    assert f"proef.yaml:{line}:" in str(found.value) and said in str(found.value)


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"at: {RegioS: PV22}": "at: {RegioS: PV99}"}, "PV99"),
        ({"measure: JongerenMetJeugdzorg,": "measure: Jongeren,"}, "has no measure"),
        ({"at: {VormenVanJeugdzorg: CWJH12}}": "at: {VormenVanJeugdzorg: CWJH12}, decimals: 1}"}, "decimals"),
        ({"of: {Verwijzer: CWVW01}}": "of: {Verwijzer: CWVW01}, decimals: 2}"}, "decimals"),
        ({"period: jaar": "period: halfjaar"}, None),
    ],
)
def test_a_reference_that_fits_no_table_is_refused(written, changes, said):
    """Also one decimal more than the table has; of a half-year there are figures too."""
    source = read_file(written(**changes))
    tables = {KERN.table: KERN, REFERRED.table: REFERRED}
    if said is None:
        assert make_report(source, tables).period.code == "2024HJ01"
        return
    with pytest.raises(ProblemsFound) as found:
        make_report(source, tables)
    assert said in str(found.value) and "proef.yaml:" in str(found.value)


def test_the_standard_report_is_right_and_served():
    """Every report of the project is read; over tables that lack most of it, it is a page all the same."""
    assert "jeugdhulp_halfjaar" in names()
    assert all(read_report(name).report.id == name for name in names())
    client = TestClient(Starlette(routes=report_routes.routes(report_routes.ReportPages(pages.Pages(stand_in.Shelf(KERN, REFERRED))))))
    answer = client.get("/rapport/jeugdhulp_halfjaar")
    assert answer.status_code == 200 and "Jeugdhulp 2024" in answer.text and "VERZONNEN" not in answer.text[:10]
    assert client.get("/rapport/geen").status_code == 404
    assert 'href="jeugdhulp_halfjaar"' in client.get("/rapport/").text
    assert client.get("/rapport/jeugdhulp_halfjaar.csv").text.startswith("\ufeffonderdeel,")
