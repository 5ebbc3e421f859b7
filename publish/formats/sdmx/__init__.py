"""A Publication as SDMX: figures as CSV, structure as XML.

May import `publish.publication` and the other rooms of formats.
"""
