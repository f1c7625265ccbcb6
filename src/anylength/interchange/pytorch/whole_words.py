"""Whether a module does the same at each step of a word of any length, and for each word of a batch of any size.

The module is traced with sizes that have no numbers: a test of one, or a loop over one, fails at its line. A second trace follows
Python itself, which sees tests of types and exceptions that the module catches. Then `steps_apart` classes the graph's values.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from anylength.base import InputError
from anylength.interchange.pytorch.call import failed_call
from anylength.interchange.pytorch.exported import MAX_MESSAGE, silence
from anylength.interchange.pytorch.recurrent_parts import recurrent_parts
from anylength.interchange.pytorch.results import logits_in
from anylength.interchange.pytorch.source_places import place_of, place_of_error
from anylength.interchange.pytorch.steps_apart import LAST, Classes, SeenError, Steps, require, require_no_other_change
from anylength.interchange.side_effects import unchanged

ASKED = 3
"""Steps of the word on which calls of the recurrent modules are counted."""

SIZES = "the length of a word or the number of words"

EXPECTED = "a forward that does the same at each step of a word of any length"
REMEDY = "write the step yourself: anylength.prove(step, task, initial_state=…) with step(state, x) → (state, logits)"


def loops(module: Any, words: Callable[[int, int], Any]) -> bool:
    """Whether a module calls a recurrent part more than once a word: it loops over the steps in Python.

    Args:
        module: The module, in evaluation mode.
        words: Steps and a number of words → inputs.

    Raises:
        InputError: The call fails, or changes something that outlives it.
    """
    calls: list[str] = []
    with unchanged(module), _counted(module, calls):
        try:
            module(words(ASKED, 2))
        except Exception as error:  # a foreign forward may raise anything
            raise failed_call(error, f"a forward that takes {list(words(ASKED, 2).shape)}") from error
    return len(calls) > len(set(calls))


@contextmanager
def _counted(module: Any, calls: list[str]) -> Iterator[None]:
    """Notes the names of recurrent parts that are called in the block."""
    hooks = [
        part.module.register_forward_pre_hook(lambda *_, name=part.name: calls.append(name)) for part in recurrent_parts(module)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def require_whole_words(module: Any, words: Callable[[int, int], Any], *, batch_first: bool) -> None:
    """Refuses a module that sees the length of a word, another step but through its recurrent parts, or another word.

    Args:
        module: The module, in evaluation mode.
        words: Steps and a number of words → inputs. Their first axes are these two.
        batch_first: Whether the first axis counts words.

    Raises:
        InputError: It does, or cannot be traced. The message names the line.
    """
    for trace in (_traced, _exported):
        try:
            with silence(), _opaque(), _kept(module):
                graph, sizes = trace(_answer_of(module), words, batch_first)
        except Exception as error:  # tracing has errors of many kinds
            raise _refusal(error) from error
        for symbol, other, are_words in ((*sizes, False), (*sizes[::-1], True)):
            _require_apart(graph, Classes(symbol, other, words=are_words))


def _require_apart(graph: Any, classes: Classes) -> None:
    """Classes the values that the answer depends on.

    Raises:
        InputError: One mixes steps or words.
    """
    end = next(node for node in graph.nodes if node.op == "output")
    answer = end.args[0][0] if isinstance(end.args[0], tuple | list) else end.args[0]
    needed, node = _before(answer), answer
    try:
        for node in graph.nodes:
            require_no_other_change(node)
            if node in needed:
                classes.add(node)
        found = classes.found[answer]
        require(found == LAST or (isinstance(found, Steps) and found.many == 1), "an answer that depends on no step")
    except SeenError as seen:
        raise _seen(node, str(seen), words=classes.words) from seen
    except (ValueError, IndexError, KeyError, AttributeError, TypeError) as error:  # an argument that no rule expects
        raise _seen(node, "an operation that is not known to keep steps apart", words=classes.words) from error


def _seen(node: Any, why: str, *, words: bool) -> InputError:
    place, kind = place_of(node.stack_trace), "word" if words else "step"
    text = why.replace("steps", "words").replace("the length", "the number of words") if words else why
    got = f"{text}{f' at {place}' if place else ''} ({node.target})"
    return InputError(EXPECTED if not words else f"a forward that does the same for each {kind} of a batch", got, REMEDY)


def _before(answer: Any) -> set[Any]:
    """A node with all that it depends on."""
    found, left = {answer}, [answer]
    while left:
        left = [other for node in left for other in node.all_input_nodes if other not in found]
        found.update(left)
    return found


def _answer_of(module: Any) -> Any:
    """A module that returns the logits alone."""
    import torch

    class Answer(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.module = module

        def forward(self, x: Any) -> Any:
            return logits_in(self.module(x))

    return Answer().eval()


@contextmanager
def _kept(module: Any) -> Iterator[None]:
    """Gives a module its variables back: a trace may have put symbols into them."""
    parts = [(vars(part), dict(vars(part)), dict(part._buffers)) for part in module.modules()]
    try:
        yield
    finally:
        for now, before, buffers in parts:
            now.clear()
            now.update(before)
            now["_buffers"].clear()
            now["_buffers"].update(buffers)


@contextmanager
def _opaque() -> Iterator[None]:
    import torch

    from anylength.interchange.pytorch.opaque import opaque

    with torch.no_grad(), opaque():
        yield


def _traced(module: Any, words: Callable[[int, int], Any], batch_first: bool) -> tuple[Any, tuple[Any, Any]]:
    """The graph of a module for sizes without numbers, and the symbols of the steps and the words."""
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.fx.experimental.proxy_tensor import make_fx
    from torch.fx.experimental.symbolic_shapes import ShapeEnv
    from torch.utils._sympy.numbers import int_oo

    sizes, example = ShapeEnv(), words(1, 1)
    with FakeTensorMode(shape_env=sizes, allow_non_fake_inputs=True):
        steps, many = sizes.create_unbacked_symint(), sizes.create_unbacked_symint()
        for size in (steps, many):
            torch._check(size >= 1)
        sizes.pending_fresh_unbacked_symbols.clear()
        sizes.deferred_runtime_asserts.clear()
        leading = (many, steps) if batch_first else (steps, many)
        x = torch.empty(*leading, *example.shape[2:], dtype=example.dtype)
    parts: Any = dict(torch.export.default_decompositions().items())
    trace = make_fx(module, parts, "symbolic", _allow_non_fake_inputs=True, record_stack_traces=True)
    graph, symbols = trace(x).graph, (steps.node.expr, many.node.expr)
    for symbol in symbols:
        free = sizes.var_to_range[symbol]
        if symbol in sizes.replacements or (free.lower, free.upper) != (1, int_oo) or sizes.deferred_runtime_asserts:
            raise ValueError(f"a condition on {SIZES}")
    return graph, symbols


def _exported(module: Any, words: Callable[[int, int], Any], batch_first: bool) -> tuple[Any, tuple[Any, Any]]:
    """The same for two steps and more, and two words and more, as PyTorch traces Python's own code."""
    import torch
    from torch.utils._sympy.numbers import int_oo

    names = (torch.export.Dim("steps", min=2), torch.export.Dim("words", min=2))
    x, axes = words(5, 3), dict(enumerate(names[::-1] if batch_first else names))
    program = torch.export.export(module, (x,), dynamic_shapes=(axes,), strict=True).run_decompositions()
    if any((free.lower, free.upper) != (2, int_oo) for free in program.range_constraints.values()):
        raise ValueError(f"a condition on {SIZES}")
    changed = [spec.target for spec in program.graph_signature.output_specs if spec.kind.name != "USER_OUTPUT"]
    if changed:
        raise ValueError(f"a call that changes {changed[0]}")
    (name,) = program.graph_signature.user_inputs
    value = next(node for node in program.graph.nodes if node.name == name).meta["val"]
    first, second = (size.node.expr for size in value.shape[:2])
    return program.graph, (second, first) if batch_first else (first, second)


def _refusal(error: Exception) -> InputError:
    """The one line for an error of a trace."""
    place = place_of_error(error.__traceback__)
    text = " ".join(str(error).split())
    if type(error).__name__ == "GuardOnDataDependentSymNode" or "generated guard" in text:
        text = f"a branch, a loop or a number that depends on {SIZES}"
    else:
        text = text[max(text.find("- "), 0) :].removeprefix("- ")[:MAX_MESSAGE]
    return InputError(EXPECTED, f"{text}{f' at {place}' if place else ''}", REMEDY)
