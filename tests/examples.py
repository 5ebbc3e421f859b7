"""How many examples of Hypothesis a test draws: a moderate number in the default command, more in the long one."""

from hypothesis import settings


def drawn(default: int, long: int) -> int:
    """`default` examples, the same ones every time, in `make test`; `long` new ones in `make test-long` (conftest.py has the profiles)."""
    return default if settings.default.derandomize else long
