"""What goes through the portal: reports to be fetched, each by its own party, and deliveries that are sent in and answered.

May import `publish/portal/keeping`, and the intake's checks, which run in a process of their own.
"""
