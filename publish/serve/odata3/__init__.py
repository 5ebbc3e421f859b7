"""OData v3 as opendata.cbs.nl speaks it.

May import `publish.serve.entity_sets`, `publish.serve.catalogue` and what they may.
"""
