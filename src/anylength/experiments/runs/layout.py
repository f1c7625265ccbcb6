"""The files of a run folder.

| file | content |
|---|---|
| `config.json` | the configuration, complete; written first |
| `environment.json` | versions and processor |
| `metrics.jsonl` | one epoch a line |
| `film.jsonl` | one frame of the film a line |
| `checkpoint.safetensors` | the state of an unfinished training |
| `model.safetensors` | the trained net |
| `DONE` | the result of training; written last |

The other files are results. Commands add them to a finished run.
"""

from anylength.film.file import FILM

CONFIG = "config.json"
ENVIRONMENT = "environment.json"
METRICS = "metrics.jsonl"
CHECKPOINT = "checkpoint.safetensors"
MODEL = "model.safetensors"
DONE = "DONE"

STRESS = "stress.json"
EXPLANATION = "explain.json"
MACHINE = "machine.json"
VERDICT = "verdict.json"
CERTIFICATE = "certificate.json"
IMPORT = "import.json"
HARDENING = "hardening.json"
QUANTISATION = "quantisation.json"
QUANTISED_WEIGHTS = "quantised.safetensors"
REPORT = "report.html"

__all__ = [
    "CERTIFICATE", "CHECKPOINT", "CONFIG", "DONE", "ENVIRONMENT", "EXPLANATION", "FILM", "HARDENING", "IMPORT", "MACHINE",
    "METRICS", "MODEL", "QUANTISATION", "QUANTISED_WEIGHTS", "REPORT", "STRESS", "VERDICT",
]  # fmt: skip
