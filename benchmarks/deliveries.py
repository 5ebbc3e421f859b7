"""Deliveries answered: read, checked by all rules, pseudonymised and stored, and all mirror and quality reports written.

    .venv/bin/python -m benchmarks.deliveries FOLDER [--part 10]

Makes 2,000 deliveries of youth help in FOLDER, of 1,000 providers for two half-years, 3 million records in all (--part 10: of a tenth of
the providers, of the same sizes): CSV and fixed width, the small ones as workbooks. What still ran in the first half-year is in the second
again, so that there is something to compare. Each provider works for some twenty gemeenten that lie together. The floor is reading the bytes.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
from celwacht.tables import region_files
from celwacht.tables.demo.files import Texts, csv_header, csv_lines, fixed_width, workbook
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import Layout, load_layout

from benchmarks.national import stage

PROVIDERS, RECORDS = 1_000, 1_500
"""Providers, and records of each in a half-year on average."""
PERIODS = (Period.parse("2023HJ02"), Period.parse("2024HJ01"))
SMALL = 300
"""Records up to which a provider delivers a workbook."""
NONE = np.datetime64("NaT", "D")


def bsns(first: int, n: int) -> np.ndarray:
    """n numbers that pass the test of eleven, from the first-th on; bytes of 9 digits."""
    base = np.arange(10_000_000 + 2 * first, 10_000_000 + 2 * (first + n))
    rest, total = base.copy(), np.zeros_like(base)
    for weight in range(2, 10):
        total, rest = total + weight * (rest % 10), rest // 10
    good = total % 11 < 10
    return (base * 10 + total % 11)[good][:n].astype("S9")


def days(values: np.ndarray) -> np.ndarray:
    """Days as JJJJMMDD, empty for none."""
    text = np.char.replace(np.datetime_as_string(values, unit="D").astype("S10"), b"-", b"")
    return np.where(np.isnat(values), b"", text).astype("S8")


def records(rng: np.random.Generator, first: int, n: int, places: np.ndarray) -> tuple[Texts, np.ndarray, np.ndarray]:
    """(texts but those of the end, begins, ends) of n records that run in one of the two half-years or in both."""
    begin = np.datetime64("2022-07-01") + rng.integers(0, 730, n)
    end = begin + 30 + (rng.gamma(2.0, 150.0, n)).astype(int)
    end = np.where(end < np.datetime64(PERIODS[0].begin), np.datetime64(PERIODS[0].begin), end)
    born = begin - rng.integers(365, 17 * 365, n)
    form = rng.choice(
        np.array([b"01", b"02", b"03", b"04", b"11", b"12", b"13", b"14"]), n, p=[0.2, 0.5, 0.06, 0.06, 0.06, 0.04, 0.02, 0.06]
    )
    texts = {
        "bsn": bsns(first, n),
        "geboortedatum": days(born),
        "geslacht": rng.choice(np.array([b"V", b"M"]), n),
        "postcode": places[rng.integers(0, len(places), n)],
        "verwijzer": np.where(form == b"01", b"06", rng.choice(np.array([b"01", b"02", b"03", b"04", b"05", b"08"]), n)),
        "hulpvorm": form,
        "crisis": rng.choice(np.array([b"01", b"02"]), n, p=[0.1, 0.9]),
        "aanvang": days(begin),
    }
    return texts, begin, end


def delivered(rng: np.random.Generator, made: tuple[Texts, np.ndarray, np.ndarray], period: Period) -> Texts:
    """The records that run in a half-year, as they are known at its end."""
    texts, begin, end = made
    here = (begin <= np.datetime64(period.end)) & (end >= np.datetime64(period.begin))
    ended = np.where(end <= np.datetime64(period.end), end, NONE)[here]
    reason = np.where(np.isnat(ended), b"", rng.choice(np.array([b"01", b"02", b"03", b"04", b"05"]), here.sum()))
    return {**{name: values[here] for name, values in texts.items()}, "einde": days(ended), "reden": reason}


def content(layout: Layout, texts: Texts, kind: str) -> bytes:
    """A delivery in one of the three forms."""
    every = np.arange(len(texts["bsn"]))
    if kind == "xlsx":
        return workbook(layout, texts, every)
    return fixed_width(layout, texts, every) if kind == "asc" else csv_header(layout) + csv_lines(layout, texts)[0].tobytes()


def make(data: Path, part: int) -> None:
    """Writes deliveries, lists of postal codes and providers. Deterministic."""
    rng = np.random.Generator(np.random.PCG64(13))
    gemeenten = [row["gemeente"] for row in region_files.gemeenten(2023)]
    codes = [f"{1000 + g}{a}{b}" for g in range(len(gemeenten)) for a in "ABC" for b in "ABCDEFGH"]
    place = np.array(codes, dtype="S6").reshape(len(gemeenten), -1)
    (data / "regions").mkdir(parents=True)
    listed = [(code, "WK" + gemeenten[i // place.shape[1]][2:] + "01", gemeenten[i // place.shape[1]]) for i, code in enumerate(codes)]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE p (postcode VARCHAR, wijk VARCHAR, gemeente VARCHAR)")
        connection.execute("INSERT INTO p SELECT unnest($1), unnest($2), unnest($3)", [list(column) for column in zip(*listed)])
        connection.execute(f"COPY p TO '{data / 'regions' / 'postcodes.parquet'}' (FORMAT parquet)")
    providers = PROVIDERS // part
    size = rng.lognormal(0.0, 1.2, providers)
    size = np.maximum(20, size / size.sum() * providers * RECORDS * 1.41).astype(int)  # over both half-years together
    at, lines = 0, ["aanbieder,naam,soort,gemeente"]
    for number in range(providers):
        name = f"{40_000_000 + number:08d}"
        lines.append(f"{name},Aanbieder {number},aanbieder,{gemeenten[number % len(gemeenten)]}")
        near = (int(rng.integers(0, len(gemeenten))) + np.arange(20)) % len(gemeenten)
        made = records(rng, at, int(size[number]), place[near].ravel())
        at += int(size[number])
        kind = "xlsx" if size[number] < SMALL else "asc" if number % 3 == 0 else "csv"
        for period in PERIODS:
            target = data / "deliveries" / f"jeugdhulp_{name}_{period.code}.{kind}"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content(load_layout("jeugdhulp", period), delivered(rng, made, period), kind))
    (data / "aanbieders.csv").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Prints one line per stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", type=int, default=1, help="one in so many of the providers")
    given = parser.parse_args()
    data, out = given.folder / "data", given.folder / "reports"
    make(data, given.part)
    env = os.environ | {"CELWACHT_KEY": str(given.folder / "pseudonym.key")}
    celwacht = str(Path(sys.executable).parent / "celwacht")
    read = "import pathlib,sys; print(sum(len(p.read_bytes()) for p in pathlib.Path(sys.argv[1], 'deliveries').iterdir()))"
    day = date(2024, 9, 2).isoformat()
    print("| stage | wall s | CPU s | largest process so far, MB |\n|---|---|---|---|")
    stage("floor: read the bytes", sys.executable, "-c", read, str(data), env=env)
    stage("intake with the rules", celwacht, "intake", str(data), env=env)
    written = (f"'{celwacht}' reports {period.code} --data '{data}' --to '{out}' --day {day}" for period in PERIODS)
    stage("reports of both half-years, side by side", "sh", "-c", f"{' & '.join(written)}; wait", env=env)
    files = [path for path in out.rglob("*") if path.is_file()]
    print(f"{len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:,.0f} MB of reports")


if __name__ == "__main__":
    main()
