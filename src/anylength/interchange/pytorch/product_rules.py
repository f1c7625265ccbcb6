"""Rules for products of arrays, and the convolution over a window that the state keeps."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anylength.interchange.flat_values import Flat, flat, matmul
from anylength.interchange.pytorch.elementwise_rules import Rule
from anylength.interchange.pytorch.known import Known
from anylength.interchange.pytorch.operands import Scope


def product(scope: Scope, left: Any, right: Any) -> Any:
    """left @ right."""
    if isinstance(left, Known):
        numbers = left.numbers()
        return matmul(scope.arithmetic, numbers, scope.array(right), _hint(scope, numbers, left.name))
    if isinstance(right, Known):
        numbers = right.numbers()
        return matmul(scope.arithmetic, scope.array(left), numbers, _hint(scope, numbers.swapaxes(-1, 0), right.name))
    return matmul(scope.arithmetic, scope.array(left), scope.array(right))


def _hint(scope: Scope, matrix: np.ndarray, name: str) -> str:
    """The name of a matrix as it stands in front of a column."""
    return scope.names.of_weight(matrix, name) if matrix.ndim == 2 else name


def _linear(scope: Scope, value: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b."""
    if not isinstance(weight, Known):
        raise ValueError("a linear layer whose weights depend on the input")
    result = product(scope, value, Known(weight.tensor.t(), weight.name))
    return result if bias is None else scope.binary("add", result, bias)


def _add_product(scope: Scope, value: Any, left: Any, right: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """beta·value + alpha·(left @ right)."""
    return scope.binary("add", scope.times(product(scope, left, right), alpha), scope.times(value, beta))


def _convolution(
    scope: Scope, value: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, transposed: bool,
    output_padding: Any, groups: int,
) -> Flat:  # fmt: skip
    """A convolution along one axis: `[1, channels, length]` → `[1, out, length']`."""
    del output_padding
    array = scope.array(value)
    if transposed or array.ndim != 3 or array.shape[0] != 1 or not isinstance(weight, Known):
        raise ValueError("a convolution other than nn.Conv1d of one example")
    padded, taps = array.shape[2] + 2 * padding[0], weight.tensor.shape[2]
    count = (padded - dilation[0] * (taps - 1) - 1) // stride[0] + 1
    outputs = []
    for at in range(count):
        positions = [at * stride[0] + tap * dilation[0] - padding[0] for tap in range(taps)]
        output = _output(scope, array[0], weight, groups, positions)
        outputs.append((output if bias is None else scope.binary("add", output, bias)).reshape((1, -1, 1)))
    return scope.arithmetic.concatenate(outputs, 2)


def _output(scope: Scope, channels: Flat, weight: Known, groups: int, positions: list[int]) -> Flat:
    """The output at one position, from these positions of the input; those outside are zeros."""
    inside = [tap for tap, position in enumerate(positions) if 0 <= position < channels.shape[1]]
    window = channels[:, [positions[tap] for tap in inside]]
    kernel = Known(weight.tensor[:, :, inside], weight.name)
    if groups == channels.shape[0] == kernel.tensor.shape[0]:
        return _depthwise(scope, window, kernel)
    parts, (out, depth) = [], (kernel.tensor.shape[0] // groups, kernel.tensor.shape[1])
    for group in range(groups):
        rows = kernel.tensor[group * out : (group + 1) * out].reshape(out, -1)
        inputs = window[group * depth : (group + 1) * depth].reshape((-1,))
        parts.append(product(scope, Known(rows, weight.name), inputs))
    return scope.arithmetic.concatenate(parts, 0)


def _depthwise(scope: Scope, window: Flat, kernel: Known) -> Flat:
    """Σₜ kernel[c, t]·window[c, t] for each channel c."""
    products = scope.binary("multiply", window, Known(kernel.tensor[:, 0], kernel.name))
    tracer = scope.arithmetic.tracer
    return flat(tracer.matvec(products.vector(), tracer.value(1.0, window.shape[1])))


PRODUCTS: Mapping[str, Rule] = {
    "mm": product, "bmm": product, "matmul": product, "mv": product, "dot": product, "linear": _linear, "addmm": _add_product,
    "baddbmm": _add_product, "addmv": _add_product, "convolution": _convolution,
}  # fmt: skip
"""The rules by the name of the operation."""
