"""Reports made from a specification and Publications: every number is resolved when the report is made, and none is typed.

Takes public types only; the same release gives the same report.
"""
