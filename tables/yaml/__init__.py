"""Restricted YAML: a file becomes a value of a model, and everything wrong in it a problem at its place.

Knows nothing of tables; may import `tables.problems` only.
"""
