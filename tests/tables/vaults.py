"""Fixtures over a small vault, for any module of tests: `data, microdata = vault(3, persons=120)`."""

from collections.abc import Callable

import pytest
from celwacht.tables.counting.microdata import Microdata

from tests.tables import tiny


def vault(seed: int, persons: int) -> tuple[Callable, Callable]:
    """Two fixtures of a module: a data folder with the vault of this seed, and that vault opened. They must be called data and microdata."""

    @pytest.fixture(scope="module")
    def data(tmp_path_factory):
        return tiny.make(tmp_path_factory.mktemp("vault") / "data", seed, persons=persons)

    @pytest.fixture(scope="module")
    def microdata(data):
        with Microdata(data) as opened:
            yield opened

    return data, microdata
