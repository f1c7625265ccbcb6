"""Ten languages over a, b, c, d, one for each of ten subregular classes, named as in MLRegTest.

A factor is a part of neighbouring symbols. A subsequence may have gaps; `a…b` is one. A tier is the word without the symbols that
are ignored. Local classes look at factors, piecewise classes at subsequences.
"""

from anylength.machines import NamedMachine
from anylength.tasks.suites.building import acceptor
from anylength.tasks.suites.suite import Suite, SuiteTask

LETTERS = ("a", "b", "c", "d")

SOURCE = "class of van der Poel et al. 2023 (MLRegTest), arXiv 2304.07687"
STAR_FREE_SOURCE = f"Brzozowski and Knast 1978; {SOURCE}"
WORDS = "as many accepted as rejected words of lengths 20 to 29 in training, 31 to 50 in the long tests"


def no_aa_no_bb() -> NamedMachine:
    """SL: neither the factor aa nor the factor bb. The state is the last letter."""
    return acceptor(LETTERS, "", lambda last, letter: None if letter == last and letter in "ab" else letter)


def has_abc() -> NamedMachine:
    """coSL: the factor abc. The state is how much of abc has just been read."""

    def follow(read: int, letter: str) -> int:
        if read == 3 or letter == "abc"[read]:
            return min(read + 1, 3)
        return 1 if letter == "a" else 0

    return acceptor(LETTERS, 0, follow, lambda read: read == 3)


def alternating_on_the_tier() -> NamedMachine:
    """TSL: without c and d, neither the factor aa nor the factor bb. The state is the last a or b."""

    def follow(last: str, letter: str) -> str | None:
        if letter in "cd":
            return last
        return None if letter == last else letter

    return acceptor(LETTERS, "", follow)


def no_subsequence_abc() -> NamedMachine:
    """SP: no subsequence a…b…c. The state is how much of it has been read."""

    def follow(read: int, letter: str) -> int | None:
        if letter != "abc"[read]:
            return read
        return read + 1 if read < 2 else None

    return acceptor(LETTERS, 0, follow)


def has_subsequence_abba() -> NamedMachine:
    """coSP: the subsequence a…b…b…a. The state is how much of it has been read."""
    return acceptor(LETTERS, 0, lambda read, letter: read + (read < 4 and letter == "abba"[read]), lambda read: read == 4)


def aa_if_and_only_if_bb() -> NamedMachine:
    """LT: the factors aa and bb both occur, or neither. The state is the last letter and which of the two occurred."""

    def follow(state: tuple[str, bool, bool], letter: str) -> tuple[str, bool, bool]:
        last, aa, bb = state
        return letter, aa or last + letter == "aa", bb or last + letter == "bb"

    return acceptor(LETTERS, ("", False, False), follow, lambda state: state[1] == state[2])


def exactly_one_ab() -> NamedMachine:
    """LTT: the factor ab occurs exactly once. The state is the last letter and how often ab occurred."""

    def follow(state: tuple[str, int], letter: str) -> tuple[str, int] | None:
        last, found = state
        found += last + letter == "ab"
        return (letter, found) if found < 2 else None

    return acceptor(LETTERS, ("", 0), follow, lambda state: state[1] == 1)


def ab_if_and_only_if_ba() -> NamedMachine:
    """PT: the subsequences a…b and b…a both occur, or neither. The state is which of a, b, a…b and b…a occurred."""

    def follow(state: frozenset[str], letter: str) -> frozenset[str]:
        return state | {part + letter for part in (*state, "") if part in ("", "a", "b") and part != letter and letter in "ab"}

    return acceptor(LETTERS, frozenset[str](), follow, lambda state: ("ab" in state) == ("ba" in state))


def aa_before_bb() -> NamedMachine:
    """PLT: the factor aa occurs before a factor bb, and no aa after a bb. The state is the last letter and what occurred: 0 for
    neither, 1 for aa, 2 for bb after aa."""

    def follow(state: tuple[str, int], letter: str) -> tuple[str, int] | None:
        last, occurred = state
        if last + letter == "aa":
            return (letter, 1) if occurred < 2 else None
        if last + letter == "bb":
            return (letter, 2) if occurred else None
        return letter, occurred

    return acceptor(LETTERS, ("", 0), follow, lambda state: state[1] == 2)


def nested_at_most_twice() -> NamedMachine:
    """SF: without c and d, the word is in (a(ab)*b)*. The state is how many a are not yet closed by a b."""

    def follow(depth: int, letter: str) -> int | None:
        after = depth + {"a": 1, "b": -1}.get(letter, 0)
        return after if 0 <= after <= 2 else None

    return acceptor(LETTERS, 0, follow, lambda depth: depth == 0)


LANGUAGES = (
    ("sl", "strictly local (SL): neither the factor aa nor the factor bb", no_aa_no_bb),
    ("cosl", "complement of strictly local (coSL): the factor abc occurs", has_abc),
    ("tsl", "tier-based strictly local (TSL): without c and d, neither the factor aa nor the factor bb", alternating_on_the_tier),
    ("sp", "strictly piecewise (SP): no subsequence a…b…c", no_subsequence_abc),
    ("cosp", "complement of strictly piecewise (coSP): the subsequence a…b…b…a occurs", has_subsequence_abba),
    ("lt", "locally testable (LT): the factors aa and bb both occur, or neither", aa_if_and_only_if_bb),
    ("ltt", "locally threshold testable (LTT): the factor ab occurs exactly once", exactly_one_ab),
    ("pt", "piecewise testable (PT): the subsequences a…b and b…a both occur, or neither", ab_if_and_only_if_ba),
    ("plt", "piecewise locally testable (PLT): aa occurs before a bb, and no aa after a bb", aa_before_bb),
    ("sf", "star-free (SF): without c and d, the word is in (a(ab)*b)*, whose dot-depth is 2", nested_at_most_twice),
)
"""Class, words and rule of each language."""

SUITE = Suite(
    "subregular",
    "ten languages over a, b, c, d, one for each of ten subregular classes",
    "van der Poel et al. 2023 (MLRegTest), arXiv 2304.07687",
    tuple(
        SuiteTask(f"subregular-{name}", summary, STAR_FREE_SOURCE if name == "sf" else SOURCE, make, words=WORDS)
        for name, summary, make in LANGUAGES
    ),
)
