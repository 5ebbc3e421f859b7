"""A Publication as an Excel workbook whose bytes depend on its content only.

May import `publish.publication` and `publish.formats.statline`.
"""
