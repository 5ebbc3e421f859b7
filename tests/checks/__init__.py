"""Rules on deliveries as data."""
