"""After `python -m celwacht.publish.warm` no test compiles anything: one that does is told, for then the first run of a user would compile it too."""

from pathlib import Path

import pytest
from celwacht.disclosure import warmed
from numba.core import event

WARM = Path(__file__).resolve().parent.parent / "publish" / "warm.py"


class NoCompiling(event.Listener):
    """A plugin of pytest, and a listener of numba: kernels that a test compiles are its fault."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def on_start(self, event) -> None:
        """One more, with the types of what it was called with; what is not of celwacht is left out."""
        function = event.data["dispatcher"].py_func
        if function.__module__.startswith("celwacht."):
            self.names.append(f"{function.__module__}.{function.__name__}{tuple(map(str, event.data['args']))}")

    def on_end(self, event) -> None:
        """Nothing."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        """The same of the fixtures."""
        return self._watched(item, (yield))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        """AssertionError where anything was compiled, but by a test that says so."""
        return self._watched(item, (yield))

    def _watched(self, item, done):
        found, self.names[:] = list(self.names), []
        assert not found or item.get_closest_marker("compiles"), "compiled by this test, and not by publish/warm.py:\n" + "\n".join(found)
        return done


def watch(config) -> None:
    """Looks on from now, if everything was compiled beforehand for these very files."""
    if warmed(WARM) and not config.pluginmanager.hasplugin("no_compiling"):
        guard = NoCompiling()
        event.register("numba:compile", guard)
        config.pluginmanager.register(guard, "no_compiling")
