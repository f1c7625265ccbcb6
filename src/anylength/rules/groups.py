"""Word problems of groups, and bounded Dyck languages: what the literature of state tracking trains nets on.

In a word problem the answer after each symbol is the product of all elements so far. An element of S3 to S5, A4 and A5 is a
permutation in one-line notation: `21345` swaps 1 and 2. The left factor is applied first: the product of p and q takes i to
q(p(i)). Elements are ordered as their names are, so the identity comes first. A generator is named by what it does: `swap12` swaps
1 and 2, `turn` takes 1 to 2, 2 to 3, …, and the last to 1, and `turn123` takes 1 to 2, 2 to 3, and 3 to 1.

A Dyck language has balanced brackets of K kinds, nested at most M deep. A state is the stack of open brackets. A word that closes
a wrong bracket or nests too deep is rejected for good.
"""

import itertools
import math
from functools import partial

from anylength.base import InputError
from anylength.rules.machine_files import MAX_STATES
from anylength.rules.machines import NamedMachine
from anylength.rules.suite import Suite, SuiteTask, TaskPattern, acceptor, transducer

BRACKETS = ("()", "[]", "{}", "<>")
"""The kinds of brackets, in the order in which K takes them."""

DYCK_SOURCE = "Hewitt et al. 2020, arXiv 2010.07515"


def states(kinds: int, depth: int) -> int:
    """The number of stacks of at most `depth` brackets, and the rejecting state."""
    return sum(kinds**open_brackets for open_brackets in range(depth + 1)) + 1


def largest_depth(kinds: int) -> int:
    """The largest M for K kinds of brackets."""
    depth = 1
    while states(kinds, depth + 1) <= MAX_STATES:
        depth += 1
    return depth


def dyck(kinds: int, depth: int) -> NamedMachine:
    """Balanced brackets of the first `kinds` kinds, nested at most `depth` deep."""
    open_of = {pair[1]: pair[0] for pair in BRACKETS[:kinds]}

    def follow(stack: str, bracket: str) -> str | None:
        if bracket not in open_of:
            return stack + bracket if len(stack) < depth else None
        return stack[:-1] if stack and stack[-1] == open_of[bracket] else None

    return acceptor(tuple("".join(BRACKETS[:kinds])), "", follow, lambda stack: not stack)


def dyck_task(kinds: int, depth: int) -> SuiteTask:
    """The task `dyck-K-M`.

    Raises:
        InputError: K or M is out of range.
    """
    if not 1 <= kinds <= len(BRACKETS):
        raise InputError(f"dyck-1-M to dyck-{len(BRACKETS)}-M", f"dyck-{kinds}-{depth}", "pass for example dyck-2-3")
    largest = largest_depth(kinds)
    if not 1 <= depth <= largest:
        remedy = f"deeper ones have more than {MAX_STATES:,} states" if depth else "depth 0 allows the empty word alone"
        raise InputError(f"dyck-{kinds}-1 to dyck-{kinds}-{largest}", f"dyck-{kinds}-{depth}", remedy)
    brackets = " ".join(BRACKETS[:kinds])
    summary = f"balanced brackets {brackets}, nested at most {depth} deep"
    return SuiteTask(f"dyck-{kinds}-{depth}", summary, DYCK_SOURCE, partial(dyck, kinds, depth))


DEPTHS = "; ".join(f"M = 1 to {largest_depth(kinds):,} for K = {kinds}" for kinds in range(1, len(BRACKETS) + 1))

DYCK_PATTERN = TaskPattern("dyck-K-M", f"balanced brackets of K kinds, nested at most M deep; {DEPTHS}", dyck_task)

DYCK_SUITE = Suite(
    "dyck",
    "balanced brackets of K kinds, nested at most M deep: dyck-K-M",
    DYCK_SOURCE,
    tuple(dyck_task(kinds, depth) for kinds, depth in ((1, 1), (1, 3), (1, 8), (2, 2), (2, 4), (3, 3), (4, 2))),
)


GROUPS_SOURCE = "Merrill et al. 2024, arXiv 2404.08819; Barrington 1989"
CYCLIC_SOURCE = "Merrill et al. 2024, arXiv 2404.08819"
WORDS = "elements drawn uniformly, an answer after each; others train on lengths 3 to 40 and test on 40 to 256 (arXiv 2411.12537)"

MAX_ORDER = 120
"""Largest N of `z-N`: the order of S5, the largest group here. The machine of all elements has N² transitions."""

Permutation = tuple[int, ...]
"""The images of 0, 1, …, n − 1."""

GENERATORS = {
    "s3": ("swap12", "turn"),
    "a4": ("turn123", "turn234"),
    "s4": ("swap12", "turn"),
    "a5": ("turn123", "turn"),
    "s5": ("swap12", "turn"),
}
"""The groups of permutations, each with two elements that generate it."""


def product(first: Permutation, second: Permutation) -> Permutation:
    """The permutation that applies `first`, then `second`."""
    return tuple(second[image] for image in first)


def one_line(permutation: Permutation) -> str:
    """One-line notation: the images of 1, 2, …, n."""
    return "".join(str(image + 1) for image in permutation)


def elements(group: str) -> list[Permutation]:
    """The elements of a symmetric (s) or alternating (a) group, ordered by their names."""
    permutations = itertools.permutations(range(int(group[1:])))
    return [p for p in permutations if group[0] == "s" or _is_even(p)]


def _is_even(permutation: Permutation) -> bool:
    """Whether the number of pairs in falling order is even."""
    return sum(one > other for one, other in itertools.combinations(permutation, 2)) % 2 == 0


def generator(name: str, points: int) -> Permutation:
    """The permutation that a name such as `swap12`, `turn` or `turn123` describes: its digits form a cycle."""
    digits = name.removeprefix("swap").removeprefix("turn")
    cycle = [int(digit) - 1 for digit in digits] or list(range(points))
    images = list(range(points))
    for at, point in enumerate(cycle):
        images[point] = cycle[(at + 1) % len(cycle)]
    return tuple(images)


def word_problem(group: str, *, by_generators: bool) -> NamedMachine:
    """The running product in a group of permutations. The symbols are all elements, or two generators."""
    all_elements = elements(group)
    names = [one_line(p) for p in all_elements]
    if by_generators:
        factors = {name: generator(name, len(all_elements[0])) for name in GENERATORS[group]}
    else:
        factors = dict(zip(names, all_elements, strict=True))

    def step(so_far: Permutation, symbol: str) -> tuple[Permutation, str]:
        after = product(so_far, factors[symbol])
        return after, one_line(after)

    return transducer(tuple(factors), names, all_elements[0], step, graded="all")


def cyclic(order: int, *, by_generator: bool) -> NamedMachine:
    """The running sum modulo `order`. The symbols are all numbers below it, or 1 alone."""
    numbers = [str(number) for number in range(order)]

    def step(total: int, symbol: str) -> tuple[int, str]:
        after = (total + int(symbol)) % order
        return after, numbers[after]

    return transducer(["1"] if by_generator else numbers, numbers, 0, step, graded="all")


def cyclic_task(order: int) -> SuiteTask:
    """The task `z-N`: all elements.

    Raises:
        InputError: N is out of range.
    """
    _check_order("z-{}", order)
    summary = f"the sum modulo {order} of the numbers so far, 0 to {order - 1}"
    return SuiteTask(f"z-{order}", summary, CYCLIC_SOURCE, partial(cyclic, order, by_generator=False), "all", WORDS)


def cyclic_generator_task(order: int) -> SuiteTask:
    """The task `z-N-generator`: 1 is the only symbol.

    Raises:
        InputError: N is out of range.
    """
    _check_order("z-{}-generator", order)
    summary = f"the number of 1s so far modulo {order}; 1 is the only symbol"
    return SuiteTask(f"z-{order}-generator", summary, CYCLIC_SOURCE, partial(cyclic, order, by_generator=True), "all")


def _check_order(name: str, order: int) -> None:
    """Raises InputError if N is out of range."""
    if not 2 <= order <= MAX_ORDER:
        raise InputError(f"{name.format(2)} to {name.format(MAX_ORDER)}", name.format(order), f"pass for example {name.format(7)}")


def _permutation_tasks(group: str) -> tuple[SuiteTask, SuiteTask]:
    """The two tasks of a group: all elements, and two generators."""
    title, generators = group.upper(), " and ".join(GENERATORS[group])
    order = math.factorial(int(group[1:])) // (2 if group[0] == "a" else 1)
    of_all = f"the product so far in {title}, by all {order} elements; one-line notation, the left factor applied first"
    of_two = f"the product so far in {title}, by {generators}; one-line notation, the left factor applied first"
    return (
        SuiteTask(group, of_all, GROUPS_SOURCE, partial(word_problem, group, by_generators=False), "all", WORDS),
        SuiteTask(f"{group}-generators", of_two, GROUPS_SOURCE, partial(word_problem, group, by_generators=True), "all", WORDS),
    )


PATTERNS = (
    TaskPattern("z-N", f"the sum modulo N of numbers below N; N = 2 to {MAX_ORDER}", cyclic_task),
    TaskPattern("z-N-generator", f"the number of 1s modulo N; N = 2 to {MAX_ORDER}", cyclic_generator_task),
)

GROUPS_SUITE = Suite(
    "groups",
    "word problems: the product so far in Z_N (z-N), S3, A4, S4, A5 and S5, by all elements or by generators",
    GROUPS_SOURCE,
    (
        *(cyclic_task(order) for order in (2, 5, 7, 60)),
        *(cyclic_generator_task(order) for order in (2, 7)),
        *itertools.chain.from_iterable(map(_permutation_tasks, GENERATORS)),
    ),
)
