"""Between observations and AALpy's learner of Mealy machines.

The learner keeps a classification tree (Kearns & Vazirani 1994) and halves counterexamples (Rivest & Schapire 1993).
"""

from collections.abc import Callable
from typing import Any

from aalpy.base import SUL, Oracle
from aalpy.learning_algs import run_KV

from anylength.black_boxes.conformance import Word
from anylength.black_boxes.observations import Observations
from anylength.machines import Machine

Against = Callable[[Machine], Word | None]
"""A word whose outputs are not those of a hypothesis, or None."""


class _Asked(SUL):
    """Observations as AALpy asks for them."""

    def __init__(self, observations: Observations) -> None:
        super().__init__()
        self._observations = observations

    def query(self, word: Any) -> list[int]:
        """The outputs along a word."""
        self.num_queries += 1
        return self._observations.outputs(tuple(word))

    def pre(self) -> None:
        """Nothing is to be reset: words are asked whole."""

    def post(self) -> None:
        """Nothing is to be cleaned up."""

    def step(self, letter: Any) -> Any:
        """Never called: `query` answers whole words."""
        raise AssertionError(letter)


class _Against(Oracle):
    """The question for a counterexample as AALpy asks it."""

    def __init__(self, symbols: list[int], sul: SUL, against: Against) -> None:
        super().__init__(symbols, sul)
        self._against = against

    def find_cex(self, hypothesis: Any) -> Word | None:
        """A word against a hypothesis."""
        return self._against(_machine(hypothesis, self.alphabet))


def learn(observations: Observations, symbols: int, against: Against) -> Machine:
    """The machine against which no word is found any more. What `outputs` and `against` raise passes through."""
    alphabet, sul = list(range(symbols)), _Asked(observations)
    oracle = _Against(alphabet, sul, against)
    found = run_KV(alphabet, sul, oracle, automaton_type="mealy", cache_and_non_det_check=False, print_level=0)
    return _machine(found, alphabet)


def _machine(found: Any, symbols: list[int]) -> Machine:
    """A Mealy machine of AALpy's as one of ours."""
    index = {state.state_id: at for at, state in enumerate(found.states)}
    delta = tuple(tuple(index[state.transitions[symbol].state_id] for symbol in symbols) for state in found.states)
    output = tuple(tuple(state.output_fun[symbol] for symbol in symbols) for state in found.states)
    return Machine(index[found.initial_state.state_id], delta, output)
