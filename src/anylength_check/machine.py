"""The certificate's machine for a reader: its table, and its answers to a few words. Nothing here decides anything.

The claim names the machine by a digest, so a reader cannot see which one it is: count and decrement have as many states. A
certificate knows states, symbols and answers by number. It does not say what the task is called, nor which digit of a number is
read first. So numbers in base 10 are shown read in both orders; of every other alphabet some short words are shown.
"""

from typing import Any

Machine = dict[str, Any]
MOST = 10  # states, and symbols, that a table shows
NUMBERS = {  # in base 10, by the number of tapes
    1: [["0"], ["7"], ["9"], ["99"], ["199"]],
    2: [["7", "5"], ["5", "7"], ["99", "1"], ["199", "801"], ["500", "1"]],
}
STEPS = 3  # of the words of other alphabets
TABLE = "A row for each state, a column for each symbol: the answer, then the next state."
ORDERS = "The certificate does not say which digit is read first: both orders are shown."


def machine_lines(top: dict[str, Any]) -> tuple[str, ...]:
    """The machine of a certificate that was read, in lines of text."""
    machine, base, tapes = top["machine"], top["encoding"]["base"], top["encoding"]["tapes"]
    numbers = NUMBERS.get(tapes, []) if base == 10 else []
    shown = answers_to_numbers(machine, numbers) if numbers else answers_to_words(machine, base, tapes)
    return (*table(machine, base, tapes), *shown)


def table(machine: Machine, base: int, tapes: int) -> list[str]:
    """What the machine answers, and where it goes, in each state on each symbol."""
    delta, output = machine["delta"], machine["output"]
    states, symbols = range(min(MOST, len(delta))), range(min(MOST, len(delta[0])))
    head = f"The machine starts in q{machine['start']}. {TABLE}"
    if tapes > 1:
        head += " A symbol is a digit of each tape."
    if len(delta) > MOST or len(delta[0]) > MOST:
        head += f" Shown: {len(states)} of {len(delta)} states, {len(symbols)} of {len(delta[0])} symbols."
    rows = [["", *(named(symbol, base, tapes) for symbol in symbols)]]
    rows += [[f"q{state}", *(f"{output[state][symbol]} q{delta[state][symbol]}" for symbol in symbols)] for state in states]
    return [head, *aligned(rows)]


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
    """What the machine answers to all words of some length over its first two symbols."""
    letters = range(min(2, len(machine["delta"][0])))
    words: list[list[int]] = [[]]
    for _ in range(STEPS):
        words = [[*word, letter] for word in words for letter in letters]
    rows = [["word", "answers"]]
    for word in words:
        rows.append([" ".join(named(symbol, base, tapes) for symbol in word), " ".join(map(str, answers(machine, word)))])
    return ["Its answers to a few words, one after each symbol:", *aligned(rows)]


def answers(machine: Machine, word: list[int]) -> list[int]:
    """The machine's answer after each symbol of a word."""
    state, found = machine["start"], []
    for symbol in word:
        found.append(machine["output"][state][symbol])
        state = machine["delta"][state][symbol]
    return found


def named(symbol: int, base: int, tapes: int) -> str:
    """A symbol as its digit on each tape."""
    return ",".join(str(symbol // base**tape % base) for tape in range(tapes))


def aligned(rows: list[list[str]]) -> list[str]:
    """Rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
