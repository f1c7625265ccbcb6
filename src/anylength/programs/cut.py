"""The cut of a step: the first affine images of the old state, through which alone the step sees it.

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

    A value of the cut is an affine function of the state alone, and a value that is none needs it. Where slices of an image W·state
    are needed, the cut holds the image. The state itself and slices of it are images, too.
    """
    affine = _affine(step)
    cut: list[int] = []
    for number in ancestors(step, [len(step) - 1]):
        if not affine[number]:
            cut += [_image(step, argument) for argument in step[number].arguments if affine[argument]]
    if affine[-1]:
        cut.append(len(step) - 1)
    return _without_parts(step, list(dict.fromkeys(cut)))


def _affine(step: tuple[Instruction, ...]) -> list[bool]:
    """Whether each value is an affine function of the state that depends on the state, and not on the symbol."""
    on_state, on_symbol = depends_on(step, "state"), depends_on(step, "symbol")
    affine: list[bool] = []
    for number, item in enumerate(step):
        fits = all(affine[argument] or not on_state[argument] for argument in item.arguments)
        constant_factor = item.op == "multiply" and not all(on_state[argument] for argument in item.arguments)
        made_of = OPERATIONS[item.op].affine or constant_factor
        affine.append(item.op == "state" or (on_state[number] and not on_symbol[number] and fits and made_of))
    return affine


def _image(step: tuple[Instruction, ...], number: int) -> int:
    """The value that a slice is a part of; the slice itself where that is the state."""
    item = step[number]
    if item.op not in ("slice", "take") or step[item.arguments[0]].op == "state":
        return number
    return _image(step, item.arguments[0])


def _without_parts(step: tuple[Instruction, ...], cut: list[int]) -> tuple[int, ...]:
    """The cut without values that are rows of another value of the cut."""
    return tuple(n for n in cut if step[n].op not in ("slice", "take") or step[n].arguments[0] not in cut)
