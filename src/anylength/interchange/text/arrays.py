"""Which values of a list of instructions need an array of their own, and which may be written where they are used."""

from collections import Counter

from anylength.interchange.text.language import Language, template_of
from anylength.programs import LEAVES, Instruction

LONGEST = 12
"""Operations in the longest expression. A longer one is hard to read."""

MOVED = ("slice", "take", "stored")
"""Operations whose rows are rows of their argument."""


def arrays_needed(instructions: tuple[Instruction, ...], language: Language) -> set[int]:
    """The values that need an array: results and arguments of calls, stacked values, what is used twice, and what is too long."""
    mentions, needed, sizes = _mentions(instructions, language), set[int](), dict[int, int]()
    for number, item in enumerate(instructions):
        is_moved = item.op in MOVED
        is_nested = is_moved and instructions[item.arguments[0]].op in MOVED
        sizes[number] = sum(sizes[n] for n in item.arguments if n not in needed) + (is_nested or item.op not in (*MOVED, *LEAVES))
        if item.op in language.calls and item.op != "symbol":
            needed |= {number, *(lying(instructions, n) for n in item.arguments if not is_lookup(instructions, item))}
        is_often_used = not is_moved and (mentions[number] > 1 or item.op == "concatenate")
        if (item.op not in LEAVES and (is_often_used or sizes[number] > LONGEST)) or (item.op == "symbol" and mentions[number]):
            needed.add(number)
    return {number for number in needed if instructions[number].op not in ("state", "tensor")}


def _mentions(instructions: tuple[Instruction, ...], language: Language) -> Counter[int]:
    """How often each value would be written where it is used. A row that is taken several times counts twice."""
    mentions: Counter[int] = Counter()
    for item in instructions:
        if item.op in MOVED or is_lookup(instructions, item):
            is_reordered = item.op == "take" and instructions[item.arguments[0]].rows > 1
            mentions.update([origin(instructions, item.arguments[0])] * (2 * is_reordered))
            continue
        text = template_of(item, language).text
        for place, argument in enumerate(item.arguments):
            mentions[origin(instructions, argument)] += max(1, text.count(f"{{{place}}}"))
    return mentions


def is_lookup(instructions: tuple[Instruction, ...], item: Instruction) -> bool:
    """Whether it is a matrix times the encoded symbol: a sum of columns."""
    return item.op == "matmul" and instructions[item.arguments[0]].op == "symbol"


def origin(instructions: tuple[Instruction, ...], number: int) -> int:
    """The value whose rows a value has."""
    while instructions[number].op in MOVED:
        number = instructions[number].arguments[0]
    return number


def lying(instructions: tuple[Instruction, ...], number: int) -> int:
    """The value whose array has the rows of a value one after the other."""
    while instructions[number].op in ("slice", "stored"):
        number = instructions[number].arguments[0]
    return number


def is_repeated(rows: tuple[int, ...], count: int, *, each: bool) -> bool:
    """Whether these are all rows of a value of so many, each several times in sequence, or all of them several times."""
    times = len(rows) // count
    one_by_one = [row for row in range(count) for _ in range(times)] if each else list(range(count)) * times
    return times > 1 and list(rows) == one_by_one
