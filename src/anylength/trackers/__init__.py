"""Trackers of experiments: a run told to TensorBoard, Weights & Biases or trackio, only where a user names one of them."""

from anylength.trackers.log import Log
from anylength.trackers.table import TRACKERS, opened
from anylength.trackers.tracker import AbstractTracker

__all__ = ["TRACKERS", "AbstractTracker", "Log", "opened"]
