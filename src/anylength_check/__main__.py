"""`python -m anylength_check CERTIFICATE WEIGHTS [ONNX] [--json]`: exit 0 and VALID, 4 and REJECTED, or 2: a file cannot be read.

Nothing here decides anything. A long check is shared out to several processes, and the time left is said on standard error. After a
valid one the certificate's machine is shown, with its answers to a few words.

The claim names the machine by a digest, so a reader cannot see which one it is: count and decrement have as many states. A
certificate knows states, symbols and answers by number. It does not say what the task is called, nor which digit of a number is
read first. So numbers in base 10 are shown read in both orders; of every other alphabet some short words are shown.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from anylength_check.check import Sharing, check
from anylength_check.cover import Each
from anylength_check.stacks import column, met_tops

USAGE = "usage: python -m anylength_check CERTIFICATE WEIGHTS [ONNX] [--json]"
WORK_A_SECOND = 5_000_000  # multiplications, about
LONG = 10  # seconds of a check that are worth a word
MOST_PROCESSES, SHARED_LIMIT = 8, 1 << 26  # bytes of a certificate that processes share out: each has a copy of all it says
Machine = dict[str, Any]
MOST = 10  # states, and symbols, that a table shows
ROWS = 40  # the same of rows of a machine with stacks
NUMBERS = {  # in base 10, by the number of tapes
    1: [["0"], ["7"], ["9"], ["99"], ["199"]],
    2: [["7", "5"], ["5", "7"], ["99", "1"], ["199", "801"], ["500", "1"]],
}
STEPS = 3  # of the words of other alphabets
LONGEST, TELLING = 8, 60  # symbols of words to a machine with stacks, and how many of each length are looked at
TABLE = "A row for each state, a column for each symbol: the answer, then the next state."
ORDERS = "The certificate does not say which digit is read first: both orders are shown."


def machine_lines(top: dict[str, Any]) -> tuple[str, ...]:
    """The machine of a certificate that was read, in lines of text."""
    machine, base, tapes = top["machine"], top["encoding"]["base"], top["encoding"]["tapes"]
    if "actions" in machine:
        return (stacks_line(machine), *steps(machine, base, tapes), *answers_to_words(machine, base, tapes))
    numbers = NUMBERS.get(tapes, []) if base == 10 else []
    shown = answers_to_numbers(machine, numbers) if numbers else answers_to_words(machine, base, tapes)
    return (*table(machine, base, tapes), *shown)


def stacks_line(machine: Machine) -> str:
    """How many stacks and letters a machine with stacks has."""
    return (
        f"The machine starts in q{machine['start']} with empty stacks: {len(machine['actions'][0][0])}, of the letters 1 to "
        f"{machine['letters'] - 1}. A dot stands where it has no answer."
    )


def steps(machine: Machine, base: int, tapes: int) -> list[str]:
    """What a machine with stacks answers and does, and where it goes, in each state with each letter on top, on each symbol."""
    symbols, every = base**tapes, range(len(machine["delta"]))
    nodes = [{"state": state, "next": machine["delta"][state]} for state in every]
    met = met_tops(machine, {"start": machine["start"], "nodes": nodes}, symbols)
    places = [(state, tops) for state in every for tops in sorted(met[state])]

    def is_silent(symbol: int) -> bool:
        columns = ((state, column(machine, symbols, symbol, tops)) for state, tops in places)
        return all(machine["output"][state][at] < 0 for state, at in columns)

    alphabet = sorted(range(symbols), key=is_silent)[:MOST]
    head = "A row for each state and the letters on top, 0 for the bottom: the answer; = keep, - pop or + push; the next state."
    head += " Rows that no word leads to are left out; symbols that have answers come first."
    if len(places) > ROWS or symbols > MOST:
        head += f" Shown: {min(ROWS, len(places))} of {len(places)} rows, {len(alphabet)} of {symbols} symbols."
    rows = [["", *(named(symbol, base, tapes) for symbol in alphabet)]]
    for state, letters in places[:ROWS]:
        cells = [step(machine, state, column(machine, symbols, symbol, letters)) for symbol in alphabet]
        rows.append([f"q{state} {','.join(map(str, letters))}", *cells])
    return [head, *aligned(rows)]


def step(machine: Machine, state: int, at: int) -> str:
    """A step of a machine with stacks, in few signs."""
    output, acts = machine["output"][state][at], machine["actions"][state][at]
    done = ",".join("=-"[action] if action < 2 else f"+{action - 1}" for action in acts)
    return f"{'.' if output < 0 else output} {done} q{machine['delta'][state][at]}"


def table(machine: Machine, base: int, tapes: int) -> list[str]:
    """What the machine answers, and where it goes, in each state on each symbol."""
    delta, output = machine["delta"], machine["output"]
    states, symbols = reached(machine)[:MOST], range(min(MOST, len(delta[0])))
    head = f"The machine starts in q{machine['start']}. {TABLE}"
    if tapes > 1:
        head += " A symbol is a digit of each tape."
    if len(states) < len(delta) or len(delta[0]) > MOST:
        head += f" Shown: {len(states)} of {len(delta)} states, {len(symbols)} of {len(delta[0])} symbols."
    rows = [["", *(named(symbol, base, tapes) for symbol in symbols)]]
    rows += [[f"q{state}", *(f"{output[state][symbol]} q{delta[state][symbol]}" for symbol in symbols)] for state in states]
    return [head, *aligned(rows)]


def reached(machine: Machine) -> list[int]:
    """The states that some word leads to, in their order."""
    found = {machine["start"]: None}
    for state in (waiting := list(found)):
        fresh = [after for after in machine["delta"][state] if after not in found]
        found.update(dict.fromkeys(fresh))
        waiting += dict.fromkeys(fresh)
    return sorted(found)


def answers_to_numbers(machine: Machine, numbers: list[list[str]]) -> list[str]:
    """What the machine answers to numbers in base 10, one for each tape. An answer stands in the place of the digit before it."""
    apart = " " if max(map(max, machine["output"])) > 9 else ""
    rows = [["number" if len(numbers[0]) == 1 else "numbers", "last digit first", "first digit first"]]
    for each in numbers:
        padded = [number.zfill(1 + max(map(len, each))) for number in each]
        word = [sum(int(digit) * 10**tape for tape, digit in enumerate(digits)) for digits in zip(*padded, strict=True)]
        both = answers(machine, word[::-1])[::-1], answers(machine, word)
        rows.append([" and ".join(padded), *(apart.join(map(str, digits)) for digits in both)])
    return [f"Its answers to a few numbers with a 0 in front. {ORDERS}", *aligned(rows)]


def answers_to_words(machine: Machine, base: int, tapes: int) -> list[str]:
    """What the machine answers to all words of some length over its first two symbols; of one with stacks, to telling words."""
    letters = range(min(2, base**tapes))
    words: list[list[int]] = [[]]
    for _ in range(STEPS):
        words = [[*word, letter] for word in words for letter in letters]
    words = telling(machine, base**tapes) if "actions" in machine else words
    rows = [["word", "answers"]]
    for word in words:
        rows.append(
            [
                " ".join(named(symbol, base, tapes) for symbol in word),
                " ".join("." if one < 0 else str(one) for one in answers(machine, word, base**tapes)),
            ]
        )
    return ["Its answers to a few words, one after each symbol:", *aligned(rows)]


def telling(machine: Machine, symbols: int) -> list[list[int]]:
    """Words to which a machine with stacks gives many different answers: the best of each length, from the best ones before."""

    def rank(word: list[int]) -> tuple[int, int, int]:
        given = [one for one in answers(machine, word, symbols) if one >= 0]
        return len(set(given)), len(given), len(set(word))

    best, found = [list[int]()], []
    for _ in range(LONGEST):
        best = sorted(([*word, symbol] for word in best for symbol in range(symbols)), key=rank, reverse=True)[:TELLING]
        found.append(best[0])
    return found


def answers(machine: Machine, word: list[int], symbols: int = 0) -> list[int]:
    """The machine's answer after each symbol of a word; of a machine with stacks over so many symbols, too."""
    state, found = machine["start"], []
    stacks: list[list[int]] = [[0] for _ in machine["actions"][0][0]] if "actions" in machine else []
    for symbol in word:
        at = column(machine, symbols, symbol, tuple(stack[-1] for stack in stacks)) if stacks else symbol
        found.append(machine["output"][state][at])
        for stack, action in zip(stacks, machine["actions"][state][at] if stacks else [], strict=True):
            if action > 1:
                stack.append(action - 1)
            elif action == 1 and len(stack) > 1:
                stack.pop()
        state = machine["delta"][state][at]
    return found


def named(symbol: int, base: int, tapes: int) -> str:
    """A symbol as its digit on each tape."""
    return ",".join(str(symbol // base**tape % base) for tape in range(tapes))


def aligned(rows: list[list[str]]) -> list[str]:
    """Rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def processors() -> int:
    """How many processes a check may share out its work to."""
    return min(os.cpu_count() or 1, MOST_PROCESSES)


def announce(seconds: int) -> None:
    """Says on standard error how long a check still takes, where that is long."""
    if seconds >= LONG:
        sys.stderr.write(f"about {seconds} seconds to go\n")


def shared_by(certificate: str | os.PathLike, processes: int, say: Callable[[int], object] = lambda seconds: None) -> Sharing:
    """What shares out a check to so many processes, if it takes more than a second and the file is not very large.

    Before it, and after each symbol, `say` is called with the seconds that are left, about.
    """
    is_large = Path(certificate).stat().st_size > SHARED_LIMIT

    def sharing(work: int, symbols: int, proofs: int) -> Each:
        """What maps the check of a proof over its symbols."""
        count = min(processes, symbols) if work > WORK_A_SECOND and not is_large else 1
        seconds, parts = work // WORK_A_SECOND // count, symbols * proofs
        say(seconds)
        left = iter([seconds * part // parts for part in reversed(range(parts))])

        def each(function: Callable[[int], Any], numbers: range) -> Iterator[Any]:
            for result in side_by_side(count, function, numbers) if count > 1 else map(function, numbers):
                yield result
                say(next(left))

        return each

    return sharing


def side_by_side(processes: int, function: Callable[[int], Any], numbers: range) -> Iterator[Any]:
    """The function's results in the order of the numbers, each computed by one of so many processes."""
    done = 0
    try:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(processes) as pool:
            for done, result in enumerate(pool.map(function, numbers), 1):  # noqa: B007
                yield result
    except (ImportError, NotImplementedError, OSError):  # a system without processes, like a browser, or without room for more
        yield from map(function, numbers[done:])


def main(arguments: list[str]) -> int:
    """Checks, prints and returns the exit code."""
    paths = [argument for argument in arguments if argument != "--json"]
    if len(paths) not in (2, 3) or len(arguments) > len(paths) + 1 or any(path.startswith("-") for path in paths):
        asked_for_help = paths in (["--help"], ["-h"])
        print(USAGE, file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    try:
        result = check(paths[0], paths[1], shared_by(paths[0], processors(), announce), *paths[2:])
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        print(f"cannot read the files: {ascii(str(error))[1:-1]}", file=sys.stderr)
        return 2
    shown = machine_lines(result.machine) if result.machine else ()
    if "--json" in arguments:
        print(json.dumps(result._asdict() | {"machine": shown}))
    else:
        said = "VALID" if result.valid else f"REJECTED: {result.reason}"
        print(*result.lines[:1], said, *shown, *result.lines[1:], sep="\n")
    sys.stdout.flush()
    return 0 if result.valid else 4


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        os._exit(130)
    except Exception as error:  # a verdict that cannot be printed, say on a full disk, must not look like VALID
        os.write(2, f"REJECTED: {type(error).__name__}\n".encode())
        os._exit(4)
