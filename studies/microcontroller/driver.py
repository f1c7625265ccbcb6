"""Asks C code of a net on an emulated microcontroller: its answers, its size, its work and the error of its functions."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from anylength.cells import StackCell
from anylength.interchange import EXPORT_FORMATS, export_files
from anylength.nets import Net, NetConfig, answers
from anylength.rules import Task
from studies.microcontroller.cortex_m import RAM, STRICT, Board, compiled

LONGEST = 20
"""Steps of the longest word."""

COUNTED = 10
"""Steps whose instructions are counted one by one."""

INPUT, OUTPUT = RAM + (1 << 20), RAM + (2 << 20)
"""Where the driver reads and writes."""

DRIVER = """
#include "{source}"
/* Asks words of `length` symbols each, and writes the output of every step. */
void net_ask(const unsigned char *symbols, int words, int length, unsigned char *outputs);
void net_ask(const unsigned char *symbols, int words, int length, unsigned char *outputs) {{
    static {state} state;
    for (int word = 0; word < words; word++) {{
        net_reset(&state);
        for (int t = 0; t < length; t++) *outputs++ = (unsigned char)net_step(&state, *symbols++);
    }}
}}
"""
"""It includes the code of the net, so that it can call its own functions, too."""

FUNCTION = """
void net_{name}(const float *x, float *y, int count);
void net_{name}(const float *x, float *y, int count) {{
    for (int k = 0; k < count; k++) y[k] = {function}(x[k]);
}}
"""

TRUE = {"tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}
TRIED = np.linspace(-20, 20, 200_001).astype(np.float32)
"""The numbers at which the error of a function is measured."""


@dataclass(frozen=True)
class Code:
    """C code of a net, with functions `net_reset` and `net_step`.

    Attributes:
        files: The content of each file, by name; the first holds the functions.
        state: The type of a state, and its bytes.
        functions: The name of its own tanh and of its own σ, by `tanh` and `sigmoid`.
        sources: Files of a library.
        flags: Flags of the compiler.
        task: Of a net with stacks, whose task draws words that use them.
    """

    files: Mapping[str, bytes]
    state: tuple[str, int]
    functions: Mapping[str, str]
    sources: Sequence[Path] = ()
    flags: tuple[str, ...] = STRICT
    task: Task | None = None


@dataclass(frozen=True)
class Measured:
    """What was measured.

    Attributes:
        flash: Bytes of a program that calls `net_reset` and `net_step`.
        ram: Bytes of its variables, of one state and of the stack of a step.
        instructions: Of a step, on average.
        words: Words that were asked.
        alike: Words with the outputs of the net in Python at every step.
        errors: The largest error of tanh and of σ.
    """

    flash: int
    ram: int
    instructions: float
    words: int
    alike: int
    errors: dict[str, float] = field(default_factory=dict)


def exported_code(net: Net, config: NetConfig) -> Code:
    """The exported C of a net."""
    files = export_files(net, config, EXPORT_FORMATS["c"], "net.c")
    text = files["net.c"].decode()
    functions = {name: f"{name}_of" for name in TRUE if f"{name}_of(" in text}
    if not isinstance(net.cell, StackCell):
        return Code(files, ("net_state", 4 * net.program.state), functions)
    cell = net.cell
    size = 4 * (cell.controller_size + cell.stacks * cell.width + cell.stacks + cell.stacks * cell.width * LONGEST)
    return Code(files, ("net_state", size), functions, flags=(*STRICT, f"-DNET_DEPTH={LONGEST}"), task=config.task)


def batches(net: Net, words: int, task: Task | None) -> list[np.ndarray]:
    """Words, as many of each length: `[T, B]` each. A task draws its own; else half of the symbols are the last one."""
    rng, symbols = np.random.default_rng(0), net.base**net.tapes
    found = []
    for length in range(1, LONGEST + 1):
        if task is not None:
            found.append(task.random_words(rng, length, words // LONGEST).astype(np.uint8))
            continue
        drawn = rng.integers(0, symbols, (length, words // LONGEST))
        found.append(np.where(rng.random(drawn.shape) < 0.5, symbols - 1, drawn).astype(np.uint8))
    return found


def measure(processor: str, code: Code, net: Net, folder: Path, words: int) -> Measured:
    """What the code of a net is and does on a processor."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in code.files.items():
        (folder / name).write_bytes(content)
    own = folder / next(iter(code.files))
    flags = (*code.flags, "-I", str(folder))
    product = compiled(processor, [own, *code.sources], "net_step", "-Wl,-u,net_reset", *flags)
    board, state = Board(processor, product), INPUT
    board.call("net_reset", state)
    stack = board.stack_of("net_step", state, 0)
    symbols, counting = batches(net, LONGEST, code.task)[-1][:COUNTED, 0], Board(processor, product, count=True)
    counting.call("net_reset", state)
    counting.instructions = 0
    for symbol in symbols.tolist():
        counting.call("net_step", state, symbol)
    alike, errors = _asked(processor, code, net, folder / "driver.c", own.name, flags, words)
    ram = product.ram + code.state[1] + stack
    return Measured(product.flash, ram, counting.instructions / len(symbols), words // LONGEST * LONGEST, alike, errors)


def _asked(
    processor: str, code: Code, net: Net, path: Path, own: str, flags: tuple[str, ...], words: int
) -> tuple[int, dict[str, float]]:
    """How many words are answered as in Python, and the largest errors of the functions."""
    functions = [FUNCTION.format(name=name, function=function) for name, function in code.functions.items()]
    path.write_text("".join([DRIVER.format(source=own, state=code.state[0]), *functions]))
    keep = [f"-Wl,-u,net_{name}" for name in code.functions]
    board, alike, errors = Board(processor, compiled(processor, [path, *code.sources], "net_ask", *keep, *flags)), 0, {}
    for batch in batches(net, words, code.task):
        board.write(INPUT, batch.T.tobytes())
        board.call("net_ask", INPUT, batch.shape[1], len(batch), OUTPUT)
        outputs = np.frombuffer(board.read(OUTPUT, batch.size), np.uint8).reshape(batch.T.shape).T
        alike += int((outputs == answers(net, batch)).all(axis=0).sum())
    for name in code.functions:
        worst = 0.0
        for x in np.array_split(TRIED, 4):
            board.write(INPUT, x.tobytes())
            board.call(f"net_{name}", INPUT, OUTPUT, len(x))
            y = np.array(struct.unpack(f"<{len(x)}f", board.read(OUTPUT, x.nbytes)))
            worst = max(worst, float(np.abs(y - TRUE[name](x.astype(np.float64))).max()))
        errors[name] = worst
    return alike, errors
