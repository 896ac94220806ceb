"""Life contingencies in exact decimals: mortality tables, actuarial values, premiums, reserves, cash values.

docs/algorithms/life.md holds definitions, formulas and worked tables; the tests mirror them.
"""
