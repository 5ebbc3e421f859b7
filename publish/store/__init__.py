"""Sets on disk: prepared out of sight, then there all at once; what of it the public may see at a moment.

May import `publish.publication`.
"""
