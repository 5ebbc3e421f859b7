"""The files of a new register, as YAML with a comment at every guess."""

from __future__ import annotations

from collections.abc import Iterable

from celwacht.tables.new_source import area_texts, number_texts
from celwacht.tables.new_source.alike import is_of_person, overlaps
from celwacht.tables.new_source.columns import Column, is_bsn, made_code
from celwacht.tables.new_source.guess import Guess
from celwacht.tables.new_source.words_in_files import (
    AGE,
    DAYS,
    MODELINE,
    UNKNOWN,
    both,
    class_head,
    class_id,
    class_line,
    header_of,
    lined,
    quoted,
    range_line,
    titles_of,
    unknown_line,
)
from celwacht.tables.written_days import digits_of


def _because(found: Guess, column: Column) -> str:
    return f"  # guess, by {found.why[column.name]}" if column.name in found.why else ""


def source_text(found: Guess, id: str) -> str:
    """sources/ID.yaml."""
    check = "elfproef" if is_bsn(found.person) else "none"
    lines = [
        f"{MODELINE}../schema/source.schema.json",
        f"# What the register {id} is. Made of one of its files: look at every guess, then run `celwacht check`.",
        "version: 1",
        f"id: {id}",
        "kind: register",
        f"title: {titles_of(id)}  # guess: the name of the source",
        f"record: {id}",
        "units: {records: records, persons: persons}  # guess: call them what they are, such as episodes and children",
        "person:",
        f"  field: {found.person.name}{_because(found, found.person)}; no value of it is stored",
        *([f"  with: [{', '.join(c.name for c in found.more)}]"] if found.more else []),
        f"  check: {check}",
    ]
    if found.birth is not None:
        lines.append(f"  birth: {found.birth.name}{_because(found, found.birth)}")
    if found.sex is not None and found.sex is not found.kind and is_of_person(found.sex, found):
        lines.append(f"  sex: {found.sex.name}{_because(found, found.sex)}; rates are divided by it")
    lines += [f"provider: {both('wie leverde', 'who delivered')}", "fields:"]
    lines += [*_kept_fields(found), *_course(found, id), *_derived(found)]
    return lined(lines)


def _kept_fields(found: Guess) -> list[str]:
    """The categories and the area."""
    lines = []
    for one in found.categories:
        own = one is found.sex and one is not found.kind and is_of_person(one, found)
        said = _because(found, one) or "  # guess: few values"
        if one is found.sex and not is_of_person(one, found):
            said += f"; but some {found.person.name} have two of it: are they households, so that persons: households?"
            said += " Or is it another column with it that tells persons apart, under person: with?"
        lines.append(f"  - {{name: {one.name}{', of_person: true' if own else ''}, meaning: {header_of(one)}}}{said}")
    for one in found.numbers:
        lines.append(
            f"  - {{name: {one.name}, type: number, unit: {quoted(number_texts.unit_of(one))}, meaning: {header_of(one)}}}  # guess: numbers only"
        )
    if found.area is not None:
        lines.append(f"  - {{name: {found.area.name}, type: area, meaning: {header_of(found.area)}}}{_because(found, found.area)}")
    return lines


def _course(found: Guess, id: str) -> list[str]:
    """How records become trajectories."""
    lines = [
        "trajectories:                # records with the same person, begin and kind are one; the newest delivery wins",
        f"  begin: {found.begin.name}{_because(found, found.begin)}",
        *(
            [f"  end: {found.end.name}{_because(found, found.end)}; empty: it runs on"]
            if found.end
            else ["  # no end: an event of one day"]
        ),
        f"  kind: {found.kind.name}  # guess: it tells records of one person and day apart; or another category",
        *([f"  also: [{', '.join(c.name for c in found.also)}]  # guess: with it no two records are alike"] if found.also else []),
        "  provider_in_key: true",
    ]
    numbers = [one for one in found.also if one not in found.categories]
    if numbers:
        lines.append(f"names: [{{name: {numbers[0].name}, record: {id}}}]  # the number of the record: kept as a pseudonym")
    return lines


def _derived(found: Guess) -> list[str]:
    """Age and duration, as far as there are a birth and an end."""
    derived = []
    names = [one.name for one in found.columns]
    if found.birth is not None and AGE not in names:
        derived.append(f"  - {{make: age, name: age, meaning: {both('leeftijd in jaren', 'age in years')}}}")
    if found.end is not None and DAYS not in names:
        derived.append(f"  - {{make: duration, name: {DAYS}, meaning: {both('dagen van begin tot einde', 'days from begin to end')}}}")
    return ["derived:", *derived] if derived else []


def layout_text(found: Guess, id: str) -> str:
    """layouts/ID_1.yaml: every column of the file, also those that are not kept."""
    key = [found.person.name, *(one.name for one in found.more), found.begin.name, found.kind.name, *(one.name for one in found.also)]
    when = found.period
    spans = [(f"{text}-01-01", f"{text}-12-31") for text in found.year.texts] if found.year else []
    spans = spans or [(when.begin.isoformat(), when.end.isoformat())] * len(found.begin.texts)
    ends = [(day, span) for day, span in zip(_last_days(found), spans) if day]
    history, later = any(day < first for day, (first, _) in ends), any(day > last for day, (_, last) in ends)
    lines = [
        f"{MODELINE}../schema/layout.schema.json",
        "# What the columns of a delivery are. What stands as `overig` is read over and never kept.",
        "version: 1",
        f"record: {id}",
        'layout: "1"',
        f"title: {titles_of(id)}",
        "source: made of one file by celwacht new",
        f"valid: [{min(found.first.year, when.year, *map(int, found.year.texts if found.year else ()))}, 9999]",
        f"periods: [{when.kind}]              # guess: one delivery a year, such as {when.code}; or halfjaar, kwartaal, maand",
        f"holds: {'history' if history else 'period'}  # guess: "
        + ("some records ended before the year of the file" if history else "nothing in it ended before its year"),
        *(["ends: later              # guess: some ends lie after the year; there the records run on"] if later else []),
        f"key: [{', '.join(key)}]",
        f"dates: {found.dates}",
        *(["overlap: allowed           # guess: some records of one person and kind run at the same time"] if overlaps(found) else []),
        "fields:",
    ]
    for one in found.columns:
        lines.append(f"  - {{name: {one.name}, title: {header_of(one)}, {_kind(found, one)}}}")
    return lined(lines)


def _last_days(found: Guess) -> Iterable[str]:
    """The day on which each record ended, '' where it runs on: of events, that of the event."""
    digits = [digits_of(text, found.dates) or "" if text else "" for text in (found.end or found.begin).texts]
    return [f"{text[:4]}-{text[4:6]}-{text[6:]}" if text else "" for text in digits]


def _kind(found: Guess, one: Column) -> str:
    length, full = f"length: {min(200, max(1, one.longest))}", len(one.filled) == len(one.texts)
    need = ", required: true" if full else ""
    if one.name == found.person.name:
        return f"type: {'bsn' if is_bsn(one) else 'nummer'}, {length}, required: true"
    day = f"length: {max(10, one.longest)}"
    if found.birth is not None and one.name == found.birth.name:
        return f"type: geboortedatum, {'length: 4' if one.is_years else day}{need}"
    if one.name == found.begin.name:
        return f"type: datum, {day}, required: true, role: begin"
    if found.end is not None and one.name == found.end.name:
        return f"type: datum, {day}, role: end"
    if found.area is not None and one.name == found.area.name:
        longest = length if found.places.made is None else f"length: {max(80, one.longest)}"  # another area may have a longer name
        return f"type: gebied, {longest}{need}{area_texts.field_text(found)}"
    if one is found.year:
        return "type: jaar, length: 4, required: true"
    if one in found.more or (one in found.also and one not in found.categories):
        return f"type: overig, {length}{need}"
    if one.name in [c.name for c in found.categories]:
        codes = ", ".join(f"{{code: {quoted(value)}, nl: {quoted(value)}, en: {quoted(value)}}}" for value in one.counts)
        return f"type: code, {length}{need}, codes: [{codes}]"
    if one in found.numbers:
        return f"type: getal, {length}{need}{number_texts.limits_of(one)}"
    return "type: overig, length: 200"


def classification_text(found: Guess, one: Column) -> str:
    """classifications/FIELD.yaml: a class for each value of a category."""
    lines = class_head(found, one.name, "codes", f"{header_of(one)}  # guess: the header of the column")
    taken = {"T", UNKNOWN}
    for value in one.counts:
        code = made_code(value, taken)
        guess = "" if code == value else "  # guess: the code is made of the value"
        lines.append(class_line(quoted(code), both(value, value), f"values: [{quoted(value)}]") + guess)
    if len(one.filled) < len(one.texts):
        lines.append(unknown_line())
    return lined(lines)


def ages_text(found: Guess) -> str:
    """classifications/age.yaml: a few classes of age."""
    spans = [(None, 4), (4, 12), (12, 18), (18, None)]
    lines = class_head(found, AGE, "ranges", both("Leeftijd", "Age"), "change the limits")
    for first, below in spans:
        code = f"A{first or 0:02d}"
        said = (
            both(f"{first or 0} tot {below} jaar", f"{first or 0} to {below} years")
            if below
            else both(f"{first} jaar en ouder", f"{first} years and over")
        )
        lines.append(range_line(code, said, first, below))
    lines.append(unknown_line())
    return lined(lines)


def table_text(found: Guess, id: str, table: str) -> str:
    """ID_table.yaml: who was there in a year, by area and kind."""
    dimensions = [
        f"  - {{name: {_name(c)}, classification: {class_id(found, c.name)}}}"
        for c in dict.fromkeys((found.area, found.kind))
        if c is not None
    ]
    description = both("Wie er in het jaar was, al was het maar één dag.", "Who was there in the year, if only for a day.")
    moment = (
        "moment: gebruik             # ran at any time in the period; or instroom (began), uitstroom (ended), stand (ran on its last day)"
    )
    if found.end is None:
        description = both("Wat er in het jaar gebeurde.", "What happened in the year.")
        moment = "moment: instroom            # an event happens in the period; records that run have other moments too"
    return lined(
        [
            f"{MODELINE}schema/table.schema.json",
            f"# A first table of {id}: change what you like, then `celwacht check` and `celwacht preview {table} --period {found.period.code}`.",
            "version: 1",
            f"id: {table}",
            f"title: {titles_of(id)}",
            f"description: {description}",
            f"source: {id}",
            "unit: records               # or persons",
            moment,
            "dimensions:",
            *dimensions,
            f"periods: [{found.period.kind}]",
            "measures:",
            f"  - {{kind: count, name: Number, title: {both('Aantal', 'Number')}}}",
            "policy: statline            # rounded to 5, a dot below 10; or strict",
        ]
    )


def _name(one: Column) -> str:
    """A name of a dimension: RegionCode for region_code."""
    name = "".join(part.capitalize() for part in one.name.split("_"))
    return name if len(name) > 1 else f"{name}Code"


def set_text(found: Guess, id: str, table: str) -> str:
    """sets/year.yaml."""
    return lined(
        [
            f"{MODELINE}../schema/set.schema.json",
            "version: 1",
            f"id: {id}",
            f"title: {both('Jaarcijfers {year}', 'Figures of {year}')}",
            f"description: {both('Cijfers over een jaar.', 'Figures on a year.')}",
            f"periods: [{{year: 0, part: {found.period.code[4:]}, status: Definitief}}]",
            f"tables: [{table}]",
        ]
    )
