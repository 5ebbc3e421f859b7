"""Figures as text and the words around them, for every writer.

May import `publish.publication` and `publish.formats.statline`.
"""
