"""The audit of anybody's published table: every withheld cell's interval, and the recipe to get at it.

May import `disclosure.model` and `disclosure.solver`; knows no true value.
"""
