from .horizons import Horizon, figures_text, horizon_of, mistakes_text, predicted_text
from .mistakes import family_text, mistake_text, numbers_text
from .progress import ellipsoids_line, epoch_line, part_line
from .verdicts import (
    extraction_text,
    finding_text,
    finding_texts,
    noise_number,
    noise_text,
    verdict_evidence,
    verdict_text,
)

__all__ = [
    "Horizon",
    "ellipsoids_line",
    "epoch_line",
    "part_line",
    "extraction_text",
    "family_text",
    "figures_text",
    "horizon_of",
    "mistakes_text",
    "finding_text",
    "finding_texts",
    "mistake_text",
    "numbers_text",
    "noise_number",
    "noise_text",
    "predicted_text",
    "verdict_evidence",
    "verdict_text",
]
