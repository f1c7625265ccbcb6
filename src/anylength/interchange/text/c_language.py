"""Step programs in C99: float arithmetic, and the functions of its mathematical library."""

from anylength.interchange.text.decimals import shortest_decimal
from anylength.interchange.text.language import ATOM, CALLS, SIGN, Language, Template
from anylength.interchange.text.written import C_FUNCTIONS, WRITTEN

ROWS = {name: written.c for name, written in WRITTEN.items()}
"""Expressions for one row."""

FUNCTIONS = C_FUNCTIONS | {
    "times": """\
/* out = weights * vector: each sum runs from the first column to the last. */
static void times(const float *weights, int rows, int columns, const float *vector, float *out) {
    for (int k = 0; k < rows; k++, weights += columns) {
        out[k] = 0.0f;
        for (int j = 0; j < columns; j++) out[k] += weights[j] * vector[j];
    }
}""",
    "columns": """\
/* out = weights * x: x has a 1 for the letter on each tape; symbol s has on tape i the letter s / LETTERS^i % LETTERS. */
static void columns(const float *weights, int rows, int symbol, float *out) {
    for (int k = 0; k < rows; k++, weights += TAPES * LETTERS) {
        out[k] = 0.0f;
        for (int tape = 0, rest = symbol; tape < TAPES; tape++, rest /= LETTERS) out[k] += weights[tape * LETTERS + rest % LETTERS];
    }
}""",
    "encode": """\
/* x: a 1 for the letter on each tape; symbol s has on tape i the letter s / LETTERS^i % LETTERS. */
static void encode(int symbol, float *x) {
    for (int k = 0; k < TAPES * LETTERS; k++) x[k] = 0.0f;
    for (int tape = 0; tape < TAPES; tape++, symbol /= LETTERS) x[tape * LETTERS + symbol % LETTERS] = 1.0f;
}""",
    "mean": """\
static float mean(const float *x, int rows) {
    float sum = 0.0f;
    for (int k = 0; k < rows; k++) sum += x[k];
    return sum / (float)rows;
}""",
    "mean_square": """\
static float mean_square(const float *x, int rows) {
    float sum = 0.0f;
    for (int k = 0; k < rows; k++) sum += x[k] * x[k];
    return sum / (float)rows;
}""",
    "center": """\
/* out = x - mean(x) */
static void center(const float *x, int rows, float *out) {
    const float middle = mean(x, rows);
    for (int k = 0; k < rows; k++) out[k] = x[k] - middle;
}""",
    "softmax": """\
/* out = exp(x) / the sum of exp(x), from differences to the largest row, which cannot overflow. */
static void softmax(const float *x, int rows, float *out) {
    float largest = x[0], sum = 0.0f;
    for (int k = 1; k < rows; k++) largest = fmaxf(largest, x[k]);
    for (int k = 0; k < rows; k++) sum += out[k] = expf(x[k] - largest);
    for (int k = 0; k < rows; k++) out[k] /= sum;
}""",
}
"""Functions of the file."""

C = Language(
    rows=ROWS, negated=Template("-{0}", SIGN, (ATOM,)), calls=CALLS,
    loop="for (int k = 0; k < {rows}; k++) {out} = {expression};", single="{out} = {expression};", outermost=str,
    part="{name} + {start}", quotient="{0} / {1}", number=lambda value: f"{shortest_decimal(value)}f", functions=FUNCTIONS,
)  # fmt: skip
"""C99."""
