"""The limits of the server. Every value from outside is checked against them."""

MAX_HIDDEN, MAX_EPOCHS, MAX_SEED = 128, 200, 2**31 - 1
"""The largest training that a request may ask for, so that it ends within minutes. Seeds fit 31 bits."""

MAX_TRAININGS, MAX_WAITING = 2, 8
"""Trainings at a time, and jobs that may wait. Two trainings fill the two processors of a small machine."""

MAX_STREAMS = 128
"""Open event streams."""

MAX_CONNECTIONS = 512
"""Open connections. Further ones get "busy"."""

MAX_BODY, BODY_SECONDS = 4096, 10.0
"""Bytes of a request's body, and seconds that it may take to arrive. A training request has some 200 bytes."""

MAX_REPORTS = 2
"""Reports rendered at a time, to bound memory: a report holds its weights, film and records as text."""

VERDICT_SECONDS = 10.0
"""Seconds for a verdict."""
