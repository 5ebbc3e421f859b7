"""Rules on delivered records: one field at a time, between fields, between records.

May import `tables.intake.delivered`.
"""
