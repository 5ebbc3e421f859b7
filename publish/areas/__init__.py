"""What is published about one region, gathered from all tables: indicators beside other regions, breakdowns, districts; as page and as fact sheet.

Takes Publications only, and adds no fact: every number is a published figure, or a share of two.
"""
