"""From bytes to columns of text: Excel, CSV and fixed width, each within limits.

May import `tables.intake.delivered`.
"""
