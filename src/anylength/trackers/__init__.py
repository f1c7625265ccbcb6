"""Experiment trackers: log runs to TensorBoard, Weights & Biases or trackio. Used only where a user names one of them."""

from anylength.trackers.registry import TRACKERS, open_trackers
from anylength.trackers.run_logger import RunLogger
from anylength.trackers.tracker import AbstractTracker

__all__ = ["TRACKERS", "AbstractTracker", "RunLogger", "open_trackers"]
