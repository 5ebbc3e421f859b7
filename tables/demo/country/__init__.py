"""The made-up country: days, regions, addresses, young people, and the assumptions behind them.

May import nothing of the demo.
"""
