"""What the house sets on paper, held against PDF/UA-1 by a checker of our own; faults planted in it are found."""

import pypdfium2
import pytest
import typst
from celwacht.publish.areas.fact_sheet import fact_sheet
from celwacht.publish.formats.pdf.pdf_writer import Bar, Part, Stack, pdf
from celwacht.publish.serve.pages import pages

from tests.formats.pdf_ua import elements, faults
from tests.serve import stand_in
from tests.serve.pages.test_area_pages import KERN, REFERRED, WIJKEN

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/><text x="1" y="8">9</text></svg>'
WHOLE = (
    Part("Een", "Met een zin.", ("Categorie", "2024"), [("Meisjes", "5"), ("Jongens", ".")], (False, True), [Bar("Meisjes", 5, "5"), Bar("Jongens", 0, ".")], 5),
    Part("Een punt een", stacks=[Stack("Assen", [(0, 60.0), (-1, 40.0)], "a 60 %; b niet getoond")], level=3),
    Part("Een punt twee", picture=DRAWING, told="Kaart: een vierkant.", level=3),
    Part("Twee", "Zonder tabel."),
)  # fmt: skip


def test_every_kind_of_part_is_sound():
    """Bars, stacks, a picture, tables, levels of headings: nothing is found, and each picture says what it shows; a dot is said in words."""
    made = pdf("Proef", "Ondertitel", WHOLE)
    assert faults(made) == []
    found = elements(made)
    kinds = [kind for kind, _ in found if kind.startswith("H")]
    assert kinds == ["H1", "H2", "H3", "H3", "H2"]
    told = [alt for kind, alt in found if kind == "Figure" and alt]
    assert told == [
        "Staafdiagram. Een. Meisjes: 5; Jongens: niet getoond",
        "Staafdiagram. Een punt een. Assen: a 60 %; b niet getoond",
        "Kaart: een vierkant.",
    ]
    assert sum(kind == "TH" for kind, _ in found) == 2
    assert "Bar chart. Een. Meisjes: 5; Jongens: not shown" in [alt for _, alt in elements(pdf("Trial", "", WHOLE, lang="en"))]


def test_a_fact_sheet_is_sound():
    shown = pages.Pages(stand_in.Shelf(KERN, REFERRED, WIJKEN))
    sheet = fact_sheet(shown.profile("GM0106", []))
    assert faults(sheet) == []
    assert not any(" ." in alt or ".." in alt for _, alt in elements(sheet))


@pytest.mark.parametrize(
    "part", [Part("Een", "", ("", "2024"), [("a", "5")]), Part("Een", "", ("a", " "), [("a", "5")]), Part("Een", picture=DRAWING)]
)
def test_what_cannot_be_heard_is_refused(part):
    """A column without a header, a picture without words."""
    with pytest.raises(ValueError):
        pdf("Proef", "", [part])


SOURCE = '#set document(title: "Proef")\n#set text(lang: "nl")\n= Een\n#image(bytes(DRAWING), alt: "Een vierkant")\n#table(columns: 1, table.header[a], [b])'.replace(
    "DRAWING", '"' + DRAWING.replace('"', "'") + '"'
)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('(title: "Proef")', "(title: none)", "no title"),
        (', alt: "Een vierkant"', "", "no alternative text"),
        ("= Een\n", "= Een\n=== Drie\n", "H3 after H1"),
        ("= Een\n", "== Een\n", "not H1"),
    ],
)
def test_a_planted_fault_is_found(old, new, said):
    """Set without the standard, so that Typst itself does not refuse."""
    assert old in SOURCE
    made = typst.compile(SOURCE.replace(old, new).encode(), format="pdf", timestamp=0)
    assert any(said in one for one in faults(made))
    assert not any(said in one for one in faults(typst.compile(SOURCE.encode(), format="pdf", timestamp=0)))
    assert faults(typst.compile(SOURCE.encode(), format="pdf", timestamp=0, pdf_standards=["ua-1"])) == []


def test_a_paper_without_tags_is_found(tmp_path):
    """A page whose only text is in no element, of a font that every reader has."""
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(200, 200)
        document.save(tmp_path / "bare.pdf")
    found = " ".join(faults((tmp_path / "bare.pdf").read_bytes()))
    assert all(word in found for word in ("01-005", "11-006", "06-003", "06-002", "07-001"))
    body = b"BT /F1 12 Tf 20 100 Td (loose) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(body), body),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.7\n", []
    for n, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (n, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, len(out))
    found = " ".join(faults(out))
    assert "01-003" in found and "31-009" in found
