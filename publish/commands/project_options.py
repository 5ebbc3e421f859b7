"""The project that a command works in, and `celwacht init`, which makes one."""

from __future__ import annotations

from pathlib import Path

import click
from celwacht.publish.terminal.console import say


def enter(context: click.Context, named: Path | None) -> None:
    """Takes specifications and defaults from the project: the one that is named, or that of the folder worked in.

    Without a project: the specifications of this installation, and no defaults.
    """
    from celwacht.publish.commands import project

    if context.invoked_subcommand == "init":
        return
    file = named / project.FILE if named is not None else project.find(Path.cwd())
    if file is None:
        return
    if not file.is_file():
        raise click.UsageError(f"--project {named}: there is no {project.FILE} in this folder; celwacht init makes one.")
    found = project.read(file)
    context.obj = found
    context.default_map = found.defaults()
    from celwacht.tables import face

    context.with_resource(face.using(found.face))
    if found.specs is not None:
        from celwacht.tables import home

        context.with_resource(home.using(found.specs))


def given(name: str):
    """An option of the running command if somebody gave it; None where it only comes from the project."""
    context = click.get_current_context()
    told = context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT_MAP
    return context.params[name] if told else None


@click.command(short_help="Make a project folder of your own.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--empty", is_flag=True, help="For a register of your own: only policies are copied.")
@click.option(
    "--language",
    "languages",
    type=click.Choice(["nl", "en"]),
    multiple=True,
    help="Of what it publishes: files, site and feeds; may be given twice. Default: both.",
)
def init(folder: Path, empty: bool, languages: tuple[str, ...]) -> None:
    """Make a project in DIR: tables, sets, classifications, policies and regions to change, and celwacht.toml with settings.

    With --empty none of our tables and sources: `celwacht new --source` then starts a register of your own.

    Every command that runs in DIR, or below it, takes specifications, data, out and key from there; elsewhere,
    `celwacht --project DIR ...` does.

    \b
    Example: celwacht init myproject
    Example: celwacht init myproject --empty --language en
    """
    from celwacht.publish.commands import project

    made = project.make(folder, empty=empty, languages=tuple(dict.fromkeys(languages)) or project.LANGUAGES)
    tables = len(list((folder / "specs").glob("*.yaml")))
    if empty:
        say(f"{folder} is a project for a register of your own: policies in {folder}/specs, settings in {made.file}.")
        say(f"Next: cd {folder}, then celwacht new --source NAME --from FILE; deliveries go in {folder}/data/deliveries (confidential).")
        return
    say(f"{folder} is a project: {tables} tables in {folder}/specs to change or remove, settings in {made.file}.")
    say(f"Next: cd {folder}, then celwacht new mijn_tabel; deliveries go in {folder}/data/deliveries (confidential).")
