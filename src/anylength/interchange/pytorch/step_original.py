"""A user's own step as PyTorch runs it: on many words at once, or on one word alone, eagerly."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError, Symbols
from anylength.interchange.original import Response
from anylength.interchange.pytorch.call import StepCall, failed_call
from anylength.interchange.pytorch.captured import in_evaluation_mode, in_given_mode

SINGLE_WORDS = 64
"""Words that are run one by one, where a step takes no batch: each takes as long as a whole batch."""

MAX_WIDTH = 20_000
"""Words in one call of a step."""

Advance = Callable[[Any, Symbols], tuple[Any, Any]]
"""(states of B words, their next symbols `[B]`) → (new states, logits `[B, C]`)."""


@dataclass(frozen=True)
class StepOriginal:
    """A step and the modules that it uses.

    Attributes:
        call: How the step is called.
        modules: The modules and tensors that it uses, by name.
        as_given: Whether the modules stay in the mode that they are in; else they run in evaluation mode.
        width: The most words in one call.
    """

    call: StepCall
    modules: Mapping[str, Any]
    as_given: bool = False
    width: int = MAX_WIDTH

    @property
    def runtime(self) -> str:
        """The name and version of PyTorch."""
        import torch

        return f"torch {torch.__version__}"

    @property
    def subject(self) -> Any:
        """The step."""
        return self.call.step

    @property
    def loops(self) -> bool:
        """No: it takes one step."""
        return False

    def respond(self, words: Symbols) -> Response:
        """The step's logits on words `[T, B]`, or on the first `SINGLE_WORDS` of them.

        Raises:
            InputError: The step fails on another symbol than the first and the last.
        """
        with (in_given_mode if self.as_given else in_evaluation_mode)(self.modules):
            return Response(range(len(words)), _step_logits(self.call, words))

    def respond_alone(self, word: Symbols) -> Response:
        """The step's logits on one word `[T]`, symbol by symbol, as the step takes them.

        Raises:
            InputError: The step fails.
        """
        with in_evaluation_mode(self.modules):
            try:
                logits, state = [], [self.call.fresh_state()]
                for symbol in word:
                    state, output = _one_by_one(self.call, state, np.array([symbol]))
                    logits.append(output.reshape(1, -1).float().cpu().numpy())
            except Exception as error:  # a foreign step may raise anything
                raise failed_call(error, "a step that runs on one word") from error
        return Response(range(len(word)), np.stack(logits))


def _step_logits(call: StepCall, words: Symbols) -> NDArray[np.float32]:
    """The step's logits `[T, B, C]` on words `[T, B]`, or on the first `SINGLE_WORDS` of them."""
    for advance, state, width in _runners(call, words.shape[1]):
        if _works(advance, state, words[0, :width], call):
            return _run(advance, state, words[:, :width])
    raise InputError("a step that runs on every symbol", "one that fails on some", "check the sizes of its embeddings")


def _run(advance: Advance, state: Any, words: Symbols) -> NDArray[np.float32]:
    logits = []
    for symbols in words:
        state, output = advance(state, symbols)
        logits.append(output.reshape(len(symbols), -1).float().cpu().numpy())
    return np.stack(logits)


def _runners(call: StepCall, width: int) -> Iterator[tuple[Advance, Any, int]]:
    """How to run many words: with the step's own batch axis, over `torch.vmap`, one by one."""
    import torch
    from torch.utils import _pytree

    form = call.form
    if form.batched and all(leaf.ndim and leaf.shape[0] == 1 for leaf in call.leaves()):
        state = _pytree.tree_map(lambda leaf: leaf.expand(width, *leaf.shape[1:]).clone(), call.state)
        yield lambda old, symbols: call(old, form.tensor(symbols)), state, width
    several = torch.vmap(call, randomness="error")
    state = _pytree.tree_map(lambda leaf: leaf.expand(width, *leaf.shape).clone(), call.state)
    axis = (lambda symbols: symbols[:, None]) if form.batched else (lambda symbols: symbols)
    yield lambda old, symbols: several(old, form.tensor(axis(symbols))), state, width
    count = min(width, SINGLE_WORDS)
    yield lambda old, symbols: _one_by_one(call, old, symbols), [call.fresh_state() for _ in range(count)], count


def _one_by_one(call: StepCall, states: list[Any], symbols: Symbols) -> tuple[list[Any], Any]:
    import torch

    results = [call(state, call.form.one(int(symbol))) for state, symbol in zip(states, symbols, strict=True)]
    return [state for state, _ in results], torch.stack([logits.reshape(-1) for _, logits in results])


def _works(advance: Advance, state: Any, symbols: Symbols, call: StepCall) -> bool:
    """Whether a form of a run many words keeps the shapes of their states and gives logits for each."""
    from torch.utils import _pytree

    copy = _pytree.tree_map(lambda leaf: leaf.clone(), state)
    try:
        new_state, logits = advance(copy, symbols)
    except Exception:  # a foreign step may raise anything; another form may work
        return False
    old, new = (_pytree.tree_leaves(tree) for tree in (state, new_state))
    shapes = [leaf.shape for leaf in old] == [leaf.shape for leaf in new]
    return shapes and logits.shape[0] == len(symbols) and call.form.alphabet.symbols > 0
