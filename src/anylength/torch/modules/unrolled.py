"""A step, `step(state, x) → (state, logits)`, as a module on words: the step is called once for each symbol."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import one_hot
from torch.utils import _pytree

from anylength.interchange.flat_values import Alphabet
from anylength.interchange.pytorch.call import StepCall, find_call, input_forms
from anylength.interchange.pytorch.captured import captured, in_evaluation_mode


class Unrolled(torch.nn.Module):
    """Token numbers `[B, T]` → logits `[B, T, C]`, by one call of the step for each symbol of a batch of words.

    Attributes:
        step: The step.
        initial_state: Its start state, for one example: a tree of tensors. Parameters in it are trained.
    """

    def __init__(self, call: StepCall, step: Callable[..., Any], initial_state: Any, symbols: int) -> None:
        super().__init__()
        self.step, self.initial_state = step, initial_state
        self._form, self._symbols = call.form, symbols
        leaves = _pytree.tree_leaves(initial_state)
        self._batched = call.form.batched and all(leaf.ndim and leaf.shape[0] == 1 for leaf in leaves)
        self._starts = torch.nn.ParameterList([leaf for leaf in leaves if isinstance(leaf, torch.nn.Parameter)])
        self._parts = torch.nn.ModuleList([part for part in captured(step).values() if isinstance(part, torch.nn.Module)])

    def forward(self, tokens: Tensor) -> Tensor:
        """The logits `[B, T, C]` of words `[B, T]`."""
        state, logits = self._start(len(tokens)), []
        advance = self.step if self._batched else torch.vmap(self.step, randomness="different")
        for symbols in tokens.T:
            x = symbols if self._form.kind == "tokens" else one_hot(symbols, self._symbols).float()
            x = x[:, None] if self._form.batched and not self._batched else x
            state, output = advance(state, x)
            logits.append(output.reshape(len(tokens), -1))
        return torch.stack(logits, dim=1)

    def own_state_dict(self) -> dict[str, Tensor]:
        """The tensors by the user's own names: the `state_dict` of the step's one module; of several, each after its name.

        Parameters in the start state that no module has are `initial_state.0`, `initial_state.1`, ….
        """
        modules = {name: part for name, part in captured(self.step).items() if isinstance(part, torch.nn.Module)}
        prefixes = {name: f"{name}." if len(modules) > 1 else "" for name in modules}
        named = {
            prefixes[name] + key: value for name, part in modules.items() for key, value in part.state_dict(keep_vars=True).items()
        }
        starts = [start for start in self._starts if not any(start is value for value in named.values())]
        return named | {f"initial_state.{number}": start for number, start in enumerate(starts)}

    def _start(self, words: int) -> Any:
        """The start states of so many words."""
        if self._batched:
            return _pytree.tree_map(lambda leaf: leaf.expand(words, *leaf.shape[1:]).clone(), self.initial_state)
        return _pytree.tree_map(lambda leaf: leaf.expand(words, *leaf.shape).clone(), self.initial_state)


def unrolled(step: Callable[..., Any], initial_state: Any, *, symbols: int) -> Unrolled:
    """A step as a module on words.

    Args:
        step: `step(state, x) → (state, logits)`: a module, or a function that refers to modules.
        initial_state: The state before the first step, of one example: a tree of float32 tensors.
        symbols: The number of symbols; x is a one-hot vector of so many numbers, or a token number.

    Raises:
        InputError: The step fails, returns something else, or its state changes its shape.
    """
    with in_evaluation_mode(captured(step)):
        call = find_call(step, initial_state, input_forms(initial_state, Alphabet(symbols, 1), None))
    return Unrolled(call, step, initial_state, symbols)
