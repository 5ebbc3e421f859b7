"""What an auditor holds for known of published tables, and what may come out: facts, findings, recipes.

May import `disclosure.audit.bounds` and `disclosure.model`.
"""
