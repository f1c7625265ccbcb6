"""RNNoise 0.2 (Valin 2018) in the package pyrnnoise: its voice probability. One block of memory, not reachable."""

import ctypes
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from anylength.streams import Feeding


def _library() -> ctypes.CDLL:
    spec = find_spec("pyrnnoise")
    assert spec is not None and spec.submodule_search_locations is not None, "pip install pyrnnoise"
    library = ctypes.CDLL(str(Path(spec.submodule_search_locations[0]) / "librnnoise.so"))
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p] * 3
    return library


LIBRARY = _library()


class RNNoise:
    """One stream."""

    feeding = Feeding(rate=48_000, frame=480, scale=32_768)

    def __init__(self) -> None:
        self._state = LIBRARY.rnnoise_create(None)
        self._out = np.zeros(480, np.float32)

    def __del__(self) -> None:
        LIBRARY.rnnoise_destroy(self._state)

    def feed(self, frame: np.ndarray) -> float:
        """The probability of voice in 10 ms of sound."""
        samples = np.ascontiguousarray(frame, np.float32)
        return LIBRARY.rnnoise_process_frame(self._state, self._out.ctypes.data, samples.ctypes.data)
