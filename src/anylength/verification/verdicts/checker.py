"""The independent checker on files that are in memory."""

import hashlib
import tempfile
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from anylength.files import disk_errors
from anylength_check import CheckResult, check

MOST_KEPT = 256
"""Results that are kept in memory: the certificates of a page with many runs, at some kilobytes each."""

_kept: OrderedDict[tuple[bytes, bytes], CheckResult] = OrderedDict()
"""The last results, by the SHA-256 of certificate and weights."""

_lock = Lock()
"""Guards `_kept`: a server checks in several threads."""


def check_bytes(certificate: bytes, weights: bytes) -> CheckResult:
    """The checker's result on the bytes of a certificate and of a weights file.

    Raises:
        InputError: The disk for temporary files is full or cannot be written.
    """
    with disk_errors(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as folder:
        certificate_path, weights_path = Path(folder) / "certificate.json", Path(folder) / "model.safetensors"
        certificate_path.write_bytes(certificate)
        weights_path.write_bytes(weights)
        return check(certificate_path, weights_path)


def check_bytes_once(certificate: bytes, weights: bytes) -> CheckResult:
    """The same. The result on the same bytes is kept in memory: a page asks again and again."""
    key = hashlib.sha256(certificate).digest(), hashlib.sha256(weights).digest()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    result = check_bytes(certificate, weights)
    with _lock:
        _kept[key] = result
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return result
