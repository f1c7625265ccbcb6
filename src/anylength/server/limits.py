"""The limits of the server. Every value from outside is checked against them."""

MAX_HIDDEN, MAX_EPOCHS, MAX_SEED = 128, 200, 2**31 - 1
"""The largest training that this server runs, so that it ends within minutes. Seeds fit 31 bits."""

MAX_CANDIDATES, MAX_MACHINE = 1, 1 << 16
"""Candidates, and characters of a user's own machine, of a run that the command line has begun. Candidates are trained together and
multiply the time; 64 KiB hold some 1,000 transitions."""

MAX_TRAININGS, MAX_WAITING = 2, 8
"""Runs in work at a time, and runs that may wait. Two trainings fill the two processors of a small machine."""

STOP_SECONDS = 3.0
"""Seconds in which a run must stop by itself. Then its processes are killed: a compiled program cannot be interrupted."""

LONG_TEST_SECONDS = 60.0
"""Seconds after which the tests of a run count as long. Those of most nets take 5 to 30 seconds."""

MEMORY_TEST_LENGTH = 200
"""Digits of the longest number in the stress test of a cell with a memory. Its time grows with the square of the length: 200 digits
take seconds, the 2,000 of other cells took more than 11 minutes."""

MAX_STREAMS = 128
"""Open event streams."""

MAX_CONNECTIONS = 512
"""Open connections. One more closes the connection that has waited longest without a request; if all have one, it gets "busy"."""

HEADER_SECONDS = 5.0
"""Seconds that the head of a request may take to arrive. A browser sends it at once."""

MAX_BODY, BODY_SECONDS = 4096, 10.0
"""Bytes of a request's body, and seconds that it may take to arrive. A training request has some 200 bytes."""

MAX_REPORTS = 2
"""Reports rendered at a time, to bound memory: a report holds its weights, film and records as text."""

VERDICT_SECONDS = 10.0
"""Seconds for a verdict."""
