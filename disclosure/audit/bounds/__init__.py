"""Between which values the facts leave a cell: line by line, part by part, and by whole-number programmes.

May import `disclosure.model` and `disclosure.solver`.
"""
