"""The benchmark: indicators of regions with what chance and rounding leave open, beside country, region, class of size and regions that are alike.

Public figures only: Publications, and files of society with their own licence; nothing that is withheld can be got back from what it says.
"""
