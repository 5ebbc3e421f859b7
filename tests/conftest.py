"""How the examples of Hypothesis are drawn, in every test.

The default command draws the same examples every time, so that a change that breaks nothing fails nothing; the long one
draws new ones (and shuffles the order of the tests: `make test-long`).

Hypothesis also draws numbers and texts that it reads in the modules of ours that happen to be loaded, so that "the same examples" would depend on
which tests run beside each other, and on every constant in the code. The default command reads none; the long one does.
"""

import gc
import os
import sys

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

settings.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("new", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same")


HEAVIEST = (
    "browser/",
    *("intake/test_vault", "checks/test_examples", "demo/test_national", "serve/static/test_embargo_live", "publish/verify/test_tampering"),
    *("tables/counting/test_plain_count", "test_architecture", "tables/counting/test_standard_tables", "intake/test_canaries"),
    *("disclosure/intruder/test_leaks", "intake/test_broken", "tables/counting/test_one_trajectory", "publish/test_tutorial_register"),
    *("publish/sets/test_decision", "disclosure/search/test_safety", "intake/test_readers", "publish/verify/test_forged"),
    *("protect/test_folder", "publish/sets/test_workers", "disclosure/search/test_set_safety", "tables/specs/test_schema"),
    *("serve/http/test_wires_live", "tables/counting/test_together", "face/test_examples", "demo/test_small", "portal/test_live"),
    *(
        "intake/test_nothing_lost",
        "protect/test_help_examples",
        "publish/commands/test_bounded",
        "tables/counting/test_trials",
        "test_docs",
    ),
    *("publish/store/test_released", "disclosure/search/test_safety_problems", "face/test_docs_site", "intake/test_large_workbooks"),
)
"""Files of tests that take more than five seconds or so (and the folder of the browser, which goes to one worker): they come first, so that no worker
is left with one when the others are done."""


def pytest_configure(config):
    """The same examples whatever is imported: no module counts as a source of constants, unless new examples are asked for. And no waiting for the
    disk: what a power cut would leave no test can see; that fsync is called, and what becomes of its errors, tests see by a function of their own."""
    os.fsync = lambda file: None
    gc.disable()  # until everything is collected: the modules and tests stay, and would be looked through again and again
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # the order is that of below, and not that of the number of tests
    if config.getoption("--hypothesis-profile", None) in (None, "same"):
        providers.is_local_module_file = lambda path: False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadgroup` all tests of a file go to one worker, so that what they share is made once, and those of tests/browser to one, so
    that one Chromium is started. Made here, for marks of xdist_group have no effect with pytest 9.2 (xdist 3.8 writes a name that is no more)."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.partition("::")[0]
            return "tests/browser" if file.startswith("tests/browser/") else file

    return ByFile(config, log)


def pytest_collection_modifyitems(config, items):
    """The heaviest files come first, unless the order is to be drawn."""
    if not config.pluginmanager.hasplugin("randomly"):
        place = {f"tests/{name}" if name.endswith("/") else f"tests/{name}.py": i for i, name in enumerate(HEAVIEST)}
        items.sort(key=lambda item: min(place.get(_file_of(item), len(place)), place.get(f"{_folder_of(item)}/", len(place))))


def pytest_collection_finish(session):
    """What was read stays, and is no more looked through. Where the tests have kernels, none may be compiled in a test (no_compiling.py)."""
    gc.freeze()
    gc.enable()
    if "celwacht.disclosure" in sys.modules and "numba" in sys.modules:
        from tests.no_compiling import watch

        watch(session.config)


def _file_of(item) -> str:
    return item.nodeid.partition("::")[0]


def _folder_of(item) -> str:
    return _file_of(item).rpartition("/")[0]


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
