"""The mutations: from a source text to all texts that differ from it by one small change.

What is not changed: docstrings, annotations, decorators, imports, `__all__`, and the texts of f-strings (messages).
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

SWAPPED: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv, ast.Add),
    ast.FloorDiv: (ast.Mult,),
    ast.Div: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
"""For each operator those that take its place."""

PAIRS = (("min", "max"), ("minimum", "maximum"), ("floor", "ceil"), ("all", "any"), ("_down", "_up"))
RENAMED = dict(PAIRS) | {second: first for first, second in PAIRS}
"""For each name of a function (or attribute) the one that takes its place."""

REMOVED = (
    "abs",
    "sorted",
    "outward",
    "to_grid",
    "summed",
    "ascii",
    "clip",
    "finished",
    "_down",
    "_up",
    "float",
    "bool",
    "_as_interval",
)
"""Functions and methods whose call is replaced by its argument or its object."""


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        function: The qualified name of the function or class that is changed; `<module>` outside of all.
        line: Where, counted from 1.
        original: The text that is replaced.
        mutated: What takes its place.
        source: The whole mutated text.
    """

    function: str
    line: int
    original: str
    mutated: str
    source: str


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of a module, each text once, in the order of their places."""
    lines = source.splitlines(keepends=True)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line.encode()))
    raw, seen, found, unchanged = source.encode(), {source}, [], _tree(source)
    for function, node, replacement in _changes(ast.parse(source), "<module>"):
        begin = offsets[node.lineno - 1] + node.col_offset
        end = offsets[node.end_lineno - 1] + node.end_col_offset
        text = f"({replacement})" if isinstance(node, ast.expr) else replacement
        mutated = (raw[:begin] + text.encode() + raw[end:]).decode()
        if mutated not in seen and _tree(mutated) not in (None, unchanged):
            seen.add(mutated)
            found.append(Mutant(function, node.lineno, raw[begin:end].decode(), replacement, mutated))
    return sorted(found, key=lambda mutant: mutant.line)


def _tree(source: str) -> str | None:
    """The syntax tree of a module in words; None where the text is no module, as after a change inside a starred argument."""
    try:
        return ast.dump(ast.parse(source))
    except SyntaxError:
        return None


def functions_of(source: str) -> list[str]:
    """The qualified names of all functions of a module."""
    found = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.FunctionDef | ast.ClassDef)
            name = f"{prefix}{child.name}" if named else prefix
            if isinstance(child, ast.FunctionDef):
                found.append(name)
            visit(child, f"{name}." if named else prefix)

    visit(ast.parse(source), "")
    return found


def _changes(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST, str]]:
    """Each changed node, with its function and the text that takes its place."""
    for child in _mutable_children(node):
        name = function
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            name = child.name if function == "<module>" else f"{function}.{child.name}"
        if hasattr(child, "lineno"):
            for replacement in _replacements(child):
                yield name, child, replacement
        if isinstance(child, ast.If | ast.While):
            yield name, child.test, "False"
        if isinstance(child, ast.If):
            yield name, child.test, "True"
        yield from _changes(child, name)


def _mutable_children(node: ast.AST) -> Iterator[ast.AST]:
    """The children in which something may be changed."""
    skipped = {"annotation", "returns", "decorator_list", "bases", "type_params"}
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom):
        return
    for name, value in ast.iter_fields(node):
        if name in skipped:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child) and not _is_all(child):
                yield child


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"


def _replacements(node: ast.AST) -> Iterator[str]:
    """The texts that may take a node's place."""
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    elif isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in SWAPPED[type(operator)]:
                yield _with(node, "ops", [*node.ops[:at], other(), *node.ops[at + 1 :]])
    elif isinstance(node, ast.BinOp):
        for other in SWAPPED.get(type(node.op), ()):
            yield _with(node, "op", other())
    elif isinstance(node, ast.BoolOp):
        yield _with(node, "op", SWAPPED[type(node.op)][0]())
        for at in range(len(node.values)):
            others = node.values[:at] + node.values[at + 1 :]
            yield _with(node, "values", others) if len(others) > 1 else ast.unparse(others[0])
    elif isinstance(node, ast.UnaryOp):
        yield ast.unparse(node.operand)
    else:
        yield from _expression(node)


def _expression(node: ast.AST) -> Iterator[str]:
    """The texts that may take the place of a constant, a name, a call, a condition or a slice."""
    if isinstance(node, ast.Constant):
        yield from _constant(node.value)
    elif isinstance(node, ast.Name) and node.id in RENAMED:
        yield RENAMED[node.id]
    elif isinstance(node, ast.Attribute) and node.attr in RENAMED:
        yield _with(node, "attr", RENAMED[node.attr])
    elif isinstance(node, ast.Call):
        yield from _without_call(node)
    elif isinstance(node, ast.IfExp):
        yield ast.unparse(node.body)
        yield ast.unparse(node.orelse)
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
        for at, generator in enumerate(node.generators):
            if generator.ifs:
                changed = copy.deepcopy(node)
                changed.generators[at].ifs = []
                yield ast.unparse(changed)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        yield from _slice(node)


def _constant(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield repr(not value)
    elif isinstance(value, int):
        yield repr(value + 1)
        yield repr(value - 1)
    elif isinstance(value, float):
        yield repr(value * 2 if value else 1.0)
        yield repr(value / 2 if value else -1.0)
    elif isinstance(value, str) and value and " " not in value:
        yield repr(value + "X")


def _without_call(node: ast.Call) -> Iterator[str]:
    """The argument of a function, or the object of a method, in place of the call."""
    function = node.func
    name = function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    if name in REMOVED and node.args:
        yield ast.unparse(node.args[0])
    elif name in REMOVED and isinstance(function, ast.Attribute):
        yield ast.unparse(function.value)


def _slice(node: ast.Subscript) -> Iterator[str]:
    """Each end of a slice moved by one; a missing end becomes 1 or -1."""
    assert isinstance(node.slice, ast.Slice)
    for end, missing in (("lower", "1"), ("upper", "-1")):
        value = getattr(node.slice, end)
        texts = [missing] if value is None else [f"({ast.unparse(value)}) + 1", f"({ast.unparse(value)}) - 1"]
        for text in texts:
            changed = copy.deepcopy(node)
            setattr(changed.slice, end, ast.parse(text, mode="eval").body)
            yield ast.unparse(changed)


def _statement(node: ast.stmt) -> Iterator[str]:
    """A statement deleted, its condition decided, or its value changed."""
    if isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.Raise | ast.Break | ast.Continue) or (
        isinstance(node, ast.AnnAssign) and node.value
    ):
        yield "pass"
    if isinstance(node, ast.AugAssign):
        for other in SWAPPED.get(type(node.op), ()):
            yield _with(node, "op", other())
    elif isinstance(node, ast.Return) and node.value:
        yield "return None"


def _with(node: ast.AST, field: str, value: object) -> str:
    changed = copy.deepcopy(node)
    setattr(changed, field, value)
    return ast.unparse(changed)
