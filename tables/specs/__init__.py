"""What a table specification may say: table, set and classification files, the filter language, the rules no schema can tell.

May import `tables.yaml` and `tables.sources`; runs no SQL.
"""
