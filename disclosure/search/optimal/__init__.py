"""The cheapest safe pattern by branch and cut, with a proved bound.

May import `disclosure.model` and `disclosure.solver`.
"""
