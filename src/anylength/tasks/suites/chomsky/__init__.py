"""The fifteen tasks of the Chomsky benchmark, with its symbols and classes in its order: four are regular, eleven are not.

The published generators state the tasks: `google-deepmind/neural_networks_chomsky_hierarchy` on GitHub. The rules here are our own.
`benchmarks/chomsky_encodings.py` compares the two.
"""

from collections.abc import Mapping

from anylength.tasks.suites.chomsky import copies, expressions, numbers, regular, stacks
from anylength.tasks.suites.chomsky.regular import SOURCE
from anylength.tasks.suites.suite import StringTask
from anylength.tasks.suites.tables import suite_of_tables

STRINGS = (
    StringTask("reverse-string", "a string of bits -> the string backwards", SOURCE, copies.reverse_string),
    StringTask(
        "stack-manipulation",
        "a stack from bottom to top, then pushes and pops -> the stack from top to bottom, then $",
        SOURCE,
        stacks.stack_manipulation,
    ),
    StringTask(
        "modular-arithmetic-brackets",
        "an expression of digits, +, -, * and brackets -> its value modulo 5",
        SOURCE,
        expressions.modular_arithmetic_brackets,
    ),
    StringTask(
        "solve-equation",
        "an expression of digits, +, -, brackets and one x, then = and its value modulo 5 -> x",
        SOURCE,
        expressions.solve_equation,
    ),
    StringTask("duplicate-string", "a string of bits -> the string twice", SOURCE, copies.duplicate_string),
    StringTask(
        "missing-duplicate-string",
        "a string of bits, twice, with one bit missing -> the missing bit",
        SOURCE,
        copies.missing_duplicate_string,
    ),
    StringTask("odds-first", "a string of bits -> every second bit from the second on, then the others", SOURCE, copies.odds_first),
    StringTask(
        "binary-addition",
        "two binary numbers with + between them -> their sum, then $; the least significant bit first",
        SOURCE,
        numbers.binary_addition,
    ),
    StringTask(
        "binary-multiplication",
        "two binary numbers with * between them -> their product, then $; the least significant bit first",
        SOURCE,
        numbers.binary_multiplication,
    ),
    StringTask(
        "compute-sqrt",
        "a binary number -> its square root, rounded down; the most significant bit first",
        SOURCE,
        numbers.compute_sqrt,
    ),
    StringTask("bucket-sort", "a string of digits 0 to 4 -> the same digits in ascending order", SOURCE, copies.bucket_sort),
)
"""The tasks that are not finite-state, in the order of the paper."""

BENCHMARK: Mapping[str, str] = {
    "even-pairs": "even_pairs",
    "modular-arithmetic": "modular_arithmetic",
    "parity-bits": "parity_check",
    "cycle-navigation": "cycle_navigation",
    **{task.name: task.name.replace("-", "_") for task in STRINGS},
}
"""The fifteen tasks: our names → the published names. `modular-arithmetic-left` of the suite is a task of FLaRe."""

SUITE = suite_of_tables(
    "chomsky", STRINGS, dict.fromkeys(("modular-arithmetic", "modular-arithmetic-left"), regular.drawn_expressions)
)
