"""Languages as users write them: a regular expression, or `9<=7` for the words in which no run of nines is longer than 7.

Both are about words as the net reads them: numbers from their last digit on, unless the task reads them from the first.
"""

import re

from anylength.base import InputError
from anylength.digits import DIGIT_CHARACTERS
from anylength.machines import Machine
from anylength.tasks import Task
from anylength.verification.certify.words import END, ReadBy

RUN = re.compile(r"(.+)<=(\d{1,4})")
"""A symbol, and the longest run of it."""

MOST_STATES = 1_024
"""Most states of an automaton, as in a certificate."""


def words_of_language(language: str, task: Task) -> ReadBy:
    """The automaton of a language over the symbols of a task. It reads all beginnings of the language's words.

    Raises:
        InputError: The language is neither a run nor a regular expression over the task's symbols, or needs too many states; or the
            task reads more than one symbol a step.
    """
    symbols = _symbols(task)
    run = RUN.fullmatch(language)
    if run is not None and run[1] in symbols:
        return _runs(symbols.index(run[1]), int(run[2]), len(symbols))
    if max(map(len, symbols)) > 1:
        example = f"{symbols[0]}<=7"
        raise InputError("a run of a symbol, for symbols of more than one letter", repr(language), f"pass for example {example}")
    from anylength.machine_formats.regular_expressions import machine_of_regex  # it imports a parser

    return _beginnings(machine_of_regex(language, symbols).machine, language)


def _symbols(task: Task) -> tuple[str, ...]:
    if task.tapes != 1 or task.markers:
        raise InputError("a task with one symbol a step", task.name, "prove it without --within")
    return tuple(task.names or DIGIT_CHARACTERS[: task.base])


def _runs(symbol: int, longest: int, symbols: int) -> ReadBy:
    """No run of the symbol is longer. The state is how long the run is now."""
    if longest + 1 > MOST_STATES:
        raise InputError(f"a run of at most {MOST_STATES - 1}", str(longest), "pass a shorter one")
    longer = [*range(1, longest + 1), END]
    return ReadBy(tuple(tuple(longer[count] if other == symbol else 0 for other in range(symbols)) for count in range(longest + 1)))


def _beginnings(acceptor: Machine, language: str) -> ReadBy:
    """The words from which an accepted word can still come, or that are accepted."""
    symbols, alive = range(acceptor.symbols), set[int]()
    goes_on = True
    while goes_on:
        more = {q for q in range(acceptor.states) if any(acceptor.output[q][s] or acceptor.delta[q][s] in alive for s in symbols)}
        goes_on, alive = more != alive, more

    def row(q: int) -> list[int]:
        return [after if acceptor.output[q][s] or after in alive else END for s, after in enumerate(acceptor.delta[q])]

    rows = [row(q) for q in range(acceptor.states)]
    if len(rows) > MOST_STATES or all(after == END for after in rows[acceptor.start]):
        raise InputError(f"a language of an automaton of 1 to {MOST_STATES} states", repr(language), "pass a simpler one")
    order = [acceptor.start, *(q for q in range(acceptor.states) if q != acceptor.start)]
    number = {q: place for place, q in enumerate(order)} | {END: END}
    return ReadBy(tuple(tuple(number[after] for after in rows[q]) for q in order))
