"""Records: immutable results and their versioned JSON. Whatever computes returns records; whatever shows reads them alone."""

from anylength.records.answers import Answers, Baseline, Sequence
from anylength.records.benchmarks import Benchmark, BenchmarkRow, ConventionScore, ConventionView, Interval, ScorePoint, WrongWord
from anylength.records.black_boxes import BlackBoxVerdict
from anylength.records.demo import Demo, DemoRun
from anylength.records.explanations import (
    BasinBoundaryResult,
    Explanation,
    Finding,
    FixedPointResult,
    HeldInputResult,
    Mark,
    Orbit,
    Portrait,
    SlowPointResult,
)
from anylength.records.exports import Exported, Formalised
from anylength.records.extraction import Extraction, MachineTable
from anylength.records.interchange import Imported
from anylength.records.lengths import FamilyResult, LengthPoint, LengthScores, Mistake, Share, Stress, WorstFamily
from anylength.records.record import Record
from anylength.records.reproduce import PostNet, PostPart, PostResults
from anylength.records.run_words import RunWords
from anylength.records.runs import Environment, Epoch, Inferred, Origin, RunConfig, Training
from anylength.records.summaries import Comparison, SettingSummary, SurvivalCurve, SweepNet, SweepSummary
from anylength.records.sweeps import BlockTimes, ScoringPlan, SweepPlan, SweepRow, SweepRun
from anylength.records.verdicts import CheckedCertificate, Hardening, PumpedFamily, Quantisation, Verdict
from anylength.records.views import (
    BoxView,
    CertificateView,
    EdgeView,
    ExampleView,
    LayoutView,
    MachineView,
    NetView,
    NumberPattern,
    ProofView,
    RunView,
    TableView,
    TaskView,
    TensorView,
)

__all__ = [
    "Answers",
    "Baseline",
    "Benchmark",
    "BenchmarkRow",
    "ConventionScore",
    "ConventionView",
    "Interval",
    "LengthScores",
    "ScorePoint",
    "ScoringPlan",
    "WorstFamily",
    "WrongWord",
    "BlackBoxVerdict",
    "PostNet",
    "PostPart",
    "PostResults",
    "CheckedCertificate",
    "Demo",
    "DemoRun",
    "Environment",
    "Epoch",
    "Exported",
    "Formalised",
    "BasinBoundaryResult",
    "Explanation",
    "Finding",
    "HeldInputResult",
    "Mark",
    "Orbit",
    "Portrait",
    "FixedPointResult",
    "SlowPointResult",
    "Extraction",
    "PumpedFamily",
    "FamilyResult",
    "Hardening",
    "Imported",
    "Quantisation",
    "LengthPoint",
    "MachineTable",
    "Mistake",
    "Inferred",
    "Origin",
    "Record",
    "RunConfig",
    "RunWords",
    "Sequence",
    "Share",
    "BoxView",
    "CertificateView",
    "EdgeView",
    "ExampleView",
    "LayoutView",
    "NumberPattern",
    "MachineView",
    "NetView",
    "ProofView",
    "RunView",
    "TableView",
    "TaskView",
    "TensorView",
    "Stress",
    "BlockTimes",
    "SurvivalCurve",
    "Comparison",
    "SettingSummary",
    "SweepNet",
    "SweepPlan",
    "SweepRow",
    "SweepRun",
    "SweepSummary",
    "Training",
    "Verdict",
]
