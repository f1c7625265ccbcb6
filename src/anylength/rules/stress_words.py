"""Stress inputs for any finite-state machine: words in which a state is set, kept, left, or must not arise.

All families follow from the machine's table. A symbol *holds* a state q when q lies on a cycle under the symbol and another state
never merges with q under it. A net must then remember which of the two it is in for as long as the symbol is repeated. For `count`
the symbol 9 holds both states, and its words are "nines". A symbol *sets* a state when it leads there from every state.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import TypeVar

import numpy as np

from anylength.rules.digits import DIGIT_CHARACTERS
from anylength.rules.machines import Machine, explore, reachable
from anylength.rules.notation import LeastFirst, symbol_type
from anylength.rules.task import CarryChain, StressFamily, StressMaker, Task

MAX_CARRY_CHAINS = 64
"""Carry chains kept for one machine. More test more held inputs; the cost of stress tests and horizons grows linearly with them."""

Item = TypeVar("Item")


def carry_chains_of(machine: Machine) -> list[CarryChain]:
    """Every pair of a state's shortest word and a symbol that holds the state; `MAX_CARRY_CHAINS` evenly chosen ones if more."""
    prefixes = reachable(machine)
    held = [held_states(machine, list(prefixes), s) for s in range(machine.symbols)]
    chains = [CarryChain(prefix, s) for s, states in enumerate(held) for q, prefix in prefixes.items() if q in states]
    return evenly_chosen(chains, MAX_CARRY_CHAINS)


def held_states(machine: Machine, states: Sequence[int], symbol: int) -> set[int]:
    """The states that `symbol` holds: those on its cycles, if there are two or more of them.

    Applies the symbol to all `states` until their number no longer shrinks.
    """
    image, size_before = set(states), 0
    while len(image) != size_before:
        size_before, image = len(image), {machine.delta[q][symbol] for q in image}
    return image if len(image) > 1 else set()


def reset_symbols(machine: Machine) -> dict[int, list[int]]:
    """For each state the symbols that lead to it from every reachable state; empty for a machine with one reachable state."""
    resets: dict[int, list[int]] = {}
    states = list(reachable(machine))
    for s in range(machine.symbols):
        targets = {machine.delta[q][s] for q in states}
        if len(targets) == 1 and len(states) > 1:
            resets.setdefault(targets.pop(), []).append(s)
    return resets


def evenly_chosen(items: Sequence[Item], most: int) -> list[Item]:
    """All items, or `most` of them at evenly spaced positions, first and last included; none where `most` is negative."""
    if len(items) <= most:
        return list(items)
    return [items[int(position)] for position in np.linspace(0, len(items) - 1, max(most, 0))]


DIGIT_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DIGIT_PLURALS = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")
"""The digits of bases up to 10 in words. Larger bases say "digits b"."""


@dataclass(frozen=True)
class HeldWords:
    """The words for the held inputs of one task.

    A horizon is about inputs of the kind `alone`. Other inputs hold the symbol too, and a net can be wrong on them sooner.

    Attributes:
        digit: The one digit that is held; None where the carry chains hold several symbols, or have a prefix.
        one: One repetition: "nine".
        many: Several of them: "nines".
        alone: A label of the inputs that a horizon is about: "nines alone".
        alone_subject: The same as the subject of a sentence: "Numbers of nines alone".
        followed_subject: The inputs in which another symbol follows the repeated one: "Nines after another digit".
        preceded_subject: The inputs in which another symbol is read before: "Nines in front of another digit".
    """

    digit: str | None
    one: str
    many: str
    alone: str
    alone_subject: str
    followed_subject: str
    preceded_subject: str

    def counted(self, count: int) -> str:
        """A number of repetitions: "16 nines"."""
        return f"{count:,} {self.one if count == 1 else self.many}"

    def measured(self, steps: int | None, limit: int) -> str:
        """A measured horizon: `steps` repetitions are right; None: all up to `limit`. Its subject is `alone`."""
        if steps is None:
            return f"right up to {self.counted(limit)}, all that were tried"
        if steps == 0:
            return f"wrong at 1 {self.one} already"
        return f"right up to {self.counted(steps)}, wrong at {steps + 1:,}"


def held_words(task: Task) -> HeldWords | None:
    """The words for the held inputs that a task's horizon is about; None where the task has no horizon."""
    if not task.carry_chains:
        return None
    first = task.carry_chains[0]
    if task.tapes > 1 or len(task.carry_chains) > 1 or first.prefix or not isinstance(task.layout, LeastFirst):
        return _words_of_any_symbol(task.notation.unit if task.tapes == 1 else "symbol")
    digit = first.symbol
    return _words_of_digit(DIGIT_CHARACTERS[digit], many=digit_plural(digit, task.base), one=digit_name(digit, task.base))


def digit_name(digit: int, base: int) -> str:
    """A digit in words: "nine", or "digit b" in a base above 10."""
    return DIGIT_NAMES[digit] if base <= len(DIGIT_NAMES) else f"digit {DIGIT_CHARACTERS[digit]}"


def digit_plural(digit: int, base: int) -> str:
    """A digit in the plural: "nines", or "digits b" in a base above 10."""
    return DIGIT_PLURALS[digit] if base <= len(DIGIT_PLURALS) else f"digits {DIGIT_CHARACTERS[digit]}"


def _words_of_digit(digit: str, *, many: str, one: str) -> HeldWords:
    capital = f"{many[0].upper()}{many[1:]}"
    return HeldWords(
        digit=digit,
        one=one,
        many=many,
        alone=f"{many} alone",
        alone_subject=f"Numbers of {many} alone",
        followed_subject=f"{capital} after another digit",
        preceded_subject=f"{capital} in front of another digit",
    )


def _words_of_any_symbol(thing: str) -> HeldWords:
    followed = f"Inputs in which another {thing} comes after the repeated one"
    return HeldWords(
        digit=None,
        one="repetition",
        many="repetitions",
        alone=f"one {thing} repeated to the end",
        alone_subject=f"Inputs that repeat one {thing} to their end",
        followed_subject=followed,
        preceded_subject=followed,
    )


@dataclass(frozen=True)
class ExampleNumber:
    """A number of any length: `before`, then `repeat` again and again, then `after`, as people write numbers.

    Without `repeat` it is one number, whatever the length. Of words whose symbols stand apart, `separator` is what stands between.
    """

    before: str = ""
    repeat: str = ""
    after: str = ""
    separator: str = ""

    def text(self, count: int) -> str:
        """The number with `count` digits of the repetition."""
        repeated = self.repeat.split(self.separator) if self.separator else list(self.repeat)
        copies = -(-count // len(repeated)) if self.repeat else 0
        parts = [self.before, *(repeated * copies)[:count], self.after]
        return self.separator.join(part for part in parts if part)


@dataclass(frozen=True)
class Example:
    """An example question.

    Attributes:
        label: Its name; "{count}" stands for the number of digits of the repetition.
        numbers: One for each tape.
    """

    label: str
    numbers: tuple[ExampleNumber, ...]


def example_of(task: Task) -> Example:
    """The example question of a task: its own, that of its kind, or for other machines a held input or a loop.

    A held input after a prefix is best.
    """
    kind, _, parameter = task.name.rpartition("-")
    if task.description is None and task.name in _EXAMPLES:
        return _EXAMPLES[task.name](task)
    if task.description is None and kind in _PARAMETRIC_EXAMPLES and parameter.isdecimal():
        return _PARAMETRIC_EXAMPLES[kind](task, int(parameter))
    if task.example is not None:
        return Example(task.example, (ExampleNumber(before=task.example),))
    chains = sorted(task.carry_chains, key=lambda chain: (not chain.prefix, chain.symbol == 0))
    return _held(task, chains[0]) if chains else _loop(task) or _in_turn(task)


def _largest(task: Task) -> ExampleNumber:
    return ExampleNumber(repeat=DIGIT_CHARACTERS[task.base - 1])


def _ending(task: Task, last: str) -> ExampleNumber:
    """The largest digits and a last one: of two such numbers the last digit alone tells which is larger, and it is read first."""
    return ExampleNumber(repeat=DIGIT_CHARACTERS[task.base - 1], after=last)


POWER = ExampleNumber(before="1", repeat="0")
"""A power of the base: 1 and zeros."""

ONE = ExampleNumber(before="1")


def _nines(task: Task) -> str:
    return f"{{count}} {digit_plural(task.base - 1, task.base)}"


def _zeros(task: Task) -> str:
    return f"1 and {{count}} {digit_plural(0, task.base)}"


def _in_turn(task: Task) -> Example:
    """All digits in turn, on every tape."""
    names = [task.notation.name(letter) for letter in range(task.base)]
    separator = task.separator
    number = ExampleNumber(repeat=separator.join([*names[1:], names[0]]), separator=separator)
    return Example(f"{{count}} {task.notation.unit}s in turn", (number,) * task.tapes)


def _loop(task: Task) -> Example | None:
    """Words of named symbols that lead through two states or more again and again, such as ()()(); None where none was found."""
    machine, separator = task.machine, task.separator
    # a machine of this size without any loop takes half a second
    if task.names is None or machine.states * machine.symbols > 1_024:
        return None
    for state, prefix in reachable(machine).items():
        loop = min((path for path in _ways_back(machine, state) if path), key=len, default=None)
        if loop is not None:
            before, repeat = (_written(task, word, 0) for word in (prefix, loop))
            label = f"{{count}} symbols of {repeat} again and again{f' after {before}' if prefix else ''}"
            return Example(label, (ExampleNumber(before=before, repeat=repeat, separator=separator),))
    return None


def _ways_back(machine: Machine, state: int) -> Iterator[tuple[int, ...] | None]:
    """For each symbol that leaves a state a shortest word that begins with it and leads back."""
    for symbol, left in enumerate(machine.delta[state]):
        if left != state:
            words = explore(left, range(machine.symbols), lambda q, s: machine.delta[q][s])
            yield next(((symbol, *word) for target, word in words if target == state), None)


def _quotient(task: Task, factor: int) -> Example:
    """The digits of 1/factor: nearly every digit of their product with the factor is the largest one, so a carry hardly ends."""
    number = _below_reciprocal(factor, task.base)
    start = f"{number.before} and " if number.before else ""
    if len(number.repeat) == 1:
        return Example(f"{start}{{count}} {digit_plural(int(number.repeat, task.base), task.base)}", (number,))
    return Example(f"{start}{{count}} digits {number.repeat}" if start else f"{{count}} digits of 1/{factor}", (number,))


def _below_reciprocal(factor: int, base: int) -> ExampleNumber:
    """The digits of 1/factor in the form that never ends, without leading zeros: 0.142857… for 7, 0.4999… for 2."""
    digits, remainder, seen = "", 1, dict[int, int]()
    while remainder not in seen:
        seen[remainder] = len(digits)
        digit = -(-remainder * base // factor) - 1  # rounded up and 1 less, so that a remainder above 0 stays
        digits, remainder = digits + DIGIT_CHARACTERS[digit], remainder * base - digit * factor
    before, repeat = digits[: seen[remainder]].lstrip("0"), digits[seen[remainder] :]
    zeros = 0 if before else len(repeat) - len(repeat.lstrip("0"))
    return ExampleNumber(before=before, repeat=repeat[zeros:] + repeat[:zeros])


def _dividend(task: Task, divisor: int) -> Example:
    """A power of the base, whose remainders never end; where the divisor shares a factor with the base they do."""
    return Example(_zeros(task), (POWER,)) if math.gcd(divisor, task.base) == 1 else _in_turn(task)


def _held(task: Task, chain: CarryChain) -> Example:
    """A held input: the prefix, then one symbol again and again, in the order in which people write the digits."""
    words = [[_written(task, word, tape) for word in (chain.prefix, (chain.symbol,))] for tape in range(task.tapes)]
    separator = task.separator
    numbers = [
        ExampleNumber(before=prefix, repeat=repeat, separator=separator)
        if task.layout.written_as_read
        else ExampleNumber(repeat=repeat, after=prefix[::-1])
        for prefix, repeat in words
    ]
    prefix, repeat = (",".join(parts) for parts in zip(*words, strict=True))
    return Example(f"{{count}} times {repeat}{f' after {prefix}' if chain.prefix else ''}", tuple(numbers))


def _written(task: Task, word: tuple[int, ...], tape: int) -> str:
    """What a word has on one tape, in the order in which it is read."""
    names = [task.notation.name(symbol // task.letters**tape % task.letters) for symbol in word]
    return task.separator.join(names)


_EXAMPLES: Mapping[str, Callable[[Task], Example]] = {
    "count": lambda task: Example(_nines(task), (_largest(task),)),
    "count-natural": lambda task: Example(_nines(task), (_largest(task),)),
    "decrement": lambda task: Example(_zeros(task), (POWER,)),
    "add": lambda task: Example(f"{_nines(task)} plus 1", (_largest(task), ONE)),
    "subtract": lambda task: Example(f"{_zeros(task)} minus 1", (POWER, ONE)),
    "compare": lambda task: Example(f"{_nines(task)} and 1 against {_nines(task)} and 0", (_ending(task, "1"), _ending(task, "0"))),
    "collatz": lambda task: _quotient(task, 3),
    "parity": _in_turn,
    "reverse": _in_turn,
    "duplicate": _in_turn,
    "multiply": lambda task: Example("the largest digits", (ExampleNumber(before=DIGIT_CHARACTERS[task.base - 1]),) * 2),
}
"""The examples by the name of the task. Nets learn only single digits of `multiply`."""

_PARAMETRIC_EXAMPLES: Mapping[str, Callable[[Task, int], Example]] = {
    "multiply": _quotient,
    "divide": _dividend,
    "remainder": _dividend,
}
"""The same for tasks with a number K in their names."""


MAX_RANDOM_LENGTH = 10
"""Longest random example, in symbols: a line holds it, also where symbols have long names."""


def example_answers(task: Task, count: int = 10, seed: int = 0) -> list[tuple[list[str], str]]:
    """Questions, one text for each tape, with their right answers, none twice.

    For a finite-state task half of them are the shortest, the others random. For other tasks all are random, the shortest first.

    Args:
        task: The task.
        count: How many.
        seed: Draws the random ones.
    """
    found: dict[tuple[str, ...], str] = {}
    words = (
        _drawn(task, seed) if task.transducer is None else [*islice(_shortest(task), (count + 1) // 2), *_random(task, count, seed)]
    )
    for word in words:
        numbers = task.numbers(np.asarray(word, np.uint16))
        texts = tuple(map(task.notation.write, numbers))
        if len(found) < count and texts not in found:
            found[texts] = task.text(task.exact(numbers))
    return [(list(texts), answer) for texts, answer in found.items()]


def _shortest(task: Task) -> Iterator[tuple[int, ...]]:
    """All words, the shortest first."""
    length = 0
    while True:
        length += 1
        yield from product(range(task.symbols), repeat=length)


def _drawn(task: Task, seed: int) -> Iterator[tuple[int, ...]]:
    """Random words with inputs of 1, 2, 3 … symbols."""
    rng = np.random.default_rng(seed)
    for length in range(1, MAX_RANDOM_LENGTH + 1):
        for word in task.random_words(rng, length, 2).T.tolist():
            yield tuple(word)


def _random(task: Task, count: int, seed: int) -> Iterator[tuple[int, ...]]:
    """Random words of random lengths."""
    rng = np.random.default_rng(seed)
    for _ in range(4 * count):
        yield tuple(rng.integers(0, task.symbols, rng.integers(2, MAX_RANDOM_LENGTH + 1)).tolist())


SAMPLES = 256
"""Words of each random family. A failure rate of 1 % is then missed with probability 0.99^256 = 8 %."""

SHORT = 24
"""Carry chains of up to this many symbols are followed by every pair of symbols where `MAX_PAIRS` allows; longer ones by a few."""

MEDIUM, LONG = 200, 500
"""Longest words, in symbols, of families with thousands of words, and of those with `SAMPLES`. They bound the cost of a test."""

MAX_PAIRS = 4 * SAMPLES
"""Most pairs of symbols × carry chains for which every pair is tried: enough for the 100 pairs of `count`."""

MAX_LEFT, MAX_SYSTEMATIC = 24 * SAMPLES, 8 * SAMPLES
"""Most words of the family `left`, and of `broken` and `near-miss` each: evenly chosen where there are more."""

RANDOM_PAIRS, INTERRUPTIONS = 16, 12
"""Where not all are tried: random pairs of symbols after a chain, and symbols that interrupt a chain."""

DENSE_LENGTHS, LENGTH_RATIO = 32, 1.25
"""Chain lengths tried: every length up to the first number, then each longer by this factor."""


def machine_families(machine: Machine, tail: int) -> StressMaker:
    """The maker of a machine's stress inputs. Every family ends with `tail` steps of symbol 0."""

    def make(rng: np.random.Generator, base: int, limit: int) -> list[StressFamily]:
        del base
        words = _stress_words(machine)
        families: list[tuple[str, str, list[list[int]]]] = [
            ("transitions", "every transition of the machine, then random symbols", words.transitions(rng, limit)),
            ("held", "one symbol repeated up to the limit", words.held(limit)),
            ("left", "one symbol repeated, then any two symbols", words.left(rng, min(limit, MEDIUM))),
            ("broken", "a repeated symbol, interrupted once by another one", words.broken(rng, min(limit, MEDIUM))),
            ("near-miss", "a repeated symbol, its neighbour in one place", words.near_miss(min(limit, MEDIUM))),
            ("propagated", "a random mix of symbols that keep the state", words.propagated(rng, min(limit, LONG))),
            ("generated", "a random mix of symbols that set the state", words.generated(rng, min(limit, LONG))),
            ("rich", "random symbols, most of which keep the state", words.rich(rng, min(limit, LONG))),
            ("random", "uniformly random symbols", words.random(rng, min(limit, LONG))),
        ]  # fmt: skip
        return [_family(machine.symbols, tail, name, description, found) for name, description, found in families if found]

    return make


@lru_cache(16)
def _stress_words(machine: Machine) -> "_StressWords":
    return _StressWords(machine)


class _StressWords:
    """The words of each family, as lists of symbols. `limit` is the longest word in symbols, without tail."""

    def __init__(self, machine: Machine) -> None:
        self._machine, self._chains = machine, carry_chains_of(machine)
        self._prefixes = reachable(machine)
        self._held = [held_states(machine, list(self._prefixes), s) for s in range(machine.symbols)]
        self._resets = reset_symbols(machine)

    def _random_symbols(self, rng: np.random.Generator, size: int) -> list[int]:
        return rng.integers(0, self._machine.symbols, size).tolist()

    def transitions(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Each state's shortest word, then each symbol, then random ones."""
        words = [[*prefix, s] for prefix in self._prefixes.values() if len(prefix) < limit for s in range(self._machine.symbols)]
        # random symbols show a wrong state that the transition's own output hides
        return [word + self._random_symbols(rng, min(3, limit - len(word))) for word in words]

    def held(self, limit: int) -> list[list[int]]:
        """Each carry chain, as long as the limit."""
        return [
            [*chain.prefix, *[chain.symbol] * (limit - len(chain.prefix))] for chain in self._chains if len(chain.prefix) < limit
        ]

    def left(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Carry chains of many lengths, each followed by two symbols."""
        words = []
        for chain in self._chains:
            for length in _lengths_up_to(limit - len(chain.prefix) - 2):
                words += [[*chain.prefix, *[chain.symbol] * length, *pair] for pair in self._pairs(rng, length)]
        return evenly_chosen(words, MAX_LEFT)

    def _pairs(self, rng: np.random.Generator, chain_length: int) -> list[list[int]]:
        """Pairs of symbols after a chain: all of them, or a few random ones."""
        size = self._machine.symbols
        if chain_length <= SHORT and size * size * len(self._chains) <= MAX_PAIRS:
            return [[first, second] for first in range(size) for second in range(size)]
        return rng.integers(0, size, (min(size, RANDOM_PAIRS), 2)).tolist()

    def broken(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A carry chain, one other symbol, the chain's symbol again."""
        words = []
        for chain in self._chains:
            others = [s for s in range(self._machine.symbols) if s != chain.symbol]
            for length in _lengths_up_to(limit - len(chain.prefix) - 2):
                rest = max(1, min(length, limit - len(chain.prefix) - length - 1))
                few = others if len(others) <= INTERRUPTIONS else rng.choice(others, INTERRUPTIONS, replace=False).tolist()
                words += [[*chain.prefix, *[chain.symbol] * length, other, *[chain.symbol] * rest] for other in few]
        return evenly_chosen(words, MAX_SYSTEMATIC)

    def near_miss(self, limit: int) -> list[list[int]]:
        """A carry chain whose first, middle or last symbol is replaced by its neighbour."""
        words = []
        for chain in self._chains:
            neighbour = chain.symbol - 1 if chain.symbol else 1 % self._machine.symbols
            for length in _lengths_up_to(limit - len(chain.prefix)):
                for place in {0, length // 2, length - 1}:
                    word = [*chain.prefix, *[chain.symbol] * length]
                    word[len(chain.prefix) + place] = neighbour
                    words.append(word)
        return evenly_chosen(words, MAX_SYSTEMATIC)

    def propagated(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A state's shortest word, a random mix of symbols that hold it and lead back to it at once, two random symbols."""
        keeping = {q: self._keeping(q) for q in self._prefixes}
        return self._mixed(rng, limit, {q: symbols for q, symbols in keeping.items() if symbols})

    def generated(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """A state's shortest word, a random mix of the symbols that set it, two random symbols."""
        return self._mixed(rng, limit, {q: symbols for q, symbols in self._resets.items() if q in self._prefixes})

    def _keeping(self, state: int) -> list[int]:
        delta = self._machine.delta[state]
        return [s for s in range(self._machine.symbols) if delta[s] == state and state in self._held[s]]

    def _mixed(self, rng: np.random.Generator, limit: int, mixes: dict[int, list[int]]) -> list[list[int]]:
        """`SAMPLES` words: the states of `mixes` in turn, each with a random number of random symbols of its mix."""
        words = []
        states = [q for q in mixes if len(self._prefixes[q]) + 2 < limit]
        for index in range(SAMPLES if states else 0):
            q = states[index % len(states)]
            lengths = _lengths_up_to(limit - len(self._prefixes[q]) - 2)
            length = lengths[int(rng.integers(len(lengths)))]
            words.append([*self._prefixes[q], *rng.choice(mixes[q], length).tolist(), *self._random_symbols(rng, 2)])
        return words

    def rich(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Random words, most of whose symbols hold the state that the machine is in."""
        if not self._chains:
            return []
        holding = {q: [s for s in range(self._machine.symbols) if q in self._held[s]] for q in self._prefixes}
        return [self._walk(rng, int(rng.integers(1, limit + 1)), holding) for _ in range(SAMPLES)]

    def _walk(self, rng: np.random.Generator, length: int, holding: dict[int, list[int]]) -> list[int]:
        state, word = self._machine.start, self._random_symbols(rng, length)
        keep_rate, draws = rng.uniform(0.3, 0.98), rng.random((2, length))
        for t in range(length):
            mix = holding[state]
            if mix and draws[0, t] < keep_rate:
                word[t] = mix[int(draws[1, t] * len(mix))]
            state = self._machine.delta[state][word[t]]
        return word

    def random(self, rng: np.random.Generator, limit: int) -> list[list[int]]:
        """Uniformly random symbols, uniformly random lengths."""
        return [self._random_symbols(rng, int(rng.integers(1, limit + 1))) for _ in range(SAMPLES)]


def _lengths_up_to(limit: int) -> list[int]:
    """Lengths from 1 to `limit`: all the short ones, then ever wider steps, and `limit` itself. None where `limit` < 1."""
    if limit < 1:
        return []
    lengths = {*range(1, min(limit, DENSE_LENGTHS) + 1), limit}
    length = float(DENSE_LENGTHS)
    while (length := length * LENGTH_RATIO) < limit:
        lengths.add(int(length))
    return sorted(lengths)


def _family(alphabet: int, tail: int, name: str, description: str, words: list[list[int]]) -> StressFamily:
    """Pads the words into one batch."""
    lengths = np.array([len(word) for word in words])
    symbols = np.zeros((int(lengths.max()) + tail, len(words)), symbol_type(alphabet))
    for column, word in enumerate(words):
        symbols[: len(word), column] = word
    return StressFamily(name, description, symbols, lengths)
