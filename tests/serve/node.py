"""Node and the pinned packages of package.json, installed once; a test that needs them is skipped, with a word, where they are not."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def modules() -> Path:
    """The folder node_modules, as the lock says; skips the test where there is no node, or no registry to install from."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("node is not installed")
    folder = HERE / "node_modules"
    with open(HERE / "package.json", encoding="utf-8") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (folder / ".package-lock.json").exists():
            done = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=HERE,
                capture_output=True,
                text=True,
                timeout=300,
                stdin=subprocess.DEVNULL,
            )
            if done.returncode:
                pytest.skip(f"npm ci did not succeed: {done.stderr[-300:]}")
    return folder


def run(script: str, *preloaded: Path, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess:
    """Runs a script with the packages at hand; `preloaded` files first (--require)."""
    folder = modules()
    options = [part for path in preloaded for part in ("--require", str(path))]
    return subprocess.run(
        ["node", *options, "--eval", script],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "NODE_PATH": str(folder), **environment},
    )
