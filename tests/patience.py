"""How long a test waits: machines differ, and some are busy. A test's limit is for orders of growth; benchmarks measure seconds."""

SLOWEST = 10.0
"""The limit on what a good machine needs: a slow and busy one takes five times as long."""
