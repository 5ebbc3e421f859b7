"""Audits real published tables with withheld cells, and prints what benchmarks/audit_findings.md reports.

    .venv/bin/python benchmarks/audit_real_tables.py [--recipes N] [--statline]

Reads the shared data folder beside the project; skips, with a word, where it is absent. Every recipe is followed again in
exact arithmetic before it is counted.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.model.facts import Inference, PublishedAudit
from celwacht.disclosure.audit.model.recipe import follow
from celwacht.disclosure.audit.reading.marks import MARKS, Mark, Meaning, Rounding
from celwacht.disclosure.audit.reading.published_table import Identity, Term
from celwacht.disclosure.audit.reading.read_facts import Stated, facts_together, interpret, names_of
from celwacht.disclosure.audit.reading.reading_spec import RoundingRule, Rows
from celwacht.disclosure.audit.recipes.recipe_text import lines_used, recipe_lines
from celwacht.publish.own_tables.audit_readers import read_table

DATA = Path(__file__).parents[1] / "../shared/data"
CEASED = DATA / "suppressed/la_children_who_ceased_during_the_year.csv"
STARTED = DATA / "suppressed/la_cla_who_started_to_be_looked_after.csv"
CLA2015 = DATA / "suppressed/SFR34_CLA2015.csv"
FRAGMENTS = DATA / "statline/statline_jeugdzorg_fragments.csv"
ALMERE = DATA / "statline/almere_kwb_2018_2025_jeugdzorg_wijk_buurt.csv"

MARKS_2024 = {"c": Mark(Meaning.WITHHELD), "z": Mark(Meaning.NOT_APPLICABLE), "x": Mark(Meaning.NOT_AVAILABLE), "k": Mark(Meaning.SMALL)}
"""As the guidance of 2024 explains them."""
ROUNDED_2024 = (RoundingRule(Rounding(10, "up", true_zero=True), {"geographic_level": ("National", "Regional")}),)
"""The guidance: national and regional figures to the nearest 10; a printed zero is a zero. All 1,215 lines of authorities
that are printed in full agree with halves going up."""
UNDER_ORDERS = (
    "Interim care order",
    "Full care order",
    "Emergency protection order",
    "Police protection in LA accommodation",
    "Child assessment order and in LA accommodation",
)
TAKEN = Identity(
    (Term(1, (("Taken into care", "All children taken into care"),)), *(Term(-1, (("Legal status", s),)) for s in UNDER_ORDERS)),
    "taken into care = under these orders",
)
"""Holds on all 51 rows in which everything is printed; what the term means."""


def audit(paths, stated: Stated, more=(), change=None, width: int = 5) -> tuple[PublishedAudit, float]:
    """(audit of these tables as one, seconds); every recipe checked."""
    start, read, names = time.process_time(), [], {}
    for path in paths:
        table, _ = read_table(path)
        table, spec, _ = interpret(table, stated)
        spec = replace(spec, identities=(*spec.identities, *more))
        read.append((table, change(spec) if change else spec))
        names |= names_of(table, spec)
    facts, _ = facts_together(read, names)
    found = audit_published(facts, width, seconds=600)
    for f in found.findings:
        if f.recipe is not None and not f.recipe.searched:
            known = follow(found.facts.relations, f.recipe, found.facts.least, found.facts.greatest)
            printed = (int(found.facts.least[f.cell]), int(found.facts.greatest[f.cell]))
            assert known.get(f.cell, printed) == (f.least, f.greatest)
    return found, time.process_time() - start


def line(name: str, found: PublishedAudit, seconds: float) -> str:
    """A row of the table."""
    kinds = Counter(min(lines_used(f.recipe), 2) for f in found.findings if f.verdict is Inference.EXACT)
    unsure = found.count(Inference.INCONCLUSIVE)
    return (
        f"| {name} | {len(found.facts):,} | {len(found.findings):,} | {found.count(Inference.EXACT):,} | {kinds[1]:,} | "
        f"{kinds[2]:,} | {found.count(Inference.NARROW):,} | {unsure:,} | {len(found.set_aside)} | {seconds:.0f} |"
    )


def values(found: PublishedAudit) -> str:
    """What kind of value comes back exactly."""
    sizes = Counter(
        "0" if f.least == 0 else "1..5" if 1 <= f.least <= 5 else "other" for f in found.findings if f.verdict is Inference.EXACT
    )
    return ", ".join(f"{n} x {k}" for k, n in sorted(sizes.items()))


PROVINCES = {
    "Noord-Nederland (LD)": ("Groningen (PV)", "Fryslân (PV)", "Drenthe (PV)"),
    "Oost-Nederland (LD)": ("Overijssel (PV)", "Gelderland (PV)", "Flevoland (PV)"),
    "West-Nederland (LD)": ("Utrecht (PV)", "Noord-Holland (PV)", "Zuid-Holland (PV)", "Zeeland (PV)"),
    "Zuid-Nederland (LD)": ("Noord-Brabant (PV)", "Limburg (PV)"),
}
STATLINE = {
    "85094NED": {
        "Totaal jeugdreclasseringstrajecten": (
            "T&B gedwongen kader",
            "T&B vrijwillig",
            "ITB Harde Kern",
            "ITB CRIEM",
            "Scholings- en trainingsprogramma",
            "Gedragsbeïnvloedende maatregel",
            "Voorbereiding GBM",
        )
    },
    "82968NED": {"Totaal voogdij": ("Reguliere voogdij", "Tijdelijke voogdij", "Voorlopige voogdij")},
    "82977NED": {
        "Begonnen totaal": ("Begonnen nieuw", "Begonnen herhaald beroep"),
        "Beëindigd totaal": ("Duur 0-3 mnd", "Duur 3-6 mnd", "Duur 6-12 mnd", "Duur 1-2 jaar", "Duur 2 jaar of langer"),
    },
}
"""Fragments of StatLine tables that hold a total with its parts, over regions."""


def fragment(table_id: str) -> Rows:
    """One StatLine table of the fragments; `.` where it is withheld."""
    with FRAGMENTS.open(encoding="utf-8-sig") as file:
        rows = [
            (r["periode"], r["regio"], r["categorie"], r["onderwerp"], r["waarde_num"] or ".")
            for r in csv.DictReader(file)
            if r["table_id"] == table_id
        ]
    return Rows(table_id, ("periode", "regio", "categorie", "onderwerp", "waarde"), list(dict.fromkeys(rows)))


def statline(table_id: str, rounding: Rounding, dot: Mark) -> tuple[PublishedAudit, float]:
    """The audit of one of STATLINE."""
    start = time.process_time()
    stated = Stated(
        {
            "dimensions": ("periode", "regio", "categorie", "onderwerp"),
            "values": ("waarde",),
            "marks": {**MARKS, ".": dot},
            "trees": {"regio": {"Nederland": tuple(PROVINCES), **PROVINCES}, "onderwerp": STATLINE[table_id]},
            "totals": {"regio": ("Nederland",)},
            "ratios": (),
            "identities": (),
        },
        (RoundingRule(rounding),),
    )
    table = fragment(table_id)
    facts, _ = facts_together([interpret(table, stated)[:2]])
    return audit_published(facts, 5, seconds=600), time.process_time() - start


def regions_of_2015() -> dict[str, tuple[str, ...]]:
    """Local authorities by region letter of 2015, from the region column of the later tables (old codes are the same)."""
    letters = {
        "E12000001": "A",
        "E12000002": "B",
        "E12000003": "C",
        "E12000004": "D",
        "E12000005": "E",
        "E12000006": "F",
        "E13000001": "H",
        "E13000002": "I",
        "E12000008": "J",
        "E12000009": "K",
    }
    pairs = set()
    for path in (CEASED, STARTED):  # the second still has those that merged in 2019 to 2023
        with path.open(encoding="utf-8-sig") as file:
            pairs |= {(letters.get(r["region_code"]), r["old_la_code"]) for r in csv.DictReader(file) if r["old_la_code"]}
    with CLA2015.open(encoding="utf-8-sig") as file:
        there = {r["geog_c"] for r in csv.DictReader(file) if r["geog_l"] == "LA"}
    tree = defaultdict(list)
    for letter, code in sorted(p for p in pairs if p[0] and p[1] in there):
        tree[letter].append(code)
    complete = sum(map(len, tree.values())) == len(there)
    return {"G": ("H", "I")} | ({k: tuple(v) for k, v in tree.items()} if complete else {})


def runs() -> Iterator[tuple[str, PublishedAudit, float]]:
    """Every table, under what may be known of it."""
    new = Stated({"marks": MARKS_2024, "rounding": ROUNDED_2024})
    least_one = Stated({"marks": {**MARKS_2024, "c": Mark(Meaning.WITHHELD, 1)}, "rounding": ROUNDED_2024})
    old = {
        "marks": {**MARKS, "x": Mark(Meaning.WITHHELD)},
        "dimensions": ("geog_c",),
        "totals": {"geog_c": ("999",)},
        "rounding": (RoundingRule(Rounding(10, "any", true_zero=True), {"geog_l": ("NATIONAL", "REGION")}),),
    }
    every_region = {"geog_c": {"999": tuple("ABCDEFGJK"), **regions_of_2015()}}
    without = lambda spec: replace(spec, ratios=())  # noqa: E731
    every = {**MARKS, "": Mark(Meaning.WITHHELD)}
    conventional = (RoundingRule(Rounding(5), {"SoortRegio_2": ("Wijk", "Buurt")}),)
    yield "ceased 2020-2024", *audit([CEASED], new)
    yield "the same, percentages left out", *audit([CEASED], new, change=without)
    yield "started 2018-2022", *audit([STARTED], new)
    yield "the same, percentages left out", *audit([STARTED], new, change=without)
    yield "started, with *taken into care* = orders", *audit([STARTED], new, [TAKEN])
    yield "started, were `c` at least 1 (it is not)", *audit([STARTED], least_one)
    yield "looked after 2015 (SFR34), columns only", *audit([CLA2015], Stated(old))
    yield "the same, with regions", *audit([CLA2015], Stated({**old, "trees": every_region}))
    yield "Almere by wijk and buurt, rounding guessed (random to 5)", *audit([ALMERE], Stated({"marks": every}))
    yield "the same, were rounding conventional (it is not)", *audit([ALMERE], Stated({"marks": every}, conventional))
    yield from of_statline()


def of_statline() -> Iterator[tuple[str, PublishedAudit, float]]:
    """The fragments, with what `.` tells in the profile that the figures show: rounded to 5, everything below 10 is a dot."""
    for table_id in STATLINE:
        for how in ("any", "random"):
            upper = 7 if how == "any" else 9
            yield (
                f"StatLine {table_id}, rounded to 5 ({'conventional' if how == 'any' else 'random'}), `.` is 0..{upper}",
                *statline(table_id, Rounding(5, how), Mark(Meaning.WITHHELD, 0, upper)),
            )


def main() -> int:
    if not CEASED.is_file():
        print("skipped: the shared data folder is not beside the project")
        return 0
    print("| table | cells | withheld | exact | in one line | over several | narrow (<5) | no answer | lines left out | CPU s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    results = []
    for name, found, seconds in of_statline() if "--statline" in sys.argv else runs():
        results.append((name, found, seconds))
        print(line(name, found, seconds), flush=True)
    print()
    for name, found, _ in results:
        if found.count(Inference.EXACT):
            print(f"{name}: exact values {values(found)}")
    n = int(sys.argv[sys.argv.index("--recipes") + 1]) if "--recipes" in sys.argv else 0
    for name, found, _ in results:
        for f in [f for f in found.findings if f.verdict is Inference.EXACT][:n]:
            print(f"\n{name}:", *recipe_lines(found.facts, f), sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
