"""Mutation testing of the certificate checkers: `make mutants`, or tests/mutate_checker.py [--list] [part of a name].

Every small change to a checker must make one of the checkers' own tests fail; a change that none notices is a hole
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
from dataclasses import replace
from pathlib import Path
from types import FunctionType, ModuleType

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from tests.mutants import Mutant, mutants_of  # noqa: E402

TESTS = sorted(str(p) for p in (ROOT / "tests/disclosure/proof").glob("test_check*.py"))
SECONDS = 120
"""After so long a mutant counts as noticed: it hangs."""

CHECKERS = {
    "proof/checker": (),
    "proof/singleton_checker": (),
    "model/cube_problem": (),
    "model/problem": ("sums", "room", "sensitive", "asked", "malformed", "misprinted", "leeway", "moved"),
    "model/intruder": ("rounding_interval", "possible", "alone"),
}
"""Modules of disclosure/, and the functions of them that a verdict rests on (none named: all)."""

EQUIVALENT: dict[str, str] = {
    "model/cube_problem codes_of_leaves: leaves.tolist() -> leaves": "NumPy's integers index as Python's do",
    "model/cube_problem codes_of_leaves: 1 -> 2": "one more column of `no code`",
    "model/cube_problem codes_of_leaves: 1 -> 0": "every dimension has a code, and every code a leaf",
    "proof/checker _outside: if scale > 1: reach = int(np.abs(change).max(initial=0)) // scale + 1 low, high = (np.clip(low, -reach, rea... -> if True: reach = int(np.abs(change).max(initial=0)) // scale + 1 low, high = (np.clip(low, -reach, reach) *...": "with a scale of 1 nothing is cut off that binds",
    "proof/checker _outside: scale > 1 -> scale >= 1": "with a scale of 1 nothing is cut off that binds",
    "proof/checker _outside: 1 -> 0": "with a scale of 1 nothing is cut off that binds",
    "proof/checker _outside: int(np.abs(change).max(initial=0)) // scale -> int(np.abs(change).max(initial=0))": "a wider reach binds as little; it only makes products larger",
    "proof/checker _outside: np.abs(change).max(initial=0) -> np.abs(change).max()": "a problem has cells",
    "proof/checker _outside: 0 -> 1": "a reach of one more or less than needed at rest binds as little",
    "proof/checker _outside: 0 -> -1": "a reach of one more or less than needed at rest binds as little",
    "proof/checker _outside: 1 -> 2 (2)": "a reach of one more or less than needed at rest binds as little",
    "proof/checker _wide: np.zeros(len(lpl), object) -> np.zeros(len(lpl))": "a zero is exact in either type",
    "proof/checker _wide: np.zeros -> np.ones": "no lowest change is above 0, so that the first scale replaces it",
    "proof/checker _wide: lpl -> upl": "of the same length",
    "proof/checker _wide: np.zeros(len(lpl), object) -> np.zeros(len(lpl)) (2)": "a zero is exact in either type",
    "proof/checker _wide: lpl -> upl (2)": "of the same length",
    "proof/checker _wide: lpl -> upl (3)": "of the same length",
    "proof/checker _wide: if set(seen) <= {1}: low, high = seen.get(1, (np.zeros(len(lpl), np.int64),) * 2) return (-low >= lpl) & (h... -> if False: low, high = seen.get(1, (np.zeros(len(lpl), np.int64),) * 2) return (-low >= lpl) & (high >= upl)...": "the general way gives the same of whole worlds",
    "proof/checker _wide: set(seen) <= {1} -> set(seen) < {1}": "the general way gives the same of whole worlds",
    "proof/checker _wide: 1 -> 0": "the general way gives the same of whole worlds",
    "proof/checker _wide: np.zeros(len(lpl), np.int64) -> np.zeros(len(lpl))": "zeros are zeros",
    "proof/checker _wide: lpl -> upl (4)": "of the same length",
    "proof/checker _wide: np.int64 -> np.int32": "zeros are zeros",
    "proof/checker _wide: lowest.astype(object) -> lowest": "times an object it is an object",
    "proof/checker _wide: highest.astype(object) -> highest": "times an object it is an object",
    "proof/checker _wide: low * down_scale < down * scale -> low * down_scale <= down * scale": "of two equal fractions either may stay",
    "proof/checker _wide: high * up_scale > up * scale -> high * up_scale >= up * scale": "of two equal fractions either may stay",
}
"""Mutants that change nothing observable: name as printed -> why."""


def _name(checker: str) -> str:
    return f"celwacht.disclosure.{checker.replace('/', '.')}"


def _source(checker: str) -> Path:
    return ROOT / "disclosure" / f"{checker}.py"


def _mutants() -> list[tuple[str, Mutant]]:
    """(checker, mutant), the mutants named with their checker."""
    return [
        (checker, replace(m, name=f"{checker} {m.name}"))
        for checker, functions in CHECKERS.items()
        for m in mutants_of(_source(checker).read_text())
        if not functions or m.name.split(":")[0] in functions
    ]


def _swap(checker: str, tree: ast.Module) -> None:
    """Gives the loaded checker the mutant's code, in place: whoever imported a function of it has the mutant."""
    name, file = _name(checker), str(_source(checker))
    module, mutant = sys.modules[name], ModuleType(name)
    mutant.__file__ = file
    sys.modules[name] = mutant  # where dataclasses look up their module
    exec(compile(tree, file, "exec"), mutant.__dict__)
    sys.modules[name] = module
    for key in set(vars(module)) - set(vars(mutant)):
        delattr(module, key)
    for key, new in vars(mutant).items():
        old = getattr(module, key, None)
        if isinstance(new, FunctionType) and new.__module__ == name:
            _give(old, new)
        elif isinstance(new, type) and new.__module__ == name:
            for part, code in vars(new).items():
                before, after = (getattr(x, "fget", getattr(x, "func", x)) for x in (vars(old).get(part), code))
                if isinstance(after, FunctionType) and after.__code__.co_filename == file:
                    _give(before, after)
        elif not key.startswith("__") and not isinstance(new, (ModuleType, FunctionType, type)):
            setattr(module, key, new)


def _give(old: FunctionType, new: FunctionType) -> None:
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _run_tests(checker: str = "", tree: ast.Module | None = None) -> int:
    """pytest's exit code with one checker as given (none: as they are), in this process."""
    import pytest

    if tree is not None:
        _swap(checker, tree)
    return int(
        pytest.main(
            [
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                "-p",
                "no:randomly",
                "-p",
                "no:unraisableexception",
                "--no-header",
                "--tb=no",
                "--import-mode=importlib",
                "-o",
                "addopts=",
                f"--rootdir={ROOT}",
                *TESTS,
            ]
        )
    )


def _noticed(checker: str, mutant: Mutant) -> bool:
    """Whether the tests fail (or hang) on this mutant; a process of its own, silent."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(null, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        try:
            os._exit(min(_run_tests(checker, mutant.tree), 99))
        except BaseException:  # a mutant that does not even import is noticed
            os._exit(98)
    _, status = os.waitpid(child, 0)
    return status != 0


def _coverage() -> list[str]:
    """Lines and branches of the checkers that their tests never take."""
    child_in, child_out = os.pipe()
    if os.fork() == 0:
        import coverage

        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 1)
        measured = coverage.Coverage(branch=True, include=[str(_source(c)) for c in CHECKERS], data_file=None)
        measured.start()
        code = _run_tests()
        measured.stop()
        missing = []
        for checker in (c for c, functions in CHECKERS.items() if not functions):
            analysis = measured._analyze(str(_source(checker)))
            missing += [f"{checker} line {n}" for n in sorted(analysis.missing)]
            missing += [f"{checker} branch {a} -> {b}" for a, to in analysis.missing_branch_arcs().items() for b in to]
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
    import hypothesis  # noqa: F401
    from celwacht.disclosure.search.cubes.protect_cube import protect
    from celwacht.tables.cubes.cube import Cube

    from tests.disclosure.cubes import flat, policy

    for checker in CHECKERS:
        importlib.import_module(_name(checker))
    protect(Cube("warm", (flat("A", 2), flat("B", 2)), 1 + np.arange(4).reshape(2, 2)), policy())
    gc.freeze()  # the children need not look through all this again


def main() -> int:
    """Prints survivors and figures; 0 if all mutants are noticed or listed, and all branches are taken."""
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    found = [(checker, m) for checker, m in _mutants() if not wanted or any(word in m.name for word in wanted)]
    if "--list" in sys.argv:
        print(*(m.name for _, m in found), sep="\n")
        return 0
    begin, missing = time.time(), _coverage()
    _preload()
    print(f"{len(found)} mutants", flush=True)
    survivors = set()
    for checker, m in found:
        if not _noticed(checker, m):
            survivors.add(m.name)
            if m.name not in EQUIVALENT:
                print(f"survives: {m.name}  (line {m.line})", flush=True)
    open_, stale = survivors - set(EQUIVALENT), sorted({m.name for _, m in found} & set(EQUIVALENT) - survivors)
    for name in stale:
        print(f"listed as equivalent, but noticed or gone: {name}")
    for what in missing:
        print(f"never taken: {what}")
    print(
        f"{len(found)} mutants, {len(found) - len(survivors)} noticed, {len(survivors) - len(open_)} equivalent, "
        f"{len(open_)} survive; branches not taken: {len(missing)}; {time.time() - begin:.0f} s"
    )
    return int(bool(open_ or missing or stale))


if __name__ == "__main__":
    raise SystemExit(main())
