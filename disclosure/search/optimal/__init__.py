"""The cheapest safe pattern by branch and cut, with a proved bound.

May import `disclosure.model`, `disclosure.solver`, `disclosure.search.attacker` and `disclosure.search.small`.
"""
