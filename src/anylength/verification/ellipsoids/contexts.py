"""Contexts: the nodes of a proof by ellipsoids. A context is what a word ended with, as far back as states need to be told apart.

It is a tuple (q₁, s₁, s₂, q₂, s₃, q₃, …): the last symbol s₁ was read in the machine's state q₁, the one before it s₂ in state q₂,
and so on. It ends with a symbol or with a state: a symbol alone need not tell what state it was read in. A last `START` says that
the word began there, and a last class of symbols that the oldest one was any of these. A set of contexts leaves no word out: each
history ends in exactly one of them.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from anylength.rules import END, Machine, PartialMachine
from anylength.verification.ellipsoids.classes import MOST_SYMBOLS, START, class_of, holds, is_class, members

LONG = 24
"""From this length on a context is not split only to have more of them."""

REPEATED = 6
"""The least number of symbols that repeat several of them: fewer do by chance. A split tells as many further repetitions apart."""

Context = tuple[int, ...]

EMPTY: Context = (START,)
"""The context of the empty word."""


def after(history: Context, state: int, symbol: int) -> Context:
    """The history after one more symbol, which is read in this state."""
    return (state, symbol, START) if history == EMPTY else (state, symbol, history[1], history[0], *history[2:])


def repeated(state: int, symbol: int, times: int) -> Context:
    """The end of a word that repeats a symbol in a state so often."""
    return repeated_in([state] * times, symbol)


def repeated_in(states: Sequence[int], symbol: int) -> Context:
    """The end of a word that repeats a symbol in these states, the newest first."""
    return (states[0], symbol, *(number for state in states[1:] for number in (symbol, state)))


def is_repeating(context: Context) -> bool:
    """Whether the two oldest symbols of a context are the same, read in the same state."""
    if len(context) == 4:
        return context[3:1:-1] == context[:2]
    return len(context) > 4 and len(context) % 2 == 0 and context[-2:] == context[-4:-2]


def period_of(context: Context) -> int:
    """After how many symbols the oldest end of a context repeats itself, read in the same states: 0 if it does not.

    One symbol does where it is there twice; several do where they are there twice, and are `REPEATED` symbols then.
    """
    if is_repeating(context):
        return 1
    if len(context) % 2:
        return 0
    pairs = [context[1::-1], *zip(context[2::2], context[3::2], strict=True)][::-1]
    return next((k for k in range(2, len(pairs) // 2 + 1) if pairs[: max(k, REPEATED - k)] == pairs[k : max(2 * k, REPEATED)]), 0)


@dataclass
class Contexts:
    """A set of contexts that can be split. Every context knows the context that follows under each symbol.

    Attributes:
        machine: The machine; with a partial one, the words are those that it goes along.
        leaves: The contexts. The oldest symbol of one may be a class of symbols.
    """

    machine: Machine | PartialMachine
    leaves: set[Context] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._classes: dict[Context, set[int]] = {}
        for context in self.leaves:
            self._note_class(context)
        if not self.leaves:
            self.leaves = {EMPTY, *((q, symbol) for q in range(self.machine.states) for symbol in self._going_on(q))}
            self.complete()

    @property
    def has_classes(self) -> bool:
        """Whether the alphabet is small enough for classes of symbols."""
        return self.machine.symbols <= MOST_SYMBOLS

    def deepened(self) -> None:
        """Splits every context once."""
        for context in list(self.leaves):
            self.split(context)
        self.complete()

    def deepened_to(self, least: int) -> None:
        """Splits the shortest contexts, again and again, until there are at least so many, or all are long or single words."""
        while len(self.leaves) < least:
            lengths = {context: len(context) for context in self.leaves if context[-1] != START}
            shortest = min(lengths.values(), default=LONG)
            if shortest >= LONG:
                return
            for context in lengths:
                if lengths[context] == shortest:
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

    def longer(self, context: Context) -> list[Context]:
        """The contexts that know one thing more: the state in which the oldest symbol was read, or the symbol before it.

        The beginning of the word stands for such a symbol, too. Of a class they know which symbol it was.
        """
        if context[-1] == START:
            return []
        if is_class(context[-1]):
            return [(*context[:-1], symbol) for symbol in members(context[-1])]
        states, symbols, delta = range(self.machine.states), range(self.machine.symbols), self.machine.delta
        if len(context) % 2:
            reached = context[0] if len(context) == 3 else context[-2]
            return [(*context, q) for q in states if delta[q][context[-1]] == reached]
        first = context[0] if len(context) == 2 else context[-1]
        older = [s for s in symbols if any(delta[q][s] == first for q in states)]
        return [(*context, s) for s in older] + [(*context, START)] * (first == self.machine.start)

    def split(self, context: Context, groups: Iterable[Sequence[int]] = ()) -> None:
        """Replaces a context by the longer ones. Call `complete` afterwards.

        Groups are of symbols that longer contexts end with: of such a group there is one context, with their class.
        """
        if context not in self.leaves or context[-1] == START:
            return
        self.leaves.discard(context)
        self._classes.get(context[:-1], set()).discard(context[-1])
        together = {symbol: class_of(group) for group in groups for symbol in group}
        for longer in self.longer(context):
            name = (*longer[:-1], together.get(longer[-1], longer[-1])) if len(longer) % 2 else longer
            self.leaves.add(name)
            self._note_class(name)

    def _note_class(self, context: Context) -> None:
        """Remembers the class that a context ends with, by what is before it."""
        if is_class(context[-1]):
            self._classes.setdefault(context[:-1], set()).add(context[-1])

    def complete(self) -> None:
        """Splits contexts until each says what follows it, and until none leaves but one possibility for what was before."""
        waiting = list(self.leaves)
        while waiting:
            unclear = [context for context in waiting if context in self.leaves and self._is_unclear(context)]
            for context in unclear:
                self.split(context, self._alike(self.longer(context)))
            waiting = list(self.leaves) if unclear else []

    def _is_unclear(self, context: Context) -> bool:
        """Whether what follows a context depends on what was before, or there is only one possibility for that."""
        if context[-1] == START:
            return False
        if len(context) > 2 and len(self.longer(context)) == 1:
            return True
        return any(self.found(self.history_after(context, symbol)) is None for symbol in self.symbols_after(context))

    def _alike(self, longer: list[Context]) -> list[list[int]]:
        """The groups of last symbols that do not matter to what follows."""
        if not self.has_classes:
            return []
        groups: dict[Hashable, list[int]] = {}
        for context in longer:
            if context[-1] != START and len(context) % 2:
                found = [self.found(self.history_after(context, symbol)) for symbol in self.symbols_after(context)]
                groups.setdefault(context if None in found else tuple(found), []).append(context[-1])
        return [group for group in groups.values() if len(group) > 1]

    def history_after(self, context: Context, symbol: int) -> Context:
        """What is known of the word after one more symbol."""
        return after(context, self.state(context), symbol)

    def found(self, history: Context) -> Context | None:
        """The context that a history ends in; None where it is too short to tell."""
        for k in range(1, len(history) + 1):
            if history[:k] in self.leaves:
                return history[:k]
            for number in self._classes.get(history[: k - 1], ()):
                if holds(number, history[k - 1]):
                    return (*history[: k - 1], number)
        return None

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


def origins(context: Context, names: Iterable[Context]) -> list[Context]:
    """Those of some contexts that a context may come from by splits, the longest first."""
    found = [
        name for name in names
        if len(name) <= len(context) and context[: len(name) - 1] == name[:-1] and holds(name[-1], context[len(name) - 1])
    ]  # fmt: skip
    return sorted(found, key=len, reverse=True)
