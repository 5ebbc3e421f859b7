"""Rules judged against lists and other deliveries tell the lines of the delivered file, also after the records were sorted and renamed."""

import random

import duckdb
from celwacht.publish.deliveries.answered import answered
from celwacht.publish.deliveries.quality import quality_report, validation_report
from celwacht.tables.intake.rotate import rotate
from celwacht.tables.intake.vault.key import Key, open_key
from celwacht.tables.periods import Period
from celwacht.tables.register.register import read_register

from tests.checks.test_examples import NUMBERS

NAME, BEFORE = "jeugdhulp_12345678_2024HJ01", "jeugdhulp_12345678_2023HJ02"
PERIOD = Period.parse("2024HJ01")


def delivered(make, office):
    """Sixty records in a drawn order in each of two periods, and the lines where L101, L104 and G101 must fail, by the rule's definition."""
    draw = random.Random(3)
    before = [(n, draw.choice(("2023-05-01", "2023-08-01"))) for n in range(40)]  # all still run
    present = [*before[:25], *((n, draw.choice(("2023-09-01", "2024-02-01"))) for n in range(40, 75))]
    places = ("1234AB", "9999ZZ", "0363")  # a listed code, one that is not, none
    draw.shuffle(before), draw.shuffle(present)
    texts = {n: draw.choice(places) for n in range(75)}

    def content(some, period):
        rows = [("bsn", lambda n, day: NUMBERS[n]), ("aanvang", lambda n, day: day.replace("-", "")), ("postcode", lambda n, day: texts[n])]
        rows += [(name, lambda n, day: "") for name in ("einde", "reden")]
        changes = [(index, name, text(*one)) for index, one in enumerate(some) for name, text in rows]
        return make.csv(*changes, period=period)

    office.put(f"{BEFORE}.csv", content(before, "2023HJ02"))
    office.put(f"{NAME}.csv", content(present, "2024HJ01"))
    (office.data / "regions").mkdir()
    duckdb.sql("SELECT '1234AB' AS postcode, 'GM0106' AS gemeente").write_parquet(str(office.data / "regions" / "postcodes.parquet"))
    there, was = set(present), set(before)
    return {
        "L101": tuple(line for line, one in enumerate(before, 2) if one not in there),
        "L104": tuple(line for line, one in enumerate(present, 2) if one[1] < "2024-01-01" and one not in was),
        "G101": tuple(line for line, one in enumerate(present, 2) if texts[one[0]] == "9999ZZ"),
    }


def told(office):
    """The answers now."""
    return answered(office.data, read_register(office.data / "vault" / "register.jsonl"), "jeugdhulp", PERIOD)


def test_the_lines_of_what_was_compared(make, office, tmp_path):
    """By the definition, over drawn records; the same under a new key. They were empty, and no word said why."""
    expected = delivered(make, office)
    (tmp_path / "key").write_bytes(bytes(range(32)))
    (tmp_path / "key").chmod(0o600)
    old = open_key(tmp_path / "key", office.data, create=False)
    assert office.take_in(key=old).ok and all(len(lines) > 3 for lines in expected.values())
    for _ in range(2):
        book = told(office)
        mine = {one.rule: one for one in book.answers[f"{NAME}_v1"]}
        assert {code: mine[code].lines for code in expected} == expected
        assert all(len(mine[code].lines) == mine[code].failed for code in expected) and "REGELS" not in mine
        rotate(office.data, old, tmp_path / "new")
    report = quality_report(book, f"{NAME}_v1", "12345678", 60)
    rows = {row[0]: row[9] for row in report.sections[1].rows}
    assert rows["L101"] == "vorige: " + ", ".join(map(str, expected["L101"][:3]))
    assert rows["L104"] == ", ".join(map(str, expected["L104"][:3])) and rows.get("L105", "geen: het gaat om aantallen").startswith("geen")
    said = validation_report(book, [f"{NAME}_v1"], "")
    assert all(f'"line {line} of the delivery for the period before"' in said for line in expected["L101"])
    assert all(f'"line {line}"]' in said for line in (*expected["L104"], *expected["G101"])) and isinstance(old, Key)


def test_a_vault_without_lines_says_so(make, office):
    """Of before they were kept: the numbers are there, and the report tells why there are no lines."""
    delivered(make, office)
    office.take_in()
    path = office.data / "vault" / "answers" / "jeugdhulp" / "2024HJ01.parquet"
    beside = path.with_suffix(".rest")
    duckdb.sql(f"SELECT * FROM read_parquet('{path}') WHERE rule <> 'REGELS'").write_parquet(str(beside))
    beside.replace(path)
    book = told(office)
    one = next(one for one in book.answers[f"{NAME}_v1"] if one.rule == "G101")
    assert one.failed and not one.lines
    rows = {row[0]: row[9] for row in quality_report(book, f"{NAME}_v1", "12345678", 60).sections[1].rows}
    assert rows["G101"] == "geen: van dit bestand zijn geen regelnummers bewaard"
