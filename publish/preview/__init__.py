"""A table tried out: counted, protected and judged as for a publication, and shown to the statistician alone.

Confidential; may import what makes a set, and writes no record and nothing public.
"""
