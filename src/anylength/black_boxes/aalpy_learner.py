"""AALpy's learner of Mealy machines on our observations. The only module that imports AALpy.

The learner keeps a classification tree (Kearns & Vazirani 1994) and processes counterexamples as Rivest & Schapire (1993) do.
"""

from collections.abc import Callable
from typing import Any

from aalpy.base import SUL, Oracle
from aalpy.learning_algs import run_KV

from anylength.black_boxes.conformance import Word
from anylength.black_boxes.observations import Observations
from anylength.rules import Machine

EquivalenceQuery = Callable[[Machine], Word | None]
"""Maps a hypothesis to a counterexample, a word on which its outputs are wrong, or None."""


class _ObservedSystem(SUL):
    """Observations in AALpy's interface of a system under learning."""

    def __init__(self, observations: Observations) -> None:
        super().__init__()
        self._observations = observations

    def query(self, word: Any) -> list[int]:
        """The outputs along a word."""
        self.num_queries += 1
        return self._observations.outputs(tuple(word))

    def pre(self) -> None:
        """Does nothing: every query is a whole word."""

    def post(self) -> None:
        """Does nothing: every query is a whole word."""

    def step(self, letter: Any) -> Any:
        """Never called: `query` answers whole words."""
        raise AssertionError(letter)


class _EquivalenceOracle(Oracle):
    """An equivalence query in AALpy's interface."""

    def __init__(self, symbols: list[int], sul: SUL, equivalence_query: EquivalenceQuery) -> None:
        super().__init__(symbols, sul)
        self._equivalence_query = equivalence_query

    def find_cex(self, hypothesis: Any) -> Word | None:
        """A counterexample to a hypothesis, or None."""
        return self._equivalence_query(_machine(hypothesis, self.alphabet))


def run_aalpy(observations: Observations, symbols: int, equivalence_query: EquivalenceQuery) -> Machine:
    """The first hypothesis without a counterexample. Exceptions of `observations` and `equivalence_query` pass through."""
    alphabet, sul = list(range(symbols)), _ObservedSystem(observations)
    oracle = _EquivalenceOracle(alphabet, sul, equivalence_query)
    hypothesis = run_KV(alphabet, sul, oracle, automaton_type="mealy", cache_and_non_det_check=False, print_level=0)
    return _machine(hypothesis, alphabet)


def _machine(mealy: Any, symbols: list[int]) -> Machine:
    """AALpy's Mealy machine as a `Machine`."""
    index = {state.state_id: number for number, state in enumerate(mealy.states)}
    delta = tuple(tuple(index[state.transitions[symbol].state_id] for symbol in symbols) for state in mealy.states)
    output = tuple(tuple(state.output_fun[symbol] for symbol in symbols) for state in mealy.states)
    return Machine(index[mealy.initial_state.state_id], delta, output)
