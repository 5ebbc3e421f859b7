"""Where the SQL of the compiler runs: DuckDB on one machine, Apache Spark beyond it.

A statement is one syntax tree (sqlglot) for both; what they write differently are nodes of their own (nodes.py), with a dialect each.
"""
