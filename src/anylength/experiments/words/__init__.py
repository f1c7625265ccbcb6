"""The one place for sentences about the results of a run. Report, playground and command line show these."""

from anylength.experiments.words.horizons import Horizon, figures_text, predicted_text
from anylength.experiments.words.mistakes import family_text, mistake_text
from anylength.experiments.words.run_words import net_text, run_words, words_of
from anylength.experiments.words.verdicts import extraction_text, finding_text, noise_text, verdict_evidence, verdict_text

__all__ = [
    "Horizon",
    "extraction_text",
    "family_text",
    "figures_text",
    "finding_text",
    "mistake_text",
    "net_text",
    "noise_text",
    "predicted_text",
    "run_words",
    "verdict_evidence",
    "verdict_text",
    "words_of",
]
