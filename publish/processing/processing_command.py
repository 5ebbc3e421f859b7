"""The command and its text: what is on record, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from celwacht.publish.terminal.console import say
from celwacht.tables.whole_file import write_whole

if TYPE_CHECKING:
    from celwacht.tables.specs.processing_spec import ProcessingSpec

WORDS = {
    "nl": (
        "Verwerkingsregister",
        "Geldt voor",
        "Taak",
        "Doel",
        "Proportionaliteit",
        "Subsidiariteit",
        "Gegevens",
        "Ontvangers",
        "Bewaartermijn",
    ),
    "en": ("Record of processing", "Covers", "Task", "Purpose", "Proportionality", "Subsidiarity", "Data", "Recipients", "Retention"),
}
NONE = {"nl": "Zonder taak, doel en noodzaak", "en": "Without task, purpose and necessity"}


def as_text(specs: tuple[ProcessingSpec, ...], missing: list[str], language: str) -> str:
    """The record as Markdown, in that language; Dutch where a text has no English."""
    title, *heads = WORDS[language]
    parts = [f"# {title}\n"]
    for one in specs:
        texts = (one.task, one.purpose, one.necessity.proportionality, one.necessity.subsidiarity, one.data, one.recipients, one.retention)
        told = [", ".join(one.covers), *(_in(text, language) for text in texts)]
        parts.append(f"\n## {_in(one.title, language)}\n\n" + "".join(f"- **{head}**: {text}\n" for head, text in zip(heads, told)))
    if missing:
        parts.append(f"\n## {NONE[language]}\n\n" + "".join(f"- {one}\n" for one in missing))
    return "".join(parts)


def _in(text, language: str) -> str:
    return " ".join((text.en if language == "en" and text.en else text.nl).split())


def ask_for(kind: str, name: str = "") -> None:
    """Names the task and purpose on record for something that is about to process; says where to write them where there are none."""
    from celwacht.tables.specs.processing_spec import record_of

    what, found = f"{kind} {name}".strip(), record_of(kind, name)
    if found is not None:
        say(f"On record for {what} ({found.id}): {_in(found.title, 'en')}. Task, purpose and necessity: celwacht processing.")
        return
    say(
        f"There is no task, purpose and necessity on record for {what}. Write processing/NAME.yaml with 'covers: [{what}]'; see celwacht processing."
    )


@click.command("processing", short_help="The record of processing: task, purpose and necessity.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write it to a file (Markdown).")
def processing(language: str, file: Path | None) -> None:
    """Print, for the data protection officer, on which task each set, report and service rests, for which purpose, and why it is needed.

    The records are the project's files processing/*.yaml. What has none is listed at the end.

    \b
    Example: celwacht processing --language en
    Example: celwacht processing --to verwerkingsregister.md
    """
    from celwacht.tables.specs.processing_spec import processings, uncovered

    text = as_text(processings(), uncovered(), language)
    if file is None:
        say(text.rstrip())
        return
    write_whole(file, text)
    say(f"The record is in {file}.")
