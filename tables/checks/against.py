"""Rules that hold a delivery against what else there is: the period before, lists, and the deliveries of others. One scan per view.

Judged when asked, and not at intake: a redelivery of the period before changes the answers. The lines are those of the delivered file, and
of that of the period before for rules `of: earlier`; a rule on numbers (change) has none. Rules on other providers are for the office alone
(audience: office), since a count would tell a provider that a person is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from celwacht.tables.checks.answers import FAILED, PASSED, UNJUDGED, Judged
from celwacht.tables.checks.catalogue import Rule, rules_for
from celwacht.tables.checks.database import Connection, connect_for, quoted
from celwacht.tables.checks.fields import kind_of, named_by
from celwacht.tables.checks.scan import Scan, judge
from celwacht.tables.checks.stored import with_lines
from celwacht.tables.periods import Period
from celwacht.tables.small_work import size_of
from celwacht.tables.sources.provider_list import FILE, read_provider_list

VIEWS = ("later", "earlier", "everywhere")


@dataclass(frozen=True)
class Beside:
    """Where a delivery is held against: files that may not be there."""

    present: Path
    """Microdata of the record kind and period."""
    before: Path
    """Microdata of the period before."""
    postcodes: Path
    providers: Path
    """CSV with a column `aanbieder`."""
    naming: tuple[tuple[Path, str], ...] = ()
    """Microdata of the record kinds that name cases of this one, in the period and the one before, and the field with the case."""
    answers: tuple[Path | None, Path | None] = (None, None)
    """Answers kept at intake, of the period and of the one before: they have the lines of the records."""

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        named = [path for path, _ in self.naming]
        return size_of([self.present, self.before, self.postcodes, self.providers, *named, *(path for path in self.answers if path)])


def beside(data: Path, record: str, period: Period) -> Beside:
    """The places of a data folder."""
    folder = data / "vault" / "microdata" / record
    lists = data / "regions" / "postcodes.parquet", data / FILE
    naming = [
        (folder.parent / other / f"{when.code}.parquet", name) for other, name in named_by(record) for when in (period, period.before)
    ]
    kept = data / "vault" / "answers" / record
    answers = kept / f"{period.code}.parquet", kept / f"{period.before.code}.parquet"
    return Beside(folder / f"{period.code}.parquet", folder / f"{period.before.code}.parquet", *lists, tuple(naming), answers)


def against(place: Beside, record: str, period: Period, deliveries: Mapping[str, str]) -> list[Judged]:
    """The answers of the rules of levels last_delivery and references, but those that the intake judges.

    deliveries: provider -> id of its accepted delivery of this period; each gets an answer to every rule."""
    rules = [rule for rule in rules_for(record, period) if (rule.intake is None and rule.view in VIEWS) or rule.change]
    if record not in kind_of() or not rules:
        return []
    with connect_for(place.size) as connection:
        there = _tables(connection, place, deliveries)
        found = _scans(connection, rules, record, period, there)
        found += [one for rule in rules if rule.change for one in _change(connection, rule)]
        known = {str(row[0]) for row in connection.execute("SELECT aanbieder FROM both_sides").fetchall()}
    return _complete(rules, found, deliveries, known)


def _tables(connection: Connection, place: Beside, deliveries: Mapping[str, str]) -> frozenset[str]:
    """Makes `present` and `before` (records with the id of the present delivery), `both_sides` and the lists; says which lists are there."""
    connection.execute("CREATE TEMP TABLE ids (aanbieder VARCHAR, id VARCHAR)")
    if deliveries:
        connection.execute("INSERT INTO ids SELECT unnest($1), unnest($2)", [list(deliveries), list(deliveries.values())])
    for name, path, answers in zip(("present", "before"), (place.present, place.before), place.answers, strict=True):
        source = path if path.is_file() else place.present if place.present.is_file() else place.before
        where = "" if path.is_file() else " WHERE false"
        if not source.is_file():
            connection.execute(f"CREATE TEMP TABLE {name} (aanbieder VARCHAR, bestand VARCHAR)")
            continue
        lined = with_lines(connection, source, answers)
        connection.execute(
            f"CREATE TEMP TABLE {name} AS SELECT file.* REPLACE (id AS bestand) FROM ({lined}) AS file JOIN ids USING (aanbieder){where}"
        )
    connection.execute("CREATE TEMP TABLE both_sides AS SELECT DISTINCT aanbieder FROM before")
    there = {"vorige"}
    if place.postcodes.is_file():
        connection.execute(f"CREATE TEMP TABLE postcodes AS SELECT DISTINCT postcode FROM read_parquet({quoted(place.postcodes)})")
        there |= {"postcodes"}
    if place.providers.is_file():
        connection.execute("CREATE TEMP TABLE aanbieders (aanbieder VARCHAR)")
        if listed := list(read_provider_list(place.providers)):
            connection.execute("INSERT INTO aanbieders SELECT unnest($1)", [listed])
        there |= {"aanbieders"}
    return frozenset(there | _naming(connection, place.naming))


def _naming(connection: Connection, naming: Sequence[tuple[Path, str]]) -> frozenset[str]:
    """Makes `named`, the pseudonyms of the cases that other record kinds name; not where none of them was delivered."""
    parts = []
    for path, name in naming:
        if path.is_file():
            source = f"read_parquet({quoted(path)})"
            if name in {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}:
                parts.append(f'SELECT "{name}" AS persoon FROM {source} WHERE "{name}" IS NOT NULL')
    if parts:
        connection.execute(f"CREATE TEMP TABLE named AS {' UNION '.join(parts)}")
    return frozenset({"genoemd"} if parts else ())


def _scans(connection: Connection, rules: Sequence[Rule], record: str, period: Period, there: frozenset[str]) -> list[Judged]:
    """The views one after the other, each as the tables `records` and `beside` that a scan reads."""
    found: list[Judged] = []
    sides = {
        "later": ("present", "before", period),
        "earlier": ("before", "present", period.before),
        "everywhere": ("present", "before", period),
    }
    columns = {row[0] for row in connection.execute("DESCRIBE present").fetchall()}
    if "persoon" not in columns:
        return []
    for view, (own, other, days) in sides.items():
        only = "" if view == "everywhere" else " WHERE aanbieder IN (SELECT aanbieder FROM both_sides)"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW records AS SELECT * FROM {own}{only}")
        connection.execute(f'CREATE OR REPLACE TEMP VIEW beside AS SELECT *, "{kind_of()[record]}" AS k FROM {other}')
        found += judge(connection, rules, Scan(record, days, view, there))
    return found


def _change(connection: Connection, rule: Rule) -> list[Judged]:
    """A rule on numbers of records in the two periods, in all or by the values of a field."""
    asked = rule.change
    assert asked is not None
    by = f'"{asked.by}"' if asked.by else "''"
    if "persoon" not in {row[0] for row in connection.execute("DESCRIBE present").fetchall()}:
        return []  # no records at all
    rows = connection.execute(
        f"WITH sides AS (SELECT bestand, {by} AS value, 1 AS here, 0 AS earlier FROM present UNION ALL "
        f"SELECT bestand, {by}, 0, 1 FROM before) "
        "SELECT bestand, value, sum(here), sum(earlier) FROM sides JOIN (SELECT DISTINCT bestand FROM before) USING (bestand) "
        "GROUP BY ALL"
    ).fetchall()
    counts: dict[str, list[tuple[int, int]]] = {}
    for delivery, value, here, earlier in rows:
        if value is not None:
            counts.setdefault(str(delivery), []).append((int(here), int(earlier)))

    def changed(here: int, earlier: int) -> bool:
        if asked.by:
            return min(here, earlier) == 0 and max(here, earlier) >= asked.at_least
        return abs(here - earlier) >= asked.at_least and 100 * abs(here - earlier) > asked.above * earlier

    found = []
    for delivery, some in sorted(counts.items()):
        failed = sum(changed(*one) for one in some)
        found.append(Judged(delivery, rule.code, FAILED if failed else PASSED, len(some), failed))
    return found


def _complete(rules: Sequence[Rule], found: Sequence[Judged], deliveries: Mapping[str, str], known: set[str]) -> list[Judged]:
    """Every rule has an answer on every delivery: what was not judged says why."""
    told = {(one.delivery, one.rule): one for one in found}
    complete = []
    for provider, delivery in sorted(deliveries.items(), key=lambda item: item[1]):
        for rule in rules:
            before = rule.level == "last_delivery"
            why = "geen-vorige" if before and provider not in known else "geen-geval" if before else "niets-te-melden"
            complete.append(told.get((delivery, rule.code)) or Judged(delivery, rule.code, UNJUDGED, why=why))
    return complete
