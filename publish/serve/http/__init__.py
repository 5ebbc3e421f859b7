"""Requests, replies, limits and errors: the only room that knows ASGI.

May import `publish.publication`.
"""
