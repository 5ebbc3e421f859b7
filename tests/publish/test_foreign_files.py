"""Files of registers of other countries, each of another shape: `new --source`, `check` and `intake` take them as they are."""

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from celwacht.publish.cli import celwacht
from click.testing import CliRunner

from tests.commands import taken_in


def days(draw, first, last, count):
    return [first + timedelta(days=draw.randrange((last - first).days + 1)) for _ in range(count)]


def barnevern(draw):
    """Norwegian: accents and letters of its own, days with dots, codes with leading zeros, areas in two levels."""
    places = ["0301;Oslo;03;Oslo", "3005;Drammen;30;Viken", "3024;B\u00e6rum;30;Viken", "4601;Bergen;46;Vestland"]
    yield "L\u00f8penr;F\u00f8dselsdato;Kj\u00f8nn;Kommunenr;Kommune;Fylkenr;Fylke;Tiltak;Startdato;Sluttdato"
    for n, begun in enumerate(days(draw, date(2023, 1, 1), date(2023, 11, 30), 120)):
        born = date(2010, 1, 1) + timedelta(days=n)
        ended = "" if n % 3 else "20.12.2023"
        where, kind = draw.choice(places), draw.choice(["Fosterhjem", "Bes\u00f8kshjem"])
        yield f"{1000 + n};{born:%d.%m.%Y};{draw.choice(['Gutt', 'Jente'])};{where};{kind};{begun:%d.%m.%Y};{ended}"


def hospital(draw):
    """Hours behind the days, a number of the stay beside that of the patient, two stays on one day, costs."""
    yield "Stay No,Patient ID,Birth Date,Sex,Admitted,Discharged,Ward,Cost"
    for n, begun in enumerate(days(draw, date(2024, 1, 1), date(2024, 11, 1), 120)):
        who = n // 2
        begun = date(2024, 3, 1 + who % 28) if n % 10 < 2 else begun
        yield f"{500 + n},P{who},{1950 + who}-05-0{1 + who % 9},{who % 2},{begun}T08:{n % 60:02d}:00,2024-12-30 23:59,{'ABCD'[n % 2]},{n}.5"


def absences(draw):
    """Events of one day in a school year; two on one day are told apart by the session."""
    yield "UPN,District,Date of absence,Reason,Session"
    for n, day in enumerate(days(draw, date(2023, 9, 1), date(2024, 6, 28), 120)):
        day = date(2023, 9, 1) if n < 2 else day
        yield f"U{n // 4},{draw.choice(['Ards', 'Derry'])},{day},{'IM'[n % 4 // 2]},{['AM', 'PM'][n % 2]}"


def episodes(draw):
    """A financial year; days with slashes; records that ended years ago."""
    yield "CHILD,SEX,DOB,LA,DECOM,PLACE,DEC"
    for n, begun in enumerate(days(draw, date(2020, 1, 1), date(2025, 2, 28), 120)):
        ended = begun + timedelta(days=draw.randrange(1, 700))
        ended = f"{ended:%d/%m/%Y}" if ended <= date(2025, 3, 31) else ""
        yield f"C{n},{1 + n % 2},{1 + n % 28:02d}/05/2012,E0900000{1 + n % 3},{begun:%d/%m/%Y},{'UK'[n % 2]}1,{ended if n else '31/03/2025'}"


def courts(draw):
    """American days of one or two digits; a person is known by court, case and number together."""
    yield "Court,Case Number,Defendant,Filed,Disposed,Offense"
    for n, begun in enumerate(days(draw, date(2024, 1, 1), date(2024, 10, 1), 120)):
        ended = begun + timedelta(days=30)
        yield f"CT{n % 3},{n // 6},{n // 3 % 2},{begun.month}/{begun.day}/{begun.year},{ended.month}/{ended.day}/{ended.year},{'TAF'[n % 3]}"


def notifications(draw):
    """All began in the year; some ended after it, for the file was made later."""
    yield "client_ref,notified_at,finalised_at,abuse"
    for n in range(120):
        begun = date(2023, 7, 1) + timedelta(days=3 * n)
        yield f"{n}-{n % 7},{begun}T00:00:00,{begun + timedelta(days=40)}T00:00:00,{['Neglect', 'Physical'][n % 2]}"


CASES = {
    barnevern: ("2023JJ00", (), ["person: lopenr", "birth: fodselsdato", "area: kommunenr", "larger area: fylkenr", "sex: kjonn"]),
    hospital: ("2024JJ00", (), ["person: patient_id", "begin: admitted", "end: discharged", "birth: birth_date"]),
    absences: ("2023SJ09", (), ["person: upn", "begin: date_of_absence"]),
    episodes: ("2024BJ04", (), ["person: child", "begin: decom", "end: dec", "area: la", "birth: dob"]),
    courts: ("2024JJ00", ("person=Court,Case Number,Defendant",), ["person: court", "person, with: case_number", "end: disposed"]),
    notifications: ("2023BJ07", (), ["person: client_ref", "begin: notified_at", "end: finalised_at"]),
}
PERSONS = {barnevern: 120, hospital: 60, absences: 30, episodes: 120, courts: 120, notifications: 120}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_register_that_nobody_here_has_seen(tmp_path, monkeypatch, case):
    """What is person, begin and end is found; the period too; nothing is wrong with what is written; all records come in, as so many persons."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CELWACHT_KEY", str(tmp_path / "key"))
    Path("file.csv").write_text("\n".join(case(random.Random(7))) + "\n", encoding="utf-8")
    period, columns, guesses = CASES[case]
    run("init", "ours", "--empty")
    more = [part for column in columns for part in ("--column", column)]
    made = run("--project", "ours", "new", "--source", "register", "--from", "file.csv", "--deliver", *more)
    assert [one for one in guesses if f"  {one}, by" not in made] == [], made
    assert f"--period {period}" in made
    assert "No problems" in run("--project", "ours", "check")
    assert taken_in(Path("ours")) == 120
    [file] = Path("ours/data/vault/microdata/register").glob("*.parquet")
    with duckdb.connect() as database:
        rows = database.execute(f"SELECT persoon, count(*) FROM '{file}' GROUP BY persoon").fetchall()
    assert len(rows) == PERSONS[case] and file.stem == period


def run(*words):
    done = CliRunner().invoke(celwacht, words)
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


@pytest.mark.parametrize(
    "words, said",
    [
        (["--column", "person"], "--column: expected ROLE=NAME, such as person=child_id; found no `=` with a name after it."),
        (["--column", "perso=UPN"], "--column: 'perso' is nothing a column can be. Did you mean 'person'?"),
        (["--column", "person=UNP"], "--column: person: there is no column 'UNP' in file.csv. Did you mean 'upn'?"),
        (["--column", "kind=Reason", "--column", "kind=Session"], "--column: kind is said twice. Name its columns together: kind=A,B."),
        (["--column", "end=Session"], "file.csv:1: session is said to be the end, and not all of its cells are days written JJJJ-MM-DD."),
        (
            ["--period", "2024"],
            "--period: '2024' is not a period; expected a code such as 2024JJ00, 2024HJ01 or 2024KW03, did you mean 2024JJ00?",
        ),
    ],
)
def test_what_is_said_of_a_file_and_cannot_be(tmp_path, monkeypatch, words, said):
    """Told at its option, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    Path("file.csv").write_text("\n".join(absences(random.Random(7))) + "\n")
    run("init", "ours", "--empty")
    before = sorted(Path("ours").rglob("*"))
    done = CliRunner().invoke(celwacht, ["--project", "ours", "new", "--source", "register", "--from", "file.csv", *words])
    assert done.exit_code and said in str(done.exception), done.exception
    assert sorted(Path("ours").rglob("*")) == before


def test_records_that_are_alike_are_told_before_intake_refuses_them(tmp_path, monkeypatch):
    """With their numbers in the file."""
    monkeypatch.chdir(tmp_path)
    lines = list(absences(random.Random(7)))
    Path("file.csv").write_text("\n".join([*lines, lines[3]]) + "\n")
    run("init", "ours", "--empty")
    said = run("--project", "ours", "new", "--source", "register", "--from", "file.csv")
    assert "of 1 records upn, date_of_absence, reason are those of an earlier one" in said or "number 121" in said, said
