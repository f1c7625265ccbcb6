"""Diagnosis: built-in faults are named, predictions agree with measurements, and each finding has a number that shows it."""

import json
import math
import re
import shutil
import time
from pathlib import Path

import jax
import numpy as np
import pytest
from by_hand import counting_net, net_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from anylength.cells import CELLS, Rnn
from anylength.cli.commands.explain import show_comparison, show_explanation
from anylength.diagnosis import explain, failure_mode_of
from anylength.diagnosis.evidence import examine_held_inputs, wrong_words
from anylength.diagnosis.explanation import predicted_horizon
from anylength.diagnosis.failure_modes import usual_state
from anylength.diagnosis.findings import MeasuredHorizon, findings
from anylength.diagnosis.portrait import GRID
from anylength.diagnosis.wording import repeated_text
from anylength.dynamics import HeldMap, OutOfTimeError, held_input_starts, states_along, time_limit, transient_errors
from anylength.dynamics.held_input_starts import MAX_PAIRS, MAX_STARTS, MAX_STARTS_PER_PAIR
from anylength.dynamics.maps import margins_of
from anylength.dynamics.near_misses import MAX_ERRORS, near_misses
from anylength.dynamics.transient_errors import first_wrong_prefix
from anylength.experiments.run_words import words_of
from anylength.lengths import ask, horizon
from anylength.nets import Net, NetConfig, answers, build, to_bytes
from anylength.nets.weights import shapes
from anylength.records import Explanation
from anylength.records.failure_modes import DESCRIPTIONS
from anylength.rules import Machine, Task, evenly_chosen, task_named
from anylength.verification.verdicts import verify
from tests.selection import thorough
from tests.test_engine import drawn

TWO, THREE = task_named("count", 2), task_named("count", 3)
CARRY, NONE = [1, 0], [0, 1]
"""The answers of count in base 2 to the digits 0 and 1."""

LAST = 5
"""After so many ones the machines below go wrong."""


def forgetting() -> Machine:
    """Count in base 2, but the carry is lost after `LAST` ones."""
    delta = [[LAST, n + 1] for n in range(LAST)] + [[LAST] * 2]
    return Machine(0, delta, [CARRY] * LAST + [NONE])


def inventing() -> Machine:
    """Count in base 2, but a 0 and then `LAST` ones are a carry."""
    delta = [[1, 0]] + [[1, n + 2 if n + 1 < LAST else 0] for n in range(LAST)]
    return Machine(0, delta, [CARRY] + [NONE] * LAST)


def tripping() -> Machine:
    """Count in base 2, but after `LAST` ones or more a 0 leaves the carry where it was."""
    lost = LAST + 1
    delta = [[0 if n == LAST else lost, min(n + 1, LAST)] for n in range(lost)] + [[lost] * 2]
    return Machine(0, delta, [CARRY] * lost + [NONE])


def misreading() -> Machine:
    """Count in base 3, but without a carry 1 is answered 0, which no state answers to it."""
    return Machine(0, THREE.machine.delta, [[1, 2, 0], [0, 0, 2]])


FAULTS = {
    "forgets": (forgetting(), TWO),
    "invents": (inventing(), TWO),
    "trips": (tripping(), TWO),
    "misreads": (misreading(), THREE),
}
"""For each failure mode a machine that fails so, and the task that it fails."""


@pytest.mark.parametrize("mode", FAULTS)
def test_the_one_fault_that_a_machine_has_is_named_with_a_number_that_shows_it(mode):
    machine, task = FAULTS[mode]
    net = net_of(machine, task.base)
    evidence = examine_held_inputs(net, task.machine)
    found = findings(net, task, evidence, wrong_words(net, task.machine, evidence))
    assert [finding.failure_mode for finding in found] == [mode]
    (finding,) = found
    assert finding.numbers is not None
    asked = ask(net, task, [finding.numbers])
    assert (asked.correct, asked.answers) == ([False], [finding.answer])
    assert finding.answer != finding.expected
    if mode in ("forgets", "invents"):
        assert re.search("No fixed point stores|only a slow point", finding.text)
        assert f"measured {LAST - 1}" in finding.text
    if mode == "trips":
        # A break is predicted but not measured, because the map of such a net is hardly continuous. It is no finding.
        assert any(part.prediction.steps is not None and part.measured is None for part in evidence)


@pytest.mark.parametrize(("horizon", "explained"), [(LAST - 1, False), (LAST + 2, True), (None, True)])
def test_a_finding_says_why_the_horizon_is_longer_than_its_own_break(horizon, explained):
    net = net_of(forgetting(), 2)
    (finding,) = findings(net, TWO, examine_held_inputs(net, TWO.machine), [], MeasuredHorizon(horizon, 100))
    assert ("Numbers of ones alone (1, 11, 111, …), where only a leading 0 follows, are right up to" in finding.text) == explained


def test_a_net_without_a_fault_keeps_its_states_which_is_no_proof():
    net = counting_net(2)
    evidence = examine_held_inputs(net, TWO.machine)
    (finding,) = findings(net, TWO, evidence, wrong_words(net, TWO.machine, evidence))
    assert finding.failure_mode == "keeps"
    assert "no proof" not in finding.text  # whether there is one is the verdict's to say: see test_words
    assert finding.numbers is None


@pytest.mark.slow
@pytest.mark.parametrize(("name", "base"), [("count", 10), ("count", 2), ("parity", 10), ("remainder-3", 10)])
def test_a_net_of_zeros_is_not_said_to_keep_what_it_answers_wrongly(name, base):
    task = task_named(name, base)
    zeros = jax.tree.map(np.zeros_like, drawn("rnn", task))
    found = explain(zeros, task)
    assert found.measured_horizon == found.predicted_horizon == 0
    for finding in found.findings:
        assert finding.numbers is not None
        assert ask(zeros, task, [finding.numbers]).correct == [False]


@given(logits=arrays(np.float64, (4, 3), elements=st.sampled_from([-1.0, 0.0, 1.0])), right=st.integers(0, 3))
def test_a_margin_is_negative_exactly_where_the_net_gives_another_answer(logits, right):
    assert (margins_of(logits, right) < 0).tolist() == (logits.argmax(axis=0) != right).tolist()


STEEP, SHUT = 10.0, 300.0


def drifting(weight: float, bias: float, threshold: float, kick: float = 0.0) -> Net:
    """A net that counts in base 2 as long as its first unit h says where the machine is: above the threshold, in the carry.

    Under ones h goes to tanh(weight·h + bias), and `kick` more at the first step; a zero takes it to nearly −1. Two units, both off
    or one on, say "carry, and a zero" and "no carry, and a one": then the answer is 1. The last one is off at the start only.
    """
    inputs = [[-6 - kick - bias - weight, 0], [0, -SHUT], [-SHUT, 0], [0, 0]]
    recurrent = [[weight, 0, 0, -kick], [STEEP, 0, 0, 0], [-STEEP, 0, 0, 0], [0, 0, 0, 0]]
    bias_all = [bias + kick, -STEEP * threshold, STEEP * threshold, 30.0]
    cell = Rnn(*(np.array(table, np.float32) for table in (inputs, recurrent, bias_all)))
    readout = np.array([[0, 0, 0, 0], [0, 1, 1, 0]], np.float32)
    return Net(cell, readout, np.array([0, 1], np.float32), base=2, tapes=1)


def ghost(missing: float) -> float:
    """The bias of h → tanh(2·h + bias) that is `missing` beyond the birth of a pair of fixed points below 0."""
    place = -math.sqrt(0.5)
    return math.atanh(place) - 2 * place + missing


def sink() -> float:
    """The fixed point of h → tanh(0.9·h − 0.05)."""
    state = 0.0
    for _ in range(2_000):
        state = math.tanh(0.9 * state - 0.05)
    return state


DRIFTS = {
    "sink": (drifting(0.9, -0.05, sink() + 0.03), "forgets", "moves to a fixed point whose answers are not those of the carry"),
    "saddle": (
        drifting(1.5, -1e-3, -0.3),
        "forgets",
        "an unstable fixed point and moves away; each step multiplies the distance by 1.50",
    ),
    "ghost": (
        drifting(2.0, -ghost(1e-3), -0.3, kick=2.5),
        "forgets",
        "No fixed point stores the carry: there is only a slow point",
    ),
    "ghost of no carry": (
        drifting(2.0, ghost(1e-3), -0.3),
        "invents",
        "No fixed point stores the state without a carry: there is only a slow point",
    ),
    "both kept": (drifting(2.0, 0.1, -0.3), "keeps", "keeps every state that must be told apart"),
}
"""Nets, their failure mode, and words of the finding."""


@pytest.fixture(scope="module")
def explained() -> dict[str, Explanation]:
    """The explanation of each of them."""
    return {name: explain(net, TWO) for name, (net, _, _) in DRIFTS.items()}


@pytest.mark.parametrize("name", DRIFTS)
def test_a_drift_is_named_by_its_mechanism_and_breaks_when_predicted(explained, name):
    net, mode, words = DRIFTS[name]
    found = explained[name]
    assert [finding.failure_mode for finding in found.findings] == [mode]
    assert words in found.findings[0].text
    assert all(held_input.predicted == held_input.measured for held_input in found.held_inputs)
    assert found.predicted_horizon == found.measured_horizon == horizon(net, TWO, 2_000)
    assert (found.measured_horizon is not None) == (mode == "forgets")
    broken = {held_input.mechanism for held_input in found.held_inputs if held_input.measured is not None}
    assert broken == ({name.split()[0]} if mode != "keeps" else set())
    assert bool(found.slow_points) == (name.split()[0] == "ghost")


def test_a_net_that_keeps_its_states_says_what_fades_slowest(explained):
    found = explained["both kept"]
    slowest = max(found.held_inputs, key=lambda held_input: held_input.eigenvalue)
    says = f"slowest with {repeated_text(TWO, 1)}: each step leaves {slowest.eigenvalue:.2f} of it"
    assert says in found.findings[0].text and 0 < slowest.eigenvalue < 1


@pytest.mark.parametrize("name", DRIFTS)
def test_a_basin_boundary_has_a_distance_or_none_and_belongs_to_a_fixed_point_that_reads_as_a_state(explained, name):
    found = explained[name]
    stable = [point for point in found.fixed_points if point.stable and point.reads_as is not None]
    boundaries = found.basin_boundaries
    assert [(boundary.symbol, boundary.state) for boundary in boundaries] == [(point.symbol, point.reads_as) for point in stable]
    assert all(boundary.distance is None or boundary.distance > 0 for boundary in boundaries)
    assert all(boundary.distance is None for boundary in boundaries) == (name in ("sink", "ghost", "ghost of no carry"))


@pytest.mark.parametrize("name", DRIFTS)
def test_a_portrait_holds_its_orbits_its_marks_and_a_full_grid(explained, name):
    (picture,) = explained[name].portraits
    assert picture.symbol == "1"
    assert [len(row) for row in picture.basins] == [GRID] * GRID
    assert {index for row in picture.basins for index in row} <= set(range(-1, len(picture.marks)))
    (left, low), (right, high) = picture.corners
    shown = [mark.at for mark in picture.marks] + [point for orbit in picture.orbits for point in orbit.points]
    assert all(left < x < right and low < y < high for x, y in shown)
    names = [
        f"{held_input.state} after {held_input.prefix or 'the start'}"
        for held_input in explained[name].held_inputs
        if held_input.symbol == "1"
    ]
    assert {orbit.name for orbit in picture.orbits} == set(names)
    assert 0 < picture.share <= 1 + 1e-9


@pytest.mark.parametrize("name", DRIFTS)
def test_an_explanation_comes_back_from_json_as_it_was(explained, name):
    text = explained[name].to_json()
    assert Explanation.from_json(text.encode(), "explain.json") == explained[name]


# Failure modes


def first_wrong(net: Net, machine: Machine, word: tuple[int, ...]) -> int | None:
    """Where a net first answers wrongly."""
    said = answers(net, np.array(word, np.uint8)[:, None])[:, 0].tolist()  # type: ignore[arg-type]
    wrong = [at for at, (one, other) in enumerate(zip(said, machine.run(word), strict=True)) if one != other]
    return wrong[0] if wrong else None


WORDS = {
    "a carry lost under ones": ("forgets", (1,) * LAST + (1,)),
    "a carry lost, seen at the next digit": ("forgets", (1,) * LAST + (0,)),
    "a carry from nothing under ones": ("invents", (0, *(1,) * LAST, 1)),
    "the same, seen at the next digit": ("invents", (0, *(1,) * LAST, 0)),
    "a wrong step after ones": ("trips", (1,) * LAST + (0, 1)),
    "a wrong step after more ones": ("trips", (1,) * (2 * LAST) + (0, 0)),
    "an answer of no state": ("misreads", (0, 1)),
    "an answer of no state after zeros": ("misreads", (0, 0, 0, 0, 1)),
}


@pytest.mark.parametrize("name", WORDS)
def test_the_failure_mode_of_a_wrong_word_follows_from_its_repetition_and_its_answer(name):
    mode, word = WORDS[name]
    machine, task = FAULTS[mode]
    net = net_of(machine, task.base)
    assert first_wrong(net, task.machine, word) == len(word) - 1
    assert failure_mode_of(net, task.machine, word) == mode
    assert mode in DESCRIPTIONS


USUAL = {"count": ("none",), "parity": ("even",), "add": ("no carry",), "remainder-3": ("remainder 0",), "compare": ("<", ">")}


@pytest.mark.parametrize("name", USUAL)
def test_the_usual_state_is_the_most_frequent_on_random_words_and_the_start_among_equals(name):
    machine = task_named(name).machine
    assert machine.names[usual_state(machine)] in USUAL[name]


# Held input starts and transient errors


@pytest.mark.parametrize("name", ["count", "parity", "add", "remainder-3", "compare", "multiply-7"])
def test_every_held_input_start_leads_to_a_state_on_a_cycle_under_its_symbol(name):
    machine = task_named(name).machine
    found = held_input_starts(machine)
    assert found
    assert len(set(found)) == len(found) <= MAX_STARTS
    remembering = {(start.state, start.symbol) for start in found if start.remembers}
    assert len(remembering) <= MAX_PAIRS
    for start in found:
        assert machine.trace(start.prefix)[-1] == start.state
        assert start.state in machine.trace((*start.prefix, *(start.symbol,) * machine.states))[len(start.prefix) + 1 :]
        states = {other.state for other in found if other.symbol == start.symbol}
        assert start.remembers == (len(states) > 1)
    for pair in remembering:
        assert sum((start.state, start.symbol) == pair for start in found) <= MAX_STARTS_PER_PAIR
    assert [start.remembers for start in found] == sorted((start.remembers for start in found), reverse=True)


def test_evenly_chosen_takes_the_first_and_the_last_and_no_more_than_asked_for():
    assert evenly_chosen(range(5), 5) == [0, 1, 2, 3, 4]
    assert evenly_chosen(range(101), 3) == [0, 50, 100]
    assert evenly_chosen(range(9), 0) == []


@pytest.mark.parametrize("mode", FAULTS)
def test_a_transient_error_is_wrong_at_its_last_symbol_and_right_before(mode):
    machine, task = FAULTS[mode]
    net = net_of(machine, task.base)
    runs = [(start.prefix, start.symbol, 4) for start in held_input_starts(task.machine)]
    found = transient_errors(net, task.machine, states_along(net, task.machine, runs))
    assert found
    assert found == sorted(found, key=len)
    for word in found[:10]:
        assert first_wrong(net, task.machine, word) == len(word) - 1
        assert first_wrong_prefix(net, task.machine, (*word, 0)) == word
        assert first_wrong_prefix(net, task.machine, word[:-1]) is None


def test_a_right_net_has_no_transient_errors():
    net, machine = counting_net(3), THREE.machine
    runs = [(start.prefix, start.symbol, 20) for start in held_input_starts(machine)]
    assert transient_errors(net, machine, states_along(net, machine, runs)) == []


def resonating(threshold: float) -> Net:
    """A net of one unit that is pumped by digits in turn, 1, 0, 1, 0, …, and answers 1 once the unit exceeds the threshold, else 0.

    One step is h → tanh(−0.95·h ± 0.08). From 0, seven digits in turn take the unit to 0.414, eight to 0.441, nine to 0.461.
    """
    cell = Rnn(np.array([[-0.08, 0.08]]), np.array([[-0.95]]), np.zeros(1))
    return Net(cell, np.array([[0.0], [1.0]]), np.array([0.0, -threshold]), base=2, tapes=1)


SILENT = Machine(0, ((0, 0),), ((0, 0),))
"""The machine that always answers 0."""


@pytest.mark.parametrize(("threshold", "symbols"), [(0.43, 8), (0.445, 9)])
def test_wrong_words_beyond_the_depth_of_the_search_along_held_inputs_are_found(threshold, symbols):
    """Eight symbols are found from the start state, nine only near words that are just right."""
    net = resonating(threshold)
    starts = states_along(net, SILENT, [((), symbol, 40) for symbol in (0, 1)])
    found = transient_errors(net, SILENT, starts)
    assert found
    assert len(found[0]) == symbols
    for word in found:
        assert first_wrong_prefix(net, SILENT, word) == word
        assert first_wrong_prefix(net, SILENT, word[:-1]) is None


def test_near_a_right_word_the_search_ends_at_a_few_words_and_cuts_each_at_its_first_wrong_answer():
    net = resonating(0.375)
    found = near_misses(net, SILENT, [(0, 1) * 2])
    assert 0 < len(found) <= MAX_ERRORS
    assert all(first_wrong_prefix(net, SILENT, word) == word for word in found)
    assert near_misses(net, SILENT, []) == []


def test_without_held_inputs_the_start_state_alone_is_searched():
    net = resonating(0.43)
    assert transient_errors(net, SILENT, states_along(net, SILENT, []))


# Nets of every kind


def random_net(cell: str, task: Task, units: int = 2, seed: int = 0) -> Net:
    """A net of random weights."""
    rng = np.random.default_rng(seed)
    wide = CELLS[cell].shapes(task.base * task.tapes, units)
    named = {name: rng.normal(0, 1.5 / math.sqrt(shape[-1]), shape).astype(np.float32) for name, shape in wide.items()}
    readout = rng.normal(0, 1, (task.classes, units)).astype(np.float32)
    return Net(CELLS[cell](**named), readout, np.zeros(task.classes, np.float32), base=task.base, tapes=task.tapes)


@pytest.mark.parametrize(
    ("cell", "name", "base"),
    thorough([("gru", "count", 2), ("rnn", "add", 2), ("lstm", "parity", 2)], unpack=True),
)
def test_any_net_of_any_finite_state_task_is_explained(cell, name, base):
    task = task_named(name, base)
    net = random_net(cell, task)
    found = explain(net, task)
    assert "NOT APPLICABLE" not in [finding.failure_mode for finding in found.findings]
    for finding in found.findings:
        if finding.numbers is not None:
            assert len(finding.numbers) == task.tapes
            assert ask(net, task, [finding.numbers]).correct == [False]
    assert Explanation.from_json(found.to_json().encode(), "explain.json") == found
    assert len(found.held_inputs) == len(held_input_starts(task.machine))


def test_what_does_not_end_within_a_budget_is_left_out_and_named():
    net, parts = DRIFTS["saddle"][0], []
    whole, nothing = explain(net, TWO, progress=parts.append), explain(net, TWO, budget=0.0)
    assert whole.left_out == () and parts[0] == "predicted horizon" and parts[-1].startswith("fixed points under ")
    searched = [part for part in parts if not part.startswith("fixed points")]
    assert nothing.left_out == tuple(searched)  # without held inputs no fixed points are due
    assert [finding.failure_mode for finding in nothing.findings] == ["unfinished"]
    assert (nothing.held_inputs, nothing.fixed_points, nothing.predicted_horizon) == ((), (), None)
    assert nothing.measured_horizon == whole.measured_horizon
    assert words_of(TWO, explanation=nothing).predicted_horizon is None
    assert Explanation.from_json(nothing.to_json(), "explain.json") == nothing


def test_a_map_stops_where_its_time_ends():
    held_map = HeldMap.of(DRIFTS["saddle"][0], 1)
    with pytest.raises(OutOfTimeError), time_limit(time.monotonic() + 0.01):
        while True:
            held_map.step(held_map.start())
    held_map.step(held_map.start())


def test_a_trained_net_s_horizon_is_the_one_predicted(net, certified_net, task):
    assert predicted_horizon(net, task) == horizon(net, task, 2_000)
    assert predicted_horizon(certified_net, task) is None
    assert horizon(certified_net, task, 2_000) is None


def untrained(config: NetConfig):
    """A net of any architecture, all its weights 0."""
    return build(config, {name: np.zeros(shape, np.float32) for name, shape in shapes(config).items()})


@pytest.mark.parametrize(
    ("cell", "name", "says"),
    [
        ("stack-rnn", "count", "a controller and stacks of unbounded depth"),
        ("tape-rnn", "count", "a tape with a head"),
        ("transformer-none", "count", "looks back on the whole word"),
        ("rnn", "multiply", "a state of fixed size is too small for multiply, and no machine with stacks"),
    ],
)
def test_where_no_state_of_fixed_size_is_enough_nothing_is_explained(cell, name, says):
    found = explain(untrained(NetConfig(name, 10, cell, 8)), task_named(name))
    assert [finding.failure_mode for finding in found.findings] == ["NOT APPLICABLE"]
    assert says in found.findings[0].text
    assert not found.held_inputs


# Runs


def written(run_folder: Path, out: Path, net, config: NetConfig) -> Path:
    """A run folder of another net."""
    shutil.copytree(run_folder, out)
    said = json.loads((out / "config.json").read_bytes())
    said |= {"task": config.task_name, "base": config.base, "cell": config.cell, "hidden": config.hidden}
    (out / "config.json").write_text(json.dumps(said))
    (out / "model.safetensors").write_bytes(to_bytes(net, config))
    return out


@pytest.fixture(scope="module")
def forgetful(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose net forgets, with a verdict."""
    net, config = DRIFTS["saddle"][0], NetConfig("count", 2, "rnn", 4)
    out = written(run_folder, tmp_path_factory.mktemp("diagnosed") / "run", net, config)
    verdict = verify(net, TWO, config, budget=60).verdict
    assert verdict.verdict == "REFUTED"
    (out / "verdict.json").write_text(verdict.to_json())
    return out


def test_explain_prints_its_record_leaves_it_in_the_run_and_names_the_counterexample(called, forgetful):
    assert called("explain", str(forgetful), "--quiet").stderr == ""
    found = called("explain", str(forgetful), "--json")
    assert found.code == 0 and all(line.startswith("explain: ") for line in found.stderr.splitlines())
    result = json.loads(found.stdout)
    assert result.keys() >= {"findings", "fixed_points", "predicted_horizon", "measured_horizon"}
    assert json.loads((forgetful / "explain.json").read_bytes()) == result
    assert result["counterexample"] == "forgets" == result["findings"][0]["failure_mode"]


def test_the_finding_is_shown_first_and_then_the_evidence(capsys, explained):
    show_explanation(Path("some"), explained["ghost"], words_of(TWO, explanation=explained["ghost"]))
    text = capsys.readouterr().out
    assert text.startswith("forgets: While it reads ones, ")
    for part in (
        " is answered ",
        "eigenvalue",
        "stable",
        "Slow point while 1 repeats",
        "no boundary was found",
        "ones alone, predicted",
        "some/explain.json",
    ):
        assert part in text


def test_runs_are_shown_side_by_side(capsys, explained):
    shown = [explained["saddle"], explained["both kept"]]
    show_comparison(["one", "other"], shown, [words_of(TWO, explanation=result) for result in shown])
    rows = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert re.search("forgets +keeps", rows["failure modes"])
    assert re.search("2 stable, 1 unstable +2 stable, 1 unstable", rows["fixed points"])
    assert re.search("no limit", rows["horizon, predicted"])


@pytest.mark.slow
def test_compare_explains_every_run_and_where_nothing_can_be_explained_the_exit_code_is_3(called, run_folder, forgetful, tmp_path):
    config = NetConfig("count", 10, "stack-rnn", 4)
    run = str(written(run_folder, tmp_path / "run", untrained(config), config))
    found = called("explain", run)
    assert found.code == 3
    assert found.stdout.startswith("NOT APPLICABLE: ")
    assert called("explain", run, "--json").code == 3
    found = called("explain", "--compare", run, str(forgetful), "--json")
    rows = json.loads(found.stdout)["runs"]
    assert found.code == 3
    assert [row["run"] for row in rows] == [run, str(forgetful)]
    assert [row["findings"][0]["failure_mode"] for row in rows] == ["NOT APPLICABLE", "forgets"]
    assert [row["counterexample"] for row in rows] == [None, "forgets"]
    assert (Path(run) / "explain.json").is_file()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["RUN", "RUN"], "expected one run to explain, got 2: for several: anylength explain --compare"),
        (["--compare", "RUN"], "expected two runs or more to explain, got 1"),
        (["MISSING"], "a run folder, got nothing at"),
        (["--compare", "MISSING", "RUN"], "a run folder, got nothing at"),
        (["HALF"], "finish it with: anylength train count"),
        ([], "RUN"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(called, run_folder, tmp_path, given, says):
    half = Path(shutil.copytree(run_folder, tmp_path / "half"))
    (half / "DONE").unlink()
    places = {"RUN": str(run_folder), "MISSING": str(tmp_path / "missing"), "HALF": str(half)}
    found = called("explain", *(places.get(word, word) for word in given))
    assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert says in found.stderr
