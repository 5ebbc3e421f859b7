"""A small table, protected by hand, as the gate gets it."""
