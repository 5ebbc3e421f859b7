"""Five ways to round a cube, and what each printed figure then tells an intruder.

May import `disclosure.model`, `disclosure.policy`, `disclosure.problems` and `disclosure.solver`.
"""
