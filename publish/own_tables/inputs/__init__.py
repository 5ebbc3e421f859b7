"""Files that people bring, read: CSV and Excel as text with lines, hierarchies, tables of counts, records.

Confidential; may import `disclosure` and `tables`.
"""
