"""The public side: what the world may see of one table, and nothing else.

May import nothing confidential; the formats and the server build on it.
"""
