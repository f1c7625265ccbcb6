"""`step_program`: a step of PyTorch, `step(state, x) → (state, logits)`, as a step program."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.interchange.flat_values import Alphabet, FlatArithmetic
from anylength.interchange.heads import Head
from anylength.interchange.pytorch.alphabet import Inputs
from anylength.interchange.pytorch.call import Step, StepCall, find_call, input_forms
from anylength.interchange.pytorch.captured import captured, in_evaluation_mode, parameters_of
from anylength.interchange.pytorch.exported import export, other_rows
from anylength.interchange.pytorch.graph_reader import REMEDY, GraphReader
from anylength.interchange.pytorch.known import Names
from anylength.programs import MAX_INSTRUCTIONS, Program, program_of_step
from anylength.programs.json_form import MAX_ROWS


@dataclass(frozen=True)
class TorchStep:
    """What was read of a step.

    Attributes:
        program: The step program.
        tensors: Its tensors.
        call: The step, its start state and the form of x.
        one: The head where the step returns one number for two classes.
    """

    program: Program
    tensors: dict[str, NDArray[np.float32]]
    call: StepCall
    one: Head | None = None


def step_program(
    step: Step, *, encoded: int, initial_state: Any, inputs: Inputs | None = None, tapes: int = 1
) -> TorchStep:  # fmt: skip
    """The step program of a PyTorch function or module.

    Args:
        step: `step(state, x) → (state, logits)` for one example: each tensor may have a batch axis of 1 in front.
        encoded: E, the numbers of an encoded symbol: letters · tapes.
        initial_state: The start state: a tree of float32 tensors.
        inputs: What x is: "one-hot" vectors of E numbers, or "tokens", the number of the symbol, or one number for each tape. None:
            one-hot vectors if the step takes them, else tokens.
        tapes: How many letters a symbol has.

    Raises:
        InputError: The step cannot be called or traced, its state changes its shape, or no step program has its operations.
    """
    found = captured(step)
    parameters = parameters_of(found)
    with in_evaluation_mode(found):
        call = find_call(step, initial_state, input_forms(initial_state, Alphabet(encoded // tapes, tapes), inputs))
        return read_call(call, Names(parameters))


def read_call(call: StepCall, names: Names) -> TorchStep:
    """The program of a step.

    Raises:
        InputError: It is not expressible.
    """
    graph = export(call)
    rows = other_rows(graph, call.form)
    if rows is not None:
        return read_call(replace(call, form=replace(call.form, rows=rows)), names)
    start = np.concatenate([leaf.numpy().ravel() for leaf in call.leaves()])
    if len(start) > MAX_ROWS:
        raise InputError(f"a state of at most {MAX_ROWS:,} numbers", f"{len(start):,}", "prove a smaller net")
    encoded = call.form.alphabet.encoded
    arithmetic = FlatArithmetic(encoded, len(start))
    new_state, logits, one = GraphReader(graph, call.form, arithmetic, names).results()
    try:
        name = arithmetic.weights.named_start(start)
        rows = arithmetic.tracer.concatenate([part.vector() for part in new_state if part.size])
        program, tensors = program_of_step(
            new_state=rows, logits=logits.vector(), tensors=arithmetic.weights.tensors, encoded=encoded, start=name
        )
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"a step of at most {MAX_INSTRUCTIONS:,} operations of a step program", str(error), REMEDY) from error
    return TorchStep(program, tensors, call, one)
