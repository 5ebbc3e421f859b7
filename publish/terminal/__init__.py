"""The terminal: messages, bars, and the one boundary between an error and an exit status.

May import `tables.problems`.
"""
