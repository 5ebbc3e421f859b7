"""A script: two executors as processes of their own, of which one is killed while blocks are searched, and one between the records of a table and
its counts. Prints a digest of what was found in the blocks, and of the cells. Arguments: a folder for itself, the data, a table.

By itself, as Spark has one master for a process.
"""

import hashlib
import os
import signal
import sys
from pathlib import Path

from celwacht.disclosure.search.cubes.suppress import search_block
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.microdata import Microdata
from celwacht.tables.engines.engine import engine_of
from celwacht.tables.periods import Period

from tests.spark.blocks import digest, rows_of_blocks
from tests.tables.standard import standard

MASTER = "spark:local-cluster[2,1,1024]"
PERIODS = [Period.parse("2024HJ01")]


def kills_its_executor() -> None:
    """The worker's daemon is a child of the executor."""
    daemon = os.getppid()
    os.kill(int(Path(f"/proc/{daemon}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)


def cells(table: str, data: Path, microdata: Microdata) -> str:
    made = hashlib.sha256()
    for cube in build_cube(standard()[table], PERIODS, data, connection=microdata):
        made.update(str((cube.cells.dtype, cube.cells.shape)).encode() + cube.cells.tobytes())
    return made.hexdigest()


def main(folder: str, data: str, table: str) -> None:
    blocks, records = Path(folder, "blocks"), Path(folder, "records")

    def search(faces, block):
        if not blocks.exists():
            blocks.touch()
            kills_its_executor()
        return search_block(faces, block)

    def lost(shared, row):
        if not records.exists():
            records.touch()
            kills_its_executor()
        return row

    engine = engine_of(MASTER)
    shared, rows = rows_of_blocks()
    print("blocks", digest(engine.spread(Path(data) / "vault" / "tmp")(search, shared, rows)))
    with Microdata(Path(data), engine=MASTER) as microdata:
        microdata.records(standard()[table].source, 2024, PERIODS)
        assert list(engine.spread(Path(data) / "vault" / "tmp")(lost, [None], [(0, n) for n in range(4)])) == [0, 1, 2, 3]
        print("cells", cells(table, Path(data), microdata))


if __name__ == "__main__":
    main(*sys.argv[1:])
