"""Indicators, pages of regions and reports as specifications (indicators/, areas/, reports/): which published figures they are made from, and how.

May import `tables.yaml`; nothing here knows a figure.
"""
