"""What a register is: its sources, the layouts of its deliveries, and the public populations beside it.

May import `tables.yaml`; specifications and intake build on it.
"""
