"""The tables that are public now, ready to be asked, in each dialect's words.

May import `publish.store` and `publish.serve.entity_sets`.
"""
