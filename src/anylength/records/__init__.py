"""Records: frozen results and their versioned JSON. The narrow waist between computing and showing."""

from anylength.records.answers import Answers, Baseline, Sequence
from anylength.records.demo import Demo, DemoRun
from anylength.records.lengths import FamilyResult, LengthPoint, Mistake, Share, Stress
from anylength.records.record import Record
from anylength.records.reproduce import BlogNet, BlogSweep, Width
from anylength.records.runs import Environment, Epoch, RunConfig, Training

__all__ = [
    "Answers",
    "Baseline",
    "BlogNet",
    "BlogSweep",
    "Demo",
    "DemoRun",
    "Environment",
    "Epoch",
    "FamilyResult",
    "LengthPoint",
    "Mistake",
    "Record",
    "RunConfig",
    "Sequence",
    "Share",
    "Stress",
    "Training",
    "Width",
]
