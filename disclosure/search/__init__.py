"""Which further cells to withhold: one room per method. A method is believed only as far as `disclosure.proof` confirms it."""
