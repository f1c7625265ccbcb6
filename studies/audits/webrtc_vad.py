"""WebRTC's recurrent voice detector (a GRU of 24 units, 8-bit weights) in the package py-webrtcrnnvad. No reachable state."""

import numpy as np
import py_webrtcrnnvad

from anylength.streams import Feeding


class WebRTC:
    """One stream."""

    feeding = Feeding(rate=48_000, frame=480, scale=32_768)

    def __init__(self) -> None:
        self._detector = py_webrtcrnnvad.RNNVAD()

    def feed(self, frame: np.ndarray) -> float:
        """The probability of voice in 10 ms of sound."""
        return self._detector.processFrame(np.ascontiguousarray(frame, np.float32))
