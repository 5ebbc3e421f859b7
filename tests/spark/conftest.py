"""One session of Spark for all tests here: a second master needs a process of its own.

Statements are not compiled here. They are the same, and give the same; but on a few hundred records compiling some 2,000 of their steps was most
of the time: 180 CPU s for the tables of one source, 50 without. How they run where it matters is measured in benchmarks/spark.py.
"""

import os
import shutil

import pytest

MASTER = "local[2,4]"
"""Two tasks at once, each tried four times."""
QUICK = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",  # a job of its own for every shuffle
    "spark.shuffle.compress": "false",
    "spark.sql.inMemoryColumnarStorage.compressed": "false",
}
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
os.environ.setdefault(
    "PYSPARK_SUBMIT_ARGS",
    " ".join(f"--conf {name}={value}" for name, value in QUICK.items()) + f" --driver-java-options '{JAVA}' pyspark-shell",
)


@pytest.fixture(scope="session")
def engine():
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'celwacht[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from celwacht.tables.engines.engine import engine_of

    return engine_of(f"spark:{MASTER}")
