"""Regions of a project: the levels that a file of regions/ names, and the divisions of any year, from vintages and changes.

May import `tables.yaml`; sources, specifications, counting and intake build on it.
"""
