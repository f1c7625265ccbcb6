"""How long a test waits. Machines differ and some are busy: a test finds what never ends, and benchmarks measure seconds."""

PATIENCE = 300.0
"""Seconds for work that a good machine does in at most ten."""
