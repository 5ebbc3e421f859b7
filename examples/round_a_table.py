"""Round a table so that printed totals stay the sums of their printed parts."""

import json
from pathlib import Path

import celwacht
import pandas as pd

HERE = Path(__file__).parent / "data"

frame = pd.read_csv(HERE / "counts.csv", dtype={"region": str, "sex": str, "age": str})
trees = json.loads((HERE / "trees.json").read_text())
secret = bytes(range(32))  # for this example only: yours comes from secrets.token_bytes(32), and is kept

done = celwacht.round_counts(frame, trees, method="controlled", base=5, key=secret)
print(done.summary(), *done.notes, sep="\n")
print(done.figures().head(9).to_string(index=False))
