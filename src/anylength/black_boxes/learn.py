"""The machine that a function is, learned from its answers by AALpy, and whether it is the task's. Evidence, never proof."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import msgspec
import numpy as np

from anylength.black_boxes.conformance import Word, levels
from anylength.black_boxes.examinee import Allowance, Examinee
from anylength.black_boxes.observations import NoMachineError, Observations, SpentError
from anylength.errors import InputError
from anylength.extraction import table_of
from anylength.extraction.learn import MAX_STATES
from anylength.machines import Machine, distinguishing_word, minimise
from anylength.records import Extraction, Mistake
from anylength.records.extraction import NO_MACHINE, TESTED, UNFINISHED, Status
from anylength.tasks import Task, carry_chains_of

WORDS = 3_000
"""So many words that tell a hypothesis from machines with more states are asked at most, before it is believed."""

RANDOM, LENGTH, HELD = 300, 60, (1, 2, 3, 5, 10, 20, 40, 80)
"""So many random words of up to such a length; so many steps each state is held."""


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes:
        machine: The machine; None where there is none.
        extraction: The record of it: `status` is `tested`, `unfinished` or `not applicable`, and `note` says what that means.
    """

    machine: Machine | None
    extraction: Extraction


class _TooManyError(Exception):
    """The hypothesis has too many states."""


class _Hypotheses:
    """Hypotheses so far, and the search for words against them."""

    def __init__(self, observations: Observations, task: Task, seed: int) -> None:
        self.last: Machine | None = None
        self.words = self.longest = 0
        self._observations, self._task, self._rng = observations, task, np.random.default_rng([seed, 19])

    def against(self, machine: Machine) -> Word | None:
        """A word whose outputs are not the machine's; the words that agree are counted anew for each hypothesis."""
        self.last, self.words, self.longest = machine, 0, 0
        if machine.states > MAX_STATES:
            raise _TooManyError
        for word in self._suspects(machine):
            wanted = machine.run(word)
            if self._task.labels is None or self._observations.last(word) != wanted[-1]:
                pairs = zip(self._observations.outputs(word), wanted, strict=True)
                wrong = next((at for at, (said, right) in enumerate(pairs) if said != right), None)
                if wrong is not None:
                    return word[: wrong + 1]
            self.words, self.longest = self.words + 1, max(self.longest, len(word))
        return None

    def _suspects(self, machine: Machine) -> Iterator[Word]:
        apart = distinguishing_word(machine, self._task.machine)
        if apart is not None:
            yield apart
        symbols = machine.symbols
        for carry_chain in carry_chains_of(machine) + carry_chains_of(self._task.machine):
            for held in HELD:
                yield (*carry_chain.prefix, *[carry_chain.symbol] * held, int(self._rng.integers(symbols)))
        for _ in range(RANDOM):
            yield tuple(self._rng.integers(0, symbols, int(self._rng.integers(1, LENGTH + 1))).tolist())
        yield from islice((word for level in islice(levels(machine), 4) for word in level.words), WORDS)


def learned(examinee: Examinee, *, budget: float | None, calls: int | None, seed: int) -> Learned:
    """The machine of a function after so many seconds, or inputs, at most.

    Raises:
        InputError: AALpy is not installed, the function failed to answer, or no allowance.
    """
    started, task = time.monotonic(), examinee.script.task
    allowance = Allowance.of(budget, calls)
    reason = _unlearnable(task)
    if reason is not None:
        return Learned(None, _record(task, None, NO_MACHINE, reason, started))
    learn = _learner()
    observations = Observations(examinee, allowance)
    hypotheses = _Hypotheses(observations, task, seed)
    try:
        machine = minimise(learn(observations, task.symbols, hypotheses.against))
    except NoMachineError as error:
        return Learned(None, _record(task, None, NO_MACHINE, f"not a machine that reads digit by digit: {error}", started))
    except (SpentError, _TooManyError) as error:
        return _unfinished(hypotheses, task, started, many=isinstance(error, _TooManyError))
    mistake, note = _beside(examinee, machine)
    found = _record(task, machine, TESTED, note, started, mistake)
    return Learned(machine, msgspec.structs.replace(found, words=hypotheses.words, longest=hypotheses.longest))


def _unlearnable(task: Task) -> str | None:
    """Why no machine can be learned, in words; None where one can."""
    if task.transducer is None:
        return f"no machine of fixed size can do {task.name}: there is none to be learned"
    if task.labels is not None and task.tail:
        return f"{task.name} shows a label only after {task.tail} steps of zeros: what is said on the way cannot be asked for"
    return None


def _learner() -> Callable[[Observations, int, Callable[[Machine], Word | None]], Machine]:
    """AALpy's learner.

    Raises:
        InputError: AALpy is not installed.
    """
    try:
        from anylength.black_boxes.by_aalpy import learn
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "aalpy":
            raise
        raise InputError("AALpy, which learns machines", "no module of that name", "pip install '.[learn]'") from None
    return learn


def _unfinished(hypotheses: _Hypotheses, task: Task, started: float, *, many: bool) -> Learned:
    machine = None if hypotheses.last is None else minimise(hypotheses.last)
    if many:
        note = f"the function tells more than {MAX_STATES} states apart: it is no small machine, and this one is only a part of it"
    elif machine is None:
        note = "the budget was spent before there was a machine: pass a larger budget, or more calls"
    else:
        note = f"the budget was spent while states were still being told apart ({machine.states} so far): pass a larger one"
    return Learned(machine, _record(task, machine, UNFINISHED, note, started))


def _beside(examinee: Examinee, machine: Machine) -> tuple[Mistake | None, str]:
    """The shortest input on which the machine and the task part, asked once more of the function; and what was learned in words."""
    task, script = examinee.script.task, examinee.script
    word, questions = distinguishing_word(machine, task.machine), f"{examinee.asked:,} questions"
    states = f"{machine.states} state" + ("s" if machine.states != 1 else "")
    if word is None:
        return None, f"the machine that was learned from {questions} is the task's ({states}): that is evidence, not proof"
    asked = examinee.again(examinee.ask([script.columns_of(word)])[0])
    note = f"the machine that was learned from {questions} is not the task's ({states})"
    if asked.good:
        return (
            asked.mistake(),
            f"{note}; but asked again, the function answers the input that shows it rightly: it is not deterministic",
        )
    return asked.mistake(), note


def _record(
    task: Task, machine: Machine | None, status: Status, note: str, started: float, mistake: Mistake | None = None
) -> Extraction:
    return Extraction(
        states=None if machine is None else machine.states,
        machine=None if machine is None else table_of(machine, task),
        equivalent=mistake is None if status == TESTED else None,
        status=status,
        note=note,
        difference=mistake,
        wrong=None if mistake is None else mistake.answer != mistake.expected,
        seconds=time.monotonic() - started,
    )
