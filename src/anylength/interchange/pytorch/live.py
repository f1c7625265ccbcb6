"""Reads a live step or module of PyTorch as a net, and compares the two on hard words."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from anylength.base import InputError
from anylength.interchange.agreement import compare
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.imported_net import ComparedNet, ImportedNet
from anylength.interchange.original import Original
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.captured import EVALUATE, captured, is_training, require_no_statistics, require_readable
from anylength.interchange.pytorch.recurrent_parts import recurrent_parts
from anylength.interchange.pytorch.step import TorchStep, step_program
from anylength.interchange.pytorch.step_original import StepOriginal
from anylength.interchange.pytorch.threaded_module import OWN_STEP
from anylength.interchange.pytorch.whole_module import module_originals, module_program
from anylength.nets import PROGRAM, program_net
from anylength.rules import Task


def read_live(subject: Any, task: Task, *, initial_state: Any = None, inputs: Inputs | None = None) -> ComparedNet:
    """The net of a step or a module of PyTorch, after both have answered the same hard words.

    Args:
        subject: `step(state, x) → (state, logits)`, or a module whose recurrent parts are nn.RNN, nn.GRU, nn.LSTM or their Cells.
        task: The task, which gives the alphabet.
        initial_state: The start state of a step; None: the subject is a module.
        inputs: What x is: "one-hot", "tokens", or of each symbol its token; None: found by trying.

    Raises:
        InputError: It cannot be read, answers differently from its program, or answers in another alphabet.
    """
    alphabet = Alphabet(task.letters, task.tapes)
    require_readable(subject)
    if initial_state is None:
        return _read_module(subject, task, alphabet, inputs)
    found = captured(subject)
    require_no_statistics(found)
    step = step_program(subject, encoded=alphabet.encoded, tapes=task.tapes, initial_state=initial_state, inputs=inputs)
    original = StepOriginal(step.call, found)
    compared = _compared(step, [original], task, "the step must be a function of its state and x alone")
    if is_training(found):
        _require_same_in_training(replace(original, as_given=True), compared.imported, task)
    return compared


def _require_same_in_training(original: StepOriginal, imported: ImportedNet, task: Task) -> None:
    """Refuses a step whose modules are in training mode, where it answers differently from what was read.

    Raises:
        InputError: It does.
    """
    try:
        compare(imported.net, task, original, remedy=EVALUATE, head=imported.head).required()
    except InputError as error:
        raise InputError("a step in evaluation mode", "modules in training mode, where it answers differently", EVALUATE) from error


def _read_module(module: Any, task: Task, alphabet: Alphabet, inputs: Inputs | None) -> ComparedNet:
    import torch

    if not isinstance(module, torch.nn.Module):
        got = f"{type(module).__name__} without one"
        raise InputError("initial_state=, the state before the first step", got, "pass for example torch.zeros(1, hidden)")
    try:
        step, accepts = module_program(module, alphabet, inputs)
        return _compared(step, module_originals(module, step, accepts=accepts), task, OWN_STEP)
    except InputError as error:
        attention = [name for name, part in module.named_modules() if isinstance(part, torch.nn.MultiheadAttention)]
        if not attention or not recurrent_parts(module):
            raise
        got = f"attention ({attention[0]}), which looks back at earlier steps: {error.got}"
        remedy = "test it as a black box (anylength.black_box)"
        raise InputError("a net that looks at its state and symbol alone", got, remedy) from error


def _compared(step: TorchStep, originals: Iterable[Original], task: Task, remedy: str) -> ComparedNet:
    """The net of a step, with the original that agrees with it.

    Raises:
        InputError: None does.
    """
    _require_classes(step, task)
    net = program_net(step.program, step.tensors, base=task.letters, tapes=task.tapes)
    refusals: list[InputError] = []
    doubtful: list[ComparedNet] = []
    for original in originals:
        try:
            compared = ImportedNet(net, PROGRAM, f"a step of {original.runtime}", 0.0, original, step.one, remedy).compared(task)
        except InputError as error:
            refusals.append(error)
            continue
        if compared.agreement is not None and compared.agreement.doubt is None:
            return compared
        doubtful.append(compared)
    if doubtful:
        return doubtful[0]
    raise refusals[0]


def _require_classes(step: TorchStep, task: Task) -> None:
    """Checks the number of logits.

    Raises:
        InputError: The task has another number of output classes.
    """
    given = 1 if step.one is not None else step.program.classes
    if step.program.classes != task.classes:
        remedy = "name another task, or return one logit for each output class"
        raise InputError(f"{task.classes} logits for {task.name}", str(given), remedy)
