"""How the examples of Hypothesis are drawn, in every test.

The default command draws the same examples every time, so that a change that breaks nothing fails nothing; the long one
draws new ones (and shuffles the order of the tests: `make test-long`).
"""

from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("new", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same")
