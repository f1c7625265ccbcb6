"""Runs an ONNX file in onnxruntime, or in onnx's reference evaluator if onnxruntime is missing or lacks an operator.

Only interpreted graphs are run: they consist of known operators. They run on the CPU, in one thread.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from anylength._types import OUTPUT, Symbols
from anylength.errors import InputError
from anylength.interchange.onnx.abstract_values import CLASS, EMBEDDING, LETTER, UNIT, Stage, flat_labels, input_axis
from anylength.interchange.onnx.loader import Model, one_line, onnx_package
from anylength.interchange.onnx.recurrent_graph import RecurrentGraph
from anylength.interchange.original import FunctionOriginal
from anylength.tasks import Task

MAX_NUMBERS = 1 << 22
"""Numbers in the largest tensor of one call: 16 MiB of float32."""

MAX_BATCH = 256
"""The largest number of words in one call."""

FATAL_ONLY = 4
"""The log level of onnxruntime that prints fatal errors only."""

Run: TypeAlias = Callable[[np.ndarray], np.ndarray]
RunAll: TypeAlias = Callable[[Mapping[str, np.ndarray]], dict[str, np.ndarray]]


@dataclass(frozen=True)
class OnnxRunner:
    """Runs the original net of an ONNX file.

    Attributes:
        task: The task, whose symbols the net reads.
        graph: The interpreted graph.
        run: The graph's input → its output.
        runtime: The name and version of the runtime.
    """

    task: Task
    graph: RecurrentGraph
    run: Run
    runtime: str

    def __call__(self, symbols: Symbols) -> Symbols:
        """Symbols `[T, B]` → output classes `[T, B]`, or scores `[T, B, C]` where the graph returns these.

        Raises:
            InputError: The runtime cannot run the graph.
        """
        steps, words = symbols.shape
        fixed = 1 if self.graph.batch is None else self.graph.size(self.graph.batch)
        numbers = max(self.task.encoding_size, self.graph.size(UNIT) or 1) * max(1, steps)
        width = fixed or max(1, min(MAX_BATCH, MAX_NUMBERS // numbers))
        batches = [self._run_batch(symbols[:, start : start + width], fixed) for start in range(0, words, width)]
        return np.concatenate(batches, axis=1)

    def _run_batch(self, symbols: Symbols, fixed: int | None) -> np.ndarray:
        """The answers to one batch; a graph with a fixed batch size gets words of zeros besides."""
        words = symbols.shape[1]
        padded = np.pad(symbols, ((0, 0), (0, (fixed or words) - words)))
        try:
            output = self.run(self._graph_input(padded))
        except Exception as error:  # each runtime has its own types of errors
            remedy = "the runtime cannot run the graph: export it again"
            raise InputError(f"answers from {self.runtime}", one_line(error), remedy) from None
        return self._answers(output, padded.shape)[:, :words]

    def _graph_input(self, symbols: Symbols) -> np.ndarray:
        """The graph's input for symbols `[T, B]`."""
        onnx = onnx_package()
        letters, tapes, graph = self.task.letters, self.task.tapes, self.graph
        digits = np.stack([symbols // letters**tape % letters for tape in range(tapes)], axis=-1).astype(np.int64)
        inputs = [label for label in graph.encoding if input_axis(label) is not None]
        if not {LETTER, EMBEDDING} & set(graph.encoding):
            digits = np.eye(letters, dtype=np.float32)[digits]
        sizes = [graph.size(label) for label in inputs]
        labels = [graph.time, *([graph.batch] if graph.batch else []), *inputs]
        array = digits.reshape([len(symbols), *([symbols.shape[1]] if graph.batch else []), *[size or -1 for size in sizes]])
        array = array.transpose([labels.index(label) for label in flat_labels(graph.input_axes)])
        unit_axes = tuple(index for index, axis in enumerate(graph.input_axes) if not axis)
        return np.ascontiguousarray(np.expand_dims(array, unit_axes), onnx.helper.tensor_dtype_to_np_dtype(graph.element_type))

    def _answers(self, output: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
        """The classes `[T, B]` or scores `[T, B, C]` in the graph's output."""
        graph = self.graph
        order = flat_labels(graph.output_axes)
        sizes = {graph.time: shape[0], graph.batch: shape[1], CLASS: self.task.classes}
        array = output.reshape([sizes[label] for label in order])
        returns_classes = graph.output_stage is Stage.CLASSES
        labels = [graph.time, *([graph.batch] if graph.batch else []), *([] if returns_classes else [CLASS])]
        array = array.transpose([order.index(label) for label in labels])
        return array.reshape(shape).astype(OUTPUT) if returns_classes else array.reshape(*shape, -1)


def onnx_runner(model: Model, graph: RecurrentGraph, task: Task) -> FunctionOriginal | None:
    """The original of an interpreted graph; None if no installed runtime has all its operators."""
    for run, runtime in sessions(_with_any_length(model, graph), [graph.output]):
        runner = OnnxRunner(task, graph, lambda array, run=run: run({graph.input: array})[graph.output], runtime)
        if _runs(runner):
            return FunctionOriginal(runner, runtime, MAX_BATCH)
    return None


def _runs(runner: OnnxRunner) -> bool:
    """Whether the runner can run the graph. onnx's evaluator before 1.23 confuses the axes of layout 1."""
    try:
        runner(np.zeros((2, 3), np.uint8))
    except InputError:
        return False
    return True


def _with_any_length(model: Model, graph: RecurrentGraph) -> Model:
    """The same model with an input declared for any number of steps. The interpreter has checked that the graph allows it."""
    time_axis = input_axis(graph.time)
    if time_axis is None or graph.size(graph.time) is None:
        return model
    copy = type(model)()
    copy.CopyFrom(model)
    entry = next(entry for entry in copy.graph.input if entry.name == graph.input)
    entry.type.tensor_type.shape.dim[time_axis].dim_param = "steps"
    for output in copy.graph.output:
        output.type.tensor_type.ClearField("shape")
    copy.graph.ClearField("value_info")
    return copy


def sessions(model: Model, outputs: Sequence[str]) -> Iterator[tuple[RunAll, str]]:
    """The runtimes that can load a model, best first, each with its name and version.

    Args:
        model: The model.
        outputs: The names of the outputs to compute.
    """
    for start in (_onnxruntime, _reference_evaluator):
        session = start(model, list(outputs))
        if session is not None:
            yield session


def _onnxruntime(model: Model, outputs: list[str]) -> tuple[RunAll, str] | None:
    """A session of onnxruntime; None if it is not installed or lacks an operator."""
    try:
        import onnxruntime
    except ImportError:
        return None
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = FATAL_ONLY
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception:  # for example for layout = 1, which onnxruntime does not implement
        return None

    def run(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        results = session.run(outputs, dict(inputs))
        return {name: np.asarray(result) for name, result in zip(outputs, results, strict=True)}

    return run, f"onnxruntime {onnxruntime.__version__}"


def _reference_evaluator(model: Model, outputs: list[str]) -> tuple[RunAll, str] | None:
    """onnx's reference evaluator; None if it lacks an operator, such as an RNN with relu."""
    from onnx import __version__
    from onnx.reference import ReferenceEvaluator

    try:
        evaluator: Any = ReferenceEvaluator(model)
    except Exception:
        return None

    def run(inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        with np.errstate(all="ignore"):
            results = evaluator.run(outputs, dict(inputs))
        return {name: np.asarray(result) for name, result in zip(outputs, results, strict=True)}

    return run, f"onnx {__version__} (its own evaluator)"
