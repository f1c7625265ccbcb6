"""What each task of the suites asks, stated again by other means: regular expressions, counting, matrices, `json`, `codecs`.

An oracle takes a word, the names of one symbol or more, and gives the name of the answer to it.
"""

import codecs
import itertools
import json
import math
import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

Word = Sequence[str]
Oracle = Callable[[Word], str]

BRACKET_PAIR = re.compile(r"\(\)|\[\]|\{\}|<>")

GENERATORS = {
    ("swap12", 3): "213",
    ("swap12", 4): "2134",
    ("swap12", 5): "21345",
    ("turn", 3): "231",
    ("turn", 4): "2341",
    ("turn", 5): "23451",
    ("turn123", 4): "2314",
    ("turn123", 5): "23145",
    ("turn234", 4): "1342",
}
"""The generators by name and number of points, in one-line notation."""


def language(contains: Callable[[str], bool]) -> Oracle:
    """The oracle of a set of texts."""
    return lambda word: "accept" if contains("".join(word)) else "reject"


def regex(pattern: str) -> Oracle:
    """The oracle of a regular expression."""
    compiled = re.compile(pattern)
    return language(lambda text: compiled.fullmatch(text) is not None)


def tomita_3(text: str) -> bool:
    """No odd run of zeros comes after an odd run of ones."""
    odd_runs = "".join(bit for bit, run in itertools.groupby(text) if len(list(run)) % 2)
    return re.search("1.*0", odd_runs) is None


def even_pairs(word: Word) -> str:
    return "odd" if sum(one != other for one, other in itertools.pairwise(word)) % 2 else "even"


def arithmetic(value: Callable[[str], int]) -> Oracle:
    """The oracle of modular arithmetic, given the value of an expression."""

    def answer(word: Word) -> str:
        text = "".join(word)
        if re.fullmatch("[0-4]([-+*][0-4])*", text):
            return str(value(text) % 5)
        return "incomplete" if re.fullmatch("([0-4][-+*])+", text) else "error"

    return answer


def with_precedence(text: str) -> int:
    """The sum of the signed products."""
    terms = re.findall(r"([-+])([0-4*]+)", f"+{text}")
    return sum(int(f"{sign}1") * math.prod(map(int, term.split("*"))) for sign, term in terms)


def from_the_left(text: str) -> int:
    value = int(text[0])
    for operator, digit in zip(text[1::2], map(int, text[2::2]), strict=True):
        value = {"+": value + digit, "-": value - digit, "*": value * digit}[operator]
    return value


def flip_flop(word: Word) -> str:
    written = ["0", *(symbol[1] for symbol in word if symbol.startswith("w"))]
    return written[-1] if word[-1] == "r" else "none"


def flip_flop_sentence(text: str) -> bool:
    """Each read gives the bit of the last write before it, and the first instruction is a write."""
    if not re.fullmatch("w[01]([wri][01])*", text):
        return False
    return all(text[: at + 1].rpartition("w")[2][:1] == text[at + 1] for at in range(0, len(text), 2) if text[at] == "r")


def brackets(depth: int) -> Oracle:
    """Pairs of neighbours are removed until none is left; the depth is the largest lead of opening over closing brackets."""

    def balanced(text: str) -> bool:
        leads = itertools.accumulate(1 if bracket in "([{<" else -1 for bracket in text)
        if max(leads) > depth:
            return False
        while shorter := BRACKET_PAIR.sub("", text):
            if shorter == text:
                return False
            text = shorter
        return True

    return language(balanced)


@cache
def matrix(one_line: str) -> np.ndarray:
    """The permutation matrix: row i has its 1 in the column of the image of i."""
    return np.eye(len(one_line), dtype=int)[[int(image) - 1 for image in one_line]]


def permutations(points: int) -> Oracle:
    """The oracle of a group of permutations: the product of their matrices."""

    def answer(word: Word) -> str:
        matrices = [matrix(GENERATORS.get((symbol, points), symbol)) for symbol in word]
        so_far = np.eye(points, dtype=int)
        for each in matrices:
            so_far = so_far @ each
        return "".join(str(image + 1) for image in so_far.argmax(axis=1))

    return answer


def subsequence(part: str, text: str) -> bool:
    return re.search(".*".join(part), text) is not None


def tier(text: str) -> str:
    """The text without c and d."""
    return text.replace("c", "").replace("d", "")


def aa_before_bb(text: str) -> bool:
    return re.search("aa.*bb", text) is not None and re.search("bb.*aa", text) is None


def valid_utf_8(data: bytes) -> bool:
    try:
        codecs.decode(data, "utf-8", "strict")
    except UnicodeDecodeError:
        return False
    return True


def utf_8_classes(word: Word) -> str:
    """The answer for the first byte of each class. For the last byte of each class it must be the same."""
    first, last = (valid_utf_8(bytes(int(re.split("[-+]", name)[end], 16) for name in word)) for end in (0, -1))
    assert first == last
    return "accept" if first else "reject"


def json_number(text: str) -> bool:
    try:
        return isinstance(json.loads(text), int | float)
    except ValueError:
        return False


FIXED: dict[str, Oracle] = {
    "tomita-1": regex("1*"),
    "tomita-2": regex("(10)*"),
    "tomita-3": language(tomita_3),
    "tomita-4": language(lambda text: "000" not in text),
    "tomita-5": language(lambda text: text.count("0") % 2 == text.count("1") % 2 == 0),
    "tomita-6": language(lambda text: (text.count("0") - text.count("1")) % 3 == 0),
    "tomita-7": regex("0*1*0*1*"),
    "parity-bits": lambda word: "odd" if word.count("1") % 2 else "even",
    "even-pairs": even_pairs,
    "cycle-navigation": lambda word: str(sum(map(int, word)) % 5),
    "modular-arithmetic": arithmetic(with_precedence),
    "modular-arithmetic-left": arithmetic(from_the_left),
    "flip-flop": flip_flop,
    "flip-flop-language": language(flip_flop_sentence),
    "s3": permutations(3),
    "a4": permutations(4),
    "s4": permutations(4),
    "a5": permutations(5),
    "s5": permutations(5),
    "s3-generators": permutations(3),
    "a4-generators": permutations(4),
    "s4-generators": permutations(4),
    "a5-generators": permutations(5),
    "s5-generators": permutations(5),
    "subregular-sl": language(lambda text: "aa" not in text and "bb" not in text),
    "subregular-cosl": language(lambda text: "abc" in text),
    "subregular-tsl": language(lambda text: "aa" not in tier(text) and "bb" not in tier(text)),
    "subregular-sp": language(lambda text: not subsequence("abc", text)),
    "subregular-cosp": language(lambda text: subsequence("abba", text)),
    "subregular-lt": language(lambda text: ("aa" in text) == ("bb" in text)),
    "subregular-ltt": language(lambda text: text.count("ab") == 1),
    "subregular-pt": language(lambda text: subsequence("ab", text) == subsequence("ba", text)),
    "subregular-plt": language(aa_before_bb),
    "subregular-sf": language(lambda text: re.fullmatch("(a(ab)*b)*", tier(text)) is not None),
    "utf-8": lambda word: "accept" if valid_utf_8(bytes.fromhex("".join(word))) else "reject",
    "utf-8-classes": utf_8_classes,
    "json-number": language(json_number),
}
"""The oracles of the tasks with a fixed name."""


def oracle(name: str) -> Oracle:
    """The oracle of a task."""
    if name in FIXED:
        return FIXED[name]
    numbers = [int(number) for number in re.findall("[0-9]+", name)]
    if name.startswith("dyck-"):
        return brackets(numbers[1])
    if name.startswith("z-"):
        return lambda word: str(sum(map(int, word)) % numbers[0])
    divisor, base = numbers
    return language(lambda text: int(text, base) % divisor == 0)
