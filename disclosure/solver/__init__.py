"""The only room that talks to HiGHS for the searches; exact integers come out of it.

May import `disclosure.model`.
"""
