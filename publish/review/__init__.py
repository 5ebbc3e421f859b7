"""For the disclosure reviewer: the confidential record of a set, and why a cell is withheld.

Confidential; no writer of public files may import it.
"""
