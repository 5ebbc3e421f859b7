"""The intruder over a whole publication: what can be inferred from all its tables together, from public files, specifications and
policies alone. May import `tables` and the auditor of printed tables (`disclosure/audit`); shares no code with searches and
checkers, and never sees a confidential count."""
