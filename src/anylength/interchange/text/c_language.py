"""Step programs in C99: float arithmetic, and the functions of its mathematical library."""

from anylength.interchange.text.decimals import shortest_decimal
from anylength.interchange.text.language import ATOM, CALLS, PRODUCT, SIGN, SUM, Language, Template

ROWS = {
    "add": Template("{0} + {1}", SUM, (SUM, PRODUCT)),
    "subtract": Template("{0} - {1}", SUM, (SUM, PRODUCT)),
    "multiply": Template("{0} * {1}", PRODUCT, (PRODUCT, SIGN)),
    "scale": Template("{factor} * {0}", PRODUCT, (SIGN,)),
    "maximum": Template("fmaxf({0}, {1})"),
    "minimum": Template("fminf({0}, {1})"),
    "normalize": Template("{0} / sqrtf({1} + {epsilon})", PRODUCT, (PRODUCT, SUM)),
    "lerp": Template("(1.0f - {0}) * {1} + {0} * {2}", SUM, (SIGN, SIGN, SIGN)),
    "tanh": Template("tanhf({0})"),
    "sigmoid": Template("sigmoid({0})"),
    "relu": Template("fmaxf({0}, 0.0f)"),
    "exp": Template("expf({0})"),
    "softplus": Template("softplus({0})"),
    "silu": Template("silu({0})"),
    "gelu": Template("gelu({0})"),
    "absolute": Template("fabsf({0})"),
    "square": Template("{0} * {0}", PRODUCT, (SIGN,)),
    "reciprocal": Template("1.0f / {0}", PRODUCT, (SIGN,)),
    "rsqrt": Template("1.0f / sqrtf({0})", PRODUCT),
}
"""Expressions for one row."""

FUNCTIONS = {
    "sigmoid": "static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }",
    "softplus": "static float softplus(float x) { return fmaxf(x, 0.0f) + log1pf(expf(-fabsf(x))); }",
    "silu": "static float silu(float x) { return x / (1.0f + expf(-x)); }",
    "gelu": "static float gelu(float x) { return 0.5f * x * erfcf(-0.70710678f * x); }",
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
