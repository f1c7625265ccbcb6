"""The eleven tasks of the Chomsky benchmark that are not finite-state, stated again by Python's strings, lists and integers.

An oracle takes the names of the input symbols and gives the names of the outputs, padding included, or None for what is no input.
"""

import re
from collections.abc import Callable

Word = list[str]
Oracle = Callable[[Word], Word | None]


def text_oracle(answer: Callable[[str], str]) -> Oracle:
    """The oracle of a function of texts that takes any text."""
    return lambda word: list(answer("".join(word)))


def odds_first(text: str) -> str:
    places = sorted(range(len(text)), key=lambda place: (place % 2 == 0, place))
    return "".join(text[place] for place in places)


def missing_bit(word: Word) -> Word | None:
    text = "".join(word)
    if len(text) == 1:
        return ["1"] if text == "1" else None
    body = text[: len(text) // 2 * 2]
    if text != body + "." * (len(text) % 2) or "." in body:
        return None
    for bit in "01":
        whole = body.replace("_", bit)
        if body.count("_") == 1 and whole[: len(whole) // 2] == whole[len(whole) // 2 :]:
            return [bit]
    return None


def stack_after(word: Word) -> Word | None:
    if not re.fullmatch("([01])+(a)*", "".join(name if len(name) == 1 else "a" for name in word)):
        return None
    stack: Word = []
    for name in word:
        if name == "pop":
            del stack[-1:]
        else:
            stack.append(name[-1])
    return ended("".join(reversed(stack)), len(word) + 1)


def ended(text: str, length: int) -> Word:
    return list(f"{text}$".ljust(length, "0"))


def lowest_first(number: int) -> str:
    return f"{number:b}"[::-1]


def pair(text: str, sign: str) -> tuple[int, int] | None:
    found = re.fullmatch(rf"([01]+)\{sign}([01]+)", text)
    return found and (int(found[1][::-1], 2), int(found[2][::-1], 2))


def addition(word: Word) -> Word | None:
    text = "".join(word)
    if len(text) <= 2:
        return ended(lowest_first(int(text[::-1], 2)), len(text) + 1) if "+" not in text else None
    numbers = pair(text, "+")
    return numbers and ended(lowest_first(sum(numbers)), len(text) + 1)


def multiplication(word: Word) -> Word | None:
    text = "".join(word)
    if len(text) <= 2:
        return ended("0" * (len(text) - 1), len(text)) if "*" not in text else None
    numbers = pair(text, "*")
    return numbers and ended(lowest_first(numbers[0] * numbers[1]), len(text))


def square_root(word: Word) -> Word:
    number, low, high = int("".join(word), 2), 0, 2 ** len(word)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle * middle <= number else (low, middle)
    return list(f"{low:b}".zfill((len(word) + 1) // 2))


class Parser:
    """A recursive-descent parser: sums of products of operands. An operand is a digit, one in brackets, or one with a minus."""

    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0

    def value(self) -> int | None:
        """The value of the whole text; None if it is no expression."""
        try:
            value = self.sum()
        except (IndexError, ValueError):
            return None
        return value if self.place == len(self.text) else None

    def takes(self, signs: str) -> str:
        sign = self.text[self.place : self.place + 1]
        if not sign or sign not in signs:
            return ""
        self.place += 1
        return sign

    def sum(self) -> int:
        value = self.product()
        while sign := self.takes("+-"):
            value += self.product() if sign == "+" else -self.product()
        return value

    def product(self) -> int:
        value = self.operand()
        while self.takes("*"):
            value *= self.operand()
        return value

    def operand(self) -> int:
        if self.takes("-"):
            return -self.operand()
        if self.takes("("):
            value = self.sum()
            if not self.takes(")"):
                raise ValueError
            return value
        digit = self.takes("01234")
        if not digit:
            raise ValueError
        return int(digit)


def brackets(word: Word) -> Word | None:
    value = Parser("".join(word)).value()
    return None if value is None else [str(value % 5)]


def solution(word: Word) -> Word | None:
    text = "".join(word)
    if len(text) <= 2:
        return ["0"] if set(text) == {"0"} else None
    left, equals, right = text[:-2], text[-2], text[-1]
    if equals != "=" or right not in "01234" or left.count("x") != 1:
        return None
    values = [Parser(left.replace("x", str(x))).value() for x in range(5)]
    solving = [str(x) for x, value in enumerate(values) if value is not None and value % 5 == int(right)]
    return solving if len(solving) == 1 else None


ORACLES: dict[str, Oracle] = {
    "reverse-string": text_oracle(lambda text: "".join(reversed(text))),
    "stack-manipulation": stack_after,
    "modular-arithmetic-brackets": brackets,
    "solve-equation": solution,
    "duplicate-string": text_oracle(lambda text: text * 2),
    "missing-duplicate-string": missing_bit,
    "odds-first": text_oracle(odds_first),
    "binary-addition": addition,
    "binary-multiplication": multiplication,
    "compute-sqrt": square_root,
    "bucket-sort": text_oracle(lambda text: "".join(sorted(text))),
}
"""The oracles by the name of the task."""
