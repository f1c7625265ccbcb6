"""Tasks from string to string: a net reads a word of named symbols, then markers that ask for the answer, one output class at each.

They are not finite-state. A `StringRule` states the answers to words of one length, and draws words of one length. `string_task`
makes a `Task` of it: words of many lengths in one batch, data sets and stress inputs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Digits, InputError, Symbols
from anylength.rules.finite import POST_TRAIN, POST_VALIDATION
from anylength.rules.notation import Phases, lengths
from anylength.rules.stack_machines import StackMachine
from anylength.rules.stress_words import SAMPLES
from anylength.rules.task import IGNORE_INDEX, DataMaker, Dataset, StressFamily, StressMaker, Task

LONGEST = 500
"""Longest stress inputs, in symbols: the longest inputs of the benchmark's tests."""

STRESS_LENGTHS = 32
"""Lengths of a stress family, evenly spaced from 1 to the longest. Each has the same number of words."""

Letters = NDArray[np.uint8]
"""Inputs of one length side by side, `[L, N]`: one column is one input."""

LetterSampler = Callable[[np.random.Generator, int, int], Letters]
"""(rng, L, N) → N random inputs of L symbols."""


@dataclass(frozen=True)
class StringRule:
    """A rule from string to string.

    Attributes:
        symbols: The names of the input symbols.
        classes: The names of the output classes.
        steps: (c, d): the answer to L symbols has ⌈c·L⌉ + d outputs.
        answer: Inputs `[L, N]` that the rule allows → their answers `[A, N]`.
        sample: Draws inputs as the source of the task does.
        example: An input, as people write it.
        allows: Inputs `[L, N]` → `[N]`, whether each is an input of the task. None: all are.
        end: The output class that ends an answer. What comes after it is padding. None: every output is part of the answer.
        hard: Further samplers, by their name and description: inputs on which nets may fail.
        memory: A machine with stacks that gives the answers. None: there is none here.
    """

    symbols: tuple[str, ...]
    classes: tuple[str, ...]
    steps: tuple[float, int]
    answer: Callable[[Letters], np.ndarray]
    sample: LetterSampler
    example: str
    allows: Callable[[Letters], NDArray[np.bool_]] | None = None
    end: int | None = None
    hard: Mapping[tuple[str, str], LetterSampler] = field(default_factory=dict[tuple[str, str], LetterSampler])
    memory: StackMachine | None = None

    @property
    def layout(self) -> Phases:
        """The symbols in order, then as many markers as the answer has outputs."""
        return Phases(markers=1, work=(0, 0), answers=self.steps, read_most_first=False, answer_most_first=False)

    def targets(self, symbols: Symbols) -> Symbols:
        """The right outputs `[T, B]` of words `[T, B]`: `IGNORE_INDEX` but at the markers after an input that the rule allows."""
        marker, targets = len(self.symbols), np.full(symbols.shape, IGNORE_INDEX, OUTPUT)
        of_words = lengths(symbols, marker, marker + 1)
        for length in np.unique(of_words[of_words > 0]).tolist():
            words = np.flatnonzero(of_words == length)
            letters = symbols[:length, words].astype(np.uint8)
            if self.allows is not None:
                allowed = self.allows(letters)
                words, letters = words[allowed], letters[:, allowed]
            if not words.size:
                continue
            answer = self.answer(letters)[: len(symbols) - length].astype(OUTPUT)
            at_marker = symbols[length : length + len(answer), words] == marker
            targets[length : length + len(answer), words] = np.where(at_marker, answer, IGNORE_INDEX)
        return targets

    def words(self, letters: Letters) -> Symbols:
        """The words `[T, N]` of inputs `[L, N]`, markers included."""
        return self.layout.words([letters.T], np.full(letters.shape[1], len(letters)), len(self.symbols)).T.copy()


def string_task(name: str, summary: str, rule: StringRule) -> Task:
    """The task of a rule."""

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        targets = rule.targets(task.word(numbers)[:, None])[:, 0]
        if targets[-1] == IGNORE_INDEX:
            remedy = f"write for example {rule.example}"
            raise InputError(f"an input of {name}", f"{task.notation.write(numbers[0])!r}", remedy)
        return task.answer(targets)

    task = Task(
        name=name,
        summary=summary,
        base=len(rule.symbols),
        tapes=1,
        transducer=None,
        exact=exact,
        # longest inputs; the benchmark trains on inputs of up to 40
        data={"post": inputs_up_to(rule, 10), "chomsky": inputs_up_to(rule, 40)},
        data_up_to=lambda longest: inputs_up_to(rule, longest),
        stress=_stress(rule),
        layout=rule.layout,
        labels=rule.classes,
        graded="all",
        names=rule.symbols,
        markers=rule.layout.markers,
        rule=rule.targets,
        sampler=lambda rng, length, count: rule.words(rule.sample(rng, length, count)),
        end=rule.end,
        example=rule.example,
        any_net=True,
        memory=rule.memory,
    )
    return task


def uniform(symbols: int) -> LetterSampler:
    """Draws every symbol alone and uniformly."""

    def sample(rng: np.random.Generator, length: int, count: int) -> Letters:
        return rng.integers(0, symbols, (length, count), np.uint8)

    return sample


def inputs_up_to(rule: StringRule, longest: int) -> DataMaker:
    """10,000 inputs of 1 to `longest` symbols, their lengths drawn uniformly: 9,000 to train on, 1,000 to validate on."""

    def make(rng: np.random.Generator, base: int) -> Dataset:
        del base
        words = _words_of(rule, rule.sample, rng, rng.integers(1, longest + 1, POST_TRAIN + POST_VALIDATION))
        return Dataset(train=words[:POST_TRAIN], validation=words[POST_TRAIN:])

    return make


def _words_of(rule: StringRule, sample: LetterSampler, rng: np.random.Generator, length: np.ndarray) -> Symbols:
    """Words `[N, T]` with inputs of the given lengths `[N]`, zeros after each word."""
    letters = np.zeros((len(length), int(length.max())), np.uint8)
    for of_length in np.unique(length).tolist():
        rows = np.flatnonzero(length == of_length)
        letters[rows, :of_length] = sample(rng, of_length, len(rows)).T
    return rule.layout.words([letters], length, len(rule.symbols))


def _stress(rule: StringRule) -> StressMaker:
    samplers = {("random", "inputs as the benchmark draws them"): rule.sample, **rule.hard}

    def make(rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
        del base
        longest = max((n for n in range(1, LONGEST + 1) if rule.layout.steps(n) <= limit), default=0)
        if longest == 0:
            return []
        spaced = np.unique(np.linspace(1, longest, STRESS_LENGTHS).round().astype(np.int64))
        length = np.repeat(spaced, SAMPLES // STRESS_LENGTHS)
        return [
            StressFamily(name, description, _words_of(rule, sample, rng, length).T.copy(), rule.layout.steps(length))
            for (name, description), sample in samplers.items()
        ]

    return make
