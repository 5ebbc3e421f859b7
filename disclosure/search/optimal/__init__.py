"""The cheapest safe pattern by branch and cut, with a proved bound.

May import `disclosure.model`, `disclosure.solver` and `disclosure.search.attacker`.
"""
