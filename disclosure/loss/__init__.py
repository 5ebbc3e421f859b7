"""What a table loses by its protection, in numbers, for the statistician and the disclosure reviewer. Confidential.

May import every room of disclosure but `audit` and `own_table`.
"""
