"""The reference pages that come from the code: functions, fields of specifications, error rules, options, rooms.

They are made when the site is built and are not kept in the repository, so that they cannot be older than the code.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import celwacht
import click
import yaml

ROOT = Path(__file__).resolve().parent.parent


def pages() -> dict[str, str]:
    """Path below the root -> Markdown."""
    return {
        "docs/reference/python.md": python(),
        "docs/reference/specifications.md": specifications(),
        "docs/reference/errors.md": errors(),
        "docs/reference/options.md": options(),
        "docs/reference/rooms.md": rooms(),
        "docs/reference/definitions.md": definitions(),
    }


def definitions() -> str:
    """What the figures mean, with the source or `own choice`: docs/definitions.yaml, the classifications, the tables and the glossary."""
    from celwacht.tables.counting.codings import names, read_classification
    from celwacht.tables.specs.read_spec import read_tables

    told = ["# Definitions\n", "What every figure means, and where the meaning comes from. `Own choice` is a choice of this project.\n"]
    for part, entries in yaml.safe_load((ROOT / "docs" / "definitions.yaml").read_text(encoding="utf-8")).items():
        if part != "version":
            told += [f"## {part.capitalize()}\n", "| | what it is | source |", "|---|---|---|"]
            told += [f"| {name} | {about['what']} | {about['source']} |" for name, about in entries.items()] + [""]
    told += ["## Classifications\n", "| | title | codes and titles from |", "|---|---|---|"]
    for name in names():
        spec = read_classification(name)
        told.append(f"| {name} | {spec.title.nl} / {spec.title.en} | {spec.source.nl if spec.source else 'own choice'} |")
    told += ["", "## Tables\n", "| | title | counts | by | down to | for | follows |", "|---|---|---|---|---|---|---|"]
    told += [_of_table(t) for t in read_tables().values()]
    told += ["", "## Populations of rates\n", "| | what it is | source |", "|---|---|---|"]
    for path in sorted((ROOT / "table_specs" / "populations").glob("*.yaml")):
        about = yaml.safe_load(path.read_text(encoding="utf-8"))
        told.append(
            f"| {about['id']} | Inhabitants on 1 January {about['year']}. {about['note']['en'].strip()} | {about['source']['en']}; the note: own choice |"
        )
    told += ["", "## Glossary\n", "| Dutch | English | source |", "|---|---|---|"]
    terms = yaml.safe_load((ROOT / "docs" / "glossary.yaml").read_text(encoding="utf-8"))["terms"]
    told += [f"| {t['nl']} | {t['en']} | {'own choice' if t['source'] == 'own' else t['source']} |" for t in terms]
    return "\n".join(told) + "\n"


COUNTED = {"instroom": "started in the period", "uitstroom": "ended in it", "gebruik": "ran in it", "stand": "ran on its last day"}


def _of_table(table) -> str:
    """A row of a table: what it counts, by what, down to which region, for which periods, and which table it follows."""
    regions = [d for d in table.dimensions if d.classification in ("regio", "wijk")]
    by = ", ".join(d.classification for d in table.dimensions if d not in regions)
    smallest = (regions[0].levels or ("gemeente",))[-1] if regions else "the country"
    where = f" with `{table.where}`" if table.where else ""
    follows = f"StatLine {table.statline}" if table.statline else "own choice"
    return (
        f"| {table.id} | {table.title.nl} | {table.unit} of {table.source}{where}, {COUNTED[table.moment]} | {by} | {smallest} "
        f"| {', '.join(table.periods)} | {follows} |"
    )


def python() -> str:
    """The public face, from signatures and docstrings."""
    told = ["# Python: `import celwacht`\n", "What is not on this page is internal, and may move.\n"]
    for name in sorted(n for n in celwacht.__all__ if n not in ("__version__", "publish")):
        thing = getattr(celwacht, name)
        if inspect.isclass(thing):
            told += [f"## {name}\n", _doc(thing)]
            told += [f"- `{n}`: {_first(m)}" for n, m in vars(thing).items() if not n.startswith("_") and callable(m)]
        else:
            told += [f"## {name}\n", f"```python\n{name}{_signature(thing)}\n```\n", _doc(thing)]
    told.append("\n## publish\n\n`celwacht.publish(...)` is `publish_set(...)`; `celwacht.publish` is the package as well.\n")
    return "\n".join(told) + "\n"


def _signature(function) -> str:
    parameters = [str(p).replace("'", "") for p in inspect.signature(function).parameters.values()]
    star = next((i for i, p in enumerate(inspect.signature(function).parameters.values()) if p.kind is p.KEYWORD_ONLY), None)
    if star is not None:
        parameters.insert(star, "*")
    returned = str(inspect.signature(function).return_annotation).replace("'", "")
    return "(\n    " + ",\n    ".join(parameters) + f"\n) -> {returned}"


def _doc(thing) -> str:
    """A docstring as Markdown: its example as a block of code."""
    text, _, example = (inspect.getdoc(thing) or "").partition("\nExample:\n")
    return text.strip() + "\n" + (f"\n```python\n{inspect.cleandoc(example)}\n```\n" if example else "")


def _first(thing) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def specifications() -> str:
    """Every field of every kind of YAML file, from the JSON Schemas that editors use."""
    from celwacht.disclosure.policy import policy  # noqa: F401 - makes the model of policies known
    from celwacht.tables.specs import schema

    told = [
        "# Fields of the specifications\n",
        "From the JSON Schemas in `table_specs/schema/`; [the guide](../../table_specs/README.md) explains.\n",
    ]
    for kind in sorted(schema.kinds()):
        whole = json.loads(schema.schema_text(kind))
        told.append(f"## {kind}\n")
        for name, part in {"": whole, **whole["definitions"]}.items():
            if part.get("properties"):
                told += [f"### {name or kind}\n", *_fields(part), ""]
    return "\n".join(told)


def _fields(part: dict) -> Iterator[str]:
    yield "| field | needed | kind | meaning |\n|---|---|---|---|"
    for name, field in part["properties"].items():
        meaning = field.get("description", "").replace("|", "\\|").replace("\n", " ")
        yield f"| `{name}` | {'yes' if name in part.get('required', ()) else ''} | {_kind(field)} | {meaning} |"


def _kind(field: dict) -> str:
    if "enum" in field:
        return ", ".join(f"`{v}`" for v in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    for key in ("anyOf", "oneOf", "allOf"):
        if key in field:
            return " or ".join(_kind(f) for f in field[key])
    if "$ref" in field:
        return field["$ref"].rpartition("/")[2]
    inner = f" of {_kind(field['items'])}" if isinstance(field.get("items"), dict) else ""
    default = f", default `{json.dumps(field['default'])}`" if "default" in field else ""
    return f"{field.get('type', '')}{inner}{default}"


def errors() -> str:
    """Every rule that a message names in brackets."""
    from celwacht.publish.terminal.rules import all_rules

    told = [
        "# Messages: the rule in brackets\n",
        "A message ends in the rule that was broken, such as `[wrong-value]`. Here is each of them, with the sentence in which it is told; what a "
        "message fills in stands in ‹›, and its remedy in the sentence itself. `celwacht rule NAME` says the same.\n",
    ]
    for rule in all_rules(ROOT).values():
        told += [f"### {rule.name}\n", *(f"- {text}" for text in rule.texts), f"- *judged in* {', '.join(f'`{f}`' for f in rule.files)}\n"]
    return "\n".join(told) + "\n"


def options() -> str:
    """Every option of every command, from --help."""
    from celwacht.publish.cli import celwacht as commands

    told = ["# Options of the commands\n", "Examples with their output: [the commands](commands.md).\n"]
    for name, command in sorted(commands.commands.items()):
        context = click.Context(command, info_name=f"celwacht {name}", max_content_width=100)
        told += [f"## {name}\n", f"```text\n{command.get_help(context)}\n```\n"]
    return "\n".join(told)


def rooms() -> str:
    """Every room, from the docstring at its door."""
    told = [
        "# The rooms\n",
        "Which may import which is the table LAWS in `tests/test_architecture.py`.\n",
        "| room | what is inside |\n|---|---|",
    ]
    for part in ("tables", "disclosure", "publish"):
        for door in sorted((ROOT / part).rglob("__init__.py")):
            text = inspect.cleandoc(_docstring(door)).split("\n\n")[0].replace("\n", " ")
            told.append(f"| `{door.parent.relative_to(ROOT).as_posix()}` | {text} |")
    return "\n".join(told) + "\n"


def _docstring(path: Path) -> str:
    import ast

    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
