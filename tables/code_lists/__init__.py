"""From a code list as people have it (rows of codes, titles, parents or a column per level) to a classification in YAML.

May import `tables.yaml` and `tables.specs`; reads no files: rows come in, text goes out.
"""
