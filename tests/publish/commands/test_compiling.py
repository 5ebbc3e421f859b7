"""A first run says that it compiles, and only a first run."""

from types import SimpleNamespace

import pytest
from celwacht import disclosure
from celwacht.publish.terminal.compiling import TEXT, say_if_compiling
from numba import njit
from numba.core import event

from tests.no_compiling import NoCompiling


def test_a_first_run_says_that_it_compiles(monkeypatch, tmp_path, capsys):
    """Nothing compiled: a line on standard error. Something of this version: none."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not disclosure.compiled()
    say_if_compiling(disclosure.compiled())
    assert capsys.readouterr().err.strip() == TEXT
    (tmp_path / "cubes_0").mkdir()
    (tmp_path / "cubes_0" / "moves.strike-12.py311.nbi").write_bytes(b"")
    assert disclosure.compiled()
    say_if_compiling(disclosure.compiled())
    assert capsys.readouterr() == ("", "")


def test_all_was_compiled_beforehand_only_of_these_very_files(monkeypatch, tmp_path):
    """No mark, that of another warm.py, or of an older file with compiled code: not everything is compiled."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    by = tmp_path / "warm.py"
    by.write_text("one")
    assert not disclosure.warmed(by)
    (tmp_path / disclosure.WARMED).write_text(disclosure.warm_mark(by))
    assert disclosure.warmed(by)
    by.write_text("two")
    assert not disclosure.warmed(by)
    by.write_text("one")
    assert disclosure.warmed(by)
    monkeypatch.setattr(disclosure, "COMPILED", disclosure.COMPILED[:-1])
    assert not disclosure.warmed(by)


@pytest.mark.compiles
def test_a_test_that_compiles_something_fails():
    """By numba's own word: a function of ours that is compiled ends the test in which it was, once; one of others does not."""
    guard, plain = NoCompiling(), SimpleNamespace(get_closest_marker=lambda _: None)
    event.register("numba:compile", guard)
    try:
        for module in ("celwacht.disclosure.made_up", "tests.made_up"):

            def kernel(x):
                return x + 1

            kernel.__module__ = module
            call = guard.pytest_runtest_call(plain)
            next(call)
            njit(kernel)(1)
            with pytest.raises(AssertionError if module.startswith("celwacht") else StopIteration, match=r"kernel\('int64',\)|"):
                call.send(None)
            call = guard.pytest_runtest_setup(plain)
            next(call)
            with pytest.raises(StopIteration):
                call.send("done")
    finally:
        event.unregister("numba:compile", guard)
