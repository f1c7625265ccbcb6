"""The files of a run folder.

| file | content |
|---|---|
| `config.json` | the configuration, complete; written first |
| `environment.json` | versions and processor |
| `metrics.jsonl` | one epoch a line |
| `checkpoint.safetensors` | the state of an unfinished training |
| `model.safetensors` | the trained net |
| `DONE` | the result of training; written last |

The other files are results. Commands add them to a finished run.
"""

from anylength.base import MIB
from anylength.nets.weights import MAX_WEIGHTS_BYTES

CONFIG = "config.json"
ENVIRONMENT = "environment.json"
METRICS = "metrics.jsonl"
CHECKPOINT = "checkpoint.safetensors"
MODEL = "model.safetensors"
DONE = "DONE"

STRESS = "stress.json"
EXPLANATION = "explain.json"
MACHINE = "machine.json"
MACHINE_CERTIFICATE = "machine-certificate.json"
VERDICT = "verdict.json"
CERTIFICATE = "certificate.json"
HORIZON_CERTIFICATE = "horizon-certificate.json"
SEARCH = "search.safetensors"
WITHIN = "within.json"
WITHIN_CERTIFICATE = "within-certificate.json"
ROUNDED = "rounded.json"
ROUNDED_CERTIFICATE = "rounded-certificate.json"
IMPORT = "import.json"
ORIGINAL = "original"
"""The copy of an imported file: this and its suffix."""

ORIGIN = "origin.json"
HARDENING = "hardening.json"
QUANTISATION = "quantisation.json"
QUANTISED_WEIGHTS = "quantised.safetensors"
REPORT = "report.html"

CERTIFICATES = (CERTIFICATE, MACHINE_CERTIFICATE, HORIZON_CERTIFICATE, WITHIN_CERTIFICATE, ROUNDED_CERTIFICATE)
"""The files that are certificates. One that is longer than the checker reads is not read."""

LIMITS = {
    METRICS: 64 * MIB, CHECKPOINT: 512 * MIB, MODEL: MAX_WEIGHTS_BYTES, QUANTISED_WEIGHTS: MAX_WEIGHTS_BYTES,
    SEARCH: 512 * MIB, f"{ORIGINAL}.onnx": MAX_WEIGHTS_BYTES, f"{ORIGINAL}.safetensors": MAX_WEIGHTS_BYTES,
}  # fmt: skip
"""Longest files that are read, in bytes. 64 MiB of metrics are about 400,000 epochs."""

RECORD_LIMIT = 16 * MIB
"""Longest file of every other kind. The largest that anylength makes, `explain.json`, has less than 1 MiB."""


def limit_of(name: str) -> int:
    """The longest file of this name that is read, in bytes."""
    if name in CERTIFICATES:
        from anylength_check.certificate import CERTIFICATE_LIMIT

        return CERTIFICATE_LIMIT
    return LIMITS.get(name, RECORD_LIMIT)


__all__ = [
    "CERTIFICATE", "CHECKPOINT", "CONFIG", "DONE", "ENVIRONMENT", "EXPLANATION", "HARDENING", "IMPORT", "CERTIFICATES",
    "LIMITS", "MACHINE", "MACHINE_CERTIFICATE", "METRICS", "MODEL", "ORIGIN", "ORIGINAL", "QUANTISATION", "QUANTISED_WEIGHTS",
    "RECORD_LIMIT", "HORIZON_CERTIFICATE", "REPORT", "ROUNDED", "ROUNDED_CERTIFICATE", "SEARCH", "STRESS", "VERDICT", "WITHIN",
    "WITHIN_CERTIFICATE", "limit_of",
]  # fmt: skip
