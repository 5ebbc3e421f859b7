"""Files as they are: the viewer, and the public sets.

May import `publish.store`.
"""
