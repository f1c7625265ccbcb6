"""`prove`: the verdict on a net or on a live PyTorch module, from Python."""

from typing import Any

from anylength.interchange.imported_net import Predictor
from anylength.interchange.pytorch.module import from_torch
from anylength.nets import AbstractNet, NetConfig
from anylength.tasks import Task, task_named
from anylength.verification.verdicts import Verification, verify

DEFAULT_BUDGET = 60.0
"""Seconds: the same as the default of `anylength prove`."""


def prove(
    net: Any,
    task: Task | str,
    config: NetConfig | None = None,
    *,
    budget: float = DEFAULT_BUDGET,
    steps: int | None = None,
    answers: Predictor | None = None,
) -> Verification:
    """Returns the verdict on a net or a live `torch.nn.Module`, and the certificate if the verdict is PROVED.

    Args:
        net: A net of anylength, or a `torch.nn.Module`.
        task: The task that the net should do, or its name (in base 10).
        config: The description of the net for the weights file; None: derived from the net.
        budget: Seconds to spend, approximately.
        steps: Steps of the search for a counterexample instead of seconds: the verdict then does not depend on the machine's load.
        answers: For a module with an unusual `forward`: see `from_torch`.

    Raises:
        InputError: The module cannot be read: see `from_torch`.
    """
    task = task_named(task) if isinstance(task, str) else task
    checked = net if isinstance(net, AbstractNet) else from_torch(net, task, answers=answers)
    return verify(checked, task, config, budget=budget, steps=steps)
