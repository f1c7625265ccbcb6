"""Writes a net as source code, from the templates in `templates/`.

* C: one C99 file with `step(state, symbol)` and a program that answers the numbers on its command line. It allocates no memory.
* JavaScript: one ES module without imports, for browsers and node: `answer("1999")`.

Both hold the weights as decimals that read back as exactly the same float32 numbers.
"""

import json
import string
import textwrap
from functools import cache
from pathlib import Path

import jinja2

from anylength.interchange.text.decimals import decimals
from anylength.interchange.text.description import NetDescription, describe_net
from anylength.interchange.text.language import JAVASCRIPT, C
from anylength.interchange.text.lowering import step_code
from anylength.nets import Net, NetConfig
from anylength.programs import signs

_TEMPLATES = Path(__file__).parent / "templates"

EXAMPLES = ("1999", "12")
EXAMPLES_IN_SMALL_BASES = ("101", "11")
"""The numbers in the comment that shows how to ask. Bases other than 10 get the second pair, which every base has."""

LINE = 125
"""Characters of a line of a comment."""

PLAIN = string.ascii_letters + string.digits + " -_.,:+=<>"
"""The characters that a C string holds unescaped."""


def c_bytes(net: Net, config: NetConfig) -> bytes:
    """The C file, in UTF-8; only comments hold other characters than ASCII."""
    description = describe_net(net, config)
    labels, names = (", ".join(map(_c_string, texts or ())) for texts in (description.task.labels, description.task.names))
    code = step_code(description, C)
    return render("model.c", description, labels=labels, names=names, max_answer=_max_answer(description), code=code).encode()


def js_bytes(net: Net, config: NetConfig) -> bytes:
    """The JavaScript module, in UTF-8."""
    description = describe_net(net, config)
    code = step_code(description, JAVASCRIPT)
    return render("model.mjs", description, labels=json.dumps(description.task.labels), code=code).encode()


def render(name: str, net: NetDescription, **more: object) -> str:
    """The text of a template, filled with a net."""
    task = net.task
    alphabet = f"base {task.base}" if task.names is None else f"{task.letters} symbols"
    title = f"{task.name}: {task.summary}; cell {net.cell}, {net.hidden} units, {alphabet}"
    return _environment().get_template(f"{name}.jinja").render(
        title=_comment(title), example=example_numbers(net), equations=_shown_equations(net), task=task,
        separator=task.separator, label_separator=task.label_separator,
        program=net.program, hidden=net.hidden, schedule=net.schedule, tensors=net.tensors, variables=net.variables, **more,
    )  # fmt: skip


def _shown_equations(net: NetDescription) -> list[str]:
    """The equations and the meaning of their signs, in lines that end no comment."""
    return [_comment(line) for line in (*net.equations, *textwrap.wrap(signs(net.program), LINE))]


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
    return printable.replace("*/", "* /").replace("\\", "/").replace("??", "? ?")


def _c_string(text: str) -> str:
    """A C string literal; characters that a compiler may interpret become octal bytes of three digits."""
    return '"' + "".join(chr(byte) if chr(byte) in PLAIN else f"\\{byte:03o}" for byte in text.encode()) + '"'


def _max_answer(net: NetDescription) -> str:
    """The number of digits of the longest answer, as a C expression."""
    schedule = net.schedule
    factor, offset = (1, schedule.answers[1]) if schedule.all_outputs else schedule.answers
    return f"{factor} * LONGEST + {offset}" if factor != 1 else f"LONGEST + {offset}"
