"""How a withheld value is got back: the shortest sum of printed figures, in symbols and in words.

May import `disclosure.audit.model`, `disclosure.audit.bounds` and `disclosure.solver`.
"""
