"""The made-up care: trajectories and measures, calibrated to published figures (targets.csv).

May import `tables.demo.country`.
"""
