"""Who may come in: accounts, passwords, second factors, sessions, and how often somebody may guess.

Written to OWASP ASVS 5.0, level 2; each rule names its number. May import `publish/portal/keeping`.
"""
