"""From synthetic deliveries to a published set and its verification; some minutes, in a folder of your choice.

python examples/publish_a_set.py FOLDER
"""

import subprocess
import sys
from pathlib import Path

import celwacht


def main(folder: Path) -> None:
    data, out = folder / "data", folder / "out"
    subprocess.run([sys.executable, "-m", "celwacht.publish.cli", "demo", str(data), "--scale", "small"], check=True)
    key = folder / "pseudonym.key"
    outcome = celwacht.publish_set("april", 2024, data=data, out=out, province="PV22", key=key)
    if outcome.release is None:
        raise SystemExit("refused: " + "; ".join(r for t in outcome.tables for r in t.reasons))
    print(outcome.release.name, len(outcome.tables), "tables")
    print(celwacht.verify(data=data, out=out).verdict.value)
    (cube,) = celwacht.build_cubes("jeugdhulp_crisis", ["2024HJ01"], data)
    print(cube)


if __name__ == "__main__":  # worker processes import this file
    main(Path(sys.argv[1]))
