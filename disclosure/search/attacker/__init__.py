"""The attacker's linear programme and the exact worlds that are read from its answers, for both methods on general relations.

May import `disclosure.model` and `disclosure.solver`.
"""
