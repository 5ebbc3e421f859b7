"""What can be got out of a published table with marks, and how."""

from pathlib import Path

import celwacht

found = celwacht.audit_table(Path(__file__).parent / "data" / "printed.csv", marks=["c=withheld"])
print(*found.reading, sep="\n")
print(found.exact, "exact,", found.narrow, "narrow,", found.open, "open")
print(found.table()[["cell", "least", "greatest", "verdict", "recipe"]].to_string(index=False))
