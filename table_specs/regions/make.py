"""Makes the region files of this folder, and the rows of the populations beside it, from the CBS files that the README names.

    python table_specs/regions/make.py FOLDER [OUT [POPULATIONS]]

FOLDER holds the files as downloaded; OUT and POPULATIONS are where the results go (default: this folder, and ../populations). Integers throughout, so
that the same input gives the same bytes. Nothing of the product reads FOLDER: it reads the files made here.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

BY_HAND = tomllib.loads((Path(__file__).parent / "by_hand.toml").read_text(encoding="utf-8"))
"""Changes, spellings and levels that the sources do not have; that file says of each what it is."""
MERGED, SPLIT, SPLIT_GEMEENTE, ONE_BEFORE = (BY_HAND[name] for name in ("merged", "split", "split_gemeente", "one_before"))
SAFE_HOME, SPELLED = BY_HAND["safe_home"], BY_HAND["spelled"]
ACROSS = {(jeugdregio, province): name for jeugdregio, province, name in BY_HAND["across"]}
LANDSDELEN, ARRONDISSEMENTEN, COROPS = (BY_HAND[name] for name in ("landsdelen", "arrondissementen", "corops"))
SIZES = (5_000, 10_000, 20_000, 50_000, 100_000, 150_000, 250_000)
"""Inhabitants at which a class of size of gemeenten begins."""
SOURCES = {
    "presence": "gemeente_code_presence_2016_2017_2020_2026.csv",
    "g2016": "gemeenten_2016_hierarchie_83287NED.csv",
    "g2017": "gm_wk_bu_2017_kwb83765NED.csv",
    "g2020": "gemeenten_2020_kwb84799NED.csv",
    "w2020": "wijken_2020_kwb84799NED.csv",
    "b2020": "buurten_2020_kwb84799NED.csv",
    "g2026": "gemeenten_2026_provincie_jeugdregio.csv",
}
Row = dict[str, str]


def read(folder: Path, name: str) -> list[Row]:
    with (folder / SOURCES[name]).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, header: str, rows: Iterable[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def young(row: Row) -> int:
    """Persons of 0 up to and including 22 years: all of 0-14 and eight of the ten years of 15-24."""
    return (10 * int(row["leeftijd_0_15"]) + 8 * int(row["leeftijd_15_25"]) + 5) // 10


def apportion(total: int, weights: list[int]) -> list[int]:
    """Divides `total` over the weights in whole numbers (largest remainder, the first wins a tie)."""
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def jeugdregio_codes(g2016: list[Row], g2026: list[Row]) -> dict[str, str]:
    """Name -> JZ code, by the majority of the gemeenten that are in both lists; ValueError if two share a code."""
    name_of = {row["gemeente_code"]: row["jeugdregio"] for row in g2026}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in g2016:
        if row["gemeente_code"] in name_of:
            votes[name_of[row["gemeente_code"]]][row["jeugdzorgregio"]] += 1
    codes = {name: votes[name].most_common(1)[0][0] for name in sorted(set(name_of.values())) if votes[name]}
    if len(set(codes.values())) < len(set(name_of.values())):
        raise ValueError("two jeugdregio's would get one code, or one gets none; look at jeugdregio_codes()")
    return codes


def check_changes(presence: list[Row]) -> None:
    """ValueError unless MERGED and SPLIT (by_hand.toml) name exactly the codes that went and came between 2020 and 2026."""
    there = {row["gemeente_code"]: (row["in_2020"], row["in_2026"]) for row in presence}
    gone = {code for code, years in there.items() if years == ("1", "0")}
    came = {code for code, years in there.items() if years == ("0", "1")}
    targets = {new for new, _ in MERGED.values()} | {new for new, _ in SPLIT.values()}
    unexplained = sorted(
        (gone ^ (set(MERGED) | {SPLIT_GEMEENTE})) | (came - targets) | {code for code in targets if there.get(code, ("", ""))[1] != "1"}
    )
    if unexplained:
        raise ValueError(f"the changes 2020-2023 do not explain these codes: {', '.join(unexplained)}")


def pieces_2020(g2020: list[Row], w2020: list[Row]) -> list[tuple[str, str, int, int]]:
    """(old, new, inwoners, young) for every gemeente of 2020; Haaren in four pieces by its wijken."""
    wijken = [row for row in w2020 if row["gemeente_code"] == SPLIT_GEMEENTE]
    pieces = []
    for row in g2020:
        old, people, youth = row["code"], int(row["inwoners"]), young(row)
        if old != SPLIT_GEMEENTE:
            pieces.append((old, MERGED.get(old, (old, ""))[0], people, youth))
            continue
        parts = zip(
            wijken, apportion(people, [int(w["inwoners"]) for w in wijken]), apportion(youth, [young(w) for w in wijken]), strict=True
        )
        pieces += [(old, SPLIT[wijk["code"]][0], a, b) for wijk, a, b in parts]
    return pieces


def gemeente_2023(row: Row) -> str:
    """The gemeente of 2023 in which a wijk of 2020 lies."""
    old = row["gemeente_code"]
    return SPLIT[row["code"]][0] if old == SPLIT_GEMEENTE else MERGED.get(old, (old, ""))[0]


def other_levels(code: str, g2016: dict[str, Row], province: str, inhabitants: int) -> tuple[str, ...]:
    """Code and name of landsdeel, COROP, arrondissement and class of size of a gemeente; ValueError where the source does not fit."""
    row = g2016[ONE_BEFORE.get(code, code)]
    if row["provincie"] != province:
        raise ValueError(f"{code} was of {row['provincie']} and is of {province}; look at one_before in by_hand.toml")
    found: list[str] = []
    for column, names in (("landsdeel", LANDSDELEN), ("corop", COROPS), ("arrondissement", ARRONDISSEMENTEN)):
        found += [row[column], names[int(row[column][2:]) - 1]]
    place = sum(inhabitants >= limit for limit in SIZES)
    limits = [f"{limit:,}".replace(",", " ") for limit in SIZES]
    name = (
        f"minder dan {limits[0]}"
        if place == 0
        else f"{limits[-1]} of meer"
        if place == len(SIZES)
        else f"{limits[place - 1]} tot {limits[place]}"
    )
    return (*found, f"CWGK{place + 1}", f"Gemeenten met {name} inwoners")


def safe_home(jeugdregio: str, province: str) -> tuple[str, str]:
    """Code and name of the region of Veilig Thuis that a gemeente lies in; ValueError where none is known."""
    name = ACROSS.get((jeugdregio, province)) or next((one for one, parts in SAFE_HOME.items() if jeugdregio in parts), "")
    if not name:
        raise ValueError(f"{jeugdregio} lies in no region of Veilig Thuis; look at safe_home in by_hand.toml")
    return f"CWVT{list(SAFE_HOME).index(name) + 1:02d}", name


def write_2023(out: Path, pieces: list[tuple[str, str, int, int]], g2026: list[Row], codes: dict[str, str], g2016: dict[str, Row]) -> None:
    people, youth = Counter[str](), Counter[str]()
    for _, new, inwoners, jong in pieces:
        people[new] += inwoners
        youth[new] += jong
    rows = (
        (
            r["gemeente_code"],
            r["gemeentenaam"],
            r["provincie_code"],
            r["provincienaam"],
            codes[r["jeugdregio"]],
            r["jeugdregio"],
            people[r["gemeente_code"]],
            youth[r["gemeente_code"]],
            *other_levels(r["gemeente_code"], g2016, r["provincie_code"], people[r["gemeente_code"]]),
            *safe_home(r["jeugdregio"], r["provincie_code"]),
        )
        for r in sorted(g2026, key=lambda r: r["gemeente_code"])
    )
    more = "landsdeel,landsdeelnaam,corop,coropnaam,arrondissement,arrondissementnaam,grootteklasse,grootteklassenaam,veiligthuisregio,veiligthuisregionaam"
    first = "gemeente,naam,provincie,provincienaam,jeugdregio,jeugdregionaam,inwoners,jongeren_0_23"
    write(out / "gemeenten_2023.csv", f"{first},{more}", rows)


def write_changes(out: Path, pieces: list[tuple[str, str, int, int]]) -> None:
    """One row per old and new gemeente; `share` is the part of the old one's inhabitants that went there."""
    total = Counter[str]()
    for old, _, inwoners, _ in pieces:
        total[old] += inwoners
    day = {(old, new): since for old, (new, since) in MERGED.items()}
    day |= {(SPLIT_GEMEENTE, new): since for new, since in SPLIT.values()}
    rows = ((old, new, f"{inwoners / total[old]:.4f}", day[old, new]) for old, new, inwoners, _ in pieces if old != new)
    write(out / "changes_2020_2023.csv", "old,new,share,since", sorted(rows))


def write_wijken(out: Path, w2020: list[Row], b2020: list[Row]) -> None:
    rows = sorted(w2020, key=lambda r: r["code"])
    write(
        out / "wijken_2020.csv",
        "wijk,naam,gemeente,inwoners,jongeren_0_23,gemeente_2020,westers,niet_westers",
        (
            (r["code"], r["naam"], gemeente_2023(r), r["inwoners"], young(r), r["gemeente_code"], r["westers"], r["niet_westers"])
            for r in rows
        ),
    )
    per_postcode = Counter[tuple[str, str]]()
    for row in b2020:
        if row["postcode4"]:
            per_postcode["WK" + row["code"][2:8], row["postcode4"]] += young(row)
    write(
        out / "postcode4_2020.csv",
        "wijk,postcode4,jongeren_0_23",
        ((wijk, code, count) for (wijk, code), count in sorted(per_postcode.items())),
    )


def write_vintages(out: Path, folder: Path, codes: dict[str, str]) -> None:
    presence = {row["gemeente_code"]: row["naam"] for row in read(folder, "presence")}
    g2016, g2020 = read(folder, "g2016"), read(folder, "g2020")
    names = {code: name for name, code in codes.items()}
    write(
        out / "gemeenten_2016.csv",
        "gemeente,naam,provincie,jeugdregio,jeugdregionaam",
        sorted(
            (r["gemeente_code"], presence[r["gemeente_code"]], r["provincie"], r["jeugdzorgregio"], names[r["jeugdzorgregio"]])
            for r in g2016
        ),
    )
    write(out / "gemeenten_2017.csv", "gemeente,naam", sorted((r["code"], r["naam"]) for r in read(folder, "g2017") if r["soort"] == "GM"))
    write(
        out / "gemeenten_2020.csv",
        "gemeente,naam,inwoners,jongeren_0_23",
        sorted((r["code"], r["naam"], r["inwoners"], young(r)) for r in g2020),
    )


CLASSES = (0, 12, 18, 23)
"""First ages of the classes of the population of wijken."""


def younger(people: tuple[int, int, int], age: int | None) -> int:
    """Persons younger than `age` (None: all) from those of 0-14, of 15-24 and all, each year of a class as many; halves up."""
    below_15, below_25, everybody = people
    if age is None:
        return everybody
    return (2 * below_15 * age + 15) // 30 if age <= 15 else below_15 + (2 * below_25 * (age - 15) + 10) // 20


def by_age(people: tuple[int, int, int], ages: tuple[int | None, ...]) -> list[int]:
    """Persons of each class that begins with one of `ages`, up to the next; the last is open."""
    limits = [younger(people, a) for a in ages if a is not None] + [people[2]]
    return [b - a for a, b in zip(limits, limits[1:])]


def known(row: Row) -> tuple[int, int, int]:
    young_people, older = int(row["leeftijd_0_15"]), int(row["leeftijd_15_25"])
    return young_people, older, max(int(row["inwoners"]), young_people + older)


def write_populations(out: Path, g2020: list[Row], w2020: list[Row]) -> None:
    """Persons by age for the gemeenten of 2023 (single years) and for the wijken of 2020 (four classes)."""
    people: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    split = [row for row in w2020 if row["gemeente_code"] == SPLIT_GEMEENTE]
    for row in g2020:
        if row["code"] != SPLIT_GEMEENTE:
            people[MERGED.get(row["code"], (row["code"], ""))[0]].append(known(row))
            continue
        whole, parts = known(row), [known(w) for w in split]
        old = [whole[0], whole[1], whole[2] - whole[0] - whole[1]]
        weights = [[p[0] for p in parts], [p[1] for p in parts], [p[2] - p[0] - p[1] for p in parts]]
        for wijk, a, b, c in zip(split, *(apportion(n, w) for n, w in zip(old, weights)), strict=True):
            people[SPLIT[wijk["code"]][0]].append((a, b, a + b + c))
    write(
        out / "gemeenten_2020.csv",
        ",".join(["region", "sex", *map(str, range(23)), "23+"]),
        ((code, "T", *map(sum, zip(*(by_age(p, (*range(23), 23)) for p in people[code])))) for code in sorted(people)),
    )
    rows = sorted(w2020, key=lambda r: r["code"])
    write(out / "wijken_2020.csv", "region,sex,0-11,12-17,18-22,23+", ((r["code"], "T", *by_age(known(r), CLASSES)) for r in rows))


def make(folder: Path, out: Path) -> None:
    """Writes all region files to `out`. Raises ValueError where the sources contradict the changes listed here."""
    check_changes(read(folder, "presence"))
    g2026 = [{**row, "jeugdregio": SPELLED.get(row["jeugdregio"], row["jeugdregio"])} for row in read(folder, "g2026")]
    codes = jeugdregio_codes(read(folder, "g2016"), g2026)
    pieces = pieces_2020(read(folder, "g2020"), read(folder, "w2020"))
    write_2023(out, pieces, g2026, codes, {row["gemeente_code"]: row for row in read(folder, "g2016")})
    write_changes(out, pieces)
    write_wijken(out, read(folder, "w2020"), read(folder, "b2020"))
    write_vintages(out, folder, codes)


if __name__ == "__main__":
    here = Path(__file__).parent
    make(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else here)
    people_2020 = read(Path(sys.argv[1]), "g2020"), read(Path(sys.argv[1]), "w2020")
    write_populations(Path(sys.argv[3]) if len(sys.argv) > 3 else here.parent / "populations", *people_2020)
