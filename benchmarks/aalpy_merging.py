"""AALpy's state merging on labelled words, for `benchmarks.inferred_machines`."""

import contextlib
import io
import signal
import warnings
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from aalpy.learning_algs.general_passive.GeneralizedStateMerging import run_GSM
from aalpy.learning_algs.general_passive.GsmNode import GsmNode, unknown_output
from aalpy.learning_algs.general_passive.ScoreFunctionsGSM import SimpleScoreCalculation

from anylength.rules import UNKNOWN, LabelledWords

TIME_LIMIT = 60
"""Seconds for one inference."""

SETTINGS: dict[str, dict[str, Any]] = {
    "AALpy EDSM": {},
    "AALpy EDSM, one node at a time": {"consider_only_min_blue": True, "node_order": "short-lex"},
    "AALpy RPNI": {"consider_only_min_blue": True, "node_order": "short-lex", "first_merge": True},
}
"""Arguments of `run_GSM`. The first are those of `run_EDSM`, the last those of `run_RPNI` with its generalised algorithm."""


class _OutOfTimeError(Exception):
    """The time limit has passed."""


@contextlib.contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise _OutOfTimeError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _evidence(part: dict[GsmNode, GsmNode]) -> int:
    """The score of `run_EDSM`, which does not export it: the known outputs in which merged nodes agree."""
    merged = defaultdict(list)
    for node, kept in part.items():
        merged[kept].append(node)
    known = [sum(node.get_prefix_output() is not unknown_output for node in nodes) for nodes in merged.values()]
    return sum(count - 1 for count in known if count)


def aalpy_tables(setting: str, words: LabelledWords, symbols: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The machine that AALpy finds, as tables of next states and outputs; None if the time limit passes."""
    options = dict(SETTINGS[setting])
    score = None if options.pop("first_merge", False) else _evidence
    calculation = SimpleScoreCalculation(local_compatibility=GsmNode.deterministic_compatible, score_function=score)
    data, data_format = _data(words)
    common = {"output_behavior": "mealy", "score_calc": calculation, "data_format": data_format}
    try:
        with _time_limit(TIME_LIMIT), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of each machine with open pairs
            mealy = run_GSM(data, **common, **options)
    except _OutOfTimeError:
        return None
    return _tables(mealy, symbols)


def _data(words: LabelledWords) -> tuple[list[Any], str]:
    """The words in one of AALpy's forms: with an output for each step, or, where not all are known, with the last one alone."""
    lengths = words.needed.sum(axis=1)
    rows = zip(words.symbols.tolist(), words.outputs.tolist(), lengths.tolist(), strict=True)
    if words.graded.sum() == lengths.sum():
        return [list(zip(word[:length], outputs[:length], strict=True)) for word, outputs, length in rows], "io_traces"
    return [(tuple(word[:length]), outputs[length - 1]) for word, outputs, length in rows], "labeled_sequences"


def _tables(mealy: Any, symbols: int) -> tuple[np.ndarray, np.ndarray]:
    states = [mealy.initial_state, *(state for state in mealy.states if state is not mealy.initial_state)]
    number = {id(state): i for i, state in enumerate(states)}
    delta, output = np.full((len(states), symbols), UNKNOWN), np.full((len(states), symbols), UNKNOWN)
    for i, state in enumerate(states):
        for symbol, target in state.transitions.items():
            known = state.output_fun[symbol]
            delta[i, symbol], output[i, symbol] = number[id(target)], known if isinstance(known, int) else UNKNOWN
    return delta, output
