"""A Publication in the form of Statistics Netherlands: the sets of OData v4 as JSON and as the CSV bundle.

May import `publish.publication`.
"""
