"""Writes a net as source code, from the templates in `templates/`.

* C: a C99 file and its header, whose names begin with the name of the file: `net_reset(state)`, `net_step(state, symbol)`. They
  allocate no memory, and call the mathematical library only for functions other than tanh and σ. A program may follow in the file.
* JavaScript: one ES module without imports, for browsers and node: `answer("1999")`.

Both hold the weights as decimals that read back as exactly the same float32 numbers. C holds those of a quantised net as integers.
"""

import json
import re
import string
import textwrap
from collections.abc import Set
from functools import cache
from pathlib import Path

import jinja2

from anylength.base import InputError
from anylength.interchange.text.decimals import decimals
from anylength.interchange.text.description import NetDescription, describe_net
from anylength.interchange.text.integers import integers_of
from anylength.interchange.text.language import CALLS, JAVASCRIPT, C
from anylength.interchange.text.lowering import element, scales_of, step_code
from anylength.interchange.text.written import WRITTEN
from anylength.nets import Net, NetConfig
from anylength.programs import signs

_TEMPLATES = Path(__file__).parent / "templates"

EXAMPLES = ("1999", "12")
EXAMPLES_IN_SMALL_BASES = ("101", "11")
"""The numbers in the comment that shows how to ask. Bases other than 10 get the second pair, which every base has."""

LINE = 125
"""Characters of a line of a comment."""

STACKS = (
    "Stacks: x ends with the {width} numbers on top of each stack, 0 where it is empty; s ends with those that each may push. "
    "From h' come two numbers for each stack, W_action h' + b_action: above 0, the first pushes; else the second, above 0, pops."
)
"""What a net with stacks does with them."""

PLAIN = string.ascii_letters + string.digits + " -_.,:+=<>"
"""The characters that a C string holds unescaped."""

LIBRARY = {name for name, written in WRITTEN.items() if re.search(r"\b[a-z0-9]+f\(", written.c)} | {"softmax"}
"""The operations that call the mathematical library of C."""


def c_files(net: Net, config: NetConfig, file: str, *, main: bool = False) -> dict[str, bytes]:
    """The C file of this name and its header, in UTF-8; only comments hold other characters than ASCII.

    Args:
        net: The net.
        config: Its configuration.
        file: The name of the C file.
        main: Whether a program follows that answers the arguments of its command line.

    Raises:
        InputError: The name is that of a header.
    """
    if header_name(file) == file:
        raise InputError("the name of a C file", repr(file), "pass for example --out net.c: the header is written beside the file")
    description = describe_net(net, config)
    name = c_name(file)
    facts = {"name": name, "upper": name.upper(), "main": main, "source": file, "header": header_name(file)}
    facts |= _c_code(description) | _c_task(description)
    return {file: render("net.c", description, **facts).encode(), header_name(file): render("net.h", description, **facts).encode()}


def c_name(file: str) -> str:
    """What the names in a C file of this name begin with."""
    plain = re.sub(r"\W", "_", Path(file).stem, flags=re.ASCII)
    return plain if plain[:1].isalpha() else f"net_{plain}"


def header_name(file: str) -> str:
    """The name of the header of a C file of this name."""
    return str(Path(file).with_suffix(".h"))


def c_functions(operations: Set[str]) -> str:
    """The C functions that operations need."""
    return _environment().get_template("functions.c.jinja").render(used=operations)


def _c_code(net: NetDescription) -> dict[str, object]:
    """What the template of the C file says of the step."""
    program, variables = net.program, net.variables
    integers = {name: found for name, value in net.tensors.items() if (found := integers_of(value))}
    written = {variables[name] for name in integers}
    code = step_code(net, C, written)
    readouts = [("logits", program.weight, program.bias)]
    if program.memory is not None:
        readouts.append(("gates", program.memory.weight, program.memory.bias))
    used, parts = code.operations, {}
    for out, matrix, bias in readouts:
        weight, product = variables[matrix], "matmul"
        if weight in written:
            weight, product = f"{weight}, {scales_of(weight)}", "matmul_int8"
        sizes = {"rows": dict(program.shapes)[matrix][0], "columns": program.features}
        used |= {product}
        parts[out] = CALLS[product].format(weight, code.answer.value, out=out, **sizes), element(variables[bias], "k", written)
    return {
        "code": code, "integers": integers, "used": used, "library": bool(used & LIBRARY),
        "readouts": parts,
        "start": element(variables[program.start], "k", written) if program.start else "0.0f",
    }  # fmt: skip


def _c_task(net: NetDescription) -> dict[str, object]:
    """What the template of the C file says of the questions."""
    task, room = net.task, max((len(label.encode()) for label in net.task.labels or ()), default=0)
    if task.names is None:
        expected = f"numbers in base {task.base}, {task.tapes} for each answer"
    else:
        room, expected = room + len(task.label_separator), "words of known symbols"
    return {
        "labels": ", ".join(map(_c_string, task.labels or ())), "names": ", ".join(map(_c_string, task.names or ())),
        "label_room": room, "meanings": _meanings(net), "expected": _c_string(f"expected {expected}")[:-1] + '\\n"',
    }  # fmt: skip


def _meanings(net: NetDescription) -> list[str]:
    """What symbols and outputs mean, in lines that end no comment."""
    task = net.task
    symbols = ", ".join(f"{number} {name}" for number, name in enumerate(task.names or ()))
    if task.names is None:
        order = "most" if net.schedule.read_most_first else "least"
        many = f"a digit of each of {task.tapes} numbers, the first plus {task.letters} times the next"
        digits = "a digit" if task.tapes == 1 else many
        symbols = f"{digits}, the {order} significant first"
        if task.letters > task.base:
            symbols += f"; digits from {task.base} on are marks"
    outputs = ", ".join(f"{number} {label}" for number, label in enumerate(task.labels or ())) or "digits"
    return [_comment(line) for text in (f"Symbols: {symbols}.", f"Outputs: {outputs}.") for line in textwrap.wrap(text, LINE)]


def js_bytes(net: Net, config: NetConfig) -> bytes:
    """The JavaScript module, in UTF-8."""
    description = describe_net(net, config)
    code = step_code(description, JAVASCRIPT)
    return render("model.mjs", description, labels=json.dumps(description.task.labels), code=code).encode()


def render(template: str, net: NetDescription, **more: object) -> str:
    """The text of a template, filled with a net."""
    task = net.task
    alphabet = f"base {task.base}" if task.names is None else f"{task.letters} symbols"
    title = f"{task.name}: {task.summary}; cell {net.cell}, {net.hidden} units, {alphabet}"
    return _environment().get_template(f"{template}.jinja").render(
        title=_comment(title), example=example_numbers(net), equations=_shown_equations(net), task=task,
        separator=task.separator, label_separator=task.label_separator,
        program=net.program, hidden=net.hidden, schedule=net.schedule, tensors=net.tensors, variables=net.variables, **more,
    )  # fmt: skip


def _shown_equations(net: NetDescription) -> list[str]:
    """The equations and the meaning of their signs, in lines that end no comment."""
    lines = [*net.equations, *textwrap.wrap(signs(net.program), LINE)]
    if net.program.memory is not None:
        lines += textwrap.wrap(STACKS.format(width=net.program.memory.width), LINE)
    return [_comment(line) for line in lines]


def example_numbers(net: NetDescription) -> list[str]:
    """One number for each tape, as an example of a question; of named symbols a word of two."""
    if net.task.names is not None:
        return [net.task.separator.join((*net.task.names, *net.task.names)[:2])]
    numbers = EXAMPLES if net.task.base == 10 else EXAMPLES_IN_SMALL_BASES
    return [numbers[tape % len(numbers)] for tape in range(net.task.tapes)]


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    environment.filters["decimals"] = decimals
    return environment


def _comment(text: str) -> str:
    """Text in one printable line that ends no comment in C or JavaScript."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    kept = printable.replace("*/", "* /").replace("??", "? ?")
    return f"{kept} ." if kept.rstrip().endswith("\\") else kept  # a backslash would join it and the next line


def _c_string(text: str) -> str:
    """A C string literal; characters that a compiler may interpret become octal bytes of three digits."""
    return '"' + "".join(chr(byte) if chr(byte) in PLAIN else f"\\{byte:03o}" for byte in text.encode()) + '"'
