"""Reads a live step or module of PyTorch as a net, and compares the two on hard words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.agreement import Agreement, hard_words
from anylength.interchange.pytorch.alphabet import Alphabet, Inputs
from anylength.interchange.pytorch.captured import captured, in_evaluation_mode
from anylength.interchange.pytorch.comparing import Reference, compare, program_logits
from anylength.interchange.pytorch.step import TorchStep, step_program
from anylength.interchange.pytorch.step_reference import step_logits
from anylength.interchange.pytorch.threaded_module import OWN_STEP
from anylength.interchange.pytorch.whole_module import module_program, module_references
from anylength.nets import Net, program_net
from anylength.tasks import Task


@dataclass(frozen=True)
class LiveNet:
    """What was read of a live step or module.

    Attributes:
        net: The net that takes its step.
        agreement: The comparison with the original.
    """

    net: Net
    agreement: Agreement


def read_live(subject: Any, task: Task, *, initial_state: Any = None, inputs: Inputs | None = None) -> LiveNet:
    """The net of a step or a module of PyTorch, after both have answered the same hard words.

    Args:
        subject: `step(state, x) → (state, logits)`, or a module whose recurrent parts are nn.RNN, nn.GRU, nn.LSTM or their Cells.
        task: The task, which gives the alphabet.
        initial_state: The start state of a step; None: the subject is a module.
        inputs: What x is: "one-hot" or "tokens"; None: found by trying.

    Raises:
        InputError: It cannot be read, answers differently from its program, or answers in another alphabet.
    """
    if inputs not in (None, "one-hot", "tokens"):
        raise InputError('inputs="one-hot" or inputs="tokens"', repr(inputs), "leave it out: it is found by trying")
    words, alphabet = hard_words(task), Alphabet(task.letters, task.tapes)
    if initial_state is None:
        return _read_module(subject, task, alphabet, inputs, words)
    step = step_program(subject, encoded=alphabet.encoded, tapes=task.tapes, initial_state=initial_state, inputs=inputs)
    _require_classes(step, task)
    with in_evaluation_mode(captured(subject)):
        reference = Reference(range(len(words)), step_logits(step.call, words))
    return _compared(step, [reference], task, words, "the step must be a function of its state and x alone")


def _read_module(module: Any, task: Task, alphabet: Alphabet, inputs: Inputs | None, words: Symbols) -> LiveNet:
    import torch

    if not isinstance(module, torch.nn.Module):
        got = f"{type(module).__name__} without one"
        raise InputError("initial_state=, the state before the first step", got, "pass for example torch.zeros(1, hidden)")
    step, accepts = module_program(module, alphabet, inputs)
    _require_classes(step, task)
    return _compared(step, module_references(module, step, words, accepts=accepts), task, words, OWN_STEP)


def _compared(step: TorchStep, references: Iterable[Reference], task: Task, words: Symbols, remedy: str) -> LiveNet:
    """The net of a step after a comparison with the first reference that agrees.

    Raises:
        InputError: None does.
    """
    net = program_net(step.program, step.tensors, base=task.letters, tapes=task.tapes)
    ours = program_logits(step.program, step.tensors, step.call.form.alphabet, words)
    refusal: InputError | None = None
    iterator = iter(references)
    while True:
        try:
            reference = next(iterator, None)
            if reference is None:
                break
            return LiveNet(net, compare(net, task, words, ours, reference, remedy))
        except InputError as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def _require_classes(step: TorchStep, task: Task) -> None:
    """Checks the number of logits.

    Raises:
        InputError: The task has another number of output classes.
    """
    if step.program.classes != task.classes:
        remedy = "name another task, or return one logit for each output class"
        raise InputError(f"{task.classes} logits for {task.name}", str(step.program.classes), remedy)
