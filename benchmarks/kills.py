"""Hundreds of kills and failing writes in the first and the second intake and publication, and what stands afterwards.

    .venv/bin/python -m benchmarks.kills benchmarks/results/kills.jsonl --until 2000

Also dropping by retention, renewing the key, writing reports, and judging again: tests/deliveries/keeping_scenes.py.

    step-kill   kill -9 of the process at a drawn change to the disk (opened for writing, renamed, linked, removed, made)
    step-fail   that change fails once: no space, or a bad disk
    time-kill   kill -9 of the process with two workers at a drawn moment
    worker-kill kill -9 of one of its workers at a drawn moment

After each: what readers see is the state before or the state after, whole; the message says what is true; no process is left; the
next run ends in the state after, and nothing that was decided is lost. May be stopped at any moment (benchmarks/campaign.py).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import campaign
from tests.deliveries import keeping_scenes
from tests.publish import kill_scenes, quick_sets

HOWS = (*("step-kill", "step-fail") * 4, "time-kill", "worker-kill")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod"}
ONLY = tuple(os.environ.get("CELWACHT_SCENES", "").split(",")) if os.environ.get("CELWACHT_SCENES") else ("",)
"""Beginnings of the names of the scenes that are run: all of them, or those in CELWACHT_SCENES."""
PATIENCE = 300.0
"""Seconds until a run counts as hanging, and what it left behind as left."""


def at_change(folder: Path, act: Callable[[], None]) -> None:
    """Calls `act` before every change to the disk below the folder, in this process from here on."""
    root = str(folder)

    def hook(event: str, given: tuple) -> None:
        if event == "open":
            path, _, flags = given
            changes = isinstance(flags, int) and bool(flags & WRITING)
        elif event in CHANGES:
            path, changes = given[-3] if event in ("os.rename", "os.link") and len(given) > 3 else given[0], True
        else:
            return
        # names relative to an open folder (shutil.rmtree) count as well
        if changes and isinstance(path, (str, bytes, os.PathLike)) and (not os.path.isabs(p := os.fsdecode(path)) or p.startswith(root)):
            act()

    sys.addaudithook(hook)


def changes_of(scene: kill_scenes.Scene, folder: Path) -> int:
    """How many changes to the disk a run makes."""
    count = [0]

    def one_more() -> None:
        count[0] += 1

    def work() -> int:
        at_change(folder, one_more)
        scene.run(folder, 1)
        return count[0]

    return campaign.in_child(work)


def stepped(scene: kill_scenes.Scene, folder: Path, nth: int, error: OSError | None) -> Any:
    """A run whose nth change kills it (None is returned), or fails with the error (what it raised is returned, or 'done')."""
    left = [nth]

    def act() -> None:
        left[0] -= 1
        if left[0] == 0:
            if error is None:
                os.kill(os.getpid(), signal.SIGKILL)
            else:
                raise error

    def work() -> Any:
        at_change(folder, act)
        scene.run(folder, 1)
        return "done"

    try:
        return campaign.in_child(work)
    except RuntimeError:
        return None


def of_group(group: int) -> list[int]:
    """Processes of a group that still run."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parts = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(parts[2]) == group and parts[0] != "Z":
                found.append(int(entry))
    return found


def _keeps_track(process: int) -> bool:
    """Python's own process that only counts semaphores: without it a run goes on, for as long as it takes."""
    try:
        return b"resource_tracker" in Path("/proc", str(process), "cmdline").read_bytes()
    except OSError:
        return True


def timed(scene: kill_scenes.Scene, folder: Path, wait: float, draw: random.Random, worker: bool) -> tuple[str, int, list[int]]:
    """A run with two workers of which one process is killed after `wait` seconds: (what was killed, the status with which it ended,
    what is left of its group)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setpgid(0, 0)
            sys.stdout = sys.stderr = open(os.devnull, "w")
            scene.run(folder, 2)
            code = 0
        finally:
            os._exit(code)
    time.sleep(wait)
    victim = child
    if worker:
        others = sorted(p for p in of_group(child) if p != child and not _keeps_track(p))
        victim = draw.choice(others) if others else 0
    try:
        if victim:
            os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        victim = 0
    return ("nothing" if not victim else "worker" if worker else "main"), *_ended(child)


def _ended(child: int) -> tuple[int, list[int]]:
    """Waits for a run and all that it started to end: its status, and what did not end, which is ended now."""
    until, gone, status = time.monotonic() + PATIENCE, False, 0
    while time.monotonic() < until:
        if not gone:
            process, status = os.waitpid(child, os.WNOHANG)
            gone = process == child
        if gone and not of_group(child):
            return os.waitstatus_to_exitcode(status), []
        time.sleep(0.05)
    left = of_group(child)
    for process in left:
        os.kill(process, signal.SIGKILL)
    if not gone:
        _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), left


def prepared(folder: Path) -> campaign.Trial:
    quick_sets.protected()  # once, and not in every child
    scenes = campaign.in_child(lambda place: kill_scenes.all_scenes(place) | keeping_scenes.all_scenes(place), folder / "scenes")
    scenes = {name: scene for name, scene in scenes.items() if name.startswith(ONLY)}
    steps = {name: changes_of(scene, scene.laid(folder / f"count-{name}")) for name, scene in scenes.items()}
    lasts: dict[str, float] = {}

    def lasting(name: str) -> float:
        if name not in lasts:
            place, began = scenes[name].laid(folder / f"time-{name}"), time.monotonic()
            campaign.in_child(scenes[name].run, place, 2)
            lasts[name] = time.monotonic() - began
        return lasts[name]

    def trial(n: int, draw: random.Random) -> dict[str, Any]:
        name, how = draw.choice(sorted(scenes)), draw.choice(HOWS)
        scene, place = scenes[name], folder / "trial"
        shutil.rmtree(place, ignore_errors=True)
        scene.laid(place)
        wrong: list[str] = []
        if how.startswith("step"):
            nth = draw.randint(1, steps[name])
            error = OSError(draw.choice((28, 5)), "injected") if how == "step-fail" else None
            at = f"change {nth} of {steps[name]}"
            said = stepped(scene, place, nth, error)
        else:
            part = draw.uniform(0, 1.05)
            at, said = f"{part:.3f} of its time", None
            hit, status, left = timed(scene, place, part * lasting(name), draw, how == "worker-kill")
            said = status if status >= 0 else None
            how = how if hit != "nothing" else f"{how}, too late"
            wrong += [f"{len(left)} processes left"] if left else []
        judged = campaign.in_child(scene.judged, place, said)
        wrong += judged if isinstance(judged, list) else [f"{type(judged).__name__} afterwards: {judged}"]
        shutil.rmtree(place, ignore_errors=True)
        return {"what": f"{name} {how} {at}", "came": f"{name} {how}", "wrong": "; ".join(map(str, wrong))}

    return trial


if __name__ == "__mp_main__":
    kill_scenes.stand_in_for_workers()
if __name__ == "__main__":
    campaign.main(__doc__ or "", "kills", prepared)
