"""Further withholding for a whole set of tables: boxes along what other tables do not see, and exchanges of units.

May import `disclosure.search.cubes`, `disclosure.search.units`, `disclosure.policy`, `disclosure.sets` and `tables.counting`; no solver.
"""
