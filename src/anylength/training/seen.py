"""The task as training sees it: with its own machine, or with one that is inferred from the training examples."""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from anylength.base import InputError
from anylength.records.runs import Inferred
from anylength.rules import FREE, IGNORE_INDEX, Machine, Task
from anylength.training.examples import Examples

if TYPE_CHECKING:
    from anylength.rules import LabelledWords, Word

Unseen: TypeAlias = Literal["refuse", "ask"]
"""What to do about pairs of a state and a symbol that no example shows: refuse, or ask the task for a few words."""

REFUSE: Unseen = "refuse"
"""The default."""


@dataclass(frozen=True)
class SeenTask:
    """The task as training sees it.

    Attributes:
        task: The task. Its machine is the one that training knows.
        inferred: The record of that machine, if it was inferred.
    """

    task: Task
    inferred: Inferred | None = None


def inferred_task(task: Task, examples: Examples, rng: np.random.Generator, unseen: Unseen) -> SeenTask:
    """The task with a machine that is inferred from examples alone. Its true machine is not looked at, but may answer questions.

    Unless questions are asked, a fifth of the examples is held out first, and a machine of the others must answer it rightly.

    Args:
        task: The task.
        examples: The training examples.
        rng: Draws what is held out, and the questions.
        unseen: What to do about pairs that no example shows.

    Raises:
        InputError: The examples contradict each other, are too few, leave pairs open (under "refuse"), or a machine inferred from
            four fifths of them errs on the others.
    """
    from anylength.rules import completed, from_targets, hold_out, infer

    if task.memory is not None:
        return _with_stack(task, examples, unseen)
    words = from_targets(examples.symbols, examples.targets, IGNORE_INDEX, task.symbol_names)
    if unseen == "ask":
        return _after_questions(task, words, rng)
    hold_out(words, task.symbols, rng).require()
    machine = completed(infer(words, task.symbols))
    return SeenTask(dataclasses.replace(task, transducer=machine), Inferred(machine.states))


LITTLE = 0.9
"""A warning is given where more of the symbols than this are read in states that nothing leaves, with one answer for ever."""


def shows_little(task: Task, machine: Machine, examples: Examples) -> str | None:
    """What the examples of a machine do not show, in words: they have one answer, or nearly all end in states with one for ever."""
    graded = np.asarray(examples.targets) != IGNORE_INDEX
    shown = np.unique(np.asarray(examples.targets)[graded])
    if len(shown) == 1:
        label = task.labels[shown[0]] if task.labels else str(shown[0])
        return f"every example has the answer {label}, and the net learns no other"
    going_on = np.flip(np.logical_or.accumulate(np.flip(graded, 1), axis=1), 1)
    delta, output = np.array(machine.delta), np.array(machine.output)
    stays = (delta == np.arange(machine.states)[:, None]).all(axis=1) & (output == output[:, :1]).all(axis=1)
    state, stuck = np.full(len(graded), machine.start), 0
    for symbols, reading in zip(np.asarray(examples.symbols).T, going_on.T, strict=True):
        stuck += int((reading & stays[state]).sum())
        state = delta[state, symbols]
    share = stuck / going_on.sum()
    return f"{share:.0%} of the examples is read where the answer cannot change any more" if share > LITTLE else None


def _with_stack(task: Task, examples: Examples, unseen: Unseen) -> SeenTask:
    """The task with a machine with one stack. Where no example leads, this does nothing and answers nothing."""
    from anylength.rules import beginnings, infer_stacks

    if unseen == "ask":
        raise InputError("no questions for a machine with a stack", "--ask", "leave --ask out")
    words = beginnings(examples.symbols, np.where(examples.targets == IGNORE_INDEX, FREE, examples.targets.astype(np.int64)))
    found = infer_stacks(words, symbols=task.symbols)
    if found is None:
        raise InputError(
            "examples that a small machine with one stack answers", f"none found for {task.name}", "pass --recipe memory"
        )
    guessed = sum(rule is None for row in found.rules for rule in row)
    return SeenTask(
        dataclasses.replace(task, memory=found.completed), Inferred(found.states, guessed=guessed, letters=found.letters - 1)
    )


def _after_questions(task: Task, words: "LabelledWords", rng: np.random.Generator) -> SeenTask:
    """The task with a machine of the examples and of some words that the task answers."""
    from anylength.rules import ask_until_known, completed

    def answer(word: "Word") -> list[int]:
        return task.targets(np.array(word, np.uint16)[:, None])[:, 0].tolist()

    found = ask_until_known(words, answer, task.symbols, rng)
    if not found.finished:
        got = f"a machine that still changes after {len(found.answered):,} questions"
        raise InputError("examples whose machine can be inferred", got, "pass more or longer examples")
    machine = completed(found.inferred)
    return SeenTask(dataclasses.replace(task, transducer=machine), Inferred(machine.states, questions=len(found.answered)))
