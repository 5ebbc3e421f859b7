"""Whatever comes in (a cube, counts over trees, microdata, amounts, JJ and CSV files) as one suppression problem.

May import `disclosure.model`, `disclosure.policy` and `disclosure.rules`.
"""
