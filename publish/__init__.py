"""The release gate, the writers of public files, and the command line."""
