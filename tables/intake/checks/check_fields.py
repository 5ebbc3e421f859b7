"""Rules on one field at a time: filled, of its form, on its code list. Each looks at all records at once."""

from __future__ import annotations

import numpy as np
from celwacht.tables import home
from celwacht.tables.intake.delivered.batch import Batch
from celwacht.tables.intake.delivered.findings import masked
from celwacht.tables.regions import divisions
from celwacht.tables.sources.layouts import LayoutCode, LayoutField, codes_ever
from celwacht.tables.written_days import PLAIN_DAY

NO_LETTERS = ("SA", "SD", "SS")  # never used in a postal code


def check_fields(batch: Batch) -> None:
    """Notes every problem that shows in a field by itself."""
    for one in batch.layout.fields:
        _required(batch, one)
        _FORMS[one.type](batch, one)


def _required(batch: Batch, one: LayoutField) -> None:
    if not one.required:
        return
    empty = ~batch.columns[one.name].filled
    if one.unless:
        empty &= ~batch.columns[one.unless].filled
    other = f", or {one.unless}" if one.unless else ""
    batch.findings.records("verplicht", one.name, empty, f"expected a value{other}; found nothing.")


def _bsn(batch: Batch, one: LayoutField) -> None:
    column = batch.columns[one.name]
    nine = column.digits & (column.length == 9)
    wrong = column.filled & ~nine
    special = column.among(list(one.special))
    batch.findings.records("bsn-vorm", one.name, wrong, lambda i: _bsn_form(batch.value(one.name, i)))
    failing = nine & ~special & ~batch.person_known
    batch.findings.records(
        "bsn-elfproef",
        one.name,
        failing,
        "expected a number that passes the test of eleven (elfproef)" + _special_text(one) + "; found 9 digits that fail it.",
    )


def _special_text(one: LayoutField) -> str:
    """The special values and what they mean in this version: they are public, and swapped between versions."""
    said = ", ".join(
        f"{text} for {'unknown' if means == 'onbekend' else 'unborn'}" for text, means in one.special.items() if len(text) == one.length
    )
    return f", or {said}" if said else ""


def _bsn_form(value: str) -> str:
    remedy = " Leading zeros were lost; restore them." if value.isascii() and value.isdigit() and len(value) < 9 else ""
    return f"expected 9 digits; found {masked(value)}.{remedy}"


def _birth(batch: Batch, one: LayoutField) -> None:
    column = batch.columns[one.name]
    bad = column.filled & np.isnat(batch.birth[0]) & ~column.among(list(one.special))
    batch.findings.records(
        "datum",
        one.name,
        bad,
        lambda i: f"expected {_day_forms(batch, one)}" + _special_text(one) + f"; found {_date_found(batch.value(one.name, i))}.",
    )


def _day_forms(batch: Batch, one: LayoutField) -> str:
    """How days of birth may be written: where the day is not known too, if days have no hyphens; or years."""
    if one.is_year_of_birth:
        return "a year JJJJ"
    return "a day " + ("JJJJMMDD, JJJJMM00 or JJJJ0000" if batch.layout.dates == PLAIN_DAY else batch.layout.dates)


def _date(batch: Batch, one: LayoutField) -> None:
    bad = batch.columns[one.name].filled & np.isnat(batch.day(one.name))
    form = batch.layout.dates
    batch.findings.records("datum", one.name, bad, lambda i: f"expected a day {form}; found {_date_found(batch.value(one.name, i))}.")


def _date_found(value: str) -> str:
    """What is wrong with a date, without the date."""
    if len(value) != 8 or not (value.isascii() and value.isdigit()):
        return masked(value)
    if not "1900" <= value[:4] <= "2100":
        return "8 digits, the year not between 1900 and 2100"
    if not "01" <= value[4:6] <= "12":
        return "8 digits, the month not between 01 and 12"
    return "8 digits, a day that this month does not have"


def _code(batch: Batch, one: LayoutField) -> None:
    column, valid = batch.columns[one.name], [code.code for code in one.codes]
    known = column.among(valid)
    batch.findings.records("code", one.name, column.filled & ~known, lambda i: _code_found(batch, one, batch.value(one.name, i), valid))
    _code_for_type(batch, one, known)
    for code in one.codes:
        if code.begins_before:
            limit = np.datetime64(f"{code.begins_before[:4]}-{code.begins_before[4:6]}-{code.begins_before[6:]}")
            batch.findings.records(
                "code-begin",
                one.name,
                column.equals(code.code) & (batch.begin >= limit),
                f"'{code.code}' is only for records that begin before {limit}; found a later begin.",
            )


def _code_found(batch: Batch, one: LayoutField, value: str, valid: list[str]) -> str:
    """Only a code of the lists is repeated: in a file whose columns moved, two digits are a piece of a number or a day of birth."""
    expected = f"expected one of {', '.join(valid)}"
    if value in codes_ever(batch.layout.record, one.name):
        return f"{expected}; found '{value}', which is not valid in {batch.period.code}."
    zero = " A leading zero was lost; restore it." if value.zfill(one.length) in valid else ""
    capital = " Write it in capitals." if value.upper() in valid else ""
    return f"{expected}; found {masked(value)}.{zero}{capital}"


def _code_for_type(batch: Batch, one: LayoutField, known: np.ndarray) -> None:
    """A reason of ending goes with a type of measure, and so on."""
    if batch.layout.type_field is None or not any(code.types for code in one.codes):
        return
    types = batch.columns[batch.layout.type_field]
    fits = np.zeros(len(batch), dtype=bool)
    for code in one.codes:
        fits |= batch.columns[one.name].equals(code.code) & (types.among(code.types) if code.types else True)
    typed = types.among([code.code for code in batch.layout.field(batch.layout.type_field).codes])

    def message(index: int) -> str:
        kind = batch.value(batch.layout.type_field, index)
        expected = ", ".join(for_type(one, kind)) or "nothing"
        return f"expected {expected} with {batch.layout.type_field} '{kind}'; found '{batch.value(one.name, index)}'."

    batch.findings.records("code-bij-type", one.name, known & typed & ~fits, message)


def for_type(one: LayoutField, kind: str) -> list[str]:
    """The codes of the field that go with this value of the type field."""
    return [code.code for code in one.codes if _goes_with(code, kind)]


def _goes_with(code: LayoutCode, kind: str) -> bool:
    return not code.types or kind in code.types


def _place(batch: Batch, one: LayoutField) -> None:
    """A postal code 1234AB, or the code of a region of 4 digits (0363 or GM0363) where it is not known."""
    column = batch.columns[one.name]
    postal, municipal = place_forms(batch, one.name)
    wrong = column.filled & ~postal & ~municipal
    batch.findings.records(
        "woonplaats",
        one.name,
        wrong,
        lambda i: f"expected a postal code such as 1234AB, or a gemeente code of 4 digits; found {masked(batch.value(one.name, i))}.",
    )
    known = municipalities(batch.period.year)
    if known and municipal.any():
        numbers = np.unique(_municipality(batch, one.name)[municipal])
        unknown = [number for number in numbers.tolist() if number not in known]
        batch.findings.records(
            "gemeente",
            one.name,
            municipal & np.isin(_municipality(batch, one.name), unknown),
            f"expected a gemeente code that exists in {batch.period.year}; found 4 digits that are none.",
        )


def place_forms(batch: Batch, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Where the woonplaats has the form of a postal code, and where that of a gemeente code."""
    column = batch.columns[name]
    points, length = column.characters, column.length
    digit = (points >= ord("0")) & (points <= ord("9"))
    letter = (points >= ord("A")) & (points <= ord("Z"))
    four = digit[:, 0] & digit[:, 1] & digit[:, 2] & digit[:, 3]
    postal = (length == 6) & four & (points[:, 0] != ord("0")) & letter[:, 4] & letter[:, 5]
    for first, second in NO_LETTERS:
        postal &= ~((points[:, 4] == ord(first)) & (points[:, 5] == ord(second)))
    letters = divisions.letters()
    n = len(letters)
    prefixed = digit[:, n : n + 4].all(axis=1) & (length == n + 4)
    for at, one in enumerate(letters):
        prefixed &= points[:, at] == ord(one)
    return postal, (four & (length == 4)) | prefixed


def _municipality(batch: Batch, name: str) -> np.ndarray:
    """int64 gemeente number where the woonplaats is one (0363 or GM0363); meaningless elsewhere."""
    points = batch.columns[name].characters.astype(np.int64) - ord("0")
    plain = ((points[:, 0] * 10 + points[:, 1]) * 10 + points[:, 2]) * 10 + points[:, 3]
    n = len(divisions.letters())
    prefixed = ((points[:, n] * 10 + points[:, n + 1]) * 10 + points[:, n + 2]) * 10 + points[:, n + 3]
    return np.where(batch.columns[name].length == 4, plain, prefixed)


@home.per_folder
def municipalities(year: int) -> frozenset[int]:
    """Numbers of the regions that exist in that year, as far as lists are at hand; empty when none is."""
    letters = divisions.letters()
    numbers = {code.removeprefix(letters) for code in divisions.valid_in(year)}
    return frozenset(int(number) for number in numbers if len(number) == 4 and number.isascii() and number.isdigit())


def _year(batch: Batch, one: LayoutField) -> None:
    column = batch.columns[one.name]
    batch.findings.records(
        "jaar",
        one.name,
        column.filled & ~column.equals(str(batch.period.year)),
        lambda i: f"expected {batch.period.year}; found {masked(batch.value(one.name, i))}, not this year.",
    )


def _number(batch: Batch, one: LayoutField) -> None:
    """An identifier of a person that is no BSN: of any form, and no longer than the layout says."""
    batch.findings.records(
        "nummer",
        one.name,
        batch.columns[one.name].length > one.length,
        lambda i: f"expected at most {one.length} characters; found {masked(batch.value(one.name, i))}.",
    )


def _amount(batch: Batch, one: LayoutField) -> None:
    """A number as the layout writes it, within its bounds. No number is shown: an income may be somebody's."""
    numbers, filled = batch.amounts[one.name], batch.columns[one.name].filled
    form = f"a number with at most {one.decimals} decimals" if one.decimals else "a whole number"
    nothing = np.array([number is None for number in numbers], dtype=bool)
    batch.findings.records("getal", one.name, filled & nothing, lambda i: f"expected {form}; found {masked(batch.value(one.name, i))}.")
    low, high = (plain_amount(limit, one.decimals) for limit in one.bounds)
    out = np.array([number is not None and not one.bounds[0] <= number <= one.bounds[1] for number in numbers], dtype=bool)
    batch.findings.records("getal", one.name, filled & out, f"expected a number from {low} to {high}; found one outside.")


def plain_amount(number: int, decimals: int) -> str:
    """1250 with two decimals is 12.50."""
    whole, part = divmod(abs(number), 10**decimals)
    return f"{'-' if number < 0 else ''}{whole}{f'.{part:0{decimals}d}' if decimals else ''}"


def _area(batch: Batch, one: LayoutField) -> None:
    """The code of a region that the project knows in any of its lists; or its name, where the layout says so."""
    column, known = batch.columns[one.name], areas(one.regions)
    several = batch.of_several_regions(one.name)
    wrong = column.filled & ~several & ~column.among(sorted(known)) & ~column.among(list(one.special))
    what = "name" if one.by == "name" else "code"
    batch.findings.records(
        "gebied",
        one.name,
        wrong,
        lambda i: (
            f"expected the {what} of a region of regions/; found {masked(batch.value(one.name, i))}."
            + (" Write it as the list does, or write its code." if one.by == "name" else "")
        ),
    )
    batch.findings.records(
        "gebied",
        one.name,
        several,
        lambda i: (
            f"expected the name of one region; found {masked(batch.value(one.name, i))}, which several have in regions/. Write its code."
        ),
    )


@home.per_folder
def areas(regions: str | None) -> frozenset[str]:
    """The codes of the smallest regions of every division of that file of regions/; None: of any."""
    return divisions.ever(regions)


def _anything(_: Batch, __: LayoutField) -> None:
    """Of type overig: nobody looks at it."""


_FORMS = {
    "bsn": _bsn,
    "nummer": _number,
    "geboortedatum": _birth,
    "datum": _date,
    "code": _code,
    "gebied": _area,
    "woonplaats": _place,
    "jaar": _year,
    "getal": _amount,
    "overig": _anything,
}
