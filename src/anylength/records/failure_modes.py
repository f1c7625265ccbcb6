"""The failure modes: how a net fails, as records name it."""

from typing import Literal

FailureMode = Literal["forgets", "invents", "trips", "misreads"]
"""How a net fails:

- forgets: while a symbol repeats, the net loses what it must remember, or the answers no longer show it;
- invents: while a symbol repeats, the net behaves as if something had happened that did not;
- trips: soon after a symbol changes, with no long repetition before, the net behaves as in another state;
- misreads: its answer belongs to no state of the machine.
"""

DESCRIPTIONS: dict[FailureMode, str] = {
    "forgets": "loses what it must remember while a symbol repeats",
    "invents": "behaves as if something had happened that did not, while a symbol repeats",
    "trips": "goes into the wrong state soon after a symbol changes",
    "misreads": "gives an answer that no state of the machine would give",
}
"""What each failure mode means: the subject is the net."""
