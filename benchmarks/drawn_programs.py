"""Random step programs over all operations, with tensors and boxes: material for tests of soundness."""

import itertools
from dataclasses import dataclass

import numpy as np

from anylength.ops.intervals import Interval
from anylength.programs import OPERATIONS, Program, Traced, Tracer, assemble

UNARY = (
    "tanh", "sigmoid", "relu", "exp", "softplus", "silu", "gelu", "absolute", "square", "mean", "center", "mean_square", "softmax",
    "negative", "scale", "layer_norm", "rms_norm", "matmul", "slice", "take", "safe_reciprocal", "safe_rsqrt",
)  # fmt: skip
"""Ways to make a value of one other. Divisors are made safe: e^x or 1 + x² is bounded away from 0 on every box."""

BINARY = ("add", "subtract", "multiply", "maximum", "minimum", "lerp", "matvec", "concatenate")
"""Ways to make a value of two others."""

SYMBOLS = 3
"""Symbols of every random program, read one-hot."""


@dataclass(frozen=True)
class RandomProgram:
    """A program, its float32 tensors, and boxes of its cut's values `[M, N]`."""

    program: Program
    tensors: dict[str, np.ndarray]
    boxes: Interval


def random_program(seed: int, boxes: int = 2) -> RandomProgram:
    """The program of a seed: 3 to 6 rows of state and 4 to 20 operations that depend on the state or the symbol."""
    for attempt in itertools.count():
        try:
            return _Draw(np.random.default_rng([15, seed, attempt])).drawn(boxes)
        except ValueError:  # not well formed: a mean square became a part of the state
            continue
    raise AssertionError


class _Draw:
    """One random program in the making."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng, self.tensors = rng, {}
        self.state_rows = int(rng.integers(3, 7))
        self.tracer = Tracer({}, {"symbol": SYMBOLS, "state": self.state_rows})
        self.values: list[Traced] = [self.tracer.symbol(), self.tracer.state()]

    def drawn(self, boxes: int) -> RandomProgram:
        self.values.append(self._matmul(self.tracer.state()))
        for _ in range(int(self.rng.integers(4, 21))):
            value = self._unary() if self.rng.random() < 0.6 else self._binary()
            if 1 <= value.rows <= 24:
                self.values.append(value)
        new_state = self._of_rows(self.tracer.concatenate(self.values[-2:]), self.state_rows)
        answer = Tracer(self.tracer.shapes, {"state": self.state_rows})
        features = answer.tanh(answer.state())
        shapes = self.tracer.shapes | {"readout.weight": (2, features.rows), "readout.bias": (2,)}
        program = assemble(
            new_state=new_state, features=features, weight="readout.weight", bias="readout.bias", shapes=shapes, encoded=SYMBOLS
        )  # fmt: skip
        numbers = {name: self.tensors.get(name, self._numbers(shape)) for name, shape in program.shapes}
        return RandomProgram(program, numbers, self._boxes(program.boxed, boxes))

    def _boxes(self, rows: int, count: int) -> Interval:
        """Boxes of very different widths around centres of very different magnitudes."""
        centre = self.rng.normal(size=(rows, count)) * 10.0 ** self.rng.uniform(-2, 0.7, (rows, count))
        radius = np.where(self.rng.random((rows, count)) < 0.2, 0.0, 10.0 ** self.rng.uniform(-6, 0.3, (rows, count)))
        return Interval.between((centre - radius).astype(np.float32), (centre + radius).astype(np.float32))

    def _numbers(self, shape: tuple[int, ...]) -> np.ndarray:
        return (self.rng.normal(size=shape) * 10.0 ** self.rng.uniform(-1, 0.3)).astype(np.float32)

    def _tensor(self, *shape: int) -> str:
        name = f"t{len(self.tensors)}"
        self.tensors[name] = self._numbers(shape)
        self.tracer.shapes[name] = shape
        return name

    def _value(self) -> Traced:
        """An earlier value; late ones are more likely."""
        return self.values[-1 - min(int(self.rng.exponential(2.5)), len(self.values) - 1)]

    def _of_rows(self, value: Traced, rows: int) -> Traced:
        """As many rows of a value, repeated where it has fewer."""
        return self.tracer.take(value, [int(row) for row in np.arange(rows) % value.rows])

    def _matmul(self, value: Traced) -> Traced:
        rows = int(self.rng.integers(2, 9))
        return self.tracer.matmul(self.tracer.weight(self._tensor(rows, value.rows)), value)

    def _unary(self) -> Traced:
        tracer, value, op = self.tracer, self._value(), str(self.rng.choice(UNARY))
        match op:
            case "matmul":
                return self._matmul(value)
            case "negative":
                return -value
            case "scale":
                return tracer.scale(value, float(self.rng.normal()))
            case "layer_norm" | "rms_norm":
                centred = tracer.center(value) if op == "layer_norm" else value
                return tracer.normalize(centred, tracer.mean_square(centred), 10.0 ** float(self.rng.uniform(-5, 0)))
            case "slice":
                start = int(self.rng.integers(value.rows))
                return tracer.sliced(value, start, int(self.rng.integers(start + 1, value.rows + 1)))
            case "take":
                return tracer.take(value, self.rng.integers(value.rows, size=int(self.rng.integers(1, 8))).tolist())
            case "safe_reciprocal" | "safe_rsqrt":
                return getattr(tracer, op.removeprefix("safe_"))(1.0 + tracer.square(value))
            case _:
                return getattr(tracer, op)(value)

    def _binary(self) -> Traced:
        tracer, left, op = self.tracer, self._value(), str(self.rng.choice(BINARY))
        right = self._value() if self.rng.random() < 0.8 else tracer.weight(self._tensor(left.rows)).vector()
        if op == "concatenate":
            return tracer.concatenate([left, right])
        if op == "matvec":
            return tracer.matvec(self._of_rows(left, 2 * right.rows), right)
        same = self._of_rows(right, left.rows)
        match op:
            case "add":
                return left + same
            case "subtract":
                return left - same
            case "multiply":
                return left * same
            case "lerp":
                return tracer.lerp(tracer.sigmoid(self._of_rows(self._value(), left.rows)), left, same)
            case _:
                return getattr(tracer, op)(left, same)


def operations_of(program: Program) -> set[str]:
    """The operations that a program uses."""
    return {item.op for item in (*program.step, *program.answer)}


ALL_OPERATIONS = set(OPERATIONS)
"""All operations by name."""
