"""What a whole set of tables proves: types of units, worlds of all tables at once, and the checker that believes neither search nor solver.

May import `disclosure.model`, and of `disclosure.proof` what checkers have in common.
"""
