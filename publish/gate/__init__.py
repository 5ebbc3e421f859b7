"""The release gate: the only maker of Publications from confidential cubes.

May import `disclosure` and `tables`; nothing public is made elsewhere.
"""
