"""From the rows of a published table to facts: what is stated, what is guessed, and what the figures themselves show.

May import `disclosure.audit.model` and `disclosure.audit.bounds`.
"""
