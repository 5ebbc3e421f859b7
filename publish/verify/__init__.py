"""Is what is public what was proved? The record, the ledger and the public files of a set, held against each other.

May import everything confidential, the store and the rooms below it, and no writer and no search.
"""
