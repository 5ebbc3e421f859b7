"""What the public files of whole sets give away together, for the disclosure reviewer: `celwacht attack` and `celwacht links`.

May import tables, disclosure, and publish's publication, store, terminal, review and formats; no writer of public files may import it.
"""
