"""The cut of a step: the first linear images of the old state, through which alone the step sees it.

Proofs keep a box of the cut's values in place of a box of states. A product with known weights that has been made before the box is
taken loses nothing to it, and then one box per machine state suffices. For a tanh RNN the cut is W_hh h; for an LSTM it is W_hh h,
then c.
"""

from anylength.programs.operations import OPERATIONS
from anylength.programs.program import Instruction, ancestors


def depends_on(instructions: tuple[Instruction, ...], leaf: str) -> list[bool]:
    """Whether each value depends on the leaf `symbol` or `state`."""
    depends: list[bool] = []
    for item in instructions:
        depends.append(item.op == leaf or any(depends[argument] for argument in item.arguments))
    return depends


def cut_of(step: tuple[Instruction, ...]) -> tuple[int, ...]:
    """The values of the cut, in the order in which the step first needs them.

    A value of the cut is a linear function of the state alone, and a value that is none needs it. Where slices of an image W·state
    are needed, the cut holds the image. The state itself and slices of it are images, too.
    """
    linear = _linear(step)
    cut: list[int] = []
    for number in ancestors(step, [len(step) - 1]):
        if not linear[number]:
            cut += [_image(step, argument) for argument in step[number].arguments if linear[argument]]
    if linear[-1]:
        cut.append(len(step) - 1)
    return _without_parts(step, list(dict.fromkeys(cut)))


def _linear(step: tuple[Instruction, ...]) -> list[bool]:
    """Whether each value is a linear function of the state alone."""
    on_state, on_symbol = depends_on(step, "state"), depends_on(step, "symbol")
    linear: list[bool] = []
    for item in step:
        known = [argument for argument in item.arguments if not on_state[argument] and not on_symbol[argument]]
        others = [argument for argument in item.arguments if argument not in known]
        of_linear = len(others) > 0 and all(linear[argument] for argument in others)
        factors_known = item.op == "multiply" and len(others) == 1
        linear.append(item.op == "state" or (of_linear and (factors_known or (OPERATIONS[item.op].linear and not known))))
    return linear


def _image(step: tuple[Instruction, ...], number: int) -> int:
    """The value that a slice is a part of; the slice itself where that is the state."""
    item = step[number]
    if item.op not in ("slice", "take") or step[item.arguments[0]].op == "state":
        return number
    return _image(step, item.arguments[0])


def _without_parts(step: tuple[Instruction, ...], cut: list[int]) -> tuple[int, ...]:
    """The cut without values that are rows of another value of the cut."""
    return tuple(n for n in cut if step[n].op not in ("slice", "take") or step[n].arguments[0] not in cut)
