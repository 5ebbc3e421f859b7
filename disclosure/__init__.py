"""Which cells are withheld, and the proof that none of them can be got back."""
