"""What goes back to providers, and what the office sees of deliveries: register, calendar, mirror report and quality report.

Confidential: these writers take a provider's own figures and never a Publication. May import `tables`.
"""
