"""A register that nobody here has seen, from one of its files: what each column seems to be, and the specifications that say so.

May import specifications and sources; every guess stands as a comment in what is written, and nothing is decided in silence.
"""
