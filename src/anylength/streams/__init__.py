"""Streams: nets that read real vectors, frame after frame, and what feeds them.

A *signal* is an array of real numbers over time: samples of sound, rows of sensors. A *frame* is what one step reads. A net's step
is split into a *front end*, which has no state, and the *recurrence*; the front end's output is computed once and kept.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
