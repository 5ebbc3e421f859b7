"""Synthetic deliveries, calibrated on published figures. No real person is in them."""
