from .registry import TRACKERS, open_trackers
from .run_logger import RunLogger
from .tracker import AbstractTracker

__all__ = ["TRACKERS", "AbstractTracker", "RunLogger", "open_trackers"]
