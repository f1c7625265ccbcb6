"""A program that uses every operation, with awkward names of tensors, and its net."""

import numpy as np

from anylength.nets import Net, program_net
from anylength.programs import OPERATIONS, Program, Tracer, assemble

ENCODED, PART, STATE, CLASSES = 6, 4, 21, 3
"""E of two tapes in base 3, the rows of a part, D, and the output classes."""

SHAPES = {
    "0.weight": (2 * PART, ENCODED), "float": (2 * PART, PART), "quote \" of */ 'a'": (2 * PART,), "a": (PART,), "start": (STATE,),
    "next": (CLASSES, 2 * PART), "module/logits": (CLASSES,), "wide": (PART * PART, PART),
}  # fmt: skip


def every_operation() -> tuple[Program, dict[str, np.ndarray]]:
    """The program and tensors. Its state: two parts of four rows, a part that comes twice, old rows, the symbol's first letter."""
    step = Tracer(dict(SHAPES), {"symbol": ENCODED, "state": STATE})
    x, state = step.symbol(), step.state()
    first, second = state[:PART], state[PART : 2 * PART]
    bias, gain = step.weight("quote \" of */ 'a'").vector(), step.weight("a").vector()
    a = step.matmul(step.weight("0.weight"), x) + bias + step.matmul(step.weight("float"), first)
    share = step.sigmoid(a[:PART])
    matrix = step.tanh(
        step.matmul(step.weight("wide"), first) + step.take(second, [0] * PART + [1] * PART + [2] * PART + [3] * PART)
    )
    read = step.matvec(matrix, step.softmax(second)) + step.take(step.softplus(a), [0, 3, 7, 1])
    normed = step.normalize(read, step.mean_square(read), 1e-3) * gain
    bounded = step.maximum(step.minimum(step.gelu(normed), step.silu(a[PART:])), -step.absolute(second))
    new_first = step.lerp(share, bounded, step.tanh(step.center(read) - step.take(step.mean(a), [0] * PART)))
    positive = step.exp(step.scale(step.relu(a[PART:]), -0.5)) + step.square(new_first) + 0.25
    tiled = step.take(step.concatenate([new_first[:2], x[1:3]]), list(range(4)) * 2)
    new_second = step.tanh(step.reciprocal(positive) * step.rsqrt(positive) * tiled[2:6] + (1.0 - gain))
    new_state = step.concatenate([new_first, new_second, new_first, state[:PART], x[:3], step.add("constant", value=0.5, rows=2)])
    answer = Tracer(dict(SHAPES), {"state": STATE})
    features = answer.concatenate([answer.tanh(answer.state()[:PART]), answer.weight("a").vector()])
    rng = np.random.default_rng(0)
    tensors = {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in SHAPES.items()}
    program = assemble(
        new_state=new_state, features=features, weight="next", bias="module/logits", shapes=SHAPES, encoded=ENCODED, start="start"
    )  # fmt: skip
    assert {item.op for item in program.step} == set(OPERATIONS)
    return program, tensors


def net_of_every_operation() -> Net:
    """Its net, over two tapes in base 3."""
    program, tensors = every_operation()
    return program_net(program, tensors, base=3, tapes=2)
