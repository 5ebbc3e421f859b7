"""A rule that fires for most providers: the office hears of it first, and releases it, or mends it and judges again."""

import json
import shutil
from datetime import date

import pytest
from celwacht.publish.commands import deliveries_command
from celwacht.publish.commands.set_commands import intake
from celwacht.publish.deliveries.answered import answered
from celwacht.publish.deliveries.office import office_page
from celwacht.publish.deliveries.report import as_html
from celwacht.publish.deliveries.write import books_of, write_reports
from celwacht.tables import home
from celwacht.tables.checks import stored
from celwacht.tables.intake.judge_again import judge_again
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.register.calendar import calendar
from celwacht.tables.register.register import read_register
from click.testing import CliRunner

from tests.checks.test_examples import NUMBERS
from tests.intake.deliveries import KEY, Maker, Office

PROVIDERS = [f"1234567{n}" for n in range(6)]
PERIOD = Period.parse("2024HJ01")
SAME_FILE = "Een bestand met een andere inhoud heeft een ander versienummer."


def delivered(path, *more):
    """Six providers with three records each; the last has a number that fails the test of eleven. more: changes of all records."""
    office, make = Office(path), Maker()
    for n, provider in enumerate(PROVIDERS):
        changes = [(i, "bsn", "123456780" if (n, i) == (5, 2) else NUMBERS[10 * n + i]) for i in range(3)]
        office.put(f"jeugdhulp_{provider}_2024HJ01.csv", make.csv(*changes, *more))
    return office


@pytest.fixture
def stale(tmp_path):
    """A folder of specifications of which the list of referrers lacks 06, which every provider uses."""
    (tmp_path / "specs" / "layouts").mkdir(parents=True)
    text = (home.PACKAGED / "layouts" / "jeugdhulp_v7.yaml").read_text("utf-8")
    lacking = text.replace('      - {code: "06", nl: "Geen verwijzer"}\n', "")
    assert lacking != text
    (tmp_path / "specs" / "layouts" / "jeugdhulp_v7.yaml").write_text(lacking.replace('then: {verwijzer: "06"}', 'then: {verwijzer: "05"}'))
    return tmp_path / "specs"


def book_of(office):
    return answered(office.data, read_register(office.data / "vault/register.jsonl"), "jeugdhulp", PERIOD)


def reports(office, folder):
    """Provider -> (title of the section -> its rows in the quality report, rule -> its value in the validation report)."""
    register = read_register(office.data / "vault/register.jsonl")
    write_reports(office.data, register, calendar(register, date(2024, 7, 31)), PERIOD, folder, "2024-07-31")
    found = {}
    for provider in PROVIDERS:
        report = json.loads((folder / provider / "jeugdhulp-2024HJ01-kwaliteitsrapport.json").read_text())
        told = json.loads((folder / provider / "jeugdhulp-2024HJ01-validation.json").read_text())
        found[provider] = {one["title"]: one["rows"] for one in report["sections"]}, {one["id"].split(":")[1]: one["value"] for one in told}
    return found


def command(office, *words):
    return CliRunner().invoke(
        deliveries_command.deliveries, ["--data", str(office.data), "--day", "2024-07-31", *words], catch_exceptions=False
    )


def test_a_stale_code_list_is_told_to_the_office_before_any_provider(tmp_path, stale, capsys):
    """All are refused; the office reads which rule, for how many; the providers, that the office looks at it, and nothing of their lines."""
    office = delivered(tmp_path)
    with home.using(stale):
        with pytest.raises(ProblemsFound):
            intake(office.data, tmp_path / "own.key")
        told = " ".join(capsys.readouterr().out.split())
        assert "To look at first, jeugdhulp 2024HJ01: V005 fires for 6 of 6 providers." in told
        assert book_of(office).held == {"V005"}
        found = reports(office, tmp_path / "reports")
        for provider in PROVIDERS[:5]:
            sections, values = found[provider]
            verdict = dict(map(tuple, sections["Oordeel"]))["Oordeel"]
            assert "fouten" not in str(sections["Niet beoordeeld"])
            assert verdict.startswith("nog niet bekend") and sections["Regels met opmerkingen"] == [] and values["V005"] == "NA"
            assert ["V005", "het CBS gaat eerst de regel zelf na"] in [[row[0], row[2]] for row in sections["Niet beoordeeld"]]
        sections, values = found[PROVIDERS[5]]  # what is its own fault it hears at once
        assert [row[0] for row in sections["Regels met opmerkingen"]] == ["V003"] and values["V005"] == "NA"
        assert dict(map(tuple, sections["Oordeel"]))["Oordeel"] == "niet bruikbaar (geweigerd)"
        slots = calendar(read_register(office.data / "vault/register.jsonl"), date(2024, 7, 31))
        page = as_html(
            office_page(
                slots, {}, books_of(office.data, read_register(office.data / "vault/register.jsonl"), ["2024HJ01"]), date(2024, 7, 31)
            )
        )
        assert 0 < page.index("<td>eerst nagaan") < page.index("<td>V003") and "--release REGEL" in page


def test_the_office_releases_a_rule_that_is_right(tmp_path, stale):
    """From then on every provider hears of it; another rule, another period, and a rule that is not held are refused."""
    office = delivered(tmp_path)
    with home.using(stale):
        office.take_in()
        for words in (["--release", "V005"], ["--release", "H102", "--period", "2024HJ01"]):
            with pytest.raises(ProblemsFound) as found:
                command(office, *words)
            assert "--period" in str(found.value) or "Held are V005." in str(found.value)
        assert "Released for 2024HJ01: V005." in command(office, "--period", "2024HJ01", "--release", "V005").output
        assert (office.data / "released.csv").read_text() == "record,periode,regel,dag\njeugdhulp,2024HJ01,V005,2024-07-31\n"
        book = book_of(office)
        assert (book.held, book.released) == (set(), {"V005"})
        for sections, values in reports(office, tmp_path / "reports").values():
            assert values["V005"] == "0" and "V005" in [row[0] for row in sections["Regels met opmerkingen"]]
            assert dict(map(tuple, sections["Oordeel"]))["Oordeel"] == "niet bruikbaar (geweigerd)"


def test_a_list_that_is_mended_is_judged_by_the_next_intake(tmp_path, stale):
    """All but the one with a fault of its own are taken in, and no rule is held."""
    office = delivered(tmp_path)
    with home.using(stale):
        assert len(office.take_in().refused) == 6
    assert len(office.take_in().accepted) == 5
    book = book_of(office)
    assert not book.held and [book.verdict(one) for one in book.present.values()] == ["accepted"] * 5
    assert {who: one.refusal for who, one in book.refused.items()} == {PROVIDERS[5]: "bsn-elfproef"}


def own_rule(folder, fails, severity="warning"):
    """A folder of specifications with a rule of its own."""
    (folder / "checks").mkdir(parents=True, exist_ok=True)
    (folder / "checks" / "own.yaml").write_text(
        "version: 1\ntitle: {nl: x}\nsource: x\nrules:\n  - code: X100\n    records: [jeugdhulp]\n    level: record\n"
        f"    severity: {severity}\n    text: {{nl: x, en: x}}\n    remedy: {{nl: x, en: x}}\n    paragraph: x\n    fails: {fails}\n"
        "    examples: {passing: {}, failing: {}}\n"
    )
    return folder


def test_a_rule_that_is_mended_is_judged_again_on_what_counts(tmp_path):
    """As if all were taken in under the mended rule: the same answers, and the same register but for its days."""
    office, wrong, right = (
        delivered(tmp_path / "one"),
        own_rule(tmp_path / "wrong", "crisis == '02'"),
        own_rule(tmp_path / "right", "crisis == '01'"),
    )
    with home.using(wrong):
        office.take_in()
        book = book_of(office)
        assert book.held == {"X100"} and not [one for one in book.heard_by_provider(book.present[PROVIDERS[0]]) if one.outcome == "failed"]
        assert judge_again(office.data, Key(KEY)).changed == ()
    with home.using(right):
        done = judge_again(office.data, Key(KEY))
        assert done.deliveries == len(done.changed) == 5 and done.refusing == ()
        anew = delivered(tmp_path / "two")
        anew.take_in()
        places = [one.data / "vault/answers/jeugdhulp/2024HJ01.parquet" for one in (office, anew)]
        assert stored.read(places[0], rows=True) == stored.read(places[1], rows=True)
        assert [
            one.text() for one in (read_register(office.data / "vault/register.jsonl"), read_register(anew.data / "vault/register.jsonl"))
        ] == [read_register(anew.data / "vault/register.jsonl").text()] * 2
        before = office.state()
        assert judge_again(office.data, Key(KEY)).changed == () and office.state() == before
        one = next(one for one in book_of(office).answers[f"jeugdhulp_{PROVIDERS[0]}_2024HJ01_v1"] if one.rule == "X100")
        assert (one.outcome, one.lines) == ("failed", (4,))


def test_what_counts_stays_when_a_rule_that_refuses_comes_later(tmp_path):
    """It is told as a remark, and to the office by name; a rule that is gone leaves no answer."""
    office, folder = delivered(tmp_path / "one"), own_rule(tmp_path / "specs", "crisis == '01'", "error")
    office.take_in()
    before = office.state()
    shutil.copy(office.data / "vault/answers/jeugdhulp/2024HJ01.parquet", tmp_path / "answers")
    with home.using(folder):
        done = judge_again(office.data, Key(KEY))
        assert len(done.refusing) == 5 and not office.take_in().accepted
        book = book_of(office)
        assert {book.verdict(one) for one in book.present.values()} == {"accepted"}  # held: it fires for all
        assert book.held == {"X100"}
    assert judge_again(office.data, Key(KEY)).refusing == ()
    assert office.state() == before
    assert stored.read(office.data / "vault/answers/jeugdhulp/2024HJ01.parquet", rows=True) == stored.read(tmp_path / "answers", rows=True)


def test_judging_again_asks_for_the_key_of_the_vault(tmp_path):
    """Another key, and a folder without deliveries that count."""
    office = delivered(tmp_path)
    assert judge_again(office.data, Key(KEY)).deliveries == 0
    office.take_in()
    with pytest.raises(ProblemsFound):
        judge_again(office.data, Key(bytes(32)))


def test_every_file_that_is_refused_is_answered(tmp_path):
    """A correction that is refused, one that takes most records away, another file of the same version, and one for a closed period: each has
    a quality report that says which rule, and what counts keeps its own. Nothing was said of any of them, and the last was told as accepted."""
    office, make = Office(tmp_path), Maker()
    for provider in PROVIDERS[:3]:
        office.put(f"jeugdhulp_{provider}_2024HJ01.csv", make.csv())
    assert office.take_in(when="2024-07-10").ok
    office.put(f"jeugdhulp_{PROVIDERS[0]}_2024HJ01.csv", make.csv((0, "crisis", "01")))
    office.put(f"jeugdhulp_{PROVIDERS[1]}_2024HJ01_v2.csv", make.csv((0, "verwijzer", "99")))
    others = [(i, "bsn", NUMBERS[70 + i]) for i in range(3)]
    office.put(f"jeugdhulp_{PROVIDERS[2]}_2024HJ01_v2.csv", make.csv(*others))
    office.put(f"jeugdhulp_{PROVIDERS[3]}_2022HJ01.csv", make.csv(period="2022HJ01"))
    assert len(office.take_in(when="2024-07-11").refused) == 4
    register = read_register(office.data / "vault/register.jsonl")
    slots = calendar(register, date(2024, 7, 31))
    for period in (PERIOD, Period.parse("2022HJ01")):
        write_reports(office.data, register, slots, period, tmp_path / "reports", "2024-07-31")
    rules = {}
    for path in sorted((tmp_path / "reports").rglob("*.json")):
        if path.name.endswith(("-geweigerd.json", "2022HJ01-kwaliteitsrapport.json")):
            sections = {one["title"]: one["rows"] for one in json.loads(path.read_text())["sections"]}
            assert dict(map(tuple, sections["Oordeel"]))["Oordeel"] == "niet bruikbaar (geweigerd)"
            rules[path.parent.name] = [row[0] for row in sections["Regels met opmerkingen"]]
    assert rules == dict(zip(PROVIDERS, (["B033"], ["V005"], ["L001"], ["B031"])))
    told = json.loads((tmp_path / "reports" / PROVIDERS[0] / "jeugdhulp-2024HJ01-validation.json").read_text())
    assert [one["value"] for one in told if one["rule"]["description"].startswith(SAME_FILE)] == ["1", "0"]
    office.put(f"jeugdhulp_{PROVIDERS[1]}_2024HJ01_v3.csv", make.csv((0, "crisis", "01")))
    office.take_in(when="2024-07-12")
    register = read_register(office.data / "vault/register.jsonl")
    write_reports(office.data, register, calendar(register, date(2024, 7, 31)), PERIOD, tmp_path / "reports", "2024-07-31")
    left = [path.parent.name for path in (tmp_path / "reports").rglob("*-geweigerd.html")]
    assert sorted(left) == [PROVIDERS[0], PROVIDERS[2]]  # mended, so that its refusal is gone


def test_a_file_that_is_not_read_any_more_keeps_no_earlier_answer(tmp_path):
    """Refused for a code first, and for its period when that had closed: it hears of the period, and the code waits until it is read again."""
    office, make = Office(tmp_path), Maker()
    office.put(f"jeugdhulp_{PROVIDERS[0]}_2023HJ01.csv", make.csv((0, "verwijzer", "99"), period="2023HJ01"))
    assert {one.rule for one in office.take_in().problems} >= {"code"}
    office.put(f"jeugdhulp_{PROVIDERS[1]}_2024HJ01.csv", make.csv())
    assert {one.rule for one in office.take_in().problems} >= {"code"} and office.take_in().refused
    register = read_register(office.data / "vault/register.jsonl")
    book = answered(office.data, register, "jeugdhulp", Period.parse("2023HJ01"))
    (delivery,) = book.answers
    assert [(one.rule, one.why) for one in book.answers[delivery] if one.outcome == "failed"] == [("B031", "")]


def test_the_list_of_released_rules_is_read_however_it_was_saved(tmp_path):
    """Semicolons of a spreadsheet; a line that lacks something is told at its place."""
    from celwacht.publish.deliveries.released import read_released, release

    (tmp_path / "released.csv").write_text("sep=;\nregel;record;periode;dag\nV005;jeugdhulp;2024HJ01;31-7-2024\n")
    release(tmp_path, [("jeugdhulp", "2024HJ01", "R004")], date(2024, 8, 1))
    assert read_released(tmp_path) == {("jeugdhulp", "2024HJ01", "V005"), ("jeugdhulp", "2024HJ01", "R004")}
    (tmp_path / "released.csv").write_text("record,periode,regel,dag\njeugdhulp,2024HJ01,,2024-07-31\n")
    with pytest.raises(ProblemsFound) as found:
        read_released(tmp_path)
    assert "released.csv:2" in str(found.value)
