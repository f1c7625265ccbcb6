"""`read_onnx_steps`: the step program of an ONNX graph."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError, quoted
from anylength.interchange.flat_values import Flat, FlatArithmetic
from anylength.interchange.onnx.answers import without_softmax
from anylength.interchange.onnx.arrays import StepArray, numbers_of
from anylength.interchange.onnx.context import StepContext
from anylength.interchange.onnx.graph import Values, read_initializers, visit
from anylength.interchange.onnx.inputs import SymbolForm, declared_sizes, pair_states, state_shape, step_marks, symbol_forms
from anylength.interchange.onnx.loader import Model, opset_version
from anylength.interchange.onnx.node import REMEDY
from anylength.interchange.onnx.recurrent_ops import RecurrentOp
from anylength.programs import Program, Traced, program_of_step
from anylength.programs.json_form import MAX_ROWS
from anylength.rules import Task

UNROLLED_REMEDY = (
    "export nn.RNN, nn.GRU or nn.LSTM itself: torch.onnx.export(..., dynamo=False) does not unroll the loop over the steps"
)


@dataclass(frozen=True)
class StepsOfOnnx:
    """What was read of an ONNX graph.

    Attributes:
        program: The step program.
        tensors: Its tensors.
        form: How the graph reads symbols.
        time: The label of the axis of time; None for a graph of one step.
        output: The name of the output with the logits, or with scores or classes of them.
        answers: That output.
        layers: The recurrent operators that start from a known state.
        tables: The embeddings.
        states: For a graph of one step: for each state its input, its output and its shape for one word.
        free_axes: For each state's input the axes of any size, which hold several words.
    """

    program: Program
    tensors: dict[str, NDArray[np.float32]]
    form: SymbolForm
    time: str | None
    output: str
    answers: StepArray
    layers: tuple[RecurrentOp, ...]
    tables: tuple[NDArray[np.float32], ...]
    states: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    free_axes: Mapping[str, tuple[bool, ...]] = field(default_factory=dict)


def read_onnx_steps(model: Model, task: Task) -> StepsOfOnnx:
    """The step program of a graph over the symbols of a task.

    Raises:
        InputError: The graph has no symbols of the task as input, no logits, or an operator that no program has.
    """
    refusals: list[InputError] = []
    held = {tensor.name for tensor in model.graph.initializer}
    entries = [entry for entry in model.graph.input if entry.name not in held]
    for entry in entries:
        for form in symbol_forms(entry, task):
            try:
                return _read(model, task, form, [other for other in entries if other.name != entry.name])
            except InputError as error:
                refusals.append(error)
    if refusals:
        raise refusals[0]
    vectors = f"{task.tapes} one-hot of {task.letters}"
    got = ", ".join(f"{quoted(entry.name)} {_sizes(entry)}" for entry in entries[:MAX_LISTED]) or "no input"
    raise InputError(f"{task.encoding_size} inputs for {task.name} ({vectors})", got, ANOTHER_TASK)


ANOTHER_TASK = "import it for the task it was trained on, with its --base"

MAX_LISTED = 6
"""The number of inputs that a message lists."""


def _sizes(entry: Model) -> str:
    return str([size or "any" for size in declared_sizes(entry)]).replace("'", "")


def _read(model: Model, task: Task, form: SymbolForm, states: Sequence[Model]) -> StepsOfOnnx:
    """The program of a graph that reads symbols in this form and has these states as further inputs.

    The state's rows are counted in a first reading.
    """
    rows = _Reading(model, task, form, states, MAX_ROWS).visited()[0].rows
    reading = _Reading(model, task, form, states, max(rows, 1))
    context, values = reading.visited()
    if not context.rows:
        raise InputError("a net with a state", "no recurrent operator, Scan, or state among the inputs", UNROLLED_REMEDY)
    try:
        return reading.program(context, values)
    except InputError:
        raise
    except ValueError as error:
        raise InputError("operators that a step program has", f"{error} in the graph's results", REMEDY) from None


@dataclass(frozen=True)
class _Reading:
    """One reading of a graph.

    Attributes:
        model: The model.
        task: The task.
        form: How the graph reads symbols.
        states: The states among its inputs.
        rows: The rows of the program's state.
    """

    model: Model
    task: Task
    form: SymbolForm
    states: Sequence[Model]
    rows: int

    def visited(self) -> tuple[StepContext, Values]:
        """The values of all nodes."""
        context = StepContext(FlatArithmetic(self.task.encoding_size, self.rows), self.task.letters)
        values: Values = {}
        read_initializers(self.model.graph, values)
        values[self.form.name] = self._own_form.array(context)
        for entry in self.states:
            _, old = context.state_part(np.zeros(state_shape(entry), np.float32))
            values[entry.name] = StepArray(old, step_marks(entry))
        visit(self.model.graph, opset_version(self.model), values, context)
        return context, values

    @property
    def _own_form(self) -> SymbolForm:
        """The form of the symbols, with the labels of a graph of one step where it is one."""
        if not self.states:
            return self.form
        entry = next(entry for entry in self.model.graph.input if entry.name == self.form.name)
        return dataclasses.replace(self.form, marks=step_marks(entry)[: len(self.form.marks)])

    def program(self, context: StepContext, values: Values) -> StepsOfOnnx:
        """The program of the values.

        Raises:
            InputError: The outputs are no logits and new states.
            ValueError: They are not expressible.
        """
        shapes = {entry.name: values[entry.name].shape for entry in self.model.graph.output}
        pairs = pair_states(self.states, shapes)
        if self.states:
            context.new_state.update({at: _vector(context, values[name]) for at, name in enumerate(pairs)})
        names = [entry.name for entry in self.model.graph.output if entry.name not in pairs]
        output, answers = self._answers(values, names, context)
        start = np.concatenate([part.ravel() for part in context.starts])
        program, tensors = program_of_step(
            new_state=context.arithmetic.tracer.concatenate([context.new_state[at] for at in range(len(context.starts))]),
            logits=_logits(answers).vector(), tensors=context.arithmetic.weights.tensors, encoded=self.task.encoding_size,
            start=context.arithmetic.weights.named_start(start),
        )  # fmt: skip
        states = tuple((entry.name, name, state_shape(entry)) for entry, name in zip(self.states, pairs, strict=True))
        free = {entry.name: tuple(bool(group) for group in step_marks(entry)) for entry in self.states}
        layers, tables = tuple(context.layers), tuple(context.tables)
        return StepsOfOnnx(program, tensors, self._own_form, context.time, output, answers, layers, tables, states, free)

    def _answers(self, values: Values, names: Sequence[str], context: StepContext) -> tuple[str, StepArray]:
        """The one output with answers.

        Raises:
            InputError: There is none, or there are several.
        """
        found = [name for name in names if self._is_answer(values[name])]
        if not found:
            shapes = ", ".join(f"{quoted(name)} {list(values[name].shape)}" for name in names) or "none"
            remedy = "name another --task, or import a net that answers in this alphabet"
            raise InputError(f"{self.task.classes} output classes for {self.task.name}", shapes, remedy)
        found = [name for name in found if not values[name].final] or found
        if len(found) > 1:
            remedy = "export the logits alone, or name each new state after its input"
            raise InputError("one output with answers", ", ".join(quoted(name) for name in found), remedy)
        answers = values[found[0]]
        if not self.states and not answers.final and not any(context.time in group for group in answers.marks):
            raise InputError("answers at every step", f"{quoted(found[0])}, which is the same at all steps", REMEDY)
        return found[0], answers

    def _is_answer(self, value: StepArray) -> bool:
        """Whether an array holds a number for each class, along one axis, or is made of such numbers."""
        scores = value.value if value.answers is None else value.answers
        is_vector = isinstance(scores, Flat) and scores.size == max(scores.shape, default=1) == self.task.classes
        return is_vector and not value.digits


def _logits(answers: StepArray) -> Flat:
    return without_softmax(answers.value) if answers.answers is None else answers.answers


def _vector(context: StepContext, value: StepArray) -> Traced:
    return context.arithmetic.flat(numbers_of(value)).vector()
