"""`read_onnx_steps`: the step program of an ONNX graph."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.errors import InputError, quoted
from anylength.interchange.flat_values import Flat, FlatArithmetic
from anylength.interchange.onnx.abstract_interpretation import UNROLLED_REMEDY
from anylength.interchange.onnx.loader import Model, opset_version
from anylength.interchange.onnx.steps.arrays import StepArray, numbers_of
from anylength.interchange.onnx.steps.context import StepContext
from anylength.interchange.onnx.steps.graph import REMEDY, Values, read_initializers, visit
from anylength.interchange.onnx.steps.inputs import SymbolForm, declared_sizes, pair_states, state_shape, step_marks, symbol_forms
from anylength.interchange.onnx.steps.numbers import FIRST_OPSET_OF_SINGLE_AXIS
from anylength.programs import Program, Traced, program_of_step
from anylength.programs.json_form import MAX_ROWS
from anylength.tasks import Task

SCORES = ("Softmax", "LogSoftmax", "ArgMax")
"""Operators after the logits that keep the order of the classes."""


@dataclass(frozen=True)
class StepsOfOnnx:
    """What was read of an ONNX graph.

    Attributes:
        program: The step program.
        tensors: Its tensors.
        form: How the graph reads symbols.
        time: The label of the axis of time; None for a graph of one step.
        output: The name of the output with the answers, or with scores or logits.
        logits: The logits, as the graph has them before these.
        states: For a graph of one step: for each state its input, its output and its shape for one word.
        free_axes: For each state's input the axes of any size, which hold several words.
    """

    program: Program
    tensors: dict[str, NDArray[np.float32]]
    form: SymbolForm
    time: str | None
    output: str
    logits: StepArray
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
        shapes = {entry.name: values[entry.name].shape for entry in self.model.graph.output if _is_array(values.get(entry.name))}
        pairs = pair_states(self.states, shapes)
        if self.states:
            context.new_state.update({at: _vector(context, values[name]) for at, name in enumerate(pairs)})
        names = [entry.name for entry in self.model.graph.output if entry.name not in pairs]
        output, logits = self._answers(values, names, context)
        start = np.concatenate([part.ravel() for part in context.starts])
        program, tensors = program_of_step(
            new_state=context.arithmetic.tracer.concatenate([context.new_state[at] for at in range(len(context.starts))]),
            logits=_vector(context, logits), tensors=context.arithmetic.weights.tensors, encoded=self.task.encoding_size,
            start=context.arithmetic.weights.named_start(start),
        )  # fmt: skip
        states = tuple((entry.name, name, state_shape(entry)) for entry, name in zip(self.states, pairs, strict=True))
        free = {entry.name: tuple(bool(group) for group in step_marks(entry)) for entry in self.states}
        return StepsOfOnnx(program, tensors, self._own_form, context.time, output, logits, states, free)

    def _answers(self, values: Values, names: Sequence[str], context: StepContext) -> tuple[str, StepArray]:
        """The one output with answers, and the logits in front of it.

        Raises:
            InputError: There is none, or there are several.
        """
        found = [(name, logits) for name in names if (logits := self._logits(name, values)) is not None]
        if not found:
            shapes = ", ".join(f"{quoted(name)} {list(getattr(values[name], 'shape', ()))}" for name in names) or "none"
            remedy = "name another --task, or import a net that answers in this alphabet"
            raise InputError(f"{self.task.classes} output classes for {self.task.name}", shapes, remedy)
        found = [(name, logits) for name, logits in found if not logits.final] or found
        if len(found) > 1:
            remedy = "export the logits alone, or name each new state after its input"
            raise InputError("one output with answers", ", ".join(quoted(name) for name, _ in found), remedy)
        name, logits = found[0]
        if not self.states and not logits.final and not any(context.time in group for group in logits.marks):
            raise InputError("answers at every step", f"{quoted(name)}, which is the same at all steps", REMEDY)
        return name, logits

    def _logits(self, name: str, values: Values) -> StepArray | None:
        """The logits of an output, in front of softmax and a last argmax; None where it has another size.

        Raises:
            InputError: One of these operators works along another axis.
        """
        makers = {output: node for node in self.model.graph.node for output in node.output}
        passed: list[Model] = []
        while name in makers and makers[name].op_type in SCORES and (not passed or makers[name].op_type != "ArgMax"):
            passed.append(makers[name])
            name = makers[name].input[0]
        value = values.get(name)
        if not isinstance(value, StepArray) or not isinstance(value.value, Flat) or value.value.size != self.task.classes:
            return None
        wide = [at for at, size in enumerate(value.shape) if size > 1]
        for node in passed:
            _require_first_on_ties(node)
            if [_axis_of(node, opset_version(self.model)) % len(value.shape)] != wide:
                raise InputError("answers over the classes", f"the operator {quoted(node.op_type)} along another axis", REMEDY)
        return value if len(wide) <= 1 else None


def _axis_of(node: Model, opset: int) -> int:
    """The axis of a softmax or an argmax. Before version 13 a softmax works along all axes from this one on."""
    default = 0 if node.op_type == "ArgMax" else -1 if opset >= FIRST_OPSET_OF_SINGLE_AXIS else 1
    return next((entry.i for entry in node.attribute if entry.name == "axis"), default)


def _require_first_on_ties(node: Model) -> None:
    """Refuses an ArgMax that takes the last of several largest."""
    if any(entry.name == "select_last_index" and entry.i for entry in node.attribute):
        remedy = "export it with select_last_index=0: anylength takes the first class on a tie"
        raise InputError("an ArgMax that takes the first class on a tie", "the operator 'ArgMax', which takes the last", remedy)


def _is_array(value: Any) -> bool:
    return isinstance(value, StepArray)


def _vector(context: StepContext, value: StepArray) -> Traced:
    return context.arithmetic.flat(numbers_of(value)).vector()
