"""Secondary suppression for any linear relations: linear programmes over changes, one sensitive cell after the other.

May import `disclosure.model`, `disclosure.solver` and `disclosure.search.attacker`.
"""
