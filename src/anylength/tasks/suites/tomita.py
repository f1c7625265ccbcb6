"""Tomita's seven grammars over 0 and 1: acceptors of 2 to 5 states, the field's first test of grammar inference.

The wording of grammar 3 is read as in the literature since Weiss et al. 2018: a run of zeros counts anywhere after the run of ones,
not only right after it.
"""

from anylength.machines import NamedMachine
from anylength.tasks.suites.building import acceptor
from anylength.tasks.suites.suite import Suite, SuiteTask

BITS = ("0", "1")

SOURCE = "Tomita 1982; as in Weiss et al. 2018, arXiv 1711.09576"


def only_ones() -> NamedMachine:
    """Tomita 1: 1*."""
    return acceptor(BITS, 0, lambda state, bit: state if bit == "1" else None)


def repeated_one_zero() -> NamedMachine:
    """Tomita 2: (10)*. The state is the bit that must come next."""
    following = {"1": "0", "0": "1"}
    return acceptor(BITS, "1", lambda awaited, bit: following[bit] if bit == awaited else None, lambda awaited: awaited == "1")


def no_odd_zeros_after_odd_ones() -> NamedMachine:
    """Tomita 3. The state is the last bit, whether its run is odd, and whether an odd run of ones has ended."""

    def follow(state: tuple[str, bool, bool], bit: str) -> tuple[str, bool, bool] | None:
        last, odd, ones_ended = state
        if bit == last:
            return last, not odd, ones_ended
        if last == "0" and odd and ones_ended:
            return None
        return bit, True, ones_ended or (last == "1" and odd)

    return acceptor(BITS, ("", False, False), follow, lambda state: state != ("0", True, True))


def no_three_zeros() -> NamedMachine:
    """Tomita 4. The state is the number of zeros at the end."""

    def follow(zeros: int, bit: str) -> int | None:
        if bit == "1":
            return 0
        return zeros + 1 if zeros < 2 else None

    return acceptor(BITS, 0, follow)


def even_zeros_and_even_ones() -> NamedMachine:
    """Tomita 5. The state is the two numbers modulo 2."""

    def follow(state: tuple[int, int], bit: str) -> tuple[int, int]:
        zeros, ones = state
        return (1 - zeros, ones) if bit == "0" else (zeros, 1 - ones)

    return acceptor(BITS, (0, 0), follow, lambda state: state == (0, 0))


def difference_divisible_by_three() -> NamedMachine:
    """Tomita 6. The state is the number of ones less the number of zeros, modulo 3."""
    change = {"0": -1, "1": 1}
    return acceptor(BITS, 0, lambda difference, bit: (difference + change[bit]) % 3, lambda difference: difference == 0)


def at_most_four_runs() -> NamedMachine:
    """Tomita 7: 0*1*0*1*. The state is the number of the star that is being read: 0 and 2 read zeros, 1 and 3 ones."""

    def follow(star: int, bit: str) -> int | None:
        if bit == BITS[star % 2]:
            return star
        return star + 1 if star < 3 else None

    return acceptor(BITS, 0, follow)


GRAMMARS = (
    (only_ones, "1*"),
    (repeated_one_zero, "(10)*"),
    (no_odd_zeros_after_odd_ones, "no odd run of 0s anywhere after an odd run of 1s"),
    (no_three_zeros, "no 000"),
    (even_zeros_and_even_ones, "an even number of 0s and an even number of 1s"),
    (difference_divisible_by_three, "the numbers of 0s and of 1s differ by a multiple of 3"),
    (at_most_four_runs, "0*1*0*1*"),
)
"""The rule of each grammar, from 1 to 7, and its words."""

SUITE = Suite(
    "tomita",
    "Tomita's seven grammars over 0 and 1",
    SOURCE,
    tuple(SuiteTask(f"tomita-{n}", summary, SOURCE, make) for n, (make, summary) in enumerate(GRAMMARS, 1)),
)
