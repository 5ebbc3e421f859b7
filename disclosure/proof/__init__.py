"""Certificates and their checkers: integers only, no search and no solver.

May import `disclosure.model`; whoever doubts a verdict reads this room and no other.
"""
