"""An example question for each task: one in which its machine must remember for as many steps as the numbers are long."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from anylength.digits import DIGIT_CHARACTERS
from anylength.machines import Machine, explore, reachable
from anylength.tasks.held_words import digit_plural
from anylength.tasks.task import CarryChain, Task


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
