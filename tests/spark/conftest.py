"""One session of Spark for all tests here: a second master needs a process of its own."""

import shutil

import pytest

MASTER = "local[2,4]"
"""Two tasks at once, each tried four times."""


@pytest.fixture(scope="session")
def engine():
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'celwacht[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from celwacht.tables.engines.engine import engine_of

    return engine_of(f"spark:{MASTER}")
