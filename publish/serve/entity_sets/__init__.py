"""Sets of rows that a reader asks with OData options: cubes and lists, in pages.

May import `publish.serve.filter` and `publish.serve.http`.
"""
