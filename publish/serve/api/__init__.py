"""The API of Celwacht itself, under /api/v1.

May import `publish.publication`, `publish.formats`, `publish.store` and `publish.serve.http`.
"""
