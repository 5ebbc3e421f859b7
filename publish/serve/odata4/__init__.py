"""OData v4 as datasets.cbs.nl speaks it.

May import `publish.serve.entity_sets`, `publish.serve.catalogue` and what they may.
"""
