"""Experiments: a configuration → a run folder. The only module that decides where files go."""

from anylength.experiments.demo import demo
from anylength.experiments.explain import explain
from anylength.experiments.export import export
from anylength.experiments.extract import exported, extract
from anylength.experiments.film import FILM, film_of
from anylength.experiments.folder import STRESS, free_name, open_run, write
from anylength.experiments.harden import harden
from anylength.experiments.imports import import_net
from anylength.experiments.prove import prove
from anylength.experiments.quantise import quantise
from anylength.experiments.report import report, report_html
from anylength.experiments.reproduce import reproduce, reproduce_quickly
from anylength.experiments.shown_run import shown_run
from anylength.experiments.tracking import log_run, logged
from anylength.experiments.train import TrainOptions, go_on, train

__all__ = [
    "FILM",
    "STRESS",
    "TrainOptions",
    "demo",
    "explain",
    "export",
    "exported",
    "extract",
    "film_of",
    "free_name",
    "go_on",
    "harden",
    "import_net",
    "log_run",
    "logged",
    "open_run",
    "prove",
    "quantise",
    "report",
    "report_html",
    "reproduce",
    "reproduce_quickly",
    "shown_run",
    "train",
    "write",
]
