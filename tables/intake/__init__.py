"""Deliveries in: layouts as data, readers, validation, pseudonyms, the store of microdata."""
