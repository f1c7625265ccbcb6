"""`harden`: of a run into a new run, or of a net or step in memory."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from anylength.api.progress import Progress, shown
from anylength.api.subjects import Subject, as_net, as_run
from anylength.base import InputError
from anylength.experiments.harden import Hardened, harden_net
from anylength.experiments.harden import harden as harden_run
from anylength.experiments.proving import verification_of
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.module import folds_embedding
from anylength.nets import AbstractNet, Net
from anylength.rules import Task
from anylength.runs import Run
from anylength.web.words import epoch_line


def harden(
    subject: Subject, task: Task | str | None = None, *, out: str | Path | None = None, recipe: str = "harden",
    resume: bool = False, initial_state: Any = None, inputs: Inputs | None = None, progress: Progress = None,
) -> Hardened:  # fmt: skip
    """Trains a net from its given weights until the prover accepts it. A run becomes a new run; a net stays in memory.

    The subject itself is not changed. `save` writes the hardened net as a run. `anylength.torch.state_dict_of` gives its weights
    back to the module.

    Args:
        subject: A run, the path of a run, a net, a `torch.nn.Module`, or a step with its `initial_state`.
        task: The task of a net, module or step, or its name; left out for a run.
        out: The new run folder; needed for a run, and for nothing else.
        recipe: harden (small steps), or unrolled (large ones): as it trains from random weights, for a net that has not learned its
            task. Its weights then move far.
        resume: Whether to continue where `out` exists.
        initial_state: For a step: as in `prove`.
        inputs: For a step or module of PyTorch: as in `prove`.
        progress: A line for each epoch: True, False, or None for where standard error is a terminal; or a function of the epoch and
            the epoch limit.

    Raises:
        InputError: The run is not finished; `out` is missing, exists (without `resume`) or was made from another net (with it);
            a net comes without a task or cannot be proved at all; or `out` is given for a net in memory.
    """
    net, task = _read(subject, task, initial_state, inputs)
    run, show = as_run(subject), shown(progress, lambda epoch, limit: epoch_line(epoch))
    if run is None:
        if out is not None or resume:
            remedy = "leave out= and resume= away, then anylength.save(hardened.net, task, path)"
            raise InputError("a run for out= and resume=", "a net in memory", remedy)
        return harden_net(net, task, recipe=recipe, progress=show)
    if out is None:
        raise InputError("out=, the new run folder", "none", 'pass for example out="runs/hardened"')
    record = harden_run(run, Path(out), recipe=recipe, resume=resume, progress=show)
    made = Run.open(Path(out))
    assert isinstance(made.net, Net) and made.verdict is not None  # `harden` has written both
    return Hardened(made.net, record, verification_of(made, made.verdict))


def _read(subject: Subject, task: Task | str | None, initial_state: Any, inputs: Inputs | None) -> tuple[AbstractNet, Task]:
    """The net and the task. An embedding stays apart where the module can be traced: the module has no place for a product."""
    if initial_state is None and inputs is None and folds_embedding(subject):
        with suppress(InputError):
            return _itself(*as_net(subject, task, inputs="tokens"))
    return _itself(*as_net(subject, task, initial_state=initial_state, inputs=inputs))


def _itself(net: AbstractNet, task: Task) -> tuple[AbstractNet, Task]:
    """A net of its own: what is proved of it is not said of the module that it was read from."""
    return (replace(net, looped=0) if isinstance(net, Net) and net.looped else net), task
