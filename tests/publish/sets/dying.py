"""A set of three tables over two workers, of which one is killed: `python -m tests.publish.sets.dying WHEN FOLDER` tells how it ended.

when it starts (`starting`), at work while the other never ends (`working`), in the middle of a word (`telling`), or without work (`idle`).
"""

import multiprocessing
import os
import signal
import struct
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

from celwacht.publish.sets import make_table, workers
from celwacht.publish.store import store
from celwacht.tables.engines.engine import DUCKDB


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def made(job, progress, disk) -> str:
    """In place of make_table.make: the table `victim` ends its worker, `endless` does not end, the others do at once."""
    if job.when == "idle":
        return _made_by_one_that_dies_later(job)
    if job.spec.id == "endless":
        Path(job.folder, "endless").touch()
        while True:
            time.sleep(0.1)
    while not Path(job.folder, "endless").exists():  # both work
        time.sleep(0.05)
    if job.when == "telling":
        pipe = next(c.cell_contents for c in progress.__closure__ if isinstance(c.cell_contents, Connection))
        os.write(pipe.fileno(), struct.pack("!i", 1000) + b"half")
    kill()
    return job.spec.id


def _made_by_one_that_dies_later(job) -> str:
    """One worker has told of its table, has no other, and dies before the set is done."""
    dead = Path(job.folder, "dead")
    if job.spec.id == "endless":
        while not dead.exists():
            time.sleep(0.05)
    else:
        Timer(0.5, lambda: (dead.touch(), kill())).start()
    return job.spec.id


def main(when: str, folder: str) -> None:
    def job(name):
        return SimpleNamespace(spec=SimpleNamespace(id=name, dimensions=()), periods=(), folder=folder, when=when, engine=DUCKDB)

    names = ["endless", "victim"] if when == "idle" else ["later", "victim", "endless"]
    try:
        print("done", workers.all_done("make", [job(n) for n in names], 2, lambda *_: None, store.Disk()))
    except OSError as error:
        print("OSError", error.strerror)
    print("left", len(multiprocessing.active_children()))


if __name__ == "__mp_main__":
    make_table.make = made
    if sys.argv[1:2] == ["starting"]:
        kill()
if __name__ == "__main__":
    main(*sys.argv[1:])
