"""Run folders. Nothing else in the project knows which files a run has."""

from anylength.experiments.runs import layout
from anylength.experiments.runs.configuration import (
    check_same,
    layering_of,
    net_config,
    recipe_of,
    retrain_command,
    task_of,
    train_command,
)
from anylength.experiments.runs.folder import RunFolder, epochs_file, file_of
from anylength.experiments.runs.run import PROVE_SECONDS, Run, check_budget
from anylength.files import free_name

__all__ = [
    "PROVE_SECONDS", "Run", "RunFolder", "check_budget", "check_same", "epochs_file", "file_of", "free_name", "layout",
    "layering_of", "net_config", "recipe_of", "retrain_command", "task_of", "train_command",
]  # fmt: skip
