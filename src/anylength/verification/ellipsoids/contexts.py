"""Contexts: the nodes of a proof by ellipsoids. A context is what a word ended with, as far back as states need to be told apart.

It is a tuple (q, s₁, s₂, …, sₖ): the machine was in state q before the last symbol s₁, before which came s₂, and so on. A last
`START` says that the word began there. A set of contexts leaves no word out: each history ends in exactly one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from anylength.machines import Machine
from anylength.verification.certify.words import END
from anylength.verification.partial_machines import PartialMachine

START = -1
"""The beginning of the word, in place of an older symbol."""

Context = tuple[int, ...]

EMPTY: Context = (START,)
"""The context of the empty word."""


@dataclass
class Contexts:
    """A set of contexts that can be split. Every context knows the context that follows under each symbol.

    Attributes:
        machine: The machine; with a partial one, the words are those that it goes along.
        leaves: The contexts.
    """

    machine: Machine | PartialMachine
    leaves: set[Context] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.leaves:
            self.leaves = {EMPTY, *((q, symbol) for q in range(self.machine.states) for symbol in self._going_on(q))}
            self.complete()

    def deepened(self) -> None:
        """Splits every context once."""
        for context in list(self.leaves):
            self.split(context)
        self.complete()

    def state(self, context: Context) -> int:
        """The machine's state at a context."""
        return self.machine.start if context == EMPTY else self.machine.delta[context[0]][context[1]]

    def _going_on(self, state: int) -> list[int]:
        return [symbol for symbol, after in enumerate(self.machine.delta[state]) if after != END]

    def symbols_after(self, context: Context) -> list[int]:
        """The symbols that a word may go on with."""
        return self._going_on(self.state(context))

    def before(self, context: Context) -> set[int]:
        """The states in which the machine may have been before the oldest symbol of a context."""
        if context[-1] == START:
            return set()
        possible = {context[0]}
        for symbol in context[2:]:
            possible = {q for q in range(self.machine.states) if self.machine.delta[q][symbol] in possible}
        return possible

    def longer(self, context: Context) -> list[Context]:
        """The contexts with one more older symbol, or the beginning of the word."""
        possible = self.before(context)
        symbols = range(self.machine.symbols)
        older = [s for s in symbols if any(self.machine.delta[q][s] in possible for q in range(self.machine.states))]
        return [(*context, s) for s in older] + [(*context, START)] * (self.machine.start in possible)

    def split(self, context: Context) -> None:
        """Replaces a context by the longer ones. Call `complete` afterwards."""
        if context in self.leaves and context[-1] != START:
            self.leaves.discard(context)
            self.leaves.update(self.longer(context))

    def complete(self) -> None:
        """Splits contexts until each says what follows it, and until none has but one possible older symbol."""
        waiting = list(self.leaves)
        while waiting:
            unclear = [context for context in waiting if context in self.leaves and self._is_unclear(context)]
            for context in unclear:
                self.split(context)
            waiting = list(self.leaves) if unclear else []

    def _is_unclear(self, context: Context) -> bool:
        """Whether what follows a context depends on older symbols, or there is only one possible older symbol."""
        if context[-1] == START:
            return False
        if len(context) > 2 and len(self.longer(context)) == 1:
            return True
        return any(self.found(self.history_after(context, symbol)) is None for symbol in self.symbols_after(context))

    def history_after(self, context: Context, symbol: int) -> Context:
        """What is known of the word after one more symbol."""
        older = (START,) if context == EMPTY else context[1:]
        return (self.state(context), symbol, *older)

    def found(self, history: Context) -> Context | None:
        """The context that a history ends in; None where it is too short to tell."""
        return next((history[:k] for k in range(1, len(history) + 1) if history[:k] in self.leaves), None)

    def next(self, context: Context, symbol: int) -> Context:
        """The context after one more symbol."""
        found = self.found(self.history_after(context, symbol))
        assert found is not None
        return found

    def ordered(self) -> tuple[list[Context], list[Context]]:
        """The contexts of words of any length, and those of single words, both from short to long."""
        order = sorted(self.leaves, key=lambda context: (len(context), context))
        return [c for c in order if c[-1] != START], [c for c in order if c[-1] == START]

    def edges(self, contexts: list[Context]) -> Iterator[tuple[int, int, int]]:
        """The number of each context, a symbol, and the number of the context that follows."""
        numbers = {context: number for number, context in enumerate(contexts)}
        for number, context in enumerate(contexts):
            for symbol in self.symbols_after(context):
                yield number, symbol, numbers[self.next(context, symbol)]
