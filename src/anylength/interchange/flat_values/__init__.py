"""Arrays with shapes as flat values of a step program: what the importers of PyTorch, ONNX and JAX have in common.

A foreign step computes with arrays of any shape; a step program computes with columns of rows. A `Flat` is an array whose
entries are rows of one value of the program. Reshaping, transposing, slicing, broadcasting and indexing change its array of row
numbers alone, and all of them together become ONE `take` where an operation reads the array. `FlatArithmetic` makes the
operations: elementwise with broadcasting, products, sums. It recognises what a program has as one operation
(normalisation, softmax, softplus, lerp, SiLU, GELU), however a library writes it. Known arrays stay numpy arrays until an
operation needs them: then they become tensors of the program. All errors are ValueErrors with the reason; an importer turns
them into an InputError that names the place in its source.
"""

from anylength.interchange.flat_values.alphabet import Alphabet, by_symbol
from anylength.interchange.flat_values.arithmetic import FlatArithmetic
from anylength.interchange.flat_values.conditions import Condition
from anylength.interchange.flat_values.elementwise import UNARY
from anylength.interchange.flat_values.erf_term import NO_ERF, ErfTerm
from anylength.interchange.flat_values.flat import Flat, Operand, flat
from anylength.interchange.flat_values.products import dot_general, largest, matmul, mean, normalised, smallest, softmax, total

__all__ = [
    "NO_ERF", "UNARY", "Alphabet", "Condition", "ErfTerm", "Flat", "FlatArithmetic", "Operand", "by_symbol", "dot_general", "flat",
    "largest", "matmul", "mean", "normalised", "smallest", "softmax", "total",
]  # fmt: skip
