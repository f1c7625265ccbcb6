"""Asks the runtime that an ONNX file was made for: onnxruntime, or where that is missing or cannot, onnx's own evaluator.

Only for graphs that have been followed to the end: what is run consists of known operators. On the processor, one thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from anylength._types import Symbols
from anylength.errors import InputError
from anylength.interchange.onnx.file import Model, one_line, onnx_package
from anylength.interchange.onnx.graph import Traced
from anylength.interchange.onnx.values import CLASS, LETTER, PART, UNIT, Stage, input_axis, whole
from anylength.tasks import Task

MOST_NUMBERS = 1 << 22
"""Numbers of the largest array that one call of the runtime is to hold."""

WIDTH = 256
"""The most words of one call."""

Run: TypeAlias = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Asked:
    """A file's own runtime, ready to answer.

    Attributes:
        task: The task, whose alphabet the symbols are of.
        found: What the graph is.
        run: The input as the graph wants it → its output.
        runtime: The runtime's name and version.
    """

    task: Task
    found: Traced
    run: Run
    runtime: str

    def __call__(self, symbols: Symbols) -> Symbols:
        """The answers on a batch: `[T, B]` symbols → `[T, B]` output classes.

        Raises:
            InputError: The runtime cannot run the graph.
        """
        steps, columns = symbols.shape
        fixed = 1 if self.found.batch is None else self.found.labels.sizes[self.found.batch]
        size = max(self.task.encoding_size, self.found.labels.sizes[UNIT] or 1) * max(1, steps)
        width = fixed or max(1, min(WIDTH, MOST_NUMBERS // size))
        parts = [self._block(symbols[:, at : at + width], fixed) for at in range(0, columns, width)]
        return np.concatenate(parts, axis=1) if parts else np.zeros((steps, 0), np.uint8)

    def _block(self, symbols: Symbols, fixed: int | None) -> Symbols:
        """A few words, with words of zeros where the graph has a batch of fixed size."""
        columns = symbols.shape[1]
        padded = np.pad(symbols, ((0, 0), (0, (fixed or columns) - columns)))
        try:
            output = self.run(self._fed(padded))
        except Exception as error:  # each runtime has errors of its own
            raise InputError(f"answers from {self.runtime}", one_line(error), "the graph cannot be run: export it again") from None
        return self._read(output, padded.shape)[:, :columns]

    def _fed(self, symbols: Symbols) -> np.ndarray:
        """The graph's input for symbols `[T, B]`."""
        onnx = onnx_package()
        letters, tapes = self.task.letters, self.task.tapes
        digits = np.stack([symbols // letters**tape % letters for tape in range(tapes)], axis=-1).astype(np.int64)
        inputs = [label for label in self.found.encoding if input_axis(label) is not None]
        if not {LETTER, PART} & set(self.found.encoding):
            digits = np.eye(letters, dtype=np.float32)[digits]
        sizes = [self.found.labels.sizes[label] for label in inputs]
        names = [self.found.steps, *([self.found.batch] if self.found.batch else []), *inputs]
        array = digits.reshape([len(symbols), *([symbols.shape[1]] if self.found.batch else []), *[size or -1 for size in sizes]])
        array = array.transpose([names.index(label) for label in whole(self.found.axes)])
        places = tuple(at for at, axis in enumerate(self.found.axes) if not axis)
        return np.ascontiguousarray(np.expand_dims(array, places), onnx.helper.tensor_dtype_to_np_dtype(self.found.element))

    def _read(self, output: np.ndarray, shape: tuple[int, int]) -> Symbols:
        """The classes `[T, B]` in the graph's output."""
        order = whole(self.found.answers)
        sizes = {self.found.steps: shape[0], self.found.batch: shape[1], CLASS: self.task.classes}
        array = output.reshape([sizes[label] for label in order])
        names = [self.found.steps, *([self.found.batch] if self.found.batch else [])]
        if self.found.stage is not Stage.CLASSES:
            array = array.argmax(axis=order.index(CLASS))
            order = tuple(label for label in order if label != CLASS)
        return array.transpose([order.index(name) for name in names]).reshape(shape).astype(np.uint8)


def asked(model: Model, found: Traced, task: Task) -> Asked | None:
    """The runtime for a graph that has been followed; None where none that is installed has all of its operators."""
    model = _freed(model, found)
    ready = _onnxruntime(model, found)
    if ready is not None:
        return Asked(task, found, *ready)
    own = _reference(model, found)
    return None if own is None else _tried(Asked(task, found, *own))


def _tried(source: Asked) -> Asked | None:
    """onnx's evaluator, if it can run the graph: before 1.23 it mixes up the axes of layout 1."""
    try:
        source(np.zeros((2, 3), np.uint8))
    except InputError:
        return None
    return source


def _freed(model: Model, found: Traced) -> Model:
    """The same graph, its input declared for any number of steps: what follows from that has been checked."""
    steps = input_axis(found.steps)
    if steps is None or found.labels.sizes[found.steps] is None:
        return model
    freed = type(model)()
    freed.CopyFrom(model)
    entry = next(entry for entry in freed.graph.input if entry.name == found.input)
    entry.type.tensor_type.shape.dim[steps].dim_param = "steps"
    for output in freed.graph.output:
        output.type.tensor_type.ClearField("shape")
    freed.graph.ClearField("value_info")
    return freed


def _onnxruntime(model: Model, found: Traced) -> tuple[Run, str] | None:
    """A session of onnxruntime; None where it is not installed, or knows no kernel for the graph."""
    try:
        import onnxruntime
    except ImportError:
        return None
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception:  # for example layout = 1, which the standard has and onnxruntime has not
        return None

    def run(fed: np.ndarray) -> np.ndarray:
        return np.asarray(session.run([found.output], {found.input: fed})[0])

    return run, f"onnxruntime {onnxruntime.__version__}"


def _reference(model: Model, found: Traced) -> tuple[Run, str] | None:
    """onnx's own evaluator; None where it lacks an operator, as an RNN of rectifiers."""
    from onnx import __version__
    from onnx.reference import ReferenceEvaluator

    try:
        evaluator: Any = ReferenceEvaluator(model)
    except Exception:
        return None

    def run(fed: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.asarray(evaluator.run([found.output], {found.input: fed})[0])

    return run, f"onnx {__version__} (its own evaluator)"
