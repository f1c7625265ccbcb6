"""Runs the graph of a step program in its own runtime: words `[T, B]` → output classes `[T, B]`, or scores `[T, B, C]`."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from anylength._types import OUTPUT, Symbols
from anylength.errors import InputError
from anylength.interchange.onnx.loader import Model, one_line
from anylength.interchange.onnx.runner import MAX_BATCH, sessions
from anylength.interchange.onnx.steps.program import StepsOfOnnx
from anylength.interchange.original import FunctionOriginal
from anylength.tasks import Task


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
    """

    task: Task
    steps: StepsOfOnnx
    run: Any
    runtime: str
    width: int

    def __call__(self, symbols: Symbols) -> Symbols:
        """Symbols `[T, B]` → output classes `[T, B]`, or scores `[T, B, C]` where the graph returns these.

        Raises:
            InputError: The runtime cannot run the graph.
        """
        parts = [self._answers(symbols[:, start : start + self.width]) for start in range(0, symbols.shape[1], self.width)]
        return np.concatenate(parts, axis=1)

    def _answers(self, symbols: Symbols) -> np.ndarray:
        """The classes or scores of one batch: of a graph of one step, of all steps at once, or of every beginning of the words."""
        if self.steps.states:
            return self._step_by_step(symbols)
        if self.steps.logits.final:
            lengths = range(1, len(symbols) + 1)
            return np.stack([self._given(self._outputs(self._words(symbols[:length]), {}), 1)[0] for length in lengths])
        return self._given(self._outputs(self._words(symbols), {}), len(symbols))

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
        letters, form = self.task.letters, self.steps.form
        digits = np.stack([symbols // letters**tape % letters for tape in range(self.task.tapes)], axis=-1).astype(np.int64)
        array = digits if form.digits else np.eye(letters, dtype=np.float32)[digits]
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
        output, logits = outputs[self.steps.output], self.steps.logits
        words = output.size // steps
        axes = [("time" if self.steps.time in group else "words") for group in logits.marks if group]
        order = [*axes]
        has_scores = output.dtype.kind == "f"
        if has_scores:
            at = next((index for index, size in enumerate(logits.shape) if size > 1), len(logits.shape) - 1)
            order.insert(sum(bool(group) for group in logits.marks[:at]), "class")
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
    names = [steps.output, *(new for _, new, _ in steps.states)]
    free = any(label != steps.time for group in steps.form.marks for label in group)
    for run, runtime in sessions(copy, names):
        for width in (MAX_BATCH, 1) if free else (1,):  # a graph may be declared for many words and hold a state for one
            runner = StepsRunner(task, steps, run, runtime, width)
            if _runs(runner):
                return FunctionOriginal(runner, runtime, width)
    return None


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
