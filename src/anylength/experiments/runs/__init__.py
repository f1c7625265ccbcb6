"""Run folders. Nothing else in the project knows which files a run has."""

from anylength.experiments.runs import layout
from anylength.experiments.runs.folder import RunFolder, net_config, task_of, train_command
from anylength.experiments.runs.run import Run, check_budget
from anylength.files import free_name

__all__ = ["Run", "RunFolder", "check_budget", "free_name", "layout", "net_config", "task_of", "train_command"]
