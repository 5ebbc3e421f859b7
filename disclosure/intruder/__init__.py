"""What a reader infers from a table of ours, from the printed figures alone.

May import `disclosure.model` and `disclosure.solver`; shares no code with the searches that it judges.
"""
