"""`celwacht portal`: the door through which providers send files in, and through which they and gemeenten fetch their own reports.

A process of its own over a folder of its own: it has no path to the data folder, the vault or the public server.
"""
