"""The store of microdata and register. It changes in one step or not at all.

`vault/current` is a link to the folder of the present state; `vault/microdata` and `vault/register.jsonl` are links
through it, so that replacing one link replaces everything at once. A new state shares the files that did not change
(hard links), and gets its name when it is whole; one that is over loses its name before anything in it is removed. So what has a name is
whole, and what has none was left by a run that was killed, and the next removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.register import Register, read_register
from celwacht.tables.whole_file import sync

_LINKS = {"microdata": "current/microdata", "answers": "current/answers", "register.jsonl": "current/register.jsonl"}
_BEGUN = ".begun-"
"""Before the name of a state that is not whole yet."""
_OVER = ".over-"
"""Before the name of a state that is being removed."""
_FIRST = ".first"
"""Is there until the first state has its link: before that, no link is lost."""


def _refuse(rule: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem("vault", 0, 0, rule, message)])


class Vault:
    """The confidential folder of a data folder, opened by one process at a time."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def states(self) -> Path:
        return self.path / "states"

    @property
    def current(self) -> Path | None:
        """Folder of the present state, or None before the first intake."""
        link = self.path / "current"
        return self.path / os.readlink(link) if link.is_symlink() else None

    def register(self) -> Register:
        """The register of the present state. ProblemsFound where it is not there."""
        return _register_of(self.current) if self.current else Register()

    def clean(self) -> None:
        """Removes what runs that were killed left behind, and finishes what only wanted its last step.

        A state that is whole is removed only when the present register has every file that its own has. ProblemsFound when there
        is one that the present register does not account for, or when the link to the present state is gone.
        """
        for folder in (*self.states.glob(f"{_BEGUN}*"), *self.states.glob(f"{_OVER}*")):
            shutil.rmtree(folder)
        for link in self.path.glob(".link-*"):
            link.unlink()
        whole = sorted(one for one in self.states.iterdir() if one.is_dir() and not one.name.startswith(".") and one != self.current)
        if self.current is None and whole and not (self.path / _FIRST).exists():
            raise _refuse(
                "toestand",
                "the link vault/current is gone, and which state it meant cannot be known for sure. Nothing was changed. Restore the "
                f"vault whole (a copy must keep links); or, where {whole[-1].name} is the latest, run in the vault: "
                f"ln -s states/{whole[-1].name} current",
            )
        for folder in whole:
            self._settle(folder)
        if self.current is not None:
            (self.path / _FIRST).unlink(missing_ok=True)

    def _settle(self, folder: Path) -> None:
        """A whole state that is not the present one: older and accounted for, or the next one without its link."""
        own, present = _register_of(folder).files, self.register().files
        if self.current is not None and _rotated(_register_of(folder), self.register()):  # the digests are those of another key
            own = present
        if self.current is not None and own <= present and (own != present or folder.name < self.current.name):
            self._remove(folder)
        elif present <= own:  # the run that made it was killed before its last step
            earlier = self.current
            self._link("current", f"states/{folder.name}")
            with suppress(OSError):
                if earlier:
                    self._remove(earlier)
        else:
            raise _refuse(
                "toestand",
                f"vault/states/{folder.name} has deliveries that the present register does not have. Nothing was changed. Restore the "
                "vault whole from one backup, or move this folder out of it.",
            )

    def begin(self) -> Path:
        """A new folder for the next state; `commit` makes it the present one."""
        present = self.current
        if present is None:
            _write_anew(self.path / _FIRST)
        number = int(present.name) + 1 if present else 1
        folder = self.states / f"{_BEGUN}{number:06d}"
        folder.mkdir(mode=0o700)
        for name in ("microdata", "answers", "parts", "spill"):
            (folder / name).mkdir(mode=0o700)
        return folder

    def commit(self, folder: Path, register: Register, changed: set[str]) -> None:
        """Makes `folder` the present state: its own Parquet files, those of the present state that did not change
        (`changed` names the others, as `record/period.parquet`), and the register."""
        for name in ("parts", "spill"):
            shutil.rmtree(folder / name)
        self._share(folder, changed)
        _write(folder / "register.jsonl", register.text().encode("utf-8"))
        for place, _, names in os.walk(folder, topdown=False):
            for name in names:
                os.chmod(os.path.join(place, name), 0o600)
                sync(Path(place, name))
            sync(Path(place))
        whole = self.states / folder.name.removeprefix(_BEGUN)
        os.rename(folder, whole)
        sync(self.states)
        earlier = self.current
        self._link("current", f"states/{whole.name}")
        with suppress(OSError):  # the state counts by now; what is left of the earlier one the next run removes
            if earlier:
                self._remove(earlier)
            (self.path / _FIRST).unlink(missing_ok=True)

    def _remove(self, folder: Path) -> None:
        """Removes a state that is over. A run that is killed meanwhile leaves nothing that looks like a state."""
        nameless = self.states / f"{_OVER}{folder.name}"
        os.rename(folder, nameless)
        shutil.rmtree(nameless)

    def abandon(self, folder: Path) -> None:
        """Removes a state that was begun, unless it is the present one by now."""
        if folder != self.current:
            shutil.rmtree(folder, ignore_errors=True)

    def _share(self, folder: Path, changed: set[str]) -> None:
        if self.current is None:
            return
        for path in sorted(self.current.glob("*/*/*.parquet")):
            name = path.relative_to(self.current)
            target = folder / name
            if name.as_posix().removeprefix("microdata/") in changed or target.exists():
                continue
            target.parent.mkdir(mode=0o700, exist_ok=True)
            try:
                os.link(path, target)
            except OSError:  # a file system without hard links
                shutil.copyfile(path, target)

    def _link(self, name: str, target: str) -> None:
        beside = self.path / f".link-{name}"
        beside.unlink(missing_ok=True)
        os.symlink(target, beside)
        os.replace(beside, self.path / name)
        sync(self.path)

    def prepare(self) -> None:
        """Makes the folder where there is none, and the fixed links into the present state."""
        for folder in (self.path, self.states):
            if not folder.is_dir():
                folder.mkdir(mode=0o700)
        mode = stat.S_IMODE(self.path.stat().st_mode)
        if mode & 0o077:
            raise _refuse("rechten", f"others may read the vault (mode {mode:04o}). Run: chmod 700 on the folder vault.")
        for name, target in _LINKS.items():
            place = self.path / name
            if not place.is_symlink():
                if place.exists():
                    raise _refuse(
                        "vreemde-inhoud",
                        f"expected vault/{name} as the intake makes it; found something else. "
                        "Restore the vault whole (a copy must keep links).",
                    )
                self._link(name, target)


@contextmanager
def open_vault(data: Path) -> Iterator[Vault]:
    """The vault of a data folder, made where there is none, for this process alone until the end of the block.

    ProblemsFound when another process has it, when others may read it, or when it holds something else.
    """
    vault = Vault(data / "vault")
    vault.prepare()
    lock = os.open(vault.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refuse("bezig", "another intake is running on this data folder. Wait for it, then run again.") from None
        vault.clean()
        yield vault
    finally:
        os.close(lock)


def present_state(data: Path) -> Path | None:
    """Folder of the state of a data folder that counts, without opening it; None before the first intake."""
    return Vault(data / "vault").current


def _register_of(folder: Path) -> Register:
    if not (folder / "register.jsonl").is_file():
        raise _refuse(
            "toestand",
            f"expected vault/states/{folder.name}/register.jsonl; it is not there. Nothing was changed. Restore the vault whole from a "
            "backup.",
        )
    return read_register(folder / "register.jsonl")


def _rotated(one: Register, other: Register) -> bool:
    """Whether two registers tell of the same deliveries, under different keys: the state before a rotation of the key, and after it."""

    def told(register: Register) -> list[tuple[str, int, str, int, str]]:
        return sorted((entry.id, entry.version, entry.outcome, entry.rows, entry.when) for entry in register.entries)

    return one.keys != other.keys and told(one) == told(other)


def _write_anew(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _write(path: Path, content: bytes) -> None:
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(made, "wb") as file:
        file.write(content)
