"""How each operation that works row by row is written in C, JavaScript, PyTorch and ONNX: a row for each operation."""

from collections.abc import Mapping
from dataclasses import dataclass

from anylength.interchange.text.language import PRODUCT, SIGN, SUM, Template


@dataclass(frozen=True)
class Written:
    """One operation.

    Attributes:
        c: The expression in C for one row.
        js: That in JavaScript.
        torch: That with PyTorch's functions, for all rows.
        onnx: The ONNX operator of the same arguments; empty where it takes several.
        c_function: The definition of the function that the expression calls, if C has none.
        js_function: The same for JavaScript.
    """

    c: Template
    js: Template
    torch: Template
    onnx: str = ""
    c_function: str = ""
    js_function: str = ""


def _call(c: str, js: str, torch: str, **others: str) -> Written:
    """An operation whose expressions are calls of functions."""
    return Written(Template(c), Template(js), Template(torch), **others)


WRITTEN: Mapping[str, Written] = {
    "add": Written(
        Template("{0} + {1}", SUM, (SUM, PRODUCT)),
        Template("float({0} + {1})"),
        Template("{0} + {1}", SUM, (SUM, PRODUCT)),
        onnx="Add",
    ),
    "subtract": Written(
        Template("{0} - {1}", SUM, (SUM, PRODUCT)),
        Template("float({0} - {1})"),
        Template("{0} - {1}", SUM, (SUM, PRODUCT)),
        onnx="Sub",
    ),
    "multiply": Written(
        Template("{0} * {1}", PRODUCT, (PRODUCT, SIGN)),
        Template("float({0} * {1})"),
        Template("{0} * {1}", PRODUCT, (PRODUCT, SIGN)),
        onnx="Mul",
    ),
    "scale": Written(
        Template("{factor} * {0}", PRODUCT, (SIGN,)),
        Template("float({factor} * {0})"),
        Template("{factor} * {0}", PRODUCT, (SIGN,)),
    ),
    "maximum": _call("fmaxf({0}, {1})", "Math.max({0}, {1})", "torch.maximum({0}, {1})", onnx="Max"),
    "minimum": _call("fminf({0}, {1})", "Math.min({0}, {1})", "torch.minimum({0}, {1})", onnx="Min"),
    "normalize": Written(
        Template("{0} / sqrtf({1} + {epsilon})", PRODUCT, (PRODUCT, SUM)),
        Template("float({0} / float(Math.sqrt(float({1} + {epsilon}))))"),
        Template("{0} / torch.sqrt({1} + {epsilon})", PRODUCT, (PRODUCT, SUM)),
    ),
    "lerp": Written(
        Template("(1.0f - {0}) * {1} + {0} * {2}", SUM, (SIGN, SIGN, SIGN)),
        Template("float(float(float(1 - {0}) * {1}) + float({0} * {2}))"),
        Template("(1.0 - {0}) * {1} + {0} * {2}", SUM, (SIGN, SIGN, SIGN)),
    ),
    "tanh": _call("tanhf({0})", "float(Math.tanh({0}))", "torch.tanh({0})", onnx="Tanh"),
    "sigmoid": _call(
        "sigmoid({0})",
        "sigmoid({0})",
        "torch.sigmoid({0})",
        onnx="Sigmoid",
        c_function="static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }",
        js_function="const sigmoid = (x) => float(1 / (1 + Math.exp(-x)));",
    ),
    "relu": _call("fmaxf({0}, 0.0f)", "Math.max({0}, 0)", "torch.relu({0})", onnx="Relu"),
    "exp": _call("expf({0})", "float(Math.exp({0}))", "torch.exp({0})", onnx="Exp"),
    "softplus": _call(
        "softplus({0})",
        "softplus({0})",
        "F.softplus({0})",
        onnx="Softplus",
        c_function="static float softplus(float x) { return fmaxf(x, 0.0f) + log1pf(expf(-fabsf(x))); }",
        js_function="const softplus = (x) => float(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));",
    ),
    "silu": _call(
        "silu({0})",
        "silu({0})",
        "F.silu({0})",
        c_function="static float silu(float x) { return x / (1.0f + expf(-x)); }",
        js_function="const silu = (x) => float(x / (1 + Math.exp(-x)));",
    ),
    "gelu": _call(
        "gelu({0})",
        "gelu({0})",
        "F.gelu({0})",
        onnx="Gelu",
        c_function="static float gelu(float x) { return 0.5f * x * erfcf(-0.70710678f * x); }",
        js_function="""\
/** x times the normal distribution function of x; erfc as in Press et al., Numerical Recipes, section 6.2. */
function gelu(x) {
  const z = Math.abs(x) * Math.SQRT1_2, t = 1 / (1 + z / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const upper = (t / 2) * Math.exp(coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0) - z * z);
  return float(x * (x < 0 ? upper : 1 - upper));
}""",
    ),
    "absolute": _call("fabsf({0})", "Math.abs({0})", "torch.abs({0})", onnx="Abs"),
    "square": Written(Template("{0} * {0}", PRODUCT, (SIGN,)), Template("float({0} * {0})"), Template("torch.square({0})")),
    "reciprocal": Written(
        Template("1.0f / {0}", PRODUCT, (SIGN,)), Template("float(1 / {0})"), Template("torch.reciprocal({0})"), onnx="Reciprocal"
    ),
    "rsqrt": Written(
        Template("1.0f / sqrtf({0})", PRODUCT), Template("float(1 / float(Math.sqrt({0})))"), Template("torch.rsqrt({0})")
    ),
}
"""By name. PyTorch's softplus is x itself beyond 20, where the difference is below 2⁻²⁸."""

C_FUNCTIONS = {name: written.c_function for name, written in WRITTEN.items() if written.c_function}
JS_FUNCTIONS = {name: written.js_function for name, written in WRITTEN.items() if written.js_function}
"""The functions by name."""
