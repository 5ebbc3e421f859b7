"""Documents on paper: tagged PDF (PDF/UA-1) whose bytes depend on their content only, set by Typst without a network.

May import nothing of ours: whoever has something to set says it in texts.
"""
