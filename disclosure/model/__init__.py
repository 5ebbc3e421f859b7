"""The nouns that search, proof and audit share: a table as printed, a suppression problem, its lines, the verdicts.

May import `tables.cubes`; knows no method.
"""
