"""What reaches the screen: messages, and the one boundary between an error and an exit status.

A library's exception may hold a record in its text (DuckDB prints the value, the key, even the whole line), so that
the text of an unexpected exception is never shown: only its type and the place in our code.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOMEM, ENOSPC

import click
from celwacht.tables.faults import code_of, of_system
from celwacht.tables.problems import ProblemsFound, lines_of

DONE, REFUSED, BAD_INPUT = 0, 1, 2


class Refused(Exception):
    """The work was done but the outcome may not be published; the message holds public grounds only."""


def debugging() -> bool:
    """Whether the user asked for confidential details of errors."""
    return os.environ.get("CELWACHT_DEBUG") == "1"


def say(text: str = "") -> None:
    click.echo(text)


def complain(text: str) -> None:
    click.echo(text, err=True)


def run(command: Callable[[], object]) -> int:
    """Runs a command and returns the exit status: 0 done, 1 refused or failed, 2 bad input or wrong use."""
    try:
        command()
    except ProblemsFound as found:
        return _report_problems(found)
    except click.ClickException as error:
        error.show()
        return BAD_INPUT
    except click.exceptions.Exit as end:
        return end.exit_code
    except SystemExit:  # so click tells a broken pipe (| head)
        complain("Whoever read these lines has stopped reading. Nothing was published; what was published before stands as it was.")
        return REFUSED
    except Refused as refusal:
        complain(str(refusal))
        return REFUSED
    except (KeyboardInterrupt, click.Abort):
        complain("\nStopped. What was published before stands as it was.")
        return REFUSED
    except MemoryError:
        return _report_system(OSError(ENOMEM, os.strerror(ENOMEM)))
    except BaseException as error:
        refused = of_system(error)
        return _report_unexpected(error) if refused is None else _report_system(refused)
    return DONE


def _report_problems(found: ProblemsFound) -> int:
    """The problems, one per line and of one kind not without end, then how many."""
    for line in lines_of(found.problems):
        complain(line)
    n = len(found.problems)
    complain(
        f"{n} problem{'s' if n != 1 else ''}. Repair what is named above and run the command again. `celwacht rule NAME` explains a word in brackets."
    )
    return BAD_INPUT


def _report_system(error: OSError) -> int:
    """A full disk, a folder that may not be written: the system's own words and the file, no data."""
    _debug(error)
    where = f" ({error.filename})" if error.filename else ""
    remedy = " Make room and run the same again." if error.errno in (ENOSPC, EDQUOT, EFBIG) else ""
    complain(
        f"The system refused: {error.strerror or type(error).__name__}{where}. Nothing was published; what was "
        f"published before stands as it was.{remedy}"
    )
    return REFUSED


def _report_unexpected(error: BaseException) -> int:
    _debug(error)
    complain(
        f"Something went wrong inside celwacht [{code_of(error)}]. Nothing was published. Please report the code "
        "in brackets; CELWACHT_DEBUG=1 shows the details, which are confidential."
    )
    return REFUSED


def _debug(error: BaseException) -> None:
    if debugging():
        complain("CONFIDENTIAL: the details below may hold personal values.")
        traceback.print_exception(error, file=sys.stderr)
