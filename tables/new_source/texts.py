"""The files of a new register, as YAML with a comment at every guess."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from celwacht.tables.new_source.columns import Column, is_bsn
from celwacht.tables.new_source.guess import Guess, is_of_person, overlaps

UNKNOWN = "ZZZ"
AGE = "age"
MODELINE = "# yaml-language-server: $schema="


def quoted(text: str) -> str:
    """A text in quotes, as the restricted YAML reads it."""
    return json.dumps(unicodedata.normalize("NFC", text), ensure_ascii=False)


def titled(name: str) -> str:
    """A title made of the name of a field."""
    return name.replace("_", " ").capitalize()


def _map(name: str) -> str:
    return f"{{nl: {quoted(titled(name))}}}"


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
        f"title: {_map(id)}  # guess: the name of the source; add en:",
        f"record: {id}",
        "units: {records: records, persons: persons}  # guess: call them what they are, such as episodes and children",
        "person:",
        f"  field: {found.person.name}{_because(found, found.person)}; no value of it is stored",
        f"  check: {check}",
    ]
    if found.birth is not None:
        lines.append(f"  birth: {found.birth.name}{_because(found, found.birth)}")
    if found.sex is not None and is_of_person(found.sex, found.person):
        lines.append(f"  sex: {found.sex.name}{_because(found, found.sex)}; rates are divided by it")
    lines += ['provider: {nl: "wie leverde", en: "who delivered"}', "fields:"]
    for one in found.categories:
        own = one is found.sex and is_of_person(one, found.person)
        said = _because(found, one) or "  # guess: few values"
        if one is found.sex and not own:
            said += f"; but some {found.person.name} have two of it: are they households, so that persons: households?"
        lines.append(f"  - {{name: {one.name}{', of_person: true' if own else ''}, meaning: {_map(one.name)}}}{said}")
    if found.area is not None:
        lines.append(f"  - {{name: {found.area.name}, type: area, meaning: {_map(found.area.name)}}}{_because(found, found.area)}")
    lines += [
        "trajectories:                # records with the same person, begin and kind are one; the newest delivery wins",
        f"  begin: {found.begin.name}{_because(found, found.begin)}",
        f"  end: {found.end.name}{_because(found, found.end)}; empty: it runs on",
        f"  kind: {found.kind.name}  # guess: it tells records of one person and day apart; or another category",
        "  provider_in_key: true",
        "derived:",
    ]
    if found.birth is not None:
        lines.append("  - {make: age, name: age, meaning: {nl: leeftijd in jaren, en: age in years}}")
    lines.append("  - {make: duration, name: days, meaning: {nl: dagen van begin tot einde, en: days from begin to end}}")
    return _text(lines)


def layout_text(found: Guess, id: str, year: int) -> str:
    """layouts/ID_1.yaml: every column of the file, also those that are not kept."""
    key = [found.person.name, found.begin.name, found.kind.name]
    history = any(day and day < str(year) for day in _iso(found))
    lines = [
        f"{MODELINE}../schema/layout.schema.json",
        "# What the columns of a delivery are. What stands as `overig` is read over and never kept.",
        "version: 1",
        f"record: {id}",
        'layout: "1"',
        f"title: {_map(id)}",
        "source: made of one file by celwacht new",
        f"valid: [{min(found.first.year, year)}, 9999]",
        "periods: [jaar]              # guess: one delivery a year; or halfjaar, kwartaal",
        f"holds: {'history' if history else 'period'}  # guess: "
        + ("some records ended before the year of the file" if history else "nothing in it ended before its year"),
        f"key: [{', '.join(key)}]",
        f"dates: {found.dates}",
        *(["overlap: allowed           # guess: some records of one person and kind run at the same time"] if overlaps(found) else []),
        "fields:",
    ]
    for one in found.columns:
        lines.append(f"  - {{name: {one.name}, title: {{nl: {quoted(one.title)}}}, {_kind(found, one)}}}")
    return _text(lines)


def _iso(found: Guess) -> Iterable[str]:
    days = found.end.days(found.dates) or ()
    return [day.isoformat() for day in days]


def _kind(found: Guess, one: Column) -> str:
    length, full = f"length: {min(200, max(1, one.longest))}", len(one.filled) == len(one.texts)
    need = ", required: true" if full else ""
    if one.name == found.person.name:
        return f"type: {'bsn' if is_bsn(one) else 'nummer'}, {length}, required: true"
    if found.birth is not None and one.name == found.birth.name:
        return f"type: geboortedatum, {length}{need}"
    if one.name in (found.begin.name, found.end.name):
        role = "begin" if one.name == found.begin.name else "end"
        return f"type: datum, {length}{', required: true' if role == 'begin' else ''}, role: {role}"
    if found.area is not None and one.name == found.area.name:
        return f"type: gebied, {length}{need}"
    if one.name in [c.name for c in found.categories]:
        codes = ", ".join(f"{{code: {quoted(value)}, nl: {quoted(value)}}}" for value in one.counts)
        return f"type: code, {length}{need}, codes: [{codes}]"
    return "type: overig, length: 200"


def classification_text(found: Guess, one: Column) -> str:
    """classifications/FIELD.yaml: a class for each value of a category."""
    lines = [
        f"{MODELINE}../schema/classification.schema.json",
        "version: 1",
        f"id: {class_id(found, one.name)}",
        "kind: codes",
        f"title: {_map(one.name)}  # guess: the name of the column; add en:",
        f"field: {one.name}",
        "tree:",
        "  code: T",
        '  title: {nl: "Totaal", en: "Total"}',
        "  level: totaal",
        "  children:",
    ]
    taken = {"T", UNKNOWN}
    for value in one.counts:
        code = _code(value, taken)
        guess = "" if code == value else "  # guess: the code is made of the value"
        lines.append(f"    - {{code: {quoted(code)}, title: {{nl: {quoted(value)}}}, level: klasse, values: [{quoted(value)}]}}{guess}")
    if len(one.filled) < len(one.texts):
        lines.append(f'    - {{code: {UNKNOWN}, title: {{nl: "Onbekend", en: "Unknown"}}, level: klasse, unknown: true}}')
    return _text(lines)


def class_id(found: Guess, name: str) -> str:
    """The classification of a field: its name, of three characters or more, and of no classification that is there already."""
    plain = name if len(name) > 2 else f"{name}_code"
    return f"{found.id}_{plain}"[:40] if plain in found.taken else plain


def _code(value: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().upper()
    base = re.sub(r"[^0-9A-Z]+", "_", plain).strip("_")[:10] or "C"
    code, number = base, 2
    while code in taken:
        code = f"{base[: 9 - len(str(number))]}_{number}"
        number += 1
    taken.add(code)
    return code


def ages_text(found: Guess) -> str:
    """classifications/age.yaml: a few classes of age."""
    spans = [(None, 4), (4, 12), (12, 18), (18, None)]
    lines = [
        f"{MODELINE}../schema/classification.schema.json",
        "version: 1",
        f"id: {class_id(found, AGE)}",
        "kind: ranges",
        'title: {nl: "Leeftijd", en: "Age"}',
        "field: age",
        "tree:",
        "  code: T",
        '  title: {nl: "Totaal", en: "Total"}',
        "  level: totaal",
        "  children:               # guess: change the limits",
    ]
    for first, below in spans:
        code = f"A{first or 0:02d}"
        said = f"{first or 0} tot {below} jaar" if below else f"{first} jaar en ouder"
        limits = ", ".join(f"{name}: {limit}" for name, limit in (("from", first), ("below", below)) if limit is not None)
        lines.append(f"    - {{code: {code}, title: {{nl: {quoted(said)}}}, level: klasse, {limits}}}")
    lines.append(f'    - {{code: {UNKNOWN}, title: {{nl: "Onbekend", en: "Unknown"}}, level: klasse, unknown: true}}')
    return _text(lines)


def area_text(found: Guess, area: Column) -> str:
    """classifications/FIELD.yaml of an area: made from regions/."""
    return _text(
        [
            f"{MODELINE}../schema/classification.schema.json",
            "version: 1",
            f"id: {class_id(found, area.name)}",
            "kind: regio",
            f"regions: {found.id}",
            f"title: {_map(area.name)}",
            f"field: {area.name}",
            'unknown: {nl: "Gebied onbekend", en: "Area unknown"}',
        ]
    )


def regions_text(id: str, area: Column) -> str:
    """regions/ID.yaml."""
    whole, taken = "TOTAL", set(area.counts)
    while whole in taken:
        whole += "_"
    unknown = UNKNOWN
    while unknown in taken:
        unknown += "Z"
    return _text(
        [
            f"{MODELINE}../schema/regions.schema.json",
            "# The areas: areas_YEAR.csv lists those of 1 January of a year; what changes since is a row of a file changes_ID_YEAR.csv.",
            "version: 1",
            f"id: {id}",
            'title: {nl: "Totaal", en: "Total"}  # guess: call the whole by its name, such as England',
            f"whole: {whole}",
            f"region: {{level: {area.name}, files: {area_files(id)}, code: code, name: name, unknown: {unknown}}}",
            "larger: []                 # a level above the areas: {level: county, code: county, name: county_name}, with its columns in the list",
            f"changes: changes_{id}",
            "division: year",
        ]
    )


def area_files(id: str) -> str:
    """The lists of areas: ID_areas_YEAR.csv."""
    return f"{id[:34]}_areas"


def list_text(area: Column, names: Column | None) -> str:
    """regions/areas_YEAR.csv: every area, with its name where the file tells."""
    said = dict(zip(area.texts, names.texts)) if names is not None else {}
    rows = [f"{code},{_cell(said.get(code) or code)}" for code in area.counts]
    return _text(["code,name", *rows])


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in ',"') else text


def table_text(found: Guess, id: str, table: str) -> str:
    """ID_table.yaml: who was there in a year, by area and kind."""
    dimensions = [f"  - {{name: {_name(c)}, classification: {class_id(found, c.name)}}}" for c in (found.area, found.kind) if c is not None]
    return _text(
        [
            f"{MODELINE}schema/table.schema.json",
            f"# A first table of {id}: change what you like, then `celwacht check` and `celwacht preview {table} --period YEARJJ00`.",
            "version: 1",
            f"id: {table}",
            f"title: {{nl: {quoted(titled(id))}}}",
            f"description: {{nl: {quoted('Wie er in het jaar was, al was het maar één dag.')}}}",
            f"source: {id}",
            "unit: records               # or persons",
            "moment: gebruik             # ran at any time in the period; or instroom (began), uitstroom (ended), stand (ran on its last day)",
            "dimensions:",
            *dimensions,
            "periods: [jaar]",
            "measures:",
            '  - {kind: count, name: Number, title: {nl: "Aantal", en: "Number"}}',
            "policy: statline            # rounded to 5, a dot below 10; or strict",
        ]
    )


def _name(one: Column) -> str:
    """A name of a dimension: RegionCode for region_code."""
    name = "".join(part.capitalize() for part in one.name.split("_"))
    return name if len(name) > 1 else f"{name}Code"


def set_text(id: str, table: str) -> str:
    """sets/year.yaml."""
    return _text(
        [
            f"{MODELINE}../schema/set.schema.json",
            "version: 1",
            f"id: {id}",
            f"title: {{nl: {quoted('Jaarcijfers {year}')}}}",
            'description: {nl: "Cijfers over een jaar.", en: "Figures on a year."}',
            "periods: [{year: 0, part: JJ00, status: Definitief}]",
            f"tables: [{table}]",
        ]
    )


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
