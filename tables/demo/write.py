"""Writes the demo: one file per provider, record kind and period, as providers deliver them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from celwacht.tables.demo.corrections import Corrections
from celwacht.tables.demo.country import assumptions as chosen
from celwacht.tables.demo.country.addresses import Traits, characteristics
from celwacht.tables.demo.country.calendar import Span, half_years, quarters
from celwacht.tables.demo.country.draw import Ints
from celwacht.tables.demo.country.people import ServiceNumbers
from celwacht.tables.demo.country.places import write_postcodes
from celwacht.tables.demo.files import Texts, by_provider, csv_header, csv_lines, fixed_width, workbook
from celwacht.tables.demo.model import Model, Progress, records_of, simulate
from celwacht.tables.demo.people import write_people
from celwacht.tables.demo.provider_file import write_consents, write_providers
from celwacht.tables.demo.providers import PER_COUNTRY, REGISTER, Providers
from celwacht.tables.demo.records import Records, texts_of
from celwacht.tables.periods import Period
from celwacht.tables.sources.data_source import write_made_up
from celwacht.tables.sources.layouts import Layout, load_layout

XLSX_UP_TO, XLSX_SHARE, FIXED_WIDTH_SHARE = 250, 0.30, 0.15
"""Small providers use Excel at times; some of all sizes deliver fixed-width."""
REDELIVERED_FROM = 20
DEMO = "demo.yaml"
"""Which demo a folder holds that is delivered bit by bit."""
LEFT_OUT, END_FORGOTTEN = 0.02, 0.06
"""What was wrong in the first delivery of who delivers again: records left out, and ends not filled."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was written: counts only."""

    folder: Path
    scale: str
    seed: int
    years: tuple[int, ...]
    persons: int
    providers: int
    trajectories: dict[str, int]
    """Per record kind."""
    files: int
    redeliveries: int
    rows: int


@dataclass(slots=True)
class _Written:
    files: int = 0
    redeliveries: int = 0
    rows: int = 0
    persons: int = 0
    providers: int = 0
    trajectories: Counter[str] = field(default_factory=Counter)


def write_demo(
    folder: Path,
    *,
    scale: str = "national",
    seed: int | None = None,
    years: tuple[int, ...] = (2023, 2024),
    until: Period | None = None,
    times: int = 1,
    progress: Progress | None = None,
) -> DemoReport:
    """Writes deliveries (folder/deliveries), the list of postal codes (folder/regions/postcodes.parquet), a made-up population
    (folder/populations), the names of the providers (folder/aanbieders.csv), which of them consent to copies for gemeenten
    (folder/consent.csv), and that it is all made up (folder/source.yaml). The same scale, seed (default 1), years and times give the same bytes.

    until: only what had been delivered when this half-year closed, with first versions that were corrected later (corrections.py). Into the folder of the
    same demo up to an earlier half-year it adds what came since, and changes no file that is there.
    times: so many countries in the same places, one after the other, each of other persons and providers (the first is that of `times` 1);
    never more than one of them is in memory.

    `progress(what, done, of)` is called now and then. ValueError for a scale, years or a half-year that the demo does not have;
    FileExistsError when the folder already has deliveries of another demo, for two in one folder would be mixed.
    """
    folder, seed, years = Path(folder), 1 if seed is None else seed, tuple(years)
    corrections = _started(folder, scale if times == 1 else f"{times} times {scale}", seed, years, until)
    numbers, report, tell = ServiceNumbers(times), _Written(), progress or (lambda what, done, of: None)
    jobs = 2 * 3 * len(years) + 4 * len(years) + len(years)
    for country in range(times):  # a function each, so that nothing of the one before is left
        _write_country(
            folder, _Country(scale, seed, years, country, times), numbers, report, corrections, _from(tell, country * jobs, times * jobs)
        )
    tell("done", times * jobs, times * jobs)
    counts = (report.files, report.redeliveries, report.rows)
    return DemoReport(folder, scale, seed, years, report.persons, report.providers, dict(report.trajectories), *counts)


def _write_office(folder: Path, model: Model, times: int) -> None:
    """What the office has of its own; the lists of providers and consents begin anew."""
    write_postcodes(model.places, folder / "regions" / "postcodes.parquet")
    write_people(folder, model.years, times)
    for name in ("aanbieders.csv", "consent.csv"):
        (folder / name).unlink(missing_ok=True)  # of a demo that was begun before
    write_made_up(folder)


def _from(tell: Progress, done: int, of: int) -> Callable[[str, int], None]:
    return lambda what, more: tell(what, done + more, of)


@dataclass(frozen=True, slots=True)
class _Country:
    """One of several countries."""

    scale: str
    seed: int
    years: tuple[int, ...]
    number: int
    times: int

    def generator(self, *of: int) -> np.random.Generator:
        """Draws of the country, of a year where one is named; of the first country they are those of the demo of one."""
        return np.random.Generator(np.random.PCG64([self.seed, *of, *([self.number] if self.number else [])]))


def _write_country(
    folder: Path,
    country: _Country,
    numbers: ServiceNumbers,
    written: _Written,
    corrections: Corrections | None,
    tell: Callable[[str, int], None],
) -> None:
    tell("simulate", 0)
    rng = country.generator()
    model = simulate(rng, country.scale, country.years)
    traits, providers, records = records_of(rng, model, numbers, country.number)
    if not country.number:
        _write_office(folder, model, country.times)
    write_providers(providers, model.places, folder / "aanbieders.csv")
    write_consents(providers, folder / "consent.csv")
    form, done = _forms(rng, providers, records), 0
    for one in records:
        for half, span in _periods(one.record, model.years):
            tell(f"{one.record} {span.period.code}", done)
            if corrections is None or corrections.closed(span.period):
                _write_period(rng, folder, one, span, half, traits, providers, model, form, written, corrections, country.number)
            done += 1
        written.trajectories[one.record] += len(one)
    for year in model.years:
        if corrections is None or corrections.closed(Period(year, "HJ", 1)):
            draws = rng if corrections is None else country.generator(year)
            _write_characteristics(draws, folder, year, traits, model, records, written, country.number)
    written.persons += len(model.people)
    written.providers += len(providers.number)


def _started(folder: Path, scale: str, seed: int, years: tuple[int, ...], until: Period | None) -> Corrections | None:
    """The folder is made ready, or refused before anything is written in it: FileExistsError, ValueError."""
    there, name = any((folder / "deliveries").glob("*")), folder / DEMO
    about = f"scale: {scale}\nseed: {seed}\nyears: {'-'.join(map(str, years))}\n"
    if until is None and there:
        raise FileExistsError(f"{folder / 'deliveries'} is not empty; choose another folder or remove it first")
    if until is None:
        return None
    if until.letters != "HJ" or until.year not in years:
        raise ValueError(f"'{until.code}' is not a half-year of these years")
    if there and (not name.exists() or name.read_text(encoding="utf-8") != about):
        raise FileExistsError(
            f"{folder / 'deliveries'} holds no demo --until of this scale, seed and years; choose another folder or remove it first"
        )
    folder.mkdir(parents=True, exist_ok=True)
    name.write_text(about, encoding="utf-8")
    return Corrections(seed, until)


def _periods(record: str, years: tuple[int, ...]) -> Iterator[tuple[int, Span]]:
    """The periods in which the record kind is delivered, each with the number of its half-year."""
    if record == "jeugdreclassering":
        return ((number // 2, span) for number, span in enumerate(quarters(years)))
    return enumerate(half_years(years))


def _forms(rng: np.random.Generator, providers: Providers, records: list[Records]) -> np.ndarray:
    """How each provider delivers: csv, xlsx or asc; Excel only where it has few records."""
    rows = np.zeros(len(providers.number), dtype=np.int64)
    for one in records:
        rows += np.bincount(one.provider, minlength=len(rows))
    level = rng.random(len(rows))
    small = (rows <= XLSX_UP_TO) & (level < XLSX_SHARE)
    return np.where(small, "xlsx", np.where(level > 1 - FIXED_WIDTH_SHARE, "asc", "csv"))


def _write_period(
    rng: np.random.Generator,
    folder: Path,
    records: Records,
    span: Span,
    half: int,
    traits: Traits,
    providers: Providers,
    model: Model,
    form: np.ndarray,
    written: _Written,
    corrections: Corrections | None,
    country: int,
) -> None:
    layout = load_layout(records.record, span.period)
    rows = records.in_period(span)
    texts = texts_of(records, rows, span, half, traits, model.places)
    lines, starts = csv_lines(layout, texts)
    header = csv_header(layout)
    target = folder / "deliveries" / records.record / span.period.code
    target.mkdir(parents=True, exist_ok=True)
    for provider, first, last in by_provider(records.provider[rows]):
        stem = f"{records.record}_{providers.number[provider].decode()}_{span.period.code}"
        kind, its = str(form[provider]), {name: values[first:last] for name, values in texts.items()}
        if corrections is not None:
            who = provider + PER_COUNTRY * country  # another in each
            versions = [_content(layout, one, kind) for one in corrections.versions(records.record, span.period, who, its)]
        else:
            again = last - first >= REDELIVERED_FROM and rng.random() < chosen.REDELIVERED
            versions = [_content(layout, _mistaken(rng, its), kind)] if again else []
            versions += [header + lines[starts[first] : starts[last]].tobytes() if kind == "csv" else _content(layout, its, kind)]
        for number, content in enumerate(versions, 1):
            path = target / f"{stem}{f'_v{number}' if number > 1 else ''}.{kind}"
            if not path.exists():
                path.write_bytes(content)
        written.files += len(versions)
        written.redeliveries += len(versions) - 1
        written.rows += last - first


def _content(layout: Layout, texts: Texts, kind: str) -> bytes:
    every = np.arange(len(texts["bsn"]))
    if kind == "asc":
        return fixed_width(layout, texts, every)
    if kind == "xlsx":
        return workbook(layout, texts, every)
    return csv_header(layout) + csv_lines(layout, texts)[0].tobytes()


def _mistaken(rng: np.random.Generator, texts: Texts) -> Texts:
    """The first delivery of who delivers again: at least one record is not there, some ends (and what goes with them)
    neither."""
    left_out = rng.random(len(texts["bsn"])) < LEFT_OUT
    left_out[rng.integers(len(left_out))] = True
    there = np.flatnonzero(~left_out)
    forgotten = rng.random(len(there)) < END_FORGOTTEN
    told_at_end = ("einde", "reden", "drp", "doorverwijzing", "interventie")
    return {name: np.where(forgotten, b"", values[there]) if name in told_at_end else values[there] for name, values in texts.items()}


def _write_characteristics(
    rng: np.random.Generator, folder: Path, year: int, traits: Traits, model: Model, records: list[Records], written: _Written, country: int
) -> None:
    """The extract of the population register: household and origin of nearly everybody with a record in the year."""
    period = Period.parse(f"{year}JJ00")
    layout, person = load_layout("persoonskenmerken", period), _met_in(records, year, len(model.people))
    person = person[rng.random(len(person)) < chosen.IN_REGISTER]
    stay = np.zeros(len(model.people), dtype=bool)
    stay[model.help.person[chosen.WITH_STAY[model.help.form]]] = True
    household, origin = characteristics(rng, model.places, traits, person, stay[person])
    order = np.argsort(traits.number[person])
    texts = {
        "bsn": traits.number[person][order],
        "jaar": np.full(len(person), str(year).encode()),
        "huishouden": household[order],
        "herkomst": origin[order],
    }
    target = folder / "deliveries" / "persoonskenmerken" / period.code
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"persoonskenmerken_{REGISTER}_{period.code}.csv"
    if not country:
        path.write_bytes(_content(layout, texts, "csv"))
        written.files += 1
    else:
        with path.open("ab") as file:
            file.write(csv_lines(layout, texts)[0].tobytes())
    written.rows += len(person)


def _met_in(records: list[Records], year: int, count: int) -> Ints:
    met = np.zeros(count, dtype=bool)
    for one in records:
        for span in half_years((year,)):
            met[one.person[one.in_period(span)]] = True
    return np.flatnonzero(met)
