"""The one version number of this project; pyproject.toml says the same, and a test holds them together."""

VERSION = "0.1.0"
"""As in pyproject.toml; stands in the manifest of every set."""
