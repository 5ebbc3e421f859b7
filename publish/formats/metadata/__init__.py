"""What stands beside the files: CSVW, data package, and the DCAT catalogue.

May import `publish.publication` and the other rooms of formats.
"""
