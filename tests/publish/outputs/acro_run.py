"""Run by a Python that has ACRO: the tables of pairs.json over records.csv, each by acro.crosstab; prints the status of every check of every table.

Not a test, and not imported by one: ACRO and its many packages are no part of this house.
"""

import json
import logging
import sys
from pathlib import Path

import pandas as pd
from acro import ACRO

folder = Path(sys.argv[1])
logging.disable(logging.CRITICAL)
records = pd.read_csv(folder / "records.csv", dtype={"gemeente": str, "hulpvorm": str, "geslacht": str})
session = ACRO(suppress=False)
for query in json.loads((folder / "queries.json").read_text()):
    part = records.query(query)
    session.crosstab(part.geslacht, part.soort, margins=True)
session.finalise(str(folder / "out"), "json", interactive=False)
