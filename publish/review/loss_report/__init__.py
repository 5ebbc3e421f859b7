"""The report of the loss as a page and as files. Confidential: it holds true values.

May import `disclosure.loss`.
"""
