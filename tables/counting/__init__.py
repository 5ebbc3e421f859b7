"""From a specification to a cube: plan, codings, the SQL tree, and the one module that runs it.

May import `tables.specs`, `tables.sources` and `tables.cubes`.
"""
