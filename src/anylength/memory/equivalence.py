"""Whether two machines with stacks answer every input of a task alike: a sound test that may fail to find out.

Both run side by side. The lower parts of two stacks are a stack of pairs of letters; below its first letter, a stack may have
places that hold none (`BOTTOM`), so that it keeps step with one that is higher. What one has above the pairs is bounded, and a part
of the state. So both together are a machine with stacks, all of whose contexts `stack_machine` finds. Where no context gives two
answers, no input does. Inputs are words whose phases never go back: digits, then markers.
"""

from typing import NamedTuple

from anylength.rules import BOTTOM, FREE, KEEP, POP, StackMachine, Task, Tops, push, stack_machine

HIGHEST = 4
"""Most letters that one stack may have above the other."""

Above = tuple[tuple[int, ...], tuple[int, ...]]
"""What each of two stacks has above the lower one; one of them is empty."""


class _NotFoundError(Exception):
    """A context has two answers, or one stack is too high above the other."""


class _Both(NamedTuple):
    """The states of both machines, the phase of the word, and what lies above each stack of pairs."""

    first: int
    second: int
    phase: int
    above: tuple[Above, ...]


def does(machine: StackMachine, beside: StackMachine, task: Task) -> bool:
    """Whether a machine is found to answer as the task's own machine, `beside`, on every input of the task.

    With one tape, symbols from the task's base on are markers. With several tapes every word is taken for an input.
    """
    return answers_as(machine, beside, task.base if task.tapes == 1 else beside.symbols)


def answers_as(first: StackMachine, second: StackMachine, base: int) -> bool:
    """Whether the first machine is found to answer as the second on every input, wherever the second has an answer.

    Stacks are paired in their order. False says only that this was not found.

    Args:
        first: A machine.
        second: A task's machine.
        base: Symbols below it are those of the first phase; every further symbol is a marker, and begins the next one.
    """
    if first.symbols != second.symbols:
        return False
    stacks = max(first.stacks, second.stacks)
    one, other = first.with_stacks(stacks).completed, second.with_stacks(stacks).completed
    silent = _silent(other)

    def step(both: _Both | None, symbol: int, tops: Tops) -> tuple[_Both | None, list[int], int]:
        phase = max(0, symbol + 1 - base)
        if both is None or both.second in silent or phase < both.phase:
            return None, [KEEP] * stacks, 0
        pairs = [divmod(top, other.letters) for top in tops]
        seen = [
            [part[-1] if part else low for part, low in zip(*each, strict=True)] for each in zip(both.above, pairs, strict=True)
        ]
        rule = one.rule(both.first, symbol, tuple(top for top, _ in seen))
        right = other.rule(both.second, symbol, tuple(top for _, top in seen))
        if right.output not in (FREE, rule.output):
            raise _NotFoundError
        acted = zip(both.above, pairs, rule.actions, right.actions, strict=True)
        above, actions = zip(*(_acted(over, pair, (a, b), other.letters) for over, pair, a, b in acted), strict=True)
        return _Both(rule.after, right.after, phase, above), list(actions), 0

    start = _Both(one.start, other.start, 0, (((), ()),) * stacks)
    try:
        stack_machine(step, start, symbols=first.symbols, letters=one.letters * other.letters, stacks=stacks)
    except (_NotFoundError, ValueError):  # ValueError: too many states, or combinations of tops
        return False
    return True


def _acted(above: Above, pair: tuple[int, int], actions: tuple[int, int], letters: int) -> tuple[Above, int]:
    """What lies above after both have acted, and the action on the stack of pairs: its height changes by one at most."""
    before = int(pair != (BOTTOM, BOTTOM))
    one, other = (
        _letters([low] * before + list(part), action) for part, low, action in zip(above, pair, actions, strict=True)
    )  # fmt: skip
    if not before:
        one, other = _from_first_letter(one), _from_first_letter(other)
    if not one and pair[0] == BOTTOM:  # the whole stack is empty
        one = [BOTTOM] * min(len(other), before + 1)
    if not other and pair[1] == BOTTOM:
        other = [BOTTOM] * min(len(one), before + 1)
    height = min(len(one), len(other))
    if max(len(one), len(other)) - height > HIGHEST:
        raise _NotFoundError
    action = KEEP if height == before else POP if height < before else push(one[before] * letters + other[before])
    return (tuple(one[height:]), tuple(other[height:])), action


def _letters(part: list[int], action: int) -> list[int]:
    """The upper part of a stack after an action, without places that hold no letter on top."""
    if action > POP:
        return [*part, action - 1]
    if action == POP and part and part[-1] != BOTTOM:
        part = part[:-1]
    while part and part[-1] == BOTTOM:
        part = part[:-1]
    return part


def _from_first_letter(part: list[int]) -> list[int]:
    return part[next((place for place, letter in enumerate(part) if letter != BOTTOM), len(part)) :]


def _silent(machine: StackMachine) -> frozenset[int]:
    """The states from which no step has an answer any more."""
    found, left = None, frozenset(range(machine.states))
    while found != left:
        found = left
        left = frozenset(q for q in found if all(rule and rule.output == FREE and rule.after in found for rule in machine.rules[q]))
    return left
