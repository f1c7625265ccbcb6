"""The operations of a step program: one table, with the attributes of each and how it fixes the rows of its result.

A value is a column of rows. An operation makes a new value of earlier ones. Its name is the name of a function of every interpreter
in `anylength.ops`. The values themselves offer `add`, `subtract`, `multiply` and `slice` as `+`, `-`, `*` and `[a:b]`.

| operation | result |
|---|---|
| `symbol` · `state` | the encoded symbol `[E]` · the state before the step (in an answer: after it) `[D]` |
| `tensor` {name} · `constant` {value, rows} | a vector by name · one float32 number in every row |
| `slice` {start, stop} · `take` {rows} · `concatenate` | rows start to stop · the rows with these numbers · values stacked |
| `matmul` {weight, start, stop} | rows start to stop of a matrix by name, times a value |
| `add` · `subtract` · `multiply` · `maximum` · `minimum` | row by row, of two values with as many rows |
| `scale` {factor} | a float32 number times a value |
| `mean` · `mean_square` · `center` | one row: the mean of the rows · of their squares; each row minus their mean |
| `normalize` {epsilon} | x / √(m + epsilon) of a value x and its own `mean_square` m |
| `softmax` | e^xᵢ / Σⱼ e^xⱼ over the rows |
| `matvec` | the first value as a matrix, row by row, with as many columns as the second has rows, times the second |
| `lerp` | (1 − z)·a + z·b of z in [0, 1], a and b |
| `tanh` · `sigmoid` · `relu` · `exp` · `softplus` · `silu` · `gelu` | each row: softplus is log(1 + eˣ), silu x·σ(x), gelu x·Φ(x) |
| `absolute` · `square` · `reciprocal` · `rsqrt` | each row: \\|x\\|, x², 1/x, 1/√x |
| `stored` | a part of the new state that the rest of the step reads: the machine may have stored it by then |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Attributes = Mapping[str, Any]
Rows = Callable[[list[int], Attributes], int]


@dataclass(frozen=True)
class Operation:
    """One operation of the table.

    Attributes:
        arguments: How many values it takes; None means one or more.
        attributes: The type of each attribute: `int` (number of a row), `float` (a float32 number), `str` (tensor), `list` (rows).
        rows: The rows of its result, from the rows of its arguments and its attributes. Raises ValueError where they do not fit.
        text: The result in a formula: `{0}`, `{1}` stand for the arguments, names for attributes.
        linear: Whether the result is a linear function of the arguments.
        meaning: What a reader of the formula may not know, in words.
        measured: Whether the errors of all its functions are known of each runtime, by IEEE 754 or by measurement.
    """

    arguments: int | None
    attributes: Mapping[str, type]
    rows: Rows
    text: str
    linear: bool = False
    meaning: str = ""
    measured: bool = True


def _same(rows: list[int], attributes: Attributes) -> int:
    del attributes
    if len(set(rows)) != 1:
        raise ValueError(f"values of {', '.join(map(str, rows))} rows")
    return rows[0]


def _one(rows: list[int], attributes: Attributes) -> int:
    del rows, attributes
    return 1


def _given(rows: list[int], attributes: Attributes) -> int:
    """Leaves: whoever makes the instruction states its rows, and `Program` checks them."""
    del rows
    return attributes["rows"]


def _sliced(rows: list[int], attributes: Attributes) -> int:
    start, stop = attributes["start"], attributes["stop"]
    if not 0 <= start < stop <= rows[0]:
        raise ValueError(f"rows {start} to {stop} of {rows[0]}")
    return stop - start


def _taken(rows: list[int], attributes: Attributes) -> int:
    numbers = attributes["rows"]
    if not numbers or not all(0 <= number < rows[0] for number in numbers):
        raise ValueError(f"a row outside the {rows[0]} rows")
    return len(numbers)


def _normalized(rows: list[int], attributes: Attributes) -> int:
    del attributes
    if rows[1] != 1:
        raise ValueError(f"a mean square of {rows[1]} rows")
    return rows[0]


def _matrix_product(rows: list[int], attributes: Attributes) -> int:
    del attributes
    if rows[0] % rows[1]:
        raise ValueError(f"a matrix of {rows[0]} numbers times {rows[1]} rows")
    return rows[0] // rows[1]


def _function(text: str, arguments: int = 1, *, meaning: str = "", measured: bool = True) -> Operation:
    """A function that is applied row by row."""
    return Operation(arguments, {}, _same, text, meaning=meaning, measured=measured)


BY_ROWS = "· multiplies row by row"
"""The meaning of a sign that several operations have."""

LEAVES = ("symbol", "state", "tensor", "constant")
"""Operations without arguments. The rows of a symbol, a state and a tensor follow from the program."""

OPERATIONS: Mapping[str, Operation] = {
    "symbol": Operation(0, {}, _given, "x"),
    "state": Operation(0, {}, _given, "s"),
    "tensor": Operation(0, {"name": str}, _given, "{name}"),
    "constant": Operation(0, {"value": float, "rows": int}, _given, "{value}"),
    "slice": Operation(
        1, {"start": int, "stop": int}, _sliced, "{0}[{start}:{stop}]", linear=True, meaning="v[a:b] are the rows a to b − 1 of v"
    ),
    "take": Operation(
        1, {"rows": list}, _taken, "{0}[{rows}]", linear=True, meaning="v[each ×2] is each row of v twice, v[all ×2] all rows twice"
    ),
    "concatenate": Operation(None, {}, lambda rows, _: sum(rows), "concatenate({all})", linear=True),
    "matmul": Operation(
        1,
        {"weight": str, "start": int, "stop": int},
        lambda _, a: a["stop"] - a["start"],
        "{weight} {0}",
        linear=True,
        meaning="a matrix before a value is their product",
    ),
    "add": Operation(2, {}, _same, "{0} + {1}", linear=True),
    "subtract": Operation(2, {}, _same, "{0} − {1}", linear=True),
    "multiply": _function("{0} · {1}", 2, meaning=BY_ROWS),
    "maximum": _function("max({0}, {1})", 2),
    "minimum": _function("min({0}, {1})", 2),
    "scale": Operation(1, {"factor": float}, _same, "{factor} {0}", linear=True),
    "mean": Operation(1, {}, _one, "mean({0})", linear=True),
    "center": Operation(1, {}, _same, "{0} − mean({0})", linear=True),
    "mean_square": Operation(1, {}, _one, "mean({0}²)"),
    "normalize": Operation(2, {"epsilon": float}, _normalized, "{0} / √({1} + {epsilon})", meaning=BY_ROWS, measured=False),
    "softmax": _function("softmax({0})", measured=False),
    "matvec": Operation(2, {}, _matrix_product, "matrix({0}) {1}", meaning="matrix(v) is v as a matrix, row by row"),
    "lerp": _function("(1 − {0})·{1} + {0}·{2}", 3, meaning=BY_ROWS),
    "tanh": _function("tanh({0})"),
    "sigmoid": _function("σ({0})", meaning="σ(x) = 1 / (1 + e^−x)"),
    "relu": _function("relu({0})"),
    "exp": _function("exp({0})", measured=False),
    "softplus": _function("softplus({0})", meaning="softplus(x) = log(1 + e^x)", measured=False),
    "silu": _function("silu({0})", meaning="silu(x) = x · σ(x)", measured=False),
    "gelu": _function("gelu({0})", meaning="gelu(x) = x · Φ(x), Φ the normal distribution function", measured=False),
    "absolute": _function("|{0}|"),
    "square": _function("{0}²"),
    "reciprocal": _function("1 / {0}", measured=False),
    "rsqrt": _function("1 / √{0}", measured=False),
    "stored": Operation(1, {}, _same, "{0}"),
}
"""All operations by name."""
