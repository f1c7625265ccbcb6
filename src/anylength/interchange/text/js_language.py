"""Step programs in JavaScript: every operation is rounded to float32 by `float`, which is `Math.fround`."""

from anylength.interchange.text.decimals import shortest_decimal
from anylength.interchange.text.language import ATOM, CALLS, SIGN, Language, Template
from anylength.interchange.text.written import JS_FUNCTIONS, WRITTEN

ROUNDED = "float("
"""What rounds an expression. Storing a number in a Float32Array does the same."""

ROWS = {name: written.js for name, written in WRITTEN.items()}
"""Expressions for one row."""

FUNCTIONS = JS_FUNCTIONS | {
    "times": """\
/** out = weights · vector: each sum runs from the first column to the last. */
function times(weights, rows, columns, vector, out) {
  for (let k = 0, at = 0; k < rows; k += 1) {
    let sum = 0;
    for (let j = 0; j < columns; j += 1, at += 1) sum = float(sum + float(weights[at] * vector[j]));
    out[k] = sum;
  }
}""",
    "columns": """\
/** out = weights · x: x has a 1 for the letter on each tape, on tape i floor(symbol / LETTERS ** i) % LETTERS. */
function columns(weights, rows, symbol, out) {
  for (let k = 0; k < rows; k += 1) {
    let sum = 0;
    for (let tape = 0, rest = symbol; tape < TAPES; tape += 1, rest = Math.floor(rest / LETTERS))
      sum = float(sum + weights[(k * TAPES + tape) * LETTERS + (rest % LETTERS)]);
    out[k] = sum;
  }
}""",
    "encode": """\
/** x: a 1 for the letter on each tape, on tape i floor(symbol / LETTERS ** i) % LETTERS. */
function encode(symbol, x) {
  x.fill(0);
  for (let tape = 0, rest = symbol; tape < TAPES; tape += 1, rest = Math.floor(rest / LETTERS))
    x[tape * LETTERS + (rest % LETTERS)] = 1;
}""",
    "mean": """\
function mean(x, rows) {
  let sum = 0;
  for (let k = 0; k < rows; k += 1) sum = float(sum + x[k]);
  return float(sum / rows);
}""",
    "mean_square": """\
function mean_square(x, rows) {
  let sum = 0;
  for (let k = 0; k < rows; k += 1) sum = float(sum + float(x[k] * x[k]));
  return float(sum / rows);
}""",
    "center": """\
/** out = x − mean(x) */
function center(x, rows, out) {
  const middle = mean(x, rows);
  for (let k = 0; k < rows; k += 1) out[k] = x[k] - middle;
}""",
    "softmax": """\
/** out = exp(x) / the sum of exp(x), from differences to the largest row, which cannot overflow. */
function softmax(x, rows, out) {
  let largest = x[0], sum = 0;
  for (let k = 1; k < rows; k += 1) largest = Math.max(largest, x[k]);
  for (let k = 0; k < rows; k += 1) {
    out[k] = Math.exp(float(x[k] - largest));
    sum = float(sum + out[k]);
  }
  for (let k = 0; k < rows; k += 1) out[k] /= sum;
}""",
}
"""Functions of the module."""


def outermost(expression: str) -> str:
    """The expression without its outermost rounding."""
    return expression[len(ROUNDED) : -1] if expression.startswith(ROUNDED) else expression


JAVASCRIPT = Language(
    rows=ROWS, negated=Template("-{0}", SIGN, (ATOM,)), calls=CALLS,
    loop="for (let k = 0; k < {rows}; k += 1) {out} = {expression};", single="{out} = {expression};", outermost=outermost,
    part="{name}.subarray({start})", quotient="Math.floor({0} / {1})", number=shortest_decimal, functions=FUNCTIONS,
)  # fmt: skip
"""JavaScript, an ES module."""
