"""Single changes to a published set, on either side, and what was changed taken back again."""

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def snapshot(roots: list[Path]) -> dict[str, object]:
    """Path -> bytes of a file, target of a link, None for a folder."""
    found: dict[str, object] = {}
    for root in roots:
        for place, folders, files in os.walk(root) if root.is_dir() else [(root.parent, [], [root.name])]:
            for name in [*folders, *files]:
                path = Path(place, name)
                found[str(path)] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found


def put_back(before: dict[str, object], after: dict[str, object]) -> None:
    """Makes the disk as it was."""
    for path in sorted(after.keys() - before.keys(), reverse=True):
        remove(Path(path))
    for path, content in sorted(before.items()):
        if path not in after or after[path] != content or type(after[path]) is not type(content):
            remove(Path(path))
            if content is None:
                Path(path).mkdir(exist_ok=True)
            elif isinstance(content, str):
                os.symlink(content, path)
            else:
                Path(path).write_bytes(content)


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)


@contextmanager
def changed(roots: list[Path], before: dict[str, object], draw: random.Random) -> Iterator[tuple[str, dict[str, object]]]:
    """One change, drawn; (what it is, everything as it is now). It is taken back at the end."""
    told = _change([Path(p) for p in before], draw, before)
    after = snapshot(roots)
    try:
        yield told, after
    finally:
        put_back(before, after)


def _change(paths: list[Path], draw: random.Random, before: dict[str, object]) -> str:
    files = [p for p in paths if isinstance(before[str(p)], bytes)]
    links = [p for p in paths if isinstance(before[str(p)], str)]
    folders = [p for p in paths if before[str(p)] is None]
    kind = draw.choice(("byte",) * 6 + ("bytes", "cut", "more", "gone", "copy", "extra", "renamed", "linked", "link", "folder"))
    path = draw.choice(files)
    if kind == "link":
        return _link(draw.choice(links), draw, links, folders)
    if kind == "folder":
        return _folder(draw.choice(folders), draw, folders)
    if kind == "gone":
        path.unlink()
    elif kind == "renamed":
        path.rename(path.with_name(draw.choice(("", ".", "x")) + path.name + draw.choice(("~", ".bak", "2"))))
    elif kind == "extra":
        path.with_name(draw.choice((".extra", "extra.csv", "Observations-0003.json", "9.certificate.npz", "~" + path.name))).write_bytes(
            path.read_bytes() if draw.random() < 0.5 else b""
        )
    elif kind == "linked":
        target = draw.choice(files)
        path.unlink()
        os.symlink(target, path)
    else:
        content = bytearray(path.read_bytes())
        path.write_bytes(bytes(_bytes(content, kind, draw, draw.choice(files))))
    return f"{kind} {path}"


def _bytes(content: bytearray, kind: str, draw: random.Random, other: Path) -> bytearray:
    place = draw.randrange(len(content) + 1)
    if kind == "copy":
        return bytearray(other.read_bytes())
    if kind == "cut":
        return content[:place]
    if kind == "more":
        return content + bytes(draw.randrange(256) for _ in range(draw.randint(1, 9)))
    if kind == "bytes":
        content[place : place + draw.randint(0, 40)] = bytes(draw.randrange(256) for _ in range(draw.randint(0, 40)))
    elif content and place < len(content):
        content[place] ^= 1 << draw.randrange(8)
    else:
        content.insert(place, draw.randrange(256))
    return content


def _link(path: Path, draw: random.Random, links: list[Path], folders: list[Path]) -> str:
    target = draw.choice([os.readlink(p) for p in links] + [str(f) for f in folders] + ["nowhere", f"releases/{'0' * 20}"])
    path.unlink()
    kind = draw.choice(("gone", "elsewhere", "beside"))
    if kind == "elsewhere":
        os.symlink(target, path)
    elif kind == "beside":
        os.symlink(target, path.with_name(f"{path.name}x"))
    return f"link {kind} {path} {target}"


def _folder(path: Path, draw: random.Random, folders: list[Path]) -> str:
    kind = draw.choice(("gone", "renamed", "empty", "copied"))
    if kind == "gone":
        shutil.rmtree(path)
    elif kind == "renamed":
        path.rename(path.with_name(path.name + "x"))
    elif kind == "empty":
        (path / "x").mkdir()
    else:
        shutil.copytree(path, path.with_name(path.name + "-copy"), symlinks=True)
    return f"folder {kind} {path}"
