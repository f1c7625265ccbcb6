"""Runs an ONNX file in onnxruntime, or in onnx's reference evaluator if onnxruntime is missing or lacks an operator.

Words `[T, B]` → output classes `[T, B]`, or scores `[T, B, C]`. Only graphs that were read as programs are run: they consist of
known operators. They run on the CPU, in one thread.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from anylength.base import OUTPUT, InputError, Symbols
from anylength.interchange.flat_values import Alphabet
from anylength.interchange.onnx.inputs import declared_sizes
from anylength.interchange.onnx.loader import Model, one_line
from anylength.interchange.onnx.program import StepsOfOnnx
from anylength.interchange.original import FunctionOriginal
from anylength.rules import Task

MAX_BATCH = 256
"""The largest number of words in one call."""

FATAL_ONLY = 4
"""The log level of onnxruntime that prints fatal errors only."""

RunAll: TypeAlias = Callable[[Mapping[str, np.ndarray]], dict[str, np.ndarray]]


class OtherShapeError(InputError):
    """The runtime's output has another shape than the graph was read to have."""


@dataclass(frozen=True)
class StepsRunner:
    """Runs the original net of a step program.

    Attributes:
        task: The task, whose symbols the net reads.
        steps: What was read of the graph.
        run: The graph's inputs by name → its outputs by name.
        runtime: The name and version of the runtime.
        width: Words in one call.
        fixed: Whether each call has this number of words, with words of zeros besides.
    """

    task: Task
    steps: StepsOfOnnx
    run: Any
    runtime: str
    width: int
    fixed: bool = False

    def __call__(self, symbols: Symbols) -> Symbols:
        """Symbols `[T, B]` → output classes `[T, B]`, or scores `[T, B, C]` where the graph returns these.

        Raises:
            InputError: The runtime cannot run the graph.
        """
        parts = [self._answers(symbols[:, start : start + self.width]) for start in range(0, symbols.shape[1], self.width)]
        return np.concatenate(parts, axis=1)

    def _answers(self, symbols: Symbols) -> np.ndarray:
        """The classes or scores of one batch: of a graph of one step, of all steps at once, or of every beginning of the words."""
        words = symbols.shape[1]
        if self.fixed and words < self.width:
            return self._answers(np.pad(symbols, ((0, 0), (0, self.width - words))))[:, :words]
        if self.steps.states:
            return self._step_by_step(symbols)
        if self.steps.answers.final:
            lengths = range(1, len(symbols) + 1)
            return np.stack([self._given(self._outputs(self._words(symbols[:length]), {}), 1)[0] for length in lengths])
        return self._given(self._outputs(self._words(symbols), {}), len(symbols))

    def last(self, symbols: Symbols) -> np.ndarray:
        """The class or scores of the last step of few words, `[1, B, …]`."""
        return self._given(self._outputs(self._words(symbols), {}), 1)

    def _step_by_step(self, symbols: Symbols) -> np.ndarray:
        words = symbols.shape[1]
        state = {name: np.zeros(self._with_words(shape, name, words), np.float32) for name, _, shape in self.steps.states}
        answers: list[np.ndarray] = []
        for row in symbols:
            outputs = self._outputs(self._words(row[None]), state)
            state = {name: outputs[new] for name, new, _ in self.steps.states}
            answers.append(self._given(outputs, 1)[0])
        return np.stack(answers)

    def _with_words(self, shape: tuple[int, ...], name: str, words: int) -> list[int]:
        """The shape of a state of several words."""
        return [words if free else size for size, free in zip(shape, self.steps.free_axes[name], strict=True)]

    def _words(self, symbols: Symbols) -> np.ndarray:
        """The graph's input for symbols `[T, B]`."""
        alphabet, form = Alphabet(self.task.letters, self.task.tapes), self.steps.form
        array = alphabet.letters_of(symbols) if form.digits else alphabet.one_hot(symbols)
        array = array.reshape(*symbols.shape, *form.shape)
        if len(form.marks) == 0:
            array = array[0, 0]
        elif len(form.marks) == 1:
            array = array[:, 0] if form.marks[0] == (self.steps.time,) else array[0]
        elif form.marks[0] != (self.steps.time,) and (form.marks[1] == (self.steps.time,) or not self._time_first):
            array = np.swapaxes(array, 0, 1)
        return np.ascontiguousarray(array, form.dtype)

    @property
    def _time_first(self) -> bool:
        """Whether the first axis of a graph of one step is the time of one step: then the second one may be the words."""
        return not self.steps.form.marks[0]

    def _outputs(self, words: np.ndarray, state: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        try:
            return self.run({self.steps.form.name: words, **state})
        except Exception as error:  # each runtime has its own types of errors
            remedy = "the runtime cannot run the graph: export it again"
            raise InputError(f"answers from {self.runtime}", one_line(error), remedy) from None

    def _given(self, outputs: Mapping[str, np.ndarray], steps: int) -> np.ndarray:
        """The classes `[T, B]` in the graph's output, or scores `[T, B, C]` whose largest one is the answer."""
        output, answers = outputs[self.steps.output], self.steps.answers
        words = output.size // steps
        order = ["time" if label == self.steps.time else "words" for group in answers.marks for label in group]
        has_scores = output.dtype.kind == "f"
        if has_scores:
            at = next((index for index, size in enumerate(answers.shape) if size > 1), len(answers.shape) - 1)
            order.insert(sum(map(len, answers.marks[:at])), "class")
            words //= self.task.classes
        known = {"time": steps, "words": words, "class": self.task.classes}
        shape = [known[name] for name in order]
        if math.prod(shape) != output.size:
            got = f"{list(output.shape)} from {self.runtime}"
            raise OtherShapeError(f"{steps} × {words} answers", got, "export it with free axes for steps and words")
        array = output.reshape(shape).transpose([order.index(name) for name in ("time", "words", "class") if name in order])
        return array.reshape(steps, words, -1) if has_scores else array.reshape(steps, words).astype(OUTPUT)


def steps_runner(model: Model, steps: StepsOfOnnx, task: Task) -> FunctionOriginal | None:
    """The original of a graph that was read as a program; None if no installed runtime has all its operators."""
    copy = _with_any_length(model, steps)
    fixed = _fixed_words(model, steps)
    names = [steps.output, *(new for _, new, _ in steps.states)]
    free = any(label != steps.time for group in steps.form.marks for label in group)
    for run, runtime in sessions(copy, names):
        for width in (fixed,) if fixed else (MAX_BATCH, 1) if free else (1,):  # a graph for many words may hold a state for one
            runner = StepsRunner(task, steps, run, runtime, width, fixed is not None)
            if _runs(runner):
                return FunctionOriginal(runner, runtime, width, last=runner.last if steps.answers.final else None)
    return None


def _fixed_words(model: Model, steps: StepsOfOnnx) -> int | None:
    """The number of words for which the input of a graph of all steps is declared; None if it takes any number."""
    entry = next(entry for entry in model.graph.input if entry.name == steps.form.name)
    sizes = zip(declared_sizes(entry), steps.form.marks, strict=False)
    return None if steps.states else next((size for size, group in sizes if size and group and group != (steps.time,)), None)


def _runs(runner: StepsRunner) -> bool:
    try:
        runner(np.zeros((2, 3), np.uint8))
    except OtherShapeError:
        raise
    except InputError:
        return False
    return True


def _with_any_length(model: Model, steps: StepsOfOnnx) -> Model:
    """The same model with an input declared for any number of steps, where it was declared for one number."""
    copy = type(model)()
    copy.CopyFrom(model)
    entry = next(entry for entry in copy.graph.input if entry.name == steps.form.name)
    for axis, group in enumerate(steps.form.marks):
        if group == (steps.time,) and entry.type.tensor_type.shape.dim[axis].HasField("dim_value"):
            entry.type.tensor_type.shape.dim[axis].dim_param = "steps"
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
