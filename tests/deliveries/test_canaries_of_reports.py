"""Nothing personal in what goes back to providers and gemeenten, and in what the commands say: good and damaged deliveries, pages, workbooks and PDF."""

import io
import zipfile

import pypdfium2
import pytest
from celwacht.disclosure.policy import policy
from celwacht.publish.commands import deliveries_command
from click.testing import CliRunner

from tests.checks.test_examples import lists
from tests.deliveries.test_gemeente_copy import OF_ANYBODY
from tests.intake.broken import CASES
from tests.intake.deliveries import GOOD, Maker, Office

DAY = ["--day", "2024-09-02"]
DAMAGED = [case for case in CASES if case.file.startswith("jeugdhulp_12345678_2024HJ01")][::8]
"""One of eight; the messages of all of them being tested in tests/intake/test_broken.py."""


def secrets():
    """Numbers, days of birth and postal codes of everybody in the good records; a gemeente in the place of a postal code is none."""
    found = {one[name] for records in GOOD.values() for one in records for name in ("bsn", "geboortedatum", "postcode") if name in one}
    return {one for one in found if len(one) > 4}


def text_of(content: bytes, suffix: str) -> str:
    """All text of a file that was written, parts of a workbook and pages of a PDF too."""
    if suffix == ".pdf":
        with pypdfium2.PdfDocument(content) as document:
            return "".join(page.get_textpage().get_text_range() for page in document) + content.decode("latin-1")
    if suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.namelist()) + "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return content.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """One provider delivers well, and each damaged file comes from one of its own."""
    office, make = Office(tmp_path_factory.mktemp("office")), Maker()
    lists(office.data)
    for provider in ("12345670",):
        office.put(f"jeugdhulp_{provider}_2024HJ01.csv", make.csv())
    for n, case in enumerate(DAMAGED):
        office.put(case.file.replace("12345678", f"5{n:07d}"), case.content(make))
    (office.data / "consent.csv").write_text("aanbieder,vanaf,tot\n12345670,2021-01-01,\n")
    report = office.take_in()
    assert len(report.accepted) == 1 and len(report.refused) == len(DAMAGED) > 10
    return office


@pytest.mark.parametrize(
    "command,args",
    [
        (deliveries_command.reports, ["2024HJ01", "--to", "OUT", "--pdf"]),
        (deliveries_command.reports, ["2024HJ01", "--to", "OUT", "--gemeenten", "--pdf"]),
        (deliveries_command.calendar_command, ["--page", "OUT/kalender.html"]),
        (deliveries_command.deliveries, []),
        (deliveries_command.deliveries, ["jeugdhulp_12345670_2024HJ01_v1"]),
    ],
    ids=["reports", "copies", "calendar", "deliveries", "one delivery"],
)
def test_no_person_in_what_is_said_and_written(command, args, office, tmp_path, monkeypatch):
    """The screen, and every file; their names too."""
    out = tmp_path / "out"
    out.mkdir()
    if "--gemeenten" in args:  # only of providers whose own reports were written, and here of however few
        monkeypatch.setattr(policy, "read_policy", lambda _: OF_ANYBODY)
        CliRunner().invoke(command, ["2024HJ01", "--to", str(tmp_path / "own"), "--data", str(office.data), *DAY])
    done = CliRunner().invoke(command, [a.replace("OUT", str(out)) for a in args] + ["--data", str(office.data), *DAY])
    assert done.exit_code == 0, done.output
    told = {"the screen": done.output, "names": "\n".join(str(p.relative_to(out)) for p in out.rglob("*"))}
    told |= {p.name: text_of(p.read_bytes(), p.suffix) for p in out.rglob("*") if p.is_file()}
    if "--pdf" in args:
        assert any(name.endswith(".pdf") for name in told) and any(name.endswith(".xlsx") for name in told)
    found = {
        (name, secret)
        for name, text in told.items()
        for secret in secrets()
        if secret in text.replace("1234AB", "", text.count("such as 1234AB"))
    }
    assert not found
