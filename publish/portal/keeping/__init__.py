"""What the portal keeps: its folder and settings, one database, files sealed at rest, a chained log, and mail that waits to be sent.

Knows nothing of accounts or pages. May import `tables`.
"""
