"""Every rule of the catalogue, on its own two examples: it passes the one and fails the other, from the delivered file on."""

import errno
import os
import re
import shutil
from unittest import mock

import duckdb
import pytest
from celwacht.tables.checks import stored
from celwacht.tables.checks.against import against, beside
from celwacht.tables.checks.catalogue import Example, catalogue
from celwacht.tables.checks.fields import named_by
from celwacht.tables.intake import check_delivery, row_of, to_csv
from celwacht.tables.periods import Period
from celwacht.tables.register.register import read_register

from tests.intake.broken import CASES
from tests.intake.deliveries import BASE, GOOD, IDENTIFIER, PERIODS, SAFE_HOME, Maker, Office
from tests.intake.test_broken import MESSAGES

BROKEN = {case.name: case for case in CASES}
PROVIDER, OTHER = "12345678", "87654321"


def bsn(number):
    """The number-th citizen service number of the tests that passes the test of eleven."""
    digits = f"{number + 10_000_000:08d}"
    last = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits)) % 11
    return f"{digits}{last}" if last < 10 else None


NUMBERS = [one for one in map(bsn, range(2000)) if one]


def records(record, rows, times=1, start=100):
    """The texts of the records of an example, over the good record of the kind. Persons of `persoon: n` are the same ones each time; of
    records about cases, `persoon: n` is case n."""
    good = dict(BASE, **{**GOOD, **SAFE_HOME}[record][0])
    identifier = IDENTIFIER.get(record, "bsn")
    made = []
    for row in (rows or ({},)) * times:
        values = {**good, **{name: str(value) for name, value in row.items()}}
        person = values.pop("persoon", None)
        number = NUMBERS[int(person)] if person and times == 1 else NUMBERS[start + len(made)]
        made.append({**values, identifier: row.get(identifier, person if person and identifier != "bsn" else number)})
    return made


class Trial:
    """An example, delivered to an office and taken in."""

    def __init__(self, rule, example, path):
        self.rule, self.record, self.office = rule, rule.records[0], Office(path)
        self.period = Period.parse(example.period or PERIODS.get(self.record, "2024HJ01"))
        (self.office.data / "aanbieders.csv").write_text(f"aanbieder,naam\n{OTHER if example.unlisted else PROVIDER},x\n")
        lists(self.office.data)

    def put(self, rows, provider=PROVIDER, version=1, period=None, record=None):
        """Lays out a delivery of these records; of them only the fields that the layout has."""
        period, record = period or self.period, record or self.record
        layout = Maker().layout(record, period.code)
        kept = [row_of(layout, {name: text for name, text in row.items() if name in layout.header}) for row in rows]
        self.office.put(f"{record}_{provider}_{period.code}_v{version}.csv", to_csv(layout, kept), exact=True)

    def outcome(self):
        """What the rule says of the delivery in the end."""
        report = self.office.take_in()
        if self.rule.intake:
            return "failed" if self.rule.intake in {problem.rule for problem in report.problems} else "passed"
        if not report.ok:  # a rule that refuses
            assert {problem.rule for problem in report.problems} == {f"regel-{self.rule.code.lower()}"}
            return "failed"
        assert report.ok, report.problems
        entry = read_register(self.office.data / "vault" / "register.jsonl").accepted((self.record, self.period.code, PROVIDER))
        found = stored.read(self.office.data / "vault" / "answers" / self.record / f"{self.period.code}.parquet", [entry.id])
        found += against(beside(self.office.data, self.record, self.period), self.record, self.period, {PROVIDER: entry.id, OTHER: "x"})
        return next(one.outcome for one in found if one.rule == self.rule.code and one.delivery == entry.id)


def lists(data):
    """The postal codes that there are."""
    (data / "regions").mkdir()
    duckdb.sql("SELECT '1234AB' AS postcode, 'GM0106' AS gemeente").write_parquet(str(data / "regions" / "postcodes.parquet"))


def outcome(rule, example, path):
    """The answer of a rule on an example."""
    trial = Trial(rule, example, path)
    if example.case:
        case = BROKEN[example.case]
        trial.office.put(case.file, case.content(Maker()))
        return trial.outcome()
    if example.came:
        return came(trial, example.came)
    if example.first:
        trial.put(records(rule.records[0], (), example.first))
        trial.office.take_in()
        trial.put(records(rule.records[0], (), 1), version=example.version)
        return trial.outcome()
    if example.newest:
        trial.put(records(rule.records[0], ({"einde": "", "reden": ""},)), period=Period.parse(example.newest))
        assert trial.office.take_in().ok
    trial.put(records(rule.records[0], example.records, example.times))
    if example.earlier:
        trial.put(records(rule.records[0], example.earlier), period=trial.period.before)
    if example.named:
        naming = named_by(trial.record)[0][0]
        trial.put(records(naming, example.named), record=naming)
    if example.elsewhere:
        trial.put(records(rule.records[0], example.elsewhere), provider=OTHER)
    return trial.outcome()


def came(trial, how):
    """The answer on a good file that came as a link, that may not be opened, or of which the reader fails."""
    trial.put(records(trial.record, ()))
    (path,) = (trial.office.data / "deliveries").rglob("*.csv")
    if how == "link":
        path.rename(trial.office.data / "elsewhere.csv")
        path.symlink_to(trial.office.data / "elsewhere.csv")
        return trial.outcome()
    if how == "unforeseen":
        with mock.patch.object(check_delivery, "read_csv", side_effect=RuntimeError):
            return trial.outcome()
    opened = os.open

    def closed(name, *arguments, **named):
        if str(name) == str(path):
            raise PermissionError(errno.EACCES, "")
        return opened(name, *arguments, **named)

    with mock.patch.object(os, "open", closed):
        return trial.outcome()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The folder of all examples."""
    return tmp_path_factory.mktemp("examples")


@pytest.fixture
def emptied(shared):
    """An empty folder, for every example the same: the intake keeps the database that may touch this folder only."""
    yield shared
    for path in shared.iterdir():
        shutil.rmtree(path)


@pytest.mark.parametrize("answer", ["passing", "failing"])
@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_a_rule_gives_the_answer_of_its_example(rule, answer, emptied):
    """The passing example does not break the rule, the failing one does."""
    example = getattr(rule.examples, answer)
    if answer == "passing" and rule.intake:
        assert example == Example()  # the good delivery, of which test_broken.py sees that it breaks none of the rules of the intake
        return
    assert outcome(rule, example, emptied) == ("failed" if answer == "failing" else "passed")


SYSTEM = {"gewijzigd", "andere-bron"}
"""Of a file that was still being written, and of the office's own extracts: no provider hears of these."""


def test_every_refusal_of_the_intake_is_a_rule():
    """Whatever the intake can say of the content of a delivery is in the catalogue, once."""
    said = set(re.findall(r"\[([a-z0-9-]+)\]$", MESSAGES.read_text("utf-8"), re.MULTILINE)) | {
        "herlevering",
        "zelfde-bestand",
        "periode-gesloten",
        "versie-dubbel",
        "versie-sprong",
        "geen-bestand",
        "onleesbaar",
        "lezen-mislukt",
    }
    said = {word for word in said if not word.startswith("regel-")}  # rules of the catalogue themselves
    words = [rule.intake for rule in catalogue() if rule.intake]
    assert len(words) == len(set(words)) and said - SYSTEM == set(words)
    assert all(rule.severity == "error" for rule in catalogue() if rule.intake)


def test_every_record_kind_of_the_protocol_has_rules_of_every_level():
    """Of the record kinds that providers and Veilig Thuis deliver, none lacks a level; every rule is in two languages with a remedy."""
    for record in ("jeugdhulp", "jeugdbescherming", "jeugdreclassering", "machtiging_uhp", "vt_advies", "vt_melding", "vt_onderzoek"):
        levels = {rule.level for rule in catalogue() if record in rule.records}
        assert levels == {"file", "field", "record", "records", "last_delivery", "references"}
    assert all(text.nl and text.en for rule in catalogue() for text in (rule.text, rule.remedy))
