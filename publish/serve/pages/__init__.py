"""Pages that stand on their own without a script: regions, tables with a head that search engines read, the sitemap.

May import `publish.areas` and what is public; every text goes through `html.escape`.
"""
