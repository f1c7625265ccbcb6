"""Where a search for ellipsoids is stuck, the net may be wrong: words along the steps that do not close, for an attack."""

from collections.abc import Callable, Sequence

from anylength.rules import Machine, PartialMachine, reachable
from anylength.verification.ellipsoids.classes import START, members
from anylength.verification.ellipsoids.contexts import Context
from anylength.verification.refutation import Word

MOST_WORDS = 4_000
"""Words that are made at most: their states are followed in a tenth of a second."""

REPETITIONS = (0, 8, 64)
"""How often more the oldest symbol of a context is read: its contexts stand for all that was before."""

Doubt = Callable[[Sequence[Word]], bool]
"""Called with words along open steps, the worst first. True where one is answered wrongly: the search ends."""


def no_doubt(_: Sequence[Word]) -> bool:
    """Attacks nothing."""
    return False


def doubtful_words(machine: Machine | PartialMachine, steps: Sequence[tuple[Context, int]]) -> list[Word]:
    """Words that end with a context, then with the symbol of its open step, and with each symbol after that.

    Args:
        machine: The machine. Words may leave it where it is partial: an attack does not judge them then.
        steps: A context and a symbol each, the worst first.
    """
    machine = machine.total if isinstance(machine, PartialMachine) else machine
    heads, words = reachable(machine), list[Word]()
    for context, symbol in steps:
        if len(words) >= MOST_WORDS:
            break
        beginnings = [_known(context)] if context[-1] == START else _beginnings(machine, heads, context)
        words += [(*word, symbol, after) for word in beginnings for after in range(machine.symbols)]
    return list(dict.fromkeys(words))


def _known(context: Context) -> Word:
    """The symbols that a context knows, the oldest first; of a class its first one."""
    symbols = [context[1], *context[2::2]] if len(context) > 1 else []
    return tuple(members(symbol)[0] for symbol in reversed(symbols) if symbol != START)


def _beginnings(machine: Machine, heads: dict[int, Word], context: Context) -> list[Word]:
    """Words that end with what a context knows, with more and more repetitions before it."""
    known = _known(context)
    if len(context) == 2:
        states = [context[0]]
    elif len(context) % 2 == 0:
        states = [context[-1]]
    else:
        reached = context[0] if len(context) == 3 else context[-2]
        states = [q for q in range(machine.states) if machine.delta[q][known[0]] == reached]
    head = next((heads[q] for q in states if q in heads), None)
    return [] if head is None else [(*head, *known[:1] * times, *known) for times in REPETITIONS]
