"""The subset of the DOT language that AALpy writes: one graph, one statement for each node and each edge, each with its semicolon.

There are no comments, subgraphs, ports and HTML texts, and no escapes but those of quotes and backslashes.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from anylength.base import InputError, quoted
from anylength.machine_formats.tables import MAX_STATES, MAX_TRANSITIONS

Edge: TypeAlias = tuple[str, str, str]
"""(node, node that it leads to, label)."""

REMEDY = "write the file by AALpy's save_automaton_to_file"
"""What to do about a file that is not understood."""

NAME = r'(?:"(?:[^"\\]|\\["\\])*+"|-?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)|[A-Za-z_\x80-\U0010ffff]\w*+)'
"""A quoted text, a number or a word."""

HEAD = re.compile(rf"\s*+digraph\s++(?:{NAME}\s*+)?\{{")
"""The beginning of a graph."""

STATEMENT = re.compile(
    rf"\s*+({NAME})\s*+(?:->\s*+({NAME})\s*+)?"
    rf"(?:\[((?:\s*+{NAME}\s*+=\s*+{NAME}\s*+,?)*+)\s*+\]\s*+)?;"
)
"""A node or an edge. The groups are the node, the node that it leads to, and the attributes."""

ATTRIBUTE = re.compile(rf"({NAME})\s*+=\s*+({NAME})")
"""A key and a value."""

END = re.compile(r"\s*+\}\s*+")
"""The end of a graph."""


def read_graph(text: str, source: str) -> tuple[dict[str, Mapping[str, str]], list[Edge]]:
    """The nodes of a file with their attributes, and the edges.

    Args:
        text: The file.
        source: Its name, for errors.

    Raises:
        InputError: The text is no such graph, names a node twice, or has too many nodes or edges.
    """
    nodes: dict[str, Mapping[str, str]] = {}
    edges: list[Edge] = []
    attributes_of = lru_cache(maxsize=None)(_attributes)  # most edges have one of few labels
    head = HEAD.match(text)
    at = head.end() if head else 0
    while head and (statement := STATEMENT.match(text, at)):
        at = statement.end()
        name, target, list_of_attributes = statement.groups()
        node, attributes = _text(name), attributes_of(list_of_attributes or "")
        if target is not None:
            edges.append((node, _text(target), attributes.get("label", "")))
        elif node in nodes:
            raise InputError("one line for each state", f"{quoted(node)} twice in {source}", "name the states differently")
        else:
            nodes[node] = attributes
        # a point and an edge mark the start state
        if len(nodes) > MAX_STATES + 1 or len(edges) > MAX_TRANSITIONS + 1:
            got = f"more in {source}"
            raise InputError(f"at most {MAX_STATES:,} states and {MAX_TRANSITIONS:,} transitions", got, "take a smaller machine")
    end = END.match(text, at) if head else None
    if end is None or end.end() < len(text):
        raise _not_understood(text, end.end() if end else at, source)
    return nodes, edges


def _attributes(text: str) -> Mapping[str, str]:
    """The attributes of a statement."""
    return {_text(key): _text(value) for key, value in ATTRIBUTE.findall(text)}


def _text(name: str) -> str:
    """A name without its quotes and escapes."""
    if name[0] != '"':
        return name
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if "\\" in name else name[1:-1]


def _not_understood(text: str, at: int, source: str) -> InputError:
    rest = text[at:].lstrip()
    line = text.count("\n", 0, len(text) - len(rest)) + 1
    got = quoted(rest.partition("\n")[0]) if rest else "the end"
    return InputError("a graph as AALpy writes it", f"{got} in line {line:,} of {source}", REMEDY)
