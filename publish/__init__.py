"""The release gate, the writers of public files, and the command line."""

VERSION = "0.1.0"
"""As in pyproject.toml; stands in the manifest of every set."""
