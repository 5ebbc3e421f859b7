"""$filter: tokens, parser, typed tree, and the bound condition for DuckDB.

May import `publish.serve.http`.
"""
