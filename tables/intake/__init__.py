"""Deliveries in: layouts as data, readers, validation, pseudonyms, the store of microdata.

`take_in(data, key)` takes in every new file under DATA/deliveries; `open_key` gives the key; `load_layout` says what
a delivery looks like, and `to_csv` and `to_fixed_width` write one. README.md tells the rules and what is assumed.
"""

from celwacht.tables.intake.intake_report import IntakeReport, Taken
from celwacht.tables.intake.run_intake import take_in
from celwacht.tables.intake.vault.key import Key, KeyRefused, open_key
from celwacht.tables.sources.layouts import Layout, load_layout, row_of, to_csv, to_fixed_width

__all__ = [
    "IntakeReport",
    "Key",
    "KeyRefused",
    "Layout",
    "Taken",
    "load_layout",
    "open_key",
    "row_of",
    "take_in",
    "to_csv",
    "to_fixed_width",
]
