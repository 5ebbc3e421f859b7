"""A disclosure policy as a value, and what it finds sensitive in a table.

May import `disclosure.rules` and `tables`.
"""
