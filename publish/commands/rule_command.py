"""`celwacht rule`: what the word in brackets at the end of a message stands for."""

from __future__ import annotations

import click


@click.command("rule", short_help="What the [rule] at the end of a message asks.")
@click.argument("name", required=False)
def rule(name: str | None) -> None:
    """Explain a rule that a message named in brackets, such as [wrong-value]; without NAME: list all of them.

    What a message fills in stands between \u2039 and \u203a.

    \b
    Example: celwacht rule unlisted-value
    """
    from celwacht.publish.terminal.console import say
    from celwacht.publish.terminal.rules import all_rules
    from celwacht.tables.problems import Problem, ProblemsFound, nearest

    found = all_rules()
    if name is None:
        for one in found.values():
            say(f"{one.name:<24} {one.files[0]}")
        return
    wanted = name.strip("[]")
    if wanted not in found:
        raise ProblemsFound([Problem("NAME", 0, 0, "unknown-rule", f"there is no rule '{wanted[:60]}'.{nearest(wanted, found)}")])
    for text in found[wanted].texts:
        say(f"{wanted}: {text}")
    say(f"Judged in: {', '.join(found[wanted].files)}")
