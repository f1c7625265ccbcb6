"""How each operation that works row by row is written in C, JavaScript, PyTorch and ONNX: a row for each operation."""

from collections.abc import Mapping
from typing import NamedTuple


class Written(NamedTuple):
    """One operation. `{0}`, `{1}`, `{2}` stand for its arguments, names for its attributes.

    Attributes:
        c: The expression in C for one row, in float.
        js: That in JavaScript. Storing it in a Float32Array rounds it; `float` rounds what it is made of.
        torch: That with PyTorch's functions, for all rows.
        onnx: The ONNX operator of the same arguments; empty where it takes several.
    """

    c: str
    js: str
    torch: str
    onnx: str = ""


WRITTEN: Mapping[str, Written] = {
    "add": Written("{0} + {1}", "{0} + {1}", "{0} + {1}", "Add"),
    "subtract": Written("{0} - {1}", "{0} - {1}", "{0} - {1}", "Sub"),
    "multiply": Written("{0} * {1}", "{0} * {1}", "{0} * {1}", "Mul"),
    "scale": Written("{factor} * {0}", "{factor} * {0}", "{factor} * {0}"),
    "maximum": Written("fmaxf({0}, {1})", "Math.max({0}, {1})", "torch.maximum({0}, {1})", "Max"),
    "minimum": Written("fminf({0}, {1})", "Math.min({0}, {1})", "torch.minimum({0}, {1})", "Min"),
    "normalize": Written(
        "{0} / sqrtf({1} + {epsilon})", "{0} / float(Math.sqrt(float({1} + {epsilon})))", "{0} / torch.sqrt({1} + {epsilon})"
    ),
    "lerp": Written(
        "(1.0f - {0}) * {1} + {0} * {2}", "float(float(1 - {0}) * {1}) + float({0} * {2})", "(1.0 - {0}) * {1} + {0} * {2}"
    ),
    "tanh": Written("tanh_of({0})", "Math.tanh({0})", "torch.tanh({0})", "Tanh"),
    "sigmoid": Written("sigmoid_of({0})", "1 / (1 + Math.exp(-{0}))", "torch.sigmoid({0})", "Sigmoid"),
    "relu": Written("{0} > 0.0f ? {0} : 0.0f", "Math.max({0}, 0)", "torch.relu({0})", "Relu"),
    "exp": Written("expf({0})", "Math.exp({0})", "torch.exp({0})", "Exp"),
    "softplus": Written(
        "fmaxf({0}, 0.0f) + log1pf(expf(-fabsf({0})))", "Math.max({0}, 0) + Math.log1p(Math.exp(-Math.abs({0})))",
        "F.softplus({0})", "Softplus",
    ),
    "silu": Written("{0} / (1.0f + expf(-{0}))", "{0} / (1 + Math.exp(-{0}))", "F.silu({0})"),
    "gelu": Written("0.5f * {0} * erfcf(-0.70710678f * {0})", "gelu({0})", "F.gelu({0})", "Gelu"),
    "absolute": Written("fabsf({0})", "Math.abs({0})", "torch.abs({0})", "Abs"),
    "square": Written("{0} * {0}", "{0} * {0}", "torch.square({0})"),
    "reciprocal": Written("1.0f / {0}", "1 / {0}", "torch.reciprocal({0})", "Reciprocal"),
    "rsqrt": Written("1.0f / sqrtf({0})", "1 / float(Math.sqrt({0}))", "torch.rsqrt({0})"),
}  # fmt: skip
"""By name. PyTorch's softplus is x itself beyond 20, where the difference is below 2⁻²⁸."""
