"""All tables of a set counted together, record by record: who counts where, and where with another value.

May import `tables.counting` and what that may.
"""
