"""The work of the commands: each reads and writes run folders."""

from anylength.experiments.demo import demo
from anylength.experiments.export import export
from anylength.experiments.formalise import formalise
from anylength.experiments.harden import Hardened, harden, harden_net
from anylength.experiments.imports import import_net
from anylength.experiments.next_steps import next_step, not_learned
from anylength.experiments.options import TrainOptions
from anylength.experiments.quantise import quantise
from anylength.experiments.report import MOST_RUNS, report, report_html
from anylength.experiments.reproduce import reproduce, reproduce_quickly
from anylength.experiments.run_view import run_view
from anylength.experiments.run_words import run_words
from anylength.experiments.runs import Run, RunFolder, free_name, layout
from anylength.experiments.save import save_net
from anylength.experiments.site import write_site
from anylength.experiments.tracking import log_run, logged
from anylength.experiments.train import resume_run, train

__all__ = [
    "MOST_RUNS",
    "Hardened",
    "Run",
    "RunFolder",
    "TrainOptions",
    "demo",
    "export",
    "formalise",
    "free_name",
    "harden",
    "harden_net",
    "import_net",
    "layout",
    "log_run",
    "logged",
    "next_step",
    "not_learned",
    "quantise",
    "report",
    "report_html",
    "reproduce",
    "reproduce_quickly",
    "resume_run",
    "run_view",
    "run_words",
    "save_net",
    "train",
    "write_site",
]
