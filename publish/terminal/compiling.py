"""The word on the screen before the first run compiles the searches, so that nobody takes it for a run that hangs."""

from __future__ import annotations

from celwacht.publish.terminal.console import complain

TEXT = "The searches are compiled first, once for this version: some minutes. `python -m celwacht.publish.warm` does it beforehand."


def say_if_compiling(compiled: bool) -> None:
    """Says so on standard error where nothing of this version is compiled yet (`celwacht.disclosure.compiled()`)."""
    if not compiled:
        complain(TEXT)
