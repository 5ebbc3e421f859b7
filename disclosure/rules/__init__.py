"""The sensitivity rules: when a cell tells too much of a contributor or of a group, and how far it must be protected.

May import `tables`; knows no policy and no method.
"""
