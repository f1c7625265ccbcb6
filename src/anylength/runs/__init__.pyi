from . import layout
from .configuration import check_same, layering_of, net_config, recipe_of, retrain_command, task_of, train_command
from .folder import Run, epochs_file, file_of

__all__ = [
    "Run", "check_same", "epochs_file", "file_of", "layering_of", "layout", "net_config", "recipe_of", "retrain_command", "task_of",
    "train_command",
]  # fmt: skip
