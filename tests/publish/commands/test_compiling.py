"""A first run says that it compiles, and only a first run."""

from celwacht import disclosure
from celwacht.publish.terminal.compiling import TEXT, say_if_compiling


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
