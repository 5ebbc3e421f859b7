"""The ledger of releases: what was ever printed, in a chain of hashes that only grows, and the checker of that chain.

May import nothing of the house; integers and hashes only, no files: who writes it where is `publish/sets`.
"""
