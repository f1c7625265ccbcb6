"""What a programming language needs for step programs: a template for each operation, and functions that the templates call."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anylength.programs import Instruction

SUM, PRODUCT, SIGN, ATOM = 1, 2, 3, 4
"""How strongly the outermost sign of an expression binds."""


CALLS = {
    "symbol": "encode(symbol, {out});",
    "columns": "columns({0}, {rows}, symbol, {out});",
    "matmul": "times({0}, {rows}, {columns}, {1}, {out});",
    "matvec": "times({0}, {rows}, {columns}, {1}, {out});",
    "mean": "{out}[0] = mean({0}, {columns});",
    "mean_square": "{out}[0] = mean_square({0}, {columns});",
    "center": "center({0}, {columns}, {out});",
    "softmax": "softmax({0}, {columns}, {out});",
}
"""Statements that fill an array, in C as in JavaScript: calls of functions that both have."""


@dataclass(frozen=True)
class Template:
    """An expression for one row of an operation's result.

    Attributes:
        text: `{0}`, `{1}` stand for the same row of the arguments (the one row of an argument that has one), names for attributes.
        level: How strongly its outermost sign binds.
        needs: How strongly each argument must bind to need no parentheses.
    """

    text: str
    level: int = ATOM
    needs: tuple[int, ...] = (0, 0, 0)


@dataclass(frozen=True)
class Language:
    """A programming language.

    Attributes:
        rows: The template of each operation that works row by row.
        negated: What stands for `scale` by −1.
        calls: For each other operation a statement that fills the array `{out}` of `{rows}` rows: `{0}` and `{1}` are the arrays of
            its arguments, of a product the matrix and the value; `{columns}` counts the rows of the last. `columns` is a product
            with the encoded symbol, `symbol` encodes it.
        loop: A statement that fills row k of an array, `{out}`, with `{expression}`, for `{rows}` rows.
        single: The same for one row, without a loop.
        outermost: The expression as a whole, without what storing it does anyway.
        part: An array `{name}` from row `{start}` on.
        quotient: The whole part of `{0}` / `{1}`.
        number: A float32 number as a literal.
        functions: Functions that the above call, by name. Later ones may call earlier ones.
    """

    rows: Mapping[str, Template]
    negated: Template
    calls: Mapping[str, str]
    loop: str
    single: str
    outermost: Callable[[str], str]
    part: str
    quotient: str
    number: Callable[[float], str]
    functions: Mapping[str, str]

    def functions_in(self, code: str) -> list[str]:
        """The functions that some code needs, in the order of their definitions."""
        needed: list[str] = []
        for name, text in reversed(list(self.functions.items())):
            if re.search(rf"\b{name}\(", "\n".join([code, *needed])):
                needed.insert(0, text)
        return needed


def template_of(item: Instruction, language: Language) -> Template:
    """The template of an operation; an empty one for those that are no expression."""
    if item.op == "scale" and item["factor"] == -1.0:
        return language.negated
    return language.rows.get(item.op, Template(""))
