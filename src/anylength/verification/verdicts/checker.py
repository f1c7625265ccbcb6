"""The independent checker on files that are in memory."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import anylength_check
from anylength.base import disk_errors
from anylength_check import CheckResult, check

LARGE = 1 << 17
"""Bytes of a certificate whose check is worth several processes: a check of less takes a second or so."""

MOST_KEPT = 256
"""Results that are kept in memory: the certificates of a page with many runs, at some kilobytes each."""

_kept: OrderedDict[tuple[bytes, bytes], CheckResult] = OrderedDict()
"""The last results, by the SHA-256 of certificate and weights."""

_lock = Lock()
"""Guards `_kept`: a server checks in several threads."""


def check_bytes(certificate: bytes, weights: bytes) -> CheckResult:
    """The checker's result on the bytes of a certificate and of a weights file, in this process.

    Raises:
        InputError: The disk for temporary files is full or cannot be written.
    """
    with _files(certificate, weights) as paths:
        return check(*paths)


def check_shared_out(certificate: bytes, weights: bytes) -> CheckResult:
    """The same. A large certificate is checked by the checker's command, which may copy its own process for each processor.

    One with JAX in it must not be copied. Raises what `check_bytes` does.
    """
    with _files(certificate, weights) as paths:
        return check(*paths) if len(certificate) <= LARGE else _check_by_command(*paths)


@contextmanager
def _files(certificate: bytes, weights: bytes) -> Iterator[tuple[Path, Path]]:
    """Paths of files with these bytes, for a while."""
    with disk_errors(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory() as folder:
        certificate_path, weights_path = Path(folder) / "certificate.json", Path(folder) / "model.safetensors"
        certificate_path.write_bytes(certificate)
        weights_path.write_bytes(weights)
        yield certificate_path, weights_path


def _check_by_command(certificate_path: Path, weights_path: Path) -> CheckResult:
    """The result of the checker's command; in this process where a system has no others."""
    folders = [str(Path(anylength_check.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-m", anylength_check.__name__, str(certificate_path), str(weights_path), "--json"]
    try:
        env = os.environ | {"PYTHONPATH": os.pathsep.join(folders)}
        done = subprocess.run(command, env=env, cwd=certificate_path.parent, capture_output=True, check=False)
    except OSError:
        return check(certificate_path, weights_path)
    try:
        found = json.loads(done.stdout)
        valid = found["valid"] is True and done.returncode == 0
        machine = _machine_of(certificate_path) if valid else None
        return CheckResult(valid, found["claim"], found["reason"], tuple(found["lines"]), machine)
    except (ValueError, KeyError, TypeError):
        return CheckResult(False, None, f"the checker could not finish: it ended with the code {done.returncode}", ())


def _machine_of(certificate_path: Path) -> dict[str, Any]:
    """The machine of a valid certificate, and its encoding."""
    top = json.loads(certificate_path.read_bytes())
    return {name: top[name] for name in ("machine", "encoding")}


def check_bytes_once(certificate: bytes, weights: bytes) -> CheckResult:
    """The same. The result on the same bytes is kept in memory: a page asks again and again."""
    key = hashlib.sha256(certificate).digest(), hashlib.sha256(weights).digest()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    result = check_shared_out(certificate, weights)
    with _lock:
        _kept[key] = result
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return result
