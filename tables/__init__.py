"""From delivered records to confidential cubes: specifications, intake, the SQL compiler, demo data."""
