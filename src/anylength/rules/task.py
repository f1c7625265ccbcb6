"""A task: an alphabet, an exact rule, data sets and stress inputs.

A finite-state task states its rule twice: as a `Machine` and as plain arithmetic (`exact`). A test compares the two. A task that is
not finite-state has no machine: its rule over words (`rule`) is arithmetic too.

A *symbol* is what a net reads in one step: one letter per tape. A *word* is a sequence of symbols.
"""

import copyreg
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from anylength.base import OUTPUT, Digits, InputError, LazyTable, Symbols, short_repr, unknown_name
from anylength.rules.digits import DIGIT_CHARACTERS, complement, to_text
from anylength.rules.machines import Machine
from anylength.rules.notation import MARKER_NAMES, AbstractLayout, AbstractNotation, LeastFirst, Names, Numbers
from anylength.rules.stack_machines import StackMachine

IGNORE_INDEX = int(np.iinfo(OUTPUT).max)
"""The target of a step whose output is not graded: no output class has it (as `ignore_index` in PyTorch)."""

ENDS = "ends"
"""The data set of words that are graded at their ends alone."""

BALANCED, BALANCED_ALL = "balanced", "balanced-all"
"""Kinds of data sets of an acceptor: half of the words are accepted. Words of 1 to K symbols, graded at their ends; or words of K
symbols, graded at every symbol."""

SAMPLED, SAMPLED_ALL = "sampled", "sampled-all"
"""Kinds of data sets of a finite-state task with a `sampler`, whose words they hold; graded likewise."""

MAX_POST_DIGITS = 1000
"""Largest K of the data set `post-K`, in digits. Memory and time of a training grow linearly with it."""


@dataclass(frozen=True)
class Dataset:
    """Training and validation words. All words of one array have the same length.

    Attributes:
        train: `[N, T]` symbols.
        validation: `[M, T']` symbols.
        train_ends: `[N]`: the number of steps of each word, where only its last output is graded. None: all outputs are.
        validation_ends: `[M]`: the same for the validation words.
    """

    train: Symbols
    validation: Symbols
    train_ends: NDArray[np.int64] | None = None
    validation_ends: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class StressFamily:
    """A named kind of stress input: B words, one in each column of `symbols`.

    Attributes:
        name: A short name.
        description: One line that says what these words are.
        symbols: `[T, B]`, zeros after each word. T is at least the longest word plus the task's tail.
        lengths: `[B]`, the number of symbols of each word.
    """

    name: str
    description: str
    symbols: Symbols
    lengths: NDArray[np.int64]


@dataclass(frozen=True)
class CarryChain:
    """A held input: after `prefix` the machine must keep its state apart from others for as long as `symbol` is repeated.

    For `count` it is the chain of nines through which a carry passes, hence the name.

    Attributes:
        prefix: The word read first.
        symbol: The symbol that is then repeated.
    """

    prefix: tuple[int, ...]
    symbol: int


DataMaker = Callable[[np.random.Generator, int], Dataset]
"""(rng, base) → the training and validation words."""

StressMaker = Callable[[np.random.Generator, int, int], list[StressFamily]]
"""(rng, base, length limit in symbols) → the families of stress inputs."""


WordSampler = Callable[[np.random.Generator, int, int], Symbols]
"""(rng, length L, count B) → `[T, B]` words whose input has L symbols, or the next smaller number of symbols that an input has."""


@dataclass(frozen=True)
class Task:
    """One task in one base.

    Attributes:
        name: The name on the command line.
        summary: One line for people.
        base: Digits are 0…base−1; with `names` the number of names.
        tapes: How many numbers are read side by side, one digit of each a step.
        transducer: The exact rule as a machine. None for a task that is not finite-state.
        exact: The same rule as arithmetic: digits of the numbers (of equal length) → digits of the answer, or the label's class.
        data: The data sets by name, the default first.
        stress: Makes the stress inputs.
        layout: How numbers become words, and outputs an answer.
        labels: Names of the output classes. None: the outputs are digits of a number, the answer.
        graded: With labels, which outputs are the answer: the "last" alone, or "all".
        names: Names of the letters of a tape, for a task that reads words and no numbers. None: the letters are digits.
        negative: Whether an answer whose top digit is base−1 stands for a number below zero (the base's complement).
        carry_chains: The held inputs that the horizon is measured on.
        markers: How many letters a tape has besides the digits (see `tasks.phases`).
        rule: For a task that is not finite-state: `[T, B]` symbols → `[T, B]` targets, `IGNORE_INDEX` where none is graded.
        description: For a user's own task, the JSON text of its machine.
        data_up_to: K → the data set `post-K`: as `post`, with numbers of up to K digits. None: the task has no such data sets.
        ends_up_to: K → the data set `ends-K`: words of 1 to K symbols, graded at their ends. None: the task has no such data sets.
        further_data: Further kinds of data sets, KIND → (K → the data set `KIND-K`): see `BALANCED` and `SAMPLED`.
        sampler: (rng, length, count) → words `[T, count]` whose input has that length, as the source of the task draws them. None:
            random numbers of that length, or uniformly random symbols.
        end: The output class that ends an answer. What comes after it is padding: it is trained on, but not scored. None: there is
            no padding.
        example: An input, as people write it, for a task that allows some inputs alone. None: any will do.
        memory: The exact rule as a machine with stacks, for a task that one can do and a finite machine cannot.
        any_net: Whether nets with a state of fixed size may be trained on a task that is not finite-state, for comparison.
    """

    name: str
    summary: str
    base: int
    tapes: int
    transducer: Machine | None
    exact: Callable[[tuple[Digits, ...]], Digits]
    data: Mapping[str, DataMaker]
    stress: StressMaker
    layout: AbstractLayout = field(default_factory=LeastFirst)
    labels: tuple[str, ...] | None = None
    graded: Literal["last", "all"] = "last"
    names: tuple[str, ...] | None = None
    negative: bool = False
    carry_chains: tuple[CarryChain, ...] = ()
    markers: int = 0
    rule: Callable[[Symbols], Symbols] | None = None
    description: str | None = None
    data_up_to: Callable[[int], DataMaker] | None = None
    ends_up_to: Callable[[int], DataMaker] | None = None
    further_data: Mapping[str, Callable[[int], DataMaker]] = field(default_factory=dict[str, Callable[[int], DataMaker]])
    sampler: WordSampler | None = None
    end: int | None = None
    example: str | None = None
    any_net: bool = False
    memory: StackMachine | None = None

    def __repr__(self) -> str:
        """The task's name and sizes."""
        states = None if self.transducer is None else self.transducer.states
        return short_repr("Task", {"name": self.name, "base": self.base, "tapes": self.tapes, "states": states}.items())

    @property
    def machine(self) -> Machine:
        """The exact rule as a machine.

        Raises:
            InputError: The task is not finite-state.
        """
        if self.transducer is None:
            raise InputError("a finite-state task", self.name, "no machine of fixed size can do it: see anylength tasks")
        return self.transducer

    def data_named(self, name: str) -> DataMaker:
        """The data set of this name: one of `data`, or `post-K`, `ends-K` or one of `further_data`; K = 1 to `MAX_POST_DIGITS`.

        Raises:
            InputError: No data set has this name. The error suggests the nearest name.
        """
        if name in self.data:
            return self.data[name]
        kinds = {kind: make for kind, make in (("post", self.data_up_to), (ENDS, self.ends_up_to)) if make is not None}
        kinds |= self.further_data
        kind, _, digits = name.rpartition("-")
        if kind not in kinds or not re.fullmatch(r"[0-9]{1,9}", digits):
            raise unknown_name(f"data set of the task {self.name}", name, [*self.data, *(f"{kind}-K" for kind in kinds)])
        if not 1 <= int(digits) <= MAX_POST_DIGITS:
            remedy = f"K is the largest number of {self.notation.unit}s: pass for example {kind}-5"
            raise InputError(f"{kind}-1 to {kind}-{MAX_POST_DIGITS}", name, remedy)
        return kinds[kind](int(digits))

    @cached_property
    def notation(self) -> AbstractNotation:
        """How people write what stands on a tape."""
        return Numbers(self.base) if self.names is None else Names(self.names)

    @property
    def letters(self) -> int:
        """The size of one tape's alphabet: the digits and the markers."""
        return self.base + self.markers

    @property
    def symbols(self) -> int:
        """A, the size of the alphabet."""
        return self.letters**self.tapes

    @property
    def encoding_size(self) -> int:
        """E, the length of an encoded symbol: one one-hot vector for each tape, concatenated."""
        return self.letters * self.tapes

    @property
    def classes(self) -> int:
        """C, the number of output classes: one for each digit, or for each label."""
        return self.base if self.labels is None else len(self.labels)

    @property
    def tail(self) -> int:
        """Steps of symbol 0 after the numbers. An answer may be that many digits longer than the numbers."""
        return self.layout.tail

    def word(self, numbers: tuple[Digits, ...]) -> Symbols:
        """The word `[T]` that a net reads to answer these numbers, tail included."""
        return self.layout.word(numbers, self.base)

    def numbers(self, word: Symbols) -> tuple[Digits, ...]:
        """The numbers in a word without tail: the inverse of `word`."""
        return self.layout.numbers(word, self.base, self.tapes)

    def answer(self, outputs: Symbols) -> Symbols:
        """The answer in the outputs `[T]`: digits, least significant first, or the classes of the graded labels.

        It ends at the first output of the class `end`.
        """
        if self.labels is None:
            return self.layout.answer(outputs)
        if self.graded == "last":
            return outputs[-1:].astype(OUTPUT)
        answer = self.layout.answer(outputs).astype(OUTPUT)
        ends = np.flatnonzero(answer == (self.classes if self.end is None else self.end))
        return answer[: ends[0] + 1] if ends.size else answer

    def text(self, answer: Symbols) -> str:
        """An answer as people write it: the most significant digit first, or the labels."""
        if self.labels is not None:
            return self.label_separator.join(self.labels[output] for output in answer.tolist())
        if self.negative and answer[-1] == self.base - 1:
            return f"-{to_text(complement(answer, self.base))}"
        return to_text(answer)

    def labelled(self, text: str) -> Symbols | None:
        """The classes of the labels in an answer; None where it is no answer of the task."""
        numbers = {label: number for number, label in enumerate(self.labels or ())}
        apart = text.split(" ") if self.label_separator else list(text)
        tokens = apart if self.graded == "all" else [text]
        return np.array([numbers[token] for token in tokens], OUTPUT) if all(token in numbers for token in tokens) else None

    def symbol_name(self, symbol: int) -> str:
        """A symbol as people write it: one letter for each tape, joined by commas."""
        letters = [symbol // self.letters**tape % self.letters for tape in range(self.tapes)]
        return ",".join(map(self._letter_name, letters))

    def _letter_name(self, letter: int) -> str:
        return self.notation.name(letter) if letter < self.base else MARKER_NAMES[letter - self.letters]

    @property
    def symbol_names(self) -> list[str]:
        """The names of all symbols."""
        return [self.symbol_name(symbol) for symbol in range(self.symbols)]

    @property
    def output_names(self) -> list[str]:
        """The names of all output classes."""
        return list(self.labels or DIGIT_CHARACTERS[: self.base])

    @property
    def separator(self) -> str:
        """What stands between two letters of a tape as people write them."""
        return self.notation.separator if isinstance(self.notation, Names) else ""

    @property
    def label_separator(self) -> str:
        """What stands between two labels of an answer."""
        return "" if all(len(label) == 1 for label in self.labels or ()) else " "

    def sample(self, rng: np.random.Generator, length: int, count: int) -> Symbols:
        """`count` words `[T, count]` as the source of the task draws them, tails and markers included (see `sampler`)."""
        return self.random_words(rng, length, count) if self.sampler is None else self.sampler(rng, length, count)

    def random_words(self, rng: np.random.Generator, length: int, count: int) -> Symbols:
        """`count` random words `[T, count]` with inputs of exactly `length` symbols, tails and markers included.

        Every word of the alphabet is an input of a finite-state task, so these are not always those that its source draws.
        """
        if self.transducer is None and self.sampler is not None:
            return self.sampler(rng, length, count)
        tapes = [self.notation.random(rng, np.full(count, length), length) for _ in range(self.tapes)]
        return np.stack([self.word(numbers) for numbers in zip(*tapes, strict=True)], axis=1)

    def targets(self, symbols: Symbols, ends: NDArray[np.int64] | None = None) -> Symbols:
        """The right output classes `[T, B]` for a batch of words `[T, B]`.

        With `ends` `[B]` only the last output of each word is graded: all other targets are `IGNORE_INDEX`.
        """
        targets = self._all_targets(symbols)
        return targets if ends is None else np.where(np.arange(len(symbols))[:, None] == ends - 1, targets, OUTPUT(IGNORE_INDEX))

    def scored(self, symbols: Symbols) -> Symbols:
        """The targets `[T, B]` that a score counts: as `targets`, but `IGNORE_INDEX` after the end of an answer too (see `end`)."""
        targets = self.targets(symbols)
        if self.end is None:
            return targets
        ended = np.cumsum(targets == self.end, axis=0) - (targets == self.end)
        return np.where(ended > 0, OUTPUT(IGNORE_INDEX), targets)

    def _all_targets(self, symbols: Symbols) -> Symbols:
        if self.rule is not None:
            return self.rule(symbols)
        delta = np.asarray(self.machine.delta)
        output = np.asarray(self.machine.output, OUTPUT)
        state = np.full(symbols.shape[1:], self.machine.start)
        targets = np.empty(symbols.shape, OUTPUT)
        for t, symbol in enumerate(symbols):
            targets[t] = output[state, symbol]
            state = delta[state, symbol]
        return targets


@dataclass(frozen=True)
class ParametricTask:
    """A kind of task that is named by a number K: `multiply-3`.

    Attributes:
        make: (K, base) → task.
        summary: One line for people, with the range of K.
    """

    make: Callable[[int, int], Task]
    summary: str


_NAMES: LazyTable[Callable[[Task], tuple[Any, ...]]] = LazyTable("anylength.rules", {"reduced": "named_tasks:reduced"})


def _reduced(task: Task) -> tuple[Any, ...]:
    """How a task is pickled: the module that knows tasks by name says it, and is loaded when a task is pickled."""
    return _NAMES["reduced"](task)


copyreg.pickle(Task, _reduced)
