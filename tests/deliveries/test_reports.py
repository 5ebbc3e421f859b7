"""Mirror and quality reports: the figures against a plain count, nothing of persons or of others, the same in every form."""

import io
import json
import re
import shutil
from datetime import date

import openpyxl
import pypdfium2
import pytest
from celwacht.publish.commands import deliveries_command
from celwacht.publish.deliveries.answered import answered
from celwacht.publish.deliveries.office import office_page
from celwacht.publish.deliveries.report import Report, Section, as_html, as_json, as_pdf, as_workbook, bars, marked, shown
from celwacht.publish.deliveries.write import books_of, write_reports
from celwacht.publish.publication import texts
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.calendar import calendar
from celwacht.tables.register.register import read_register
from celwacht.tables.sources.data_source import INVENTED, write_made_up
from click.testing import CliRunner

from tests.checks.test_examples import NUMBERS, lists
from tests.intake.deliveries import Maker, Office
from tests.protect.own_tables import celwacht

PROVIDERS = [f"1234567{n}" for n in range(6)]
PERIOD = Period.parse("2024HJ01")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """(folder of reports, office, slots, register): six providers, of whom the first is refused and the last delivers again."""
    office, make, out = Office(tmp_path_factory.mktemp("office")), Maker(), tmp_path_factory.mktemp("reports")
    lists(office.data)
    (office.data / "aanbieders.csv").write_text("aanbieder,naam,soort,gemeente\n12345671,Een,aanbieder,GM0363\n")
    for n, provider in enumerate(PROVIDERS):
        changes = [(i, "bsn", NUMBERS[10 * n + i]) for i in range(3)]
        office.put(f"jeugdhulp_{provider}_2023HJ02.csv", make.csv(*before(n), period="2023HJ02"))
        office.put(f"jeugdhulp_{provider}_2024HJ01.csv", make.csv(*changes, *([(0, "verwijzer", "99")] if n == 0 else [])))
    assert len(office.take_in(when="2024-07-10T08:00:00+00:00").refused) == 1
    last = [(i, "bsn", NUMBERS[50 + i]) for i in range(3)] + [
        (1, "geboortedatum", "20010101"),
        (1, "geslacht", "M"),
        (1, "aanvang", "20230101"),
    ]
    office.put(f"jeugdhulp_{PROVIDERS[5]}_2024HJ01_v2.csv", make.csv(*last))
    assert [one.remarks for one in office.take_in().accepted] == [1]
    register = read_register(office.data / "vault" / "register.jsonl")
    slots = calendar(register, date(2024, 7, 31))
    return out, office, slots, register, write_reports(office.data, register, slots, PERIOD, out, "2024-07-31")


def before(n):
    """The records of the half-year before."""
    gone = [(0, "einde", ""), (0, "reden", ""), (0, "aanvang", "20230115"), (2, "aanvang", "20231228")]
    return [(i, "bsn", NUMBERS[10 * n + i]) for i in range(3)] + gone


def sections(told, provider, name):
    """Title -> rows of a report."""
    found = json.loads((told[0] / provider / f"jeugdhulp-2024HJ01-{name}.json").read_text())
    return {one["title"]: one["rows"] for one in found["sections"]}


def test_flows_are_those_of_the_records(told):
    """The three good records: one began and ended in the period (02), one runs since 2022 (01), one began in June (11)."""
    rows = sections(told, PROVIDERS[1], "spiegelrapport")["Totaal"]
    assert [(row[0][:2], *row[1:]) for row in rows] == [
        ("01", 1, 0, 0, 1, 1),
        ("02", 0, 1, 1, 0, 1),
        ("11", 0, 1, 0, 1, 1),
        ("To", 1, 2, 1, 2, 3),
    ]
    reasons = sections(told, PROVIDERS[1], "spiegelrapport")["Per gemeente: reden beëindiging jeugdhulp"]
    assert reasons == [["GM0106", "Assen", "01 Beëindigd volgens plan", 1, 77.0]]
    compared = sections(told, PROVIDERS[1], "spiegelrapport")["Vergelijking"]
    assert compared[0][:6] == ["Totaal", "", 3, 3, 0, 0.0] and {row[0] for row in compared[1:]} == {"GM0363", "GM0106"}


def test_nothing_of_persons_or_of_others_is_in_a_report(told):
    """No number, date of birth, postal code or pseudonym, and of no other provider a word, in any form."""
    out, office, *_ = told
    for provider in PROVIDERS:
        for path in (out / provider).iterdir():
            content = path.read_bytes()
            if path.suffix == ".xlsx":
                book = openpyxl.load_workbook(io.BytesIO(content))
                content = repr([list(sheet.iter_rows(values_only=True)) for sheet in book]).encode()
            said = content.decode()
            assert not re.search(r"\b[0-9a-f]{32}\b|1234AB|20100317|20150600|2010-03-17", said), path.name
            assert not [one for one in NUMBERS[:70] if one in said]
            assert not [one for one in PROVIDERS if one != provider and one in said]
            assert "http" not in said.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")


def test_a_refused_delivery_is_answered_too(told):
    """A quality report that says which rule, how often and on which line; no mirror report, for nothing counts."""
    found = sections(told, PROVIDERS[0], "kwaliteitsrapport")
    assert [(row[0], row[2], row[5], row[9]) for row in found["Regels met opmerkingen"]] == [("V005", "fout", 1, "2")]
    assert dict(map(tuple, found["Oordeel"]))["Oordeel"] == "niet bruikbaar (geweigerd)"
    assert not (told[0] / PROVIDERS[0] / "jeugdhulp-2024HJ01-spiegelrapport.json").exists()


def test_a_rule_is_told_with_its_earlier_number_and_line(told):
    """The correction broke a rule that version 1 did not break."""
    found = sections(told, PROVIDERS[5], "kwaliteitsrapport")
    assert [(row[0], row[5], row[7], row[9]) for row in found["Regels met opmerkingen"] if row[0] == "H102"] == [("H102", 1, 0, "3")]
    assert ["Geboortedatum", 1, 1] in [[row[0], *[cell for cell in row[1:] if cell]] for row in found["Velden en regels"]]


def test_the_validation_report_has_three_answers(told):
    """Shape and values of the ESS form; nothing is left out."""
    out, _, _, register, _ = told
    found = json.loads((out / PROVIDERS[5] / "jeugdhulp-2024HJ01-validation.json").read_text())
    values = {one["rule"]["description"].split(" (")[0]: one["value"] for one in found}
    assert {one["value"] for one in found} == {"0", "1", "NA"} and all(
        set(one) == {"id", "type", "event", "rule", "value", "data"} for one in found
    )
    assert values["Jeugdhulp loopt niet na de drieëntwintigste verjaardag."] == "0" and len({one["id"] for one in found}) == len(found)
    assert {one["rule"]["severity"] for one in found} == {"error", "warning", "information"}


def test_what_tells_of_other_providers_stays_with_the_office(told):
    """The rules for the office are judged, and in no report."""
    _, office, _, register, _ = told
    book = answered(office.data, register, "jeugdhulp", PERIOD)
    delivery = book.present[PROVIDERS[1]]
    assert {"G102", "G105"} <= {one.rule for one in book.answers[delivery]}
    assert not {"G102", "G105"} & {one.rule for one in book.heard_by_provider(delivery)}
    assert "G105" not in (told[0] / PROVIDERS[1] / "jeugdhulp-2024HJ01-validation.json").read_text()
    assert book.fired()["G105"] == 4 and "L101" in book.held  # the list has one of the five; all lost the record that ran


def test_the_page_of_the_office_has_response_and_the_rules_held(told):
    """Five of six delivered; the rule that fires for all is to be looked at first; no script, no link."""
    _, office, slots, register, done = told
    page = as_html(
        office_page(
            slots, {"12345671": {"gemeente": "GM0363", "naam": "Een"}}, books_of(office.data, register, ["2024HJ01"]), date(2024, 7, 31)
        )
    )
    assert "jeugdhulp L101" in done.held and "eerst nagaan" in page and page.count("<svg") >= 3
    assert "83,3" in page and "<script" not in page and "GM0363" in page and "geweigerd" in page


def test_commands_say_what_came(told):
    """deliveries, one delivery, calendar: statuses and lines; a delivery that is not there is reported with the nearest."""
    _, office, *_ = told
    run, data = CliRunner(), ["--data", str(office.data), "--day", "2024-07-31"]
    said = run.invoke(deliveries_command.deliveries, [*data, "--period", "2024HJ01"]).output
    assert "geweigerd" in said and "opnieuw geleverd, met opmerkingen" in said and "To look at first, jeugdhulp 2024HJ01: L101" in said
    one = run.invoke(deliveries_command.deliveries, [*data, f"jeugdhulp_{PROVIDERS[0]}_2024HJ01_v1"]).output
    assert "refused. 1 problem in" in one and "V005 error: 1 of 3 (line 2)" in one
    wrong = run.invoke(deliveries_command.deliveries, [*data, "jeugdhulp_12345670_2024HJ01_v9"])
    assert "Did you mean" in str(wrong.exception)
    assert "5 of 6: geweigerd 1, aanvaard 4, opnieuw geleverd 1" in run.invoke(deliveries_command.calendar_command, data).output


@pytest.mark.parametrize("what", ["register", "answers", "answers cut off", "answers of another period"])
def test_a_vault_that_lost_something_is_not_told_as_if_all_were_well(told, tmp_path, what):
    """No list without deliveries, and no provider who hears of no remarks, where the register or the answers are gone."""
    _, office, *_ = told
    data = shutil.copytree(office.data, tmp_path / "data", symlinks=True)
    answers = data / "vault/current/answers/jeugdhulp/2024HJ01.parquet"
    if what == "register":
        (data / "vault/current").unlink()
    elif what == "answers":
        answers.unlink()
    elif what == "answers cut off":
        answers.write_bytes(answers.read_bytes()[:-50])
    else:
        shutil.copy(answers.with_name("2023HJ02.parquet"), answers)
    for command in (deliveries_command.deliveries, deliveries_command.calendar_command)[: 1 + (what == "register")]:
        with pytest.raises(ProblemsFound) as found:
            CliRunner().invoke(command, ["--data", str(data), "--day", "2024-07-31"], catch_exceptions=False)
        assert "The vault is damaged" in found.value.problems[0].message


def test_a_percentage_is_seen_with_its_decimal():
    """33,3 and not 33, whole numbers whole; the names of the columns stay in view; a colon leaves no hole in the name of a sheet."""
    book = openpyxl.load_workbook(
        io.BytesIO(as_workbook(Report("x", "y", [Section("Per gemeente: reden", "", ("a", "%"), [(1234, 33.3)])])))
    )
    sheet = book.active
    assert [cell.number_format for cell in sheet[6]] == ["#,##0", "#,##0.0"] and sheet["B6"].value == 33.3
    assert sheet.freeze_panes == "A6" and sheet["B5"].value == "%" and sheet.title == "Per gemeente reden"


def test_a_report_is_safe_whatever_a_text_holds():
    """Markup in a text stays text; a formula in a workbook stays text; a picture never leaves its frame."""
    report = Report("<b>x</b>", "=1+1", [Section("a&b", "", ("<i>",), [("=cmd()", 1, 2.5)], [("<script>", 200.0)], 100)])
    page = as_html(report)
    assert "<b>" not in page and "<i>" not in page and "<script>" not in page
    sheet = openpyxl.load_workbook(io.BytesIO(as_workbook(report))).active
    assert [cell.data_type for cell in sheet[6]] == ["s", "n", "n"] and sheet["A2"].data_type == "s"
    assert 'width="310.0"' in bars([("x", 200.0)], "x", 100) and as_html(report) == page


def test_reports_on_paper(told, tmp_path):
    """PDF on request: every figure and word of the report read back from it, tagged, the same bytes each time, and nothing that a
    text of a delivery could do to the page."""
    out, office, slots, register, _ = told
    written = write_reports(office.data, register, slots, PERIOD, tmp_path, "2024-07-31", pdf=True)
    assert written.files == sum(1 for _ in tmp_path.rglob("*.*")) and not list(out.rglob("*.pdf"))
    path = tmp_path / PROVIDERS[1] / "jeugdhulp-2024HJ01-spiegelrapport.pdf"
    content = path.read_bytes()
    assert all(mark in content for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid", b"/Lang"))
    read = " ".join(paper_text(content).split())
    made = json.loads(path.with_suffix(".json").read_text())
    for section in made["sections"]:
        assert section["title"] in read
        for row in section["rows"]:
            assert all(word in read for cell in row for word in shown(cell).split())
    again = tmp_path / "again"
    write_reports(office.data, register, slots, PERIOD, again, "2024-07-31", pdf=True)
    assert (again / PROVIDERS[1] / path.name).read_bytes() == content


def test_a_text_on_paper_is_a_text():
    """Nothing in a text is markup: it is set as it is."""
    odd = '#include "x" $a$ *b* _c_ @d <e> \\ [f] // g'
    read = paper_text(as_pdf(Report(odd, odd, [Section(odd, odd, (odd,), [(odd,), (1234,)], [(odd, 3.0)])])))
    assert read.count("#include") >= 6 and "1.234" in read and "// g" in read


def paper_text(content):
    """The text of all pages."""
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_reports_on_made_up_data_say_so(tmp_path):
    """In title and subtitle of every form: page, every sheet of the workbook, JSON and PDF; of real data nothing of it."""
    report = Report(
        "Spiegelrapport jeugdhulp", "Aanbieder 1", [Section("Een", header=("a",), rows=[("x",)]), Section("Twee", rows=[("y",)])]
    )
    assert marked(report, tmp_path) == report
    write_made_up(tmp_path)
    told = marked(report, tmp_path)
    assert INVENTED == texts.MADE_UP.nl and told.subtitle == f"{INVENTED} Aanbieder 1"
    assert told.title == "VERZONNEN GEGEVENS – Spiegelrapport jeugdhulp"
    assert f"<h1>{told.title}</h1><p>{told.subtitle}</p>" in as_html(told)
    sheets = openpyxl.load_workbook(io.BytesIO(as_workbook(told))).worksheets
    assert len(sheets) == 2 and all(sheet.cell(2, 1).value == told.subtitle for sheet in sheets)
    assert json.loads(as_json(told))["title"] == told.title


@pytest.mark.parametrize("words", [["reports", "2024hj01", "--to", "reports"], ["deliveries", "--period", "2024hj01"]], ids=lambda w: w[0])
def test_periods_are_read_as_by_every_command(words, tmp_path, monkeypatch, capsys):
    """Small letters: the code that is meant, and not another one that there are deliveries of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    assert celwacht(*words, "--data", "data") == 2
    assert "'2024hj01' is not a period" in (said := capsys.readouterr().err) and "did you mean 2024HJ01? [period]" in said
