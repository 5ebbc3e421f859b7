"""Mutation testing of the certificate checker: `make mutants`, or python tests/mutate_checker.py [--list].

Every small change to the checker must make one of the checker's own tests fail; a change that none notices is a hole
in the tests, or changes nothing that can be observed (EQUIVALENT, each with its reason). The working tree is never
touched: the mutant is compiled in memory and swapped into the loaded checker, in a forked process of its own. First
the tests run once unchanged, with branch coverage, which must be 100 %.
"""

from __future__ import annotations

import ast
import gc
import importlib
import os
import signal
import sys
import time
from pathlib import Path
from types import FunctionType, ModuleType

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from tests.mutants import Mutant, mutants_of  # noqa: E402

MODULE = "celwacht.disclosure.check"
SOURCE = ROOT / "disclosure" / "check.py"
TESTS = sorted(str(p) for p in (ROOT / "tests/disclosure").glob("test_check*.py"))
SECONDS = 120
"""After so long a mutant counts as noticed: it hangs."""

EQUIVALENT: dict[str, str] = {}
"""Mutants that change nothing observable: name as printed -> why."""


def _swap(tree: ast.Module) -> None:
    """Gives the loaded checker the mutant's code, in place: whoever imported a function of it has the mutant."""
    module, mutant = sys.modules[MODULE], {"__name__": MODULE, "__file__": str(SOURCE)}
    exec(compile(tree, str(SOURCE), "exec"), mutant)
    for name, new in mutant.items():
        old = getattr(module, name, None)
        if isinstance(new, FunctionType) and new.__module__ == MODULE:
            old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
        elif isinstance(new, type) and new.__module__ == MODULE:
            for method, code in vars(new).items():
                if isinstance(code, FunctionType) and code.__code__.co_filename == str(SOURCE):
                    getattr(old, method).__code__ = code.__code__
        elif not name.startswith("__") and not isinstance(new, (ModuleType, FunctionType, type)):
            setattr(module, name, new)


def _run_tests(tree: ast.Module | None) -> int:
    """pytest's exit code with the checker as given (None: as it is), in this process."""
    import pytest
    if tree is not None:
        _swap(tree)
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:unraisableexception",
                            "--no-header", "--tb=no",
                            "--import-mode=importlib", "-o", "addopts=", f"--rootdir={ROOT}", *TESTS]))


def _noticed(mutant: Mutant) -> bool:
    """Whether the tests fail (or hang) on this mutant; a process of its own, silent."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(null, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        try:
            os._exit(min(_run_tests(mutant.tree), 99))
        except BaseException:                       # a mutant that does not even import is noticed
            os._exit(98)
    _, status = os.waitpid(child, 0)
    return status != 0


def _coverage() -> list[str]:
    """Lines and branches of the checker that its tests never take."""
    child_in, child_out = os.pipe()
    if os.fork() == 0:
        import coverage
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        measured = coverage.Coverage(branch=True, include=[str(SOURCE)], data_file=None)
        measured.start()
        code = _run_tests(None)
        measured.stop()
        analysis = measured._analyze(str(SOURCE))
        missing = [f"line {n}" for n in sorted(analysis.missing)]
        missing += [f"branch {a} -> {b}" for a, to in analysis.missing_branch_arcs().items() for b in to]
        os.write(child_out, (f"{code}\n" + "\n".join(missing)).encode())
        os._exit(0)
    os.close(child_out)
    os.wait()
    code, *missing = os.read(child_in, 1 << 16).decode().split("\n")
    if code != "0":
        raise SystemExit("the checker's tests fail on the checker as it is; mend that first")
    return [m for m in missing if m]


def _preload() -> None:
    """The checker and what its tests import, loaded once for all mutants."""
    import hypothesis, pytest  # noqa: E401, F401

    from celwacht.disclosure.protect import protect
    from celwacht.tables.cube import Cube
    from tests.disclosure.cubes import flat, policy
    importlib.import_module(MODULE)
    protect(Cube("warm", (flat("A", 2), flat("B", 2)), 1 + np.arange(4).reshape(2, 2)), policy())
    gc.freeze()                                     # the children need not look through all this again


def main() -> int:
    """Prints survivors and figures; 0 if all mutants are noticed or listed, and all branches are taken."""
    found = list(mutants_of(SOURCE.read_text()))
    if "--list" in sys.argv:
        print(*(m.name for m in found), sep="\n")
        return 0
    begin, missing = time.time(), _coverage()
    _preload()
    print(f"{len(found)} mutants", flush=True)
    survivors = []
    for m in found:
        if not _noticed(m):
            survivors.append(m)
            if m.name not in EQUIVALENT:
                print(f"survives: {m.name}  (line {m.line})", flush=True)
    open_ = [m for m in survivors if m.name not in EQUIVALENT]
    stale = sorted(set(EQUIVALENT) - {m.name for m in survivors})
    for name in stale:
        print(f"listed as equivalent, but noticed or gone: {name}")
    for what in missing:
        print(f"never taken: {what}")
    print(f"{len(found)} mutants, {len(found) - len(survivors)} noticed, {len(survivors) - len(open_)} equivalent, "
          f"{len(open_)} survive; branches not taken: {len(missing)}; {time.time() - begin:.0f} s")
    return int(bool(open_ or missing or stale))


if __name__ == "__main__":
    raise SystemExit(main())
