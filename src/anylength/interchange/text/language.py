"""C and JavaScript for step programs: an expression for each operation that works row by row, and calls for the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from anylength.interchange.text.decimals import shortest_decimal
from anylength.interchange.text.written import WRITTEN

CALLS: Mapping[str, str] = {
    "symbol": "encode(symbol, {out});",
    "columns": "columns({0}, {rows}, symbol, {out});",
    "columns_int8": "columns_int8({0}, {rows}, symbol, {out});",
    "matmul": "times({0}, {rows}, {columns}, {1}, {out});",
    "matmul_int8": "times_int8({0}, {rows}, {columns}, {1}, {out});",
    "matvec": "times({0}, {rows}, {columns}, {1}, {out});",
    "mean": "{out}[0] = mean({0}, {columns});",
    "mean_square": "{out}[0] = mean_square({0}, {columns});",
    "center": "center({0}, {columns}, {out});",
    "softmax": "softmax({0}, {columns}, {out});",
}
"""Statements that fill the array `{out}` of `{rows}` rows: calls of functions that the templates of both languages define.

`{0}` and `{1}` are the arrays of the arguments, of a product the matrix and the value; `{columns}` counts the rows of the last.
`columns` is a product with the encoded symbol. A matrix of integers is followed by its scales.
"""


@dataclass(frozen=True)
class Language:
    """A programming language.

    Attributes:
        rows: The expression of each operation that works row by row.
        loop: A statement that fills `{rows}` rows of an array: row k, `{out}`, with `{expression}`.
        part: An array `{name}` from row `{start}` on.
        quotient: The whole part of k / `{0}`.
        number: A float32 number as a literal.
        shares_arrays: Whether a value may lie in the array of one that is no longer needed: less memory, and no names.
    """

    rows: Mapping[str, str]
    loop: str
    part: str
    quotient: str
    number: Callable[[float], str]
    shares_arrays: bool = False


C = Language(
    rows={name: written.c for name, written in WRITTEN.items()},
    loop="for (int k = 0; k < {rows}; k++) {out} = {expression};", part="{name} + {start}", quotient="k / {0}",
    number=lambda value: f"{shortest_decimal(value)}f", shares_arrays=True,
)  # fmt: skip
"""C99: float arithmetic. tanh and sigmoid are functions of the file, others are of the mathematical library."""

JAVASCRIPT = Language(
    rows={name: written.js for name, written in WRITTEN.items()},
    loop="for (let k = 0; k < {rows}; k += 1) {out} = {expression};", part="{name}.subarray({start})",
    quotient="Math.floor(k / {0})", number=shortest_decimal,
)  # fmt: skip
"""JavaScript, an ES module: every array is a Float32Array, and every operation is rounded to float32."""
