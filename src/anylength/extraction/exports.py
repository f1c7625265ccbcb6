"""A machine as text for other programs and for people: Graphviz, Mermaid, a Python function. Pure functions of its tables."""

import keyword
import re
import textwrap
from collections.abc import Callable, Mapping

from anylength.extraction.edges import edges
from anylength.records import MachineTable

WIDTH = 110
"""Lines of Python are broken here."""


def dot(name: str, machine: MachineTable) -> str:
    """Graphviz: an arrow from a point to the start, one edge for each two states that are joined."""
    lines = [f"digraph {_quoted(name)} {{", "  rankdir=LR;", "  node [shape=circle];", '  start [shape=point, label=""];']
    lines += [f"  q{q} [label={_quoted(state)}];" for q, state in enumerate(machine.names)]
    lines += [f"  start -> q{machine.start};"]
    lines += [f"  q{edge.source} -> q{edge.target} [label={_quoted(edge.label)}];" for edge in edges(machine)]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mermaid(name: str, machine: MachineTable) -> str:
    """Mermaid, as Markdown pages show it: a state diagram."""
    lines = ["---", f"title: {name}", "---", "stateDiagram-v2", "  direction LR"]
    lines += [f'  state "{_entities(state)}" as q{q}' for q, state in enumerate(machine.names)]
    lines += [f"  [*] --> q{machine.start}"]
    lines += [f"  q{edge.source} --> q{edge.target} : {_entities(edge.label)}" for edge in edges(machine)]
    return "\n".join([*lines, ""])


def _entities(text: str) -> str:
    """Signs that mean something to Mermaid as its entity codes."""
    return re.sub(r'["#:;<>{}\[\]]', lambda sign: f"#{ord(sign[0])};", text)


def python(name: str, machine: MachineTable) -> str:
    """A function that needs nothing else: digits in the order in which the net reads them → an answer for each."""
    single = "," not in machine.symbols[0]
    what = "digits" if single else "tuples of digits, one digit for each number"
    rules = [_rule(machine, q) for q in range(len(machine.names))]
    return "\n".join(
        [
            f"def {_identifier(name)}(word):",
            f'    """The answers to {what}, in the order in which the net reads them."""',
            "    rules = {  # state: {read: (answer, next state)}",
            *rules,
            "    }",
            f"    state, answers = {_unique(machine)[machine.start]!r}, []",
            "    for read in word:",
            "        answer, state = rules[state][read]",
            "        answers.append(answer)",
            "    return answers",
            "",
        ]
    )


def _rule(machine: MachineTable, state: int) -> str:
    names, digits = _unique(machine), "," not in machine.symbols[0]
    entries = []
    for symbol, written in enumerate(machine.symbols):
        read = tuple(int(digit, 36) for digit in written.split(","))
        pair = _answer(machine.answers[machine.output[state][symbol]]), names[machine.delta[state][symbol]]
        entries.append(f"{read[0] if digits else read}: {pair}".replace(" ", "\0"))
    body = textwrap.fill(
        ", ".join(entries) + ",", WIDTH, initial_indent=" " * 12, subsequent_indent=" " * 12, break_long_words=False, break_on_hyphens=False
    )
    return f"        {names[state]!r}: {{\n{body}\n        }},".replace("\0", " ")


def _answer(text: str) -> int | str:
    """A digit as a number, a label as itself."""
    return int(text, 36) if len(text) == 1 else text


def _unique(machine: MachineTable) -> list[str]:
    """The names of the states; numbered where two are alike."""
    alike = len(set(machine.names)) < len(machine.names)
    return [f"{name} ({q})" if alike else name for q, name in enumerate(machine.names)]


def _identifier(name: str) -> str:
    """A name as Python takes it."""
    plain = re.sub(r"\W", "_", name)
    return f"task_{plain}" if not plain.isidentifier() or keyword.iskeyword(plain) else plain


EXPORTS: Mapping[str, tuple[str, Callable[[str, MachineTable], str]]] = {
    "dot": ("machine.dot", dot),
    "mermaid": ("machine.mmd", mermaid),
    "python": ("machine.py", python),
}
"""For each format the file that it goes into and the function that writes it."""


def export(name: str, machine: MachineTable, form: str) -> str:
    """The machine of a task of this name, in one of the formats of `EXPORTS`."""
    return EXPORTS[form][1](name, machine)
