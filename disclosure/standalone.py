"""The old address of `from celwacht import protect_counts`; kept for those who learnt it from an earlier README."""

from celwacht.disclosure.own_table.protect_own_table import Wishes, protect_cells, protect_counts, protect_cube
from celwacht.disclosure.own_table.result import ProtectionResult

__all__ = ["ProtectionResult", "Wishes", "protect_cells", "protect_counts", "protect_cube"]
