"""Rules on deliveries as data, and their answers: passed, failed, or could not be judged, with the records that fail.

`catalogue.rules_for` gives the rules of a record kind and period; `scan.judge` judges records in DuckDB, one scan a level; `answers`
keeps what was found. May import the specifications.
"""
