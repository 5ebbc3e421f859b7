"""How the units of a set move: where everybody counts, and worlds of exchanges between units, for one cell or for many at once.

May import `disclosure.search.cubes`, `disclosure.policy` and `tables.together`; nothing of the search over sets that uses it, and no solver.
"""
