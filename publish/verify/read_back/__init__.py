"""The figures of a table, read back from each of its public files by readers that share no code with the writers.

May import `tables` and `publish.publication`.
"""
