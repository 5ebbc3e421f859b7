"""The compiled search for small problems: one dense dictionary of the relations, programmes over it, constraints, branch and cut.

Arrays in, arrays out: `search/optimal/small_part.py` says when it is asked, and holds what it says to be so. Imports nothing of the house.
"""
