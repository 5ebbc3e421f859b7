"""One delivered file, read but not yet trusted: its name, its columns of text, and what is found wrong with it.

May import `tables.sources`; the other rooms of the intake build on it.
"""
