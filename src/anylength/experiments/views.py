"""Converts nets and tasks into records that the pages' scripts read."""

import base64

import msgspec
import numpy as np

from anylength.cells import growing_fields
from anylength.memory.images import machine_beside
from anylength.nets import AbstractNet, Net, architecture_of, tensors
from anylength.programs import equations, program_fields, signs
from anylength.records import ExampleView, LayoutView, NetView, NumberPattern, TableView, TaskView, TensorView
from anylength.rules import AbstractLayout, InOrder, LeastFirst, Machine, MostFirst, Phases, Task, example_of, reachable
from anylength.verification.certify.stack_fields import machine_fields

MOST_SYMBOLS = 20
"""Symbols of a state's shortest word that are shown. Of a longer word the first and the last ones are."""


def net_view(net: AbstractNet, task: Task) -> NetView:
    """The view of a net: its weights, its program and its task."""
    program = net.program if isinstance(net, Net) and net.cell.has_fixed_size_state else None
    growing = growing_fields(net.cell, net.classes) if isinstance(net, Net) and program is None else None
    beside = machine_beside(net, task) or task.memory
    answering = net.configured_for(1) if isinstance(net, Net) else net
    return NetView(
        cell=architecture_of(net).name,
        hidden=net.hidden,
        parameters=net.parameters,
        tensors={name: tensor_view(value) for name, value in tensors(answering).items()},
        task=msgspec.structs.replace(task_view(task), stack_machine=machine_fields(beside) if beside else None),
        program=program_fields(program) if program else None,
        growing=growing,
        equations=(*equations(program), signs(program)) if program else (),
    )


def tensor_view(values: np.ndarray) -> TensorView:
    """The view of a tensor: little-endian float32 numbers in base64."""
    return TensorView(shape=list(values.shape), data=base64.b64encode(values.astype("<f4").tobytes()).decode("ascii"))


def task_view(task: Task) -> TaskView:
    """The view of a task: what a script needs to encode inputs and to decode answers."""
    return TaskView(
        name=task.name,
        summary=task.summary,
        base=task.base,
        tapes=task.tapes,
        letters=task.letters,
        classes=task.classes,
        labels=None if task.labels is None else list(task.labels),
        names=None if task.names is None else list(task.names),
        graded=task.graded,
        end=task.end,
        negative=task.negative,
        layout=layout_view(task.layout),
        machine=None if task.transducer is None else table_view(task.transducer, task),
        example=example_view(task),
    )


def example_view(task: Task) -> ExampleView:
    """The view of the example question that suits a task."""
    example = example_of(task)
    patterns = [
        NumberPattern(before=number.before, repeat=number.repeat, after=number.after, separator=number.separator)
        for number in example.numbers
    ]
    return ExampleView(label=example.label, numbers=patterns)


def layout_view(layout: AbstractLayout) -> LayoutView:
    """The view of a layout.

    Raises:
        TypeError: The pages do not know the layout's type.
    """
    match layout:
        case LeastFirst(tail=tail):
            return LayoutView(kind="least-first", tail=tail)
        case MostFirst(tail=tail):
            return LayoutView(kind="most-first", tail=tail)
        case InOrder():
            return LayoutView(kind="in-order")
        case Phases():
            return LayoutView(
                kind="phases",
                tail=layout.tail,
                markers=layout.markers,
                work=layout.work,
                answers=layout.answers,
                read_most_first=layout.read_most_first,
                answer_most_first=layout.answer_most_first,
            )
        case _:
            raise TypeError(f"no view for a layout of type {type(layout).__name__}")


def table_view(machine: Machine, task: Task) -> TableView:
    """The view of a machine of a task: its tables."""
    return TableView(
        start=machine.start,
        delta=[list(row) for row in machine.delta],
        output=[list(row) for row in machine.output],
        names=list(machine.names),
        words=state_words(machine, task),
    )


def state_words(machine: Machine, task: Task) -> list[str] | None:
    """A shortest word that leads to each state, or "start". None where the states have names, or the task reads no words."""
    if task.names is None or machine.names != Machine(machine.start, machine.delta, machine.output).names:
        return None
    words = reachable(machine)
    return [_word(words[state], task) if state in words else "" for state in range(machine.states)]


def _word(word: tuple[int, ...], task: Task) -> str:
    if not word:
        return "start"
    parts = [word] if len(word) <= MOST_SYMBOLS else [word[: MOST_SYMBOLS // 2], word[-MOST_SYMBOLS // 2 :]]
    return " … ".join(task.notation.write(np.asarray(part, np.uint16)) for part in parts)
