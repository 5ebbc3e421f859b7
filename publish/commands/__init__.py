"""What each command does, one function a verb: options in, words out, no logic of its own.

May import everything in publish.
"""
