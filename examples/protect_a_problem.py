"""A problem of cells and relations in the JJ format of tau-ARGUS and sdcTable: the cheapest pattern, with a proved bound."""

from pathlib import Path

import celwacht

done = celwacht.protect_problem(Path(__file__).parent / "data" / "shops.jj")
print(done.verdict.value, "cost", done.cost, "no pattern costs less than", done.lower_bound)
print(done.table().to_string(index=False))
