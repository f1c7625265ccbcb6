"""Makes a `Program` of traced instructions: what is not needed goes, and what may have been stored in between is marked."""

from collections.abc import Mapping, Sequence

from anylength.programs.cut import cut_of
from anylength.programs.json_form import require_well_formed
from anylength.programs.program import MAX_INSTRUCTIONS, Instruction, Memory, Program, Shapes, ancestors
from anylength.programs.tracing import Traced

MOVED = ("slice", "take", "concatenate")
"""Operations that only move rows."""


def assemble(
    *, new_state: Traced, features: Traced, weight: str, bias: str, shapes: Shapes, encoded: int, start: str | None = None,
    memory: Memory | None = None,
) -> Program:  # fmt: skip
    """The program of a traced step and its traced answer.

    Args:
        new_state: The new state `[D]`, traced from the old state and the symbol.
        features: The features `[F]`, traced by a tracer of their own from its `state`, which is the new state.
        weight: The tensor of the read-out's weights.
        bias: The tensor of its biases.
        shapes: The shapes of all tensors. Those that are not needed are left out.
        encoded: E.
        start: The tensor of the start state; None for zeros.
        memory: The stacks of the net, if it has any.

    Raises:
        ValueError: The program has too many instructions, or is not well formed. A mean square that becomes a part of the state may
            be read as it is stored; then it is no longer that of the value which a `normalize` divides.
    """
    step = _with_stored(pruned(new_state.tracer.instructions, new_state.number))
    answer = pruned(features.tracer.instructions, features.number)
    if len(step) + len(answer) > MAX_INSTRUCTIONS:
        raise ValueError(f"a step of {len(step) + len(answer):,} operations")
    names = {name for item in (*step, *answer) for key, name in item.attributes if key in ("name", "weight")}
    names |= {weight, bias} | ({start} if start else set()) | ({memory.weight, memory.bias} if memory else set())
    step, cut = _with_cut(step, new_state.rows)
    program = Program(
        encoded=encoded, state=new_state.rows, start=start, step=step, cut=cut, answer=answer, weight=weight, bias=bias,
        shapes=tuple(sorted((name, tuple(shapes[name])) for name in names)), memory=memory,
    )  # fmt: skip
    require_well_formed(program)
    return program


def _with_cut(step: tuple[Instruction, ...], size: int) -> tuple[tuple[Instruction, ...], tuple[int, ...]]:
    """The step and its cut. A step that does not read the state gets it as an instruction, so that every cut has rows."""
    if any(item.op == "state" for item in step):
        return step, cut_of(step)
    shifted = {number: number + 1 for number in range(len(step))}
    return (Instruction("state", (), (), size), *(_renumbered(item, shifted) for item in step)), (0,)


def pruned(instructions: Sequence[Instruction], result: int) -> tuple[Instruction, ...]:
    """The instructions that the result needs, with new numbers; the result comes last."""
    kept = ancestors(tuple(instructions), [result])
    new = {old: number for number, old in enumerate(kept)}
    return tuple(_renumbered(instructions[old], new) for old in kept)


def _renumbered(item: Instruction, new: Mapping[int, int]) -> Instruction:
    return Instruction(item.op, tuple(new[argument] for argument in item.arguments), item.attributes, item.rows)


def _with_stored(step: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """The step with `stored` between each part of the new state and the rest of the step that reads it."""
    moved = _moved_into_state(step)
    parts = {argument for number in moved for argument in step[number].arguments} - moved or {len(step) - 1} - moved
    made = {number for number in parts if step[number].op not in ("state", "symbol", "tensor", "constant", "stored")}
    result: list[Instruction] = []
    computed, read = {}, {}  # the new numbers of each value as computed, and as the rest of the step reads it
    for number, item in enumerate(step):
        result.append(_renumbered(item, computed if number in moved else read))
        computed[number] = read[number] = len(result) - 1
        readers = [other for other, user in enumerate(step) if number in user.arguments and other not in moved]
        if number in made and any(step[other].op != "stored" for other in readers):
            result.append(Instruction("stored", (computed[number],), (), item.rows))
            read[number] = len(result) - 1
    return pruned(result, computed[len(step) - 1])


def _moved_into_state(step: tuple[Instruction, ...]) -> set[int]:
    """The instructions at the end that only move rows into the new state, and whose results nothing else reads."""
    users: dict[int, list[int]] = {number: [] for number in range(len(step))}
    for number, item in enumerate(step):
        for argument in item.arguments:
            users[argument].append(number)
    moved: set[int] = set()
    for number in range(len(step) - 1, -1, -1):
        if step[number].op in MOVED and all(user in moved for user in users[number]):
            moved.add(number)
    return moved
