"""A count in plain Python of what truly happened in a made-up register, beside the deliveries written from it."""
