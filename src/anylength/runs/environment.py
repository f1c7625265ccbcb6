"""The environment of a run: package versions, the processor and its features."""

import importlib.metadata
import platform
from pathlib import Path

from anylength.records import Environment

PACKAGES = ("anylength", "jax", "jaxlib", "numpy", "optax", "safetensors")
"""Packages whose versions are recorded: those that compute or store numbers."""

FEATURES = ("sse4_2", "avx", "avx2", "fma", "avx512f", "amx_tile", "asimd", "sve")
"""Processor features that may change the last bits of a result: XLA and numpy choose vector instructions by them."""


def environment() -> Environment:
    """The environment of this process."""
    processor, flags = _processor()
    return Environment(
        versions={name: _version(name) for name in PACKAGES},
        python=platform.python_version(),
        platform=platform.platform(),
        processor=processor,
        features=[feature for feature in FEATURES if feature in flags],
        device="cpu",
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _processor() -> tuple[str, set[str]]:
    """The processor's name and flags. On other systems than Linux, the name that Python knows and no flags."""
    try:
        lines = [line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines()]
    except OSError:
        return platform.processor() or platform.machine(), set()
    facts = {key.strip(): value.strip() for key, _, value in lines}
    flags = facts.get("flags", facts.get("Features", ""))
    return facts.get("model name", platform.machine()), set(flags.split())
