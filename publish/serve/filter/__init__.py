"""$filter: tokens, parser, typed tree, and the bound condition for DuckDB.

May import `tables.grammar` and `publish.serve.http`.
"""
