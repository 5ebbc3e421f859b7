"""Data only: table specifications, classifications, policies, regions and layouts. Nothing here is run.

The file is here so that `importlib.resources.files("celwacht.table_specs")` also works in an editable install.
"""
