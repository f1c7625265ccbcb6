"""TEN VAD in the package ten-vad: a library with an LSTM inside. Its state is not reachable."""

import ctypes
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from anylength.streams import Feeding

HOP = 256


def _library() -> ctypes.CDLL:
    spec = find_spec("ten_vad")
    assert spec is not None and spec.submodule_search_locations is not None, "pip install ten-vad"
    library = ctypes.CDLL(str(Path(spec.submodule_search_locations[0]) / "lib" / "Linux" / "x64" / "libten_vad.so"))
    library.ten_vad_create.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_size_t, ctypes.c_float]
    library.ten_vad_destroy.argtypes = [ctypes.POINTER(ctypes.c_void_p)]
    library.ten_vad_process.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_float),
        ctypes.POINTER(ctypes.c_int),
    ]
    return library


LIBRARY = _library()


class Ten:
    """One stream."""

    feeding = Feeding(rate=16_000, frame=HOP)

    def __init__(self) -> None:
        self._handle, self._probability, self._flag = ctypes.c_void_p(), ctypes.c_float(), ctypes.c_int()
        LIBRARY.ten_vad_create(ctypes.byref(self._handle), HOP, 0.5)

    def __del__(self) -> None:
        LIBRARY.ten_vad_destroy(ctypes.byref(self._handle))

    def feed(self, frame: np.ndarray) -> float:
        """The probability of voice in 16 ms of sound."""
        samples = np.ascontiguousarray(np.clip(frame * 32_768, -32_768, 32_767), np.int16)
        pointers = ctypes.byref(self._probability), ctypes.byref(self._flag)
        LIBRARY.ten_vad_process(self._handle, samples.ctypes.data, HOP, *pointers)
        return self._probability.value
