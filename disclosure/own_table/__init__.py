"""Protect a table of your own in one call, and the documented result.

The outermost room of disclosure: may import all others; `from celwacht import protect_counts` leads here.
"""
