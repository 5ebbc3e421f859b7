"""The only room that talks to HiGHS: programmes in arrays go in, answers with an outcome come out, and every run is counted as work.

May import nothing of Celwacht, so that searches and auditors may both stand on it without sharing anything else.
"""
