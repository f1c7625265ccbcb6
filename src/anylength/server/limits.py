"""What the page allows: sizes, counts, times. Everything that comes from outside is held against these."""

HIDDEN, EPOCHS, SEED = 128, 200, 2**31 - 1
"""The largest values that a training may ask for."""

TRAININGS, WAITING = 2, 8
"""Trainings at a time, and those that may wait for their turn."""

STREAMS = 128
"""Open event streams."""

CONNECTIONS = 512
"""Open connections; more are told that the server is busy."""

BODY, BODY_SECONDS = 4096, 10.0
"""Bytes of a request's body, and how long it may take to come."""

REPORTS = 2
"""Reports that are made at a time."""

BUDGET = 10.0
"""Seconds that a verdict may take."""
