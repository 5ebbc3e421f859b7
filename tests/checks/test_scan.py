"""Judging: three answers, what is unknown, shares in integers, rules of a project's own that refuse, and rules that flood."""

import duckdb
import pytest
from celwacht.tables import home
from celwacht.tables.checks.answers import FAILED, PASSED, UNJUDGED, Judged, floods, headline, verdict
from celwacht.tables.checks.catalogue import Rule, catalogue
from celwacht.tables.checks.database import connect
from celwacht.tables.checks.scan import Scan, judge
from celwacht.tables.checks.stored import merge, read, write
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.test_vault import persons

PERIOD = Period.parse("2024HJ01")
TEXT = {"nl": "x", "en": "x"}


def rule(**more):
    """A rule on youth help, but for these fields."""
    base = {"code": "X100", "records": ("jeugdhulp",), "level": "record", "severity": "warning", "text": TEXT, "remedy": TEXT}
    return Rule(**base, paragraph="x", examples={"passing": {}, "failing": {}}, **more)


def answers(rules, rows):
    """The answers on records (bestand, regel, persoon, aanvang, einde, geboortedatum, hulpvorm)."""
    with duckdb.connect() as connection:
        columns = "bestand VARCHAR, regel INTEGER, persoon VARCHAR, aanvang DATE, einde DATE, geboortedatum DATE, hulpvorm VARCHAR"
        connection.execute(f"CREATE TABLE records ({columns})")
        if rows:
            kinds = ("VARCHAR", "INTEGER", "VARCHAR", "DATE", "DATE", "DATE", "VARCHAR")
            lists = ", ".join(f"unnest(CAST(${i} AS {kind}[]))" for i, kind in enumerate(kinds, 1))
            connection.execute(f"INSERT INTO records SELECT {lists}", [list(column) for column in zip(*rows, strict=True)])
        return judge(connection, rules, Scan("jeugdhulp", PERIOD))


def row(line, person, begin, end=None, born="2010-01-01", form="02", delivery="a"):
    return (delivery, line, person, begin, end, born, form)


def test_a_record_with_an_unknown_field_is_not_judged():
    """Of three records one is of an unborn child: two are judged, one fails; by line, with its pseudonym."""
    rows = [row(2, "p", "2024-01-05"), row(3, "q", "2024-01-05", born=None), row(4, "r", "2024-01-05", born="2000-01-01")]
    assert answers([rule(fails="leeftijd_aanvang >= 18")], rows) == [Judged("a", "X100", FAILED, 2, 1, "", (4,), ("r",))]
    unborn = answers([rule(fails="leeftijd_aanvang >= 18")], rows[1:2])
    assert [(one.outcome, one.why) for one in unborn] == [(UNJUDGED, "geen-geval")]


def test_every_failing_record_is_told_of_every_delivery_in_one_scan():
    """Two deliveries, one rule: each has its own answer, and all lines."""
    rows = [row(n, f"p{n}", "2024-01-05", delivery="ab"[n % 2]) for n in range(2, 300)]
    found = answers([rule(fails="hulpvorm == '02'")], rows)
    assert [(one.delivery, one.failed, len(one.lines)) for one in found] == [("a", 149, 149), ("b", 149, 149)]
    assert found[0].lines == tuple(range(2, 300, 2))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 100))
def test_a_share_is_judged_in_integers(some, others, above):
    """The answer is that of exact arithmetic: failed / judged > above / 100, and none with fewer than 20 records."""
    rows = [row(n, f"p{n}", "2024-01-05", form="02" if n < some else "03") for n in range(some + others)]
    found = answers([rule(share={"of": "hulpvorm == '02'", "above": above})], rows)
    if not rows:
        assert found == []
    elif len(rows) < 20:
        assert [(one.outcome, one.why) for one in found] == [(UNJUDGED, "te-weinig")]
    else:
        assert [one.outcome for one in found] == [FAILED if some * 100 > above * len(rows) else PASSED]


def test_a_stay_beside_help_is_seen_for_the_same_person_and_time_only():
    """Against a double loop over all pairs."""
    rows = [
        row(n, f"p{n % 3}", f"2024-0{1 + n % 5}-01", f"2024-0{1 + n % 5}-{10 + n % 7}" if n % 4 else None, form="11" if n % 2 else "02")
        for n in range(2, 40)
    ]
    found = answers([rule(among="hulpvorm == '02'", fails="tegelijk_met_verblijf == true")], rows)
    far = "2024-06-30"
    expected = tuple(
        one[1]
        for one in rows
        if one[6] == "02" and any(o[6] == "11" and o[2] == one[2] and o[3] <= (one[4] or far) and (o[4] or far) >= one[3] for o in rows)
    )
    assert found[0].lines == expected and expected


def own_rules(folder, text):
    """A folder of specifications with one rule of its own."""
    (folder / "checks").mkdir(parents=True)
    head = "version: 1\ntitle: {nl: x}\nsource: x\nrules:\n  - code: X100\n    records: [jeugdhulp]\n    level: record\n"
    tail = "    text: {nl: x, en: No help in kind 11.}\n    remedy: {nl: x, en: Ask.}\n    paragraph: x\n    examples: {passing: {}, failing: {}}\n"
    (folder / "checks" / "own.yaml").write_text(head + text + tail)
    return folder


def test_a_rule_that_refuses_refuses_the_delivery_whole(make, office, tmp_path):
    """The failing delivery is refused by line, another is taken in; what stood before stands."""
    office.put("jeugdhulp_12345678_2024HJ01.csv", make.csv())
    office.put("jeugdhulp_87654321_2024HJ01.csv", make.csv((2, "hulpvorm", "12")))
    with home.using(own_rules(tmp_path / "own", "    severity: error\n    fails: hulpvorm == '11'\n")):
        report = office.take_in()
    assert [str(one) for one in report.problems] == ["deliveries/jeugdhulp_12345678_2024HJ01.csv:4: No help in kind 11. Ask. [regel-x100]"]
    assert persons(office) == {"87654321": 3}
    kept = read(office.data / "vault" / "answers" / "jeugdhulp" / "2024HJ01.parquet")
    assert {(one.delivery, one.outcome) for one in kept if one.rule == "X100"} == {
        ("jeugdhulp_12345678_2024HJ01_v1", FAILED),
        ("jeugdhulp_87654321_2024HJ01_v1", PASSED),
    }


@pytest.mark.parametrize(
    "text, said",
    [
        ("    severity: error\n    fails: hulpvorm == '99'\n", "own.yaml:9:24: rule X100, for jeugdhulp: hulpvorm has no code '99'"),
        ("    severity: error\n    fails: type == '11'\n", "own.yaml:9:12: rule X100, for jeugdhulp: unknown field 'type'"),
        ("    severity: error\n    fails: drop table x\n", "own.yaml:9:12: rule X100, for jeugdhulp: `drop` does not belong"),
        ("    severity: error\n", "own.yaml:5:5: rule X100: expected one of intake, fails"),
    ],
)
def test_a_rule_that_does_not_hold_is_told_at_its_place(text, said, tmp_path):
    """A code that no list has, a field of another record kind, SQL, no judge."""
    with home.using(own_rules(tmp_path / "own", text)), pytest.raises(ProblemsFound) as found:
        catalogue()
    assert said in str(found.value)


RULES = {one.code: one for one in catalogue()}


def test_the_answer_counts_what_was_not_judged_and_says_why():
    """`1 problem in 2 rules; 2 not judged: ...`, and the verdict."""
    some = [Judged("a", "H102", FAILED, 9, 1), Judged("a", "H103", PASSED, 9), Judged("a", "H105", UNJUDGED, why="te-weinig")]
    some.append(Judged("a", "L101", UNJUDGED, why="geen-vorige"))
    assert headline(RULES, some, "en") == "1 problem in 2 rules; 2 not judged: no delivery of the period before (1), too few records (1)"
    assert verdict(RULES, some) == "with remarks" and verdict(RULES, some[1:]) == "accepted"
    assert verdict(RULES, [*some, Judged("a", "V003", FAILED, 9, 1)]) == "refused"


def test_a_rule_that_floods_is_held_for_the_office():
    """One that warns for most providers, or on more than a fifth of all records, is; one that warns for some is not."""
    most = [Judged(f"d{n}", "H102", FAILED if n < 4 else PASSED, 100, n < 4) for n in range(6)]
    some = [Judged(f"d{n}", "H103", FAILED if n < 2 else PASSED, 100, n < 2) for n in range(6)]
    wide = [Judged(f"d{n}", "H107", FAILED if n < 2 else PASSED, 100, 90 * (n < 2)) for n in range(6)]
    informing = [Judged(f"d{n}", "H101", FAILED, 100, 100) for n in range(6)]
    every = [*most, *some, *wide, *informing]
    refusing = [Judged(f"d{n}", "V005", FAILED, 9, 9) for n in range(4)]
    again = [Judged("d0 v2", "H103", FAILED, 100, 1), Judged("d1", "H102", UNJUDGED)]  # the same provider twice is one
    providers = [[one for one in [*every, *refusing, *again] if one.delivery.split()[0] == f"d{n}"] for n in range(6)]
    assert floods(RULES, providers) == {"H102", "H107"}  # V005 was judged on four only
    assert floods(RULES, [*providers, [Judged("d9", "V005", PASSED, 9)]]) == {"H102", "H107", "V005"}
    assert floods(RULES, providers[:4]) == frozenset()


def test_answers_are_kept_per_delivery(tmp_path):
    """What is written is read; a new answer on a delivery replaces all earlier ones on it, and no others."""
    first, second = tmp_path / "first", tmp_path / "second"
    old = [Judged("a", "H102", FAILED, 2, 1, "", (4,), ("p",)), Judged("b", "H102", PASSED, 2)]
    write(first, old)
    write(second, [Judged("b", "H103", UNJUDGED, why="te-weinig")])
    merge(tmp_path / "x" / "all", [second], first)
    assert read(tmp_path / "x" / "all") == [old[0], Judged("b", "H103", UNJUDGED, why="te-weinig")]
    assert read(tmp_path / "x" / "all", ["a"]) == old[:1] and read(tmp_path / "none") == []


def test_answers_of_a_long_run_are_kept(tmp_path):
    """One failure among thousands of answers without lines; DuckDB guessed the type of lines from a sample, and a national intake ended
    with an error of the disk."""
    passed = [Judged(f"d{n:05}", "H102", PASSED, 2) for n in range(5000)]
    failed = Judged("d03333x", "H102", FAILED, 2, 2, "", (4, 70_000), ("p'1", 'q"2, [x]'))
    for place in (3334, 4001, 5000):  # a sample of every fifth sees some places and not others
        write(tmp_path / "all", [*passed[:place], failed, *passed[place:]])
        assert read(tmp_path / "all") == [*passed[:3334], failed, *passed[3334:]]
    with connect() as first, connect() as second:  # each connection has the setting, not only the database
        asked = "SELECT current_setting('pandas_analyze_sample')"
        assert [one.execute(asked).fetchone() for one in (first, second)] == [(0,), (0,)]
    write(tmp_path / "none", [])
    assert read(tmp_path / "none") == []
