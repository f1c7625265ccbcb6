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

from anylength.nets.weights import MAX_WEIGHTS_BYTES
from anylength_check.certificate import CERTIFICATE_LIMIT

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

MIB = 1 << 20
"""Bytes of a MiB."""

LIMITS = {
    METRICS: 64 * MIB, CHECKPOINT: 512 * MIB, MODEL: MAX_WEIGHTS_BYTES, QUANTISED_WEIGHTS: MAX_WEIGHTS_BYTES,
    CERTIFICATE: CERTIFICATE_LIMIT, MACHINE_CERTIFICATE: CERTIFICATE_LIMIT,
    SEARCH: 512 * MIB, HORIZON_CERTIFICATE: CERTIFICATE_LIMIT, WITHIN_CERTIFICATE: CERTIFICATE_LIMIT,
    ROUNDED_CERTIFICATE: CERTIFICATE_LIMIT, f"{ORIGINAL}.onnx": MAX_WEIGHTS_BYTES,
    f"{ORIGINAL}.safetensors": MAX_WEIGHTS_BYTES,
}  # fmt: skip
"""Longest files that are read, in bytes. 64 MiB of metrics are about 400,000 epochs; a longer certificate no checker reads."""

RECORD_LIMIT = 16 * MIB
"""Longest file of every other kind. The largest that anylength makes, `explain.json`, has less than 1 MiB."""

__all__ = [
    "CERTIFICATE", "CHECKPOINT", "CONFIG", "DONE", "ENVIRONMENT", "EXPLANATION", "HARDENING", "IMPORT",
    "LIMITS", "MACHINE", "MACHINE_CERTIFICATE", "METRICS", "MODEL", "ORIGIN", "ORIGINAL", "QUANTISATION", "QUANTISED_WEIGHTS",
    "RECORD_LIMIT",     "HORIZON_CERTIFICATE", "REPORT", "ROUNDED", "ROUNDED_CERTIFICATE", "SEARCH", "STRESS", "VERDICT", "WITHIN",
    "WITHIN_CERTIFICATE",
]  # fmt: skip
