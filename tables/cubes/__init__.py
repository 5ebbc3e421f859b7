"""The confidential cube: counts over atoms, the published codes of each dimension, and a cube narrowed to one province.

May import nothing but `tables.problems`.
"""
