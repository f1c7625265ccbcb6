"""An ONNX file with explicit state, run by onnxruntime over many streams at once where the file allows it."""

from collections.abc import Callable

import numpy as np
import onnxruntime
from onnx import ModelProto

from anylength.base import InputError
from anylength.streams import onnx_graph
from anylength.streams.feeding import Feeding, Signature
from anylength.streams.net import Answers, States, StreamNet
from anylength.streams.onnx_calls import freed
from anylength.streams.onnx_cut import cut
from anylength.streams.onnx_graph import session
from anylength.streams.treatments import Treatment

FRONT_BLOCK = 512
"""Frames that the front end reads in one call: its largest arrays stay within some tens of megabytes."""

ANOTHER_ANSWER = "name another output with --answer: without a state there is nothing to drift"

SHORTEST_RAW, RAW = (
    0.01,
    "audit the file with its front end, or give --columns for sensors: these inputs look like features, not sound",
)
"""Seconds of the shortest frames of sound that a recurrence reads as they are."""

ORT_TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(float)": np.float32, "tensor(bool)": np.bool_}
"""Types of fixed inputs."""

MOST_LEADING = 4
"""A state's tensor is named in parts along axes of at most this length: h and c of an LSTM, and layers, become groups."""


class OnnxNet(StreamNet):
    """A net from an ONNX file.

    Args:
        model: The model.
        feeding: Its fixed inputs, states and answer.

    Raises:
        InputError: The model has no state, several inputs, or does not run.
    """

    def __init__(self, model: ModelProto, feeding: Feeding) -> None:
        self.model, self.feeding = model, feeding
        self.pairs = onnx_graph.state_pairs(model, feeding.state, feeding.fixed)
        self._input = _only_input(model, self.pairs, feeding)
        self._answer = _answer(model, self.pairs, feeding)
        lengths = [length for shape in onnx_graph.signature(onnx_graph.inputs_of(model)).values() for length in shape]
        batched = None if -1 in lengths or feeding.fixed else freed(model, self._input, self.pairs)
        self._was_freed, folded = batched is not None, onnx_graph.with_fixed(batched or model, feeding.fixed)
        shapes = onnx_graph.signature(onnx_graph.inputs_of(folded))
        self._frame_axes, self._shapes = shapes[self._input], {name: shapes[name] for name in self.pairs}
        self._axes = {name: _batch_axis(shape) for name, shape in self._shapes.items()}
        self.batched = all(axis is not None for axis in self._axes.values())
        self._sizes = {name: _sizes(shape, self._axes[name]) for name, shape in self._shapes.items()}
        self._front, self._core, self._cut = self._parts(folded)
        self._original: onnxruntime.InferenceSession | None = None

    @property
    def groups(self) -> dict[str, int]:
        """The tensors of the state, cut along short leading axes."""
        return {name: count for tensor, shape in self._sizes.items() for name, count in _groups(tensor, shape).items()}

    def start(self) -> np.ndarray:
        """Zeros, as callers pass after a reset."""
        return np.zeros(self.size, np.float32)

    def features(self, frames: np.ndarray) -> np.ndarray:
        """What the recurrence reads of each frame."""
        frames = np.asarray(frames, np.float32)
        blocks = [self._front(frames[begin : begin + FRONT_BLOCK]) for begin in range(0, len(frames), FRONT_BLOCK)]
        return np.concatenate(blocks)

    def step(self, states: States, features: np.ndarray) -> tuple[States, Answers]:
        """One step of the recurrence."""
        if self.batched:
            return self._step(states, features)
        rows = [self._step(states[row : row + 1], features[row : row + 1]) for row in range(len(states))]
        return np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])

    def single_shapes(self) -> dict[str, list[int]]:
        """The shapes of the inputs with one stream."""
        shapes = {name: [1 if length == -1 else length for length in shape] for name, shape in self._shapes.items()}
        return shapes | {self._input: [*([1] if self.batched else []), *self._frame_shape()]}

    def zeros(self) -> dict[str, np.ndarray]:
        """The inputs with one stream, filled with zeros."""
        return {name: np.zeros(shape, np.float32) for name, shape in self.single_shapes().items()}

    def numbered(self) -> dict[str, np.ndarray]:
        """Each state tensor with one stream, filled with the positions of its numbers in the state."""
        return self._states(np.arange(self.size, dtype=np.float32)[None])

    def fed(self, state: np.ndarray, frame: np.ndarray) -> dict[str, np.ndarray]:
        """The inputs of one stream: its state [N] and a frame [W]."""
        return self._states(state[None]) | {self._input: frame.reshape(self.single_shapes()[self._input])}

    def reads_features(self, model: ModelProto, value: str) -> bool:
        """Whether a value of the model with known shapes is the features, moved but in their order.

        The features of distinct numbers are computed from a random frame, and compared with the value.
        """
        width = int(np.prod(self._frame_shape()))
        frame = np.random.default_rng(0).normal(0, 0.1, (1, width)).astype(np.float32)
        features = self.features(frame).ravel()
        found = onnx_graph.value_of(model, value, {self._input: frame.reshape(self.single_shapes()[self._input])})
        return (
            found is not None and found.size == features.size and bool(np.allclose(found.ravel(), features, rtol=1e-5, atol=1e-6))
        )

    def original_step(self, states: States, frame: np.ndarray) -> States:
        """One step of the file as it is, uncut, of B streams under the same frame [W]: the new states."""
        if self._original is None:
            self._original = session(self.model)
        fixed = {value.name: value for value in self._original.get_inputs() if value.name in self.feeding.fixed}
        numbers = {name: np.array(self.feeding.fixed[name], ORT_TYPES[value.type]) for name, value in fixed.items()}
        alone = self._was_freed or not self.batched
        blocks = [states[row : row + 1] for row in range(len(states))] if alone else [states]
        rows = []
        for block in blocks:
            shaped = np.asarray(frame, np.float32).reshape(self._frame_shape())
            fed = np.repeat(shaped[None], len(block), 0) if self.batched else shaped
            new = self._original.run(list(self.pairs.values()), self._states(block) | numbers | {self._input: fed})
            rows.append(
                np.concatenate([self._flat(name, np.asarray(value)) for name, value in zip(self.pairs, new, strict=True)], axis=1)
            )
        return np.concatenate(rows)

    def factors(self, treatment: Treatment) -> dict[str, np.ndarray]:
        """Of a leak or a clip, the factor or bound of each number, in the shapes of the state's tensors with one stream."""
        neutral = 1.0 if treatment.leak is not None else np.finfo(np.float32).max
        row = np.full((1, self.size), neutral, np.float32)
        numbers = slice(None) if treatment.numbers is None else list(treatment.numbers)
        row[0, numbers] = treatment.leak if treatment.leak is not None else treatment.clip
        return {name: values for name, values in self._states(row).items() if (values != neutral).any()}

    def _step(self, states: States, features: np.ndarray) -> tuple[States, Answers]:
        fed = self._states(states) | self._cut(features)
        answer, *new = self._core.run([self._answer, *self.pairs.values()], fed)
        flat = [self._flat(name, np.asarray(value)) for name, value in zip(self.pairs, new, strict=True)]
        return np.concatenate(flat, axis=1), np.asarray(answer, np.float32).reshape(len(states), -1)

    def _states(self, states: States) -> dict[str, np.ndarray]:
        """The state's tensors, in the file's shapes."""
        fed, begin = {}, 0
        for name, shape in self._sizes.items():
            count, axis = int(np.prod(shape)), self._axes[name]
            part = states[:, begin : begin + count].reshape(len(states), *shape)
            fed[name] = np.ascontiguousarray(part[0] if axis is None else np.moveaxis(part, 0, axis))
            begin += count
        return fed

    def _flat(self, name: str, value: np.ndarray) -> np.ndarray:
        axis = self._axes[name]
        rows = value[None] if axis is None else np.moveaxis(value, axis, 0)
        return rows.reshape(len(rows), -1)

    def _parts(self, folded: ModelProto) -> tuple[Callable, onnxruntime.InferenceSession, Callable]:
        """The front end, the recurrence, and what makes the recurrence's inputs from features."""
        whole: set[str] = set()
        while True:
            parts = cut(folded, list(self.pairs), whole)
            if self._answer not in {value.name for value in parts.core.graph.output}:
                raise InputError("an answer that depends on the state", f"{self._answer}, which does not", ANOTHER_ANSWER)
            if not parts.front_end.graph.node and self.feeding.seconds < SHORTEST_RAW and self.feeding.columns == 1:
                got = f"{self.feeding.frame} samples, {1000 * self.feeding.seconds:.3g} ms, with no front end before the recurrence"
                raise InputError(f"features of sound, or frames of {1000 * SHORTEST_RAW:g} ms and more", got, RAW)
            front_end = _FrontEnd(parts.front_end, self._input, self._frame_shape(), self.batched)
            unusable = front_end.unusable()
            if not unusable:
                return front_end, session(parts.core), front_end.unpacked
            if unusable <= whole:
                raise InputError(
                    "a front end that reads each frame by itself", f"values {', '.join(sorted(unusable))}", "export the net again"
                )
            whole |= unusable

    def _frame_shape(self) -> tuple[int, ...]:
        """The shape of a frame, without the axis of streams where the file has one."""
        shape = self._frame_axes
        rest = shape[1:] if self.batched else shape
        known = int(np.prod([length for length in rest if length != -1], dtype=int))
        if rest.count(-1) > 1 or self.feeding.width % known or (-1 not in rest and self.feeding.width != known):
            raise InputError(
                f"frames that fit the input {self._input} {shape}", f"{self.feeding.width} numbers", "correct --frame or --context"
            )
        return tuple(self.feeding.width // known if length == -1 else length for length in rest)


class _FrontEnd:
    """The front end of a file: frames [T, W] → features [T, F]. A file that runs one stream is called frame by frame."""

    def __init__(self, model: ModelProto, name: str, shape: tuple[int, ...], batched: bool) -> None:
        self._name, self._shape, self._batched = name, shape, batched
        self._outputs = [value.name for value in model.graph.output] or [name]
        self._session = session(model) if model.graph.node else None
        self._probes = [self._run(np.zeros((count, *shape), np.float32)) for count in ((2, 3) if batched else (1,))]
        self._tails = [value.shape[1:] if batched else value.shape for value in self._probes[0]]

    def unusable(self) -> set[str]:
        """Those values that are not one row of real numbers for each frame."""
        return {name for name, *values in zip(self._outputs, *self._probes, strict=True) if not self._is_usable(values)}

    def _is_usable(self, values: list[np.ndarray]) -> bool:
        rows = not self._batched or all(value.ndim and len(value) == count for count, value in zip((2, 3), values, strict=True))
        return values[0].dtype == np.float32 and rows

    def _run(self, frames: np.ndarray) -> list[np.ndarray]:
        fed = frames if self._batched else frames[0]
        if self._session is None:
            return [fed]
        takes = [value.name for value in self._session.get_inputs()]
        return [np.asarray(value) for value in self._session.run(self._outputs, {self._name: fed} if takes else {})]

    def __call__(self, frames: np.ndarray) -> np.ndarray:
        shaped = frames.reshape(len(frames), *self._shape)
        blocks = [shaped] if self._batched else [shaped[row : row + 1] for row in range(len(shaped))]
        values = [[value.reshape(len(block), -1) for value in self._run(block)] for block in blocks]
        return np.concatenate([np.concatenate(row, axis=1) for row in values])

    def unpacked(self, features: np.ndarray) -> dict[str, np.ndarray]:
        """The recurrence's inputs from features of B streams."""
        fed, begin = {}, 0
        for name, tail in zip(self._outputs, self._tails, strict=True):
            count = int(np.prod(tail, dtype=int))
            part = features[:, begin : begin + count].reshape(len(features), *tail)
            fed[name] = np.ascontiguousarray(part if self._batched else part[0])
            begin += count
        return fed


def _only_input(model: ModelProto, pairs: dict[str, str], feeding: Feeding) -> str:
    free = [value.name for value in onnx_graph.inputs_of(model) if value.name not in pairs and value.name not in feeding.fixed]
    if len(free) != 1:
        raise InputError(
            "one input besides states and fixed inputs", ", ".join(free) or "none", "name states with --state, others with --set"
        )
    return free[0]


def _answer(model: ModelProto, pairs: dict[str, str], feeding: Feeding) -> str:
    free = [value.name for value in model.graph.output if value.name not in pairs.values()]
    if feeding.answer in free or (feeding.answer is None and len(free) == 1):
        return feeding.answer or free[0]
    raise InputError("an answer among the outputs", ", ".join(free) or "states alone", "name the output with --answer")


def _batch_axis(shape: Signature | list[int]) -> int | None:
    """The axis of streams: the first free one. None: the file runs one stream."""
    return list(shape).index(-1) if -1 in shape else None


def _sizes(shape: list[int], axis: int | None) -> tuple[int, ...]:
    """A state's shape without the axis of streams."""
    rest = [length for position, length in enumerate(shape) if position != axis]
    if -1 in rest:
        raise InputError("a state with one free axis, that of streams", f"shape {shape}", "export the net with a fixed state")
    return tuple(rest)


def _groups(tensor: str, shape: tuple[int, ...]) -> dict[str, int]:
    """The groups of a tensor: its slices along leading axes of a few entries."""
    names, rest = [tensor], list(shape)
    while len(rest) > 1 and rest[0] <= MOST_LEADING:
        names = [name if rest[0] == 1 else f"{name}[{index}]" for name in names for index in range(rest[0])]
        rest = rest[1:]
    return {name: int(np.prod(rest, dtype=int)) for name in names}
