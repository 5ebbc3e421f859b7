"""The portal over HTTP: pages in Dutch and English, forms, cookies and headers. Decides nothing about who may come in.

May import the other rooms of the portal.
"""
