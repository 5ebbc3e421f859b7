"""How the examples of Hypothesis are drawn, in every test.

The default command draws the same examples every time, so that a change that breaks nothing fails nothing; the long one
draws new ones (and shuffles the order of the tests: `make test-long`).

Hypothesis also draws numbers and texts that it reads in the modules of ours that happen to be loaded, so that "the same examples" would depend on
which tests run beside each other, and on every constant in the code. The default command reads none; the long one does.
"""

from hypothesis import settings
from hypothesis.internal.conjecture import providers

settings.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("new", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same")


def pytest_configure(config):
    """The same examples whatever is imported: no module counts as a source of constants, unless new examples are asked for."""
    if config.getoption("--hypothesis-profile", None) in (None, "same"):
        providers.is_local_module_file = lambda path: False


def pytest_terminal_summary(terminalreporter):
    """Seconds per folder of tests, slowest first, so that what grows is seen."""
    spent: dict[str, float] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                folder = report.nodeid.split("::")[0].rpartition("/")[0]
                spent[folder] = spent.get(folder, 0.0) + report.duration
    if len(spent) > 1:
        terminalreporter.section("seconds per folder")
        for folder, seconds in sorted(spent.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{seconds:8.1f}  {folder}")
