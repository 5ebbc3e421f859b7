"""A whole publication set, from deliveries to files: which tables, which cells are sensitive, the work, the progress.

Confidential; may import `disclosure`, `tables` and all of publish but the server.
"""
