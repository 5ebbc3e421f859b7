"""`celwacht protect`, `round`, `audit` and `verify` of a folder: tables that people bring themselves.

Confidential; may import `disclosure` and `tables`.
"""
