"""Secondary suppression of a cube by boxes: moves, worlds, and the compiled kernels that look for them.

May import `disclosure.model`, `disclosure.policy` and `disclosure.proof`; no solver.
"""
