"""The cells that the page of the laboratory trains: their programs at one unit, and how their gates start.

A cell is one of them where its program at any size is that of one unit with all rows but inputs and classes times the units.
"""

import re
from typing import Any

import numpy as np

from anylength.cells import Layering, cell_named
from anylength.nets import architecture_named
from anylength.programs import Program, equations, program_fields
from anylength.programs.notation import subscript

TRAINED = ("rnn", "gru", "lstm", "mingru", "minlstm", "slstm", "gru-reset-before", "linear", "linear-signed", "relu")
"""The cells, the best known first."""

LAYERS = {"rnn": 2, "gru": 2, "lstm": 2}
"""The most layers of cells that may have more than one."""

_LINEAR = {"scale": 1, "gate_bias": 2, "raw": {"centers": 2, "spread": 0.5, "radius": 0.02, "margin": 0.05, "pull": 0.1}}

WITH_BOXES: dict[str, dict[int, dict[str, Any]]] = {
    "rnn": {1: {}, 2: {}}, "gru": {1: {}, 2: {"scale": 3}}, "lstm": {1: {}, 2: {}}, "slstm": {1: {}},
    "relu": {1: {"rate": 0.01, "scale": 4, "pull": 1, "units": 32, "tries": 6}},
    "mingru": {1: _LINEAR}, "minlstm": {1: _LINEAR}, "linear": {1: _LINEAR}, "linear-signed": {1: _LINEAR | {"gate_bias": 0.3}},
}  # fmt: skip
"""The cells, with numbers of layers, of which most nets are proved that learn together with their boxes; and what each trains
with in place of the page's settings.

`rate` is the learning rate, `scale` by how much trained numbers are smaller than real ones, `pull` the share of the gradient
that the center of the next box takes, `gate_bias` how far the gate that keeps the state starts closed, `units` the least number
that the page takes by itself, `tries` how many first numbers are tried. `raw` is about the rows of a box that are the state
itself: `centers` and `spread` say how far from each other and how large they start, `radius` is the least, `margin` the share of
a box that an image must leave free, `pull` as above.

A rectifier saturates on one side alone: so more units, small steps, and centers that follow at once. A linear recurrence need not
saturate: so numbers in real units. And boxes that start apart, because what forgets everything closes its boxes for free. A second
layer of gates makes the rounding of float32 larger, and more so with large weights."""

SHOWN_UNITS = 8
"""The units of the program whose equations are shown."""


def cell_templates() -> dict[str, dict[str, Any]]:
    """The cells by name, as the page reads them."""
    return {name: _template(name) for name in TRAINED}


def sized_program(name: str, units: int, encoded: int, classes: int, layers: int = 1) -> Program:
    """The program of a cell of this size."""
    kind: Any = architecture_named(name, Layering(layers)).cell
    shapes = kind.shapes(encoded, units)
    return kind(**{tensor: np.zeros(shape, np.float32) for tensor, shape in shapes.items()}).program(classes)


def _template(name: str) -> dict[str, Any]:
    kind = cell_named(name)
    retention, layers = kind.retention(1), range(1, LAYERS.get(name, 1) + 1)
    return {
        "summary": kind.summary,
        "layers": [_layers(name, count) for count in layers],
        "retention": None if retention is None else {"block": retention.rows.start, "sign": retention.sign},
        "open": [rows.start for rows in kind.open_rows(1)], "linear": kind.linear_recurrence,
        "with_boxes": WITH_BOXES.get(name, {}),
    }  # fmt: skip


def _layers(name: str, count: int) -> dict[str, Any]:
    """The program and the equations of so many layers."""
    return {"program": program_fields(sized_program(name, 1, 1, 1, count)), "equations": _equations(name, count)}


def _equations(name: str, layers: int) -> list[str]:
    """The equations of a cell without the line that gives sizes."""
    return [_for_any_size(line) for line in equations(sized_program(name, SHOWN_UNITS, 1, 2, layers))[1:]]


def _for_any_size(line: str) -> str:
    """An equation that says of blocks of units what it said of rows."""
    plain = re.sub(r" +\(blocks of .*\)$", "", line).replace("'", "′")
    return re.sub(r"\[(\d+):(\d+)\]", lambda rows: _blocks(int(rows[1]) // SHOWN_UNITS, int(rows[2]) // SHOWN_UNITS), plain)


def _blocks(start: int, stop: int) -> str:
    """Blocks of rows by their numbers."""
    numbers = [subscript(block + 1) for block in range(start, stop)]
    return numbers[0] if len(numbers) == 1 else f"[{numbers[0]}…{numbers[-1]}]"
