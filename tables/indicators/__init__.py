"""Indicators and pages of regions as specifications (indicators/*.yaml, areas/*.yaml): which published figures they are made from, and how.

May import `tables.yaml`; nothing here knows a figure.
"""
