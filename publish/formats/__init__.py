"""A Publication in the forms that other offices and programs read; one writer per file."""
