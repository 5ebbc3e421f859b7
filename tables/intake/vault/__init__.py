"""What is kept: the register of deliveries, pseudonymised microdata in Parquet, the secret key.

Changes in one step or not at all; may import `tables.intake.delivered` and `tables.intake.checks`.
"""
