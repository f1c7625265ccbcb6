"""Extraction: a net gives back the machine that it is, right or wrong, and an outside learner says the same."""

import json
import random
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from aalpy.base import SUL, Oracle
from aalpy.learning_algs import run_Lstar
from aalpy.oracles import StatePrefixEqOracle
from by_hand import counting_net, drifting_net, net_of, net_with_a_rare_mistake

from anylength import extraction
from anylength.experiments.results import extract
from anylength.extraction import learn_machine
from anylength.extraction.batched_net import BatchedNet
from anylength.extraction.extract import table_of
from anylength.extraction.learn import DOUBTFUL, OUT_OF_TIME, STABLE, TOO_MANY
from anylength.lengths import ask
from anylength.nets import Net, NetConfig, build, to_bytes
from anylength.nets.weights import shapes
from anylength.rules import (
    MACHINE_FORMATS,
    Extraction,
    Machine,
    MachineTable,
    Task,
    edges,
    equivalent,
    format_machine,
    minimise,
    task_named,
)
from anylength.training import fit, recipe_named
from anylength.verification.refutation import find_wrong_word
from tests.selection import thorough

learning, extracting = sys.modules[learn_machine.__module__], sys.modules[extraction.extract.__module__]

NAMES = (
    "count", "decrement", "add", "subtract", "compare", "parity", "collatz", "multiply-3", "multiply-9", "divide-3", "divide-7",
    "remainder-7", "remainder-12",
)  # fmt: skip

"""A machine that none of our nets is suspected to be."""


@pytest.fixture(autouse=True)
def short_attacks(monkeypatch):
    """The last search takes all the time that it is given."""
    monkeypatch.setattr(learning, "ATTACK_SECONDS", 0.3)


def machine_in(table: MachineTable) -> Machine:
    return Machine(table.start, table.delta, table.output, table.names)


@pytest.mark.parametrize("name", thorough(NAMES))
def test_a_net_that_is_a_tasks_machine_gives_it_back(name):
    task = task_named(name, 4 if task_named(name).tapes > 1 else 10)
    machine = minimise(task.machine)
    suspected = Machine(0, ((0,) * task.symbols,), ((0,) * task.symbols,))
    found = learn_machine(net_of(task.machine, task.base, task.tapes), suspected, seconds=60)
    assert (found.machine, found.outcome) == (machine, STABLE)
    assert found.words > 10_000
    assert found.longest >= 200


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_a_net_that_is_a_machine_drawn_at_random_gives_it_back(seed):
    rng = np.random.default_rng(seed)
    machine = Machine(0, rng.integers(9, size=(9, 4)).tolist(), rng.integers(2, size=(9, 4)).tolist())
    suspected = Machine(0, ((0,) * 4,), ((0,) * 4,))
    assert learn_machine(net_of(machine, 4), suspected, seconds=60).machine == minimise(machine)


@pytest.mark.parametrize("name", ["count", "parity", "remainder-3"])
def test_a_proved_net_is_the_tasks_machine_by_a_theorem_under_the_tasks_names(name):
    task = task_named(name)
    found = extraction.extract(net_of(task.machine, task.base), task)
    assert (found.status, found.equivalent, found.difference) == ("theorem", True, None)
    assert "theorem" in found.note
    assert found.machine == table_of(minimise(task.machine), task)


@pytest.mark.slow
def test_a_wrong_net_is_proved_to_be_another_machine_and_the_difference_replays(task):
    net = counting_net(wrong={(1, 4): 3})
    found = extraction.extract(net, task, budget=20)
    assert (found.status, found.equivalent, found.states, found.net_is_wrong) == ("theorem", False, 2, True)
    assert found.difference is not None
    assert ask(net, task, [found.difference.numbers]).correct == [False]
    assert len(found.difference.numbers[0]) == 2
    assert found.machine is not None
    assert found.machine.output[1][4] == 3


@pytest.mark.slow
def test_a_rare_mistake_is_found_and_makes_a_machine_of_its_own(task):
    found = extraction.extract(net_with_a_rare_mistake((3, 1, 4), 7), task, budget=20)
    assert (found.equivalent, found.net_is_wrong) == (False, True)
    assert found.difference is not None
    assert (found.difference.numbers, found.difference.answer) == (["413"], "714")


@pytest.mark.slow
def test_the_posts_net_forgets_the_carry_and_becomes_a_longer_machine(net, task):
    found = extraction.extract(net, task, budget=60)
    assert (found.status, found.equivalent, found.net_is_wrong) == ("tested", False, True)
    assert found.states is not None
    assert found.states > 10
    assert found.difference is not None
    assert ask(net, task, [found.difference.numbers]).correct == [False]
    assert f"{found.words_compared:,} words of up to {found.longest_word} symbols" in found.note
    assert "no proof" in found.note


def test_too_many_states_are_said_in_words(net, task):
    assert learn_machine(net, task.machine, seconds=10, max_states=4).outcome == TOO_MANY
    assert learn_machine(net, task.machine, seconds=10, max_states=4).machine.states <= 4


def test_a_net_with_too_many_states_is_unfinished(net, task, monkeypatch):
    monkeypatch.setattr(extracting, "learn_machine", lambda *rest, **given: learn_machine(*rest, **given | {"max_states": 4}))
    found = extraction.extract(net, task)
    assert (found.status, found.words_compared) == ("unfinished", 0)
    assert "more than 64" in found.note


@pytest.mark.slow
def test_a_net_that_drifts_is_never_called_the_tasks(task):
    found = extraction.extract(drifting_net(30), task, budget=20)
    assert found.equivalent is False
    assert found.net_is_wrong


def test_where_the_time_is_over_that_is_said(net, task):
    assert learn_machine(net, task.machine, seconds=0).outcome == OUT_OF_TIME
    found = extraction.extract(net, task, budget=0)
    assert (found.status, "--budget" in found.note) == ("unfinished", True)
    assert found.equivalent is not True


@pytest.mark.slow
def test_a_word_that_splits_no_state_leaves_a_doubt(task, monkeypatch):
    monkeypatch.setattr(learning, "find_wrong_word", lambda *_, **__: (9, 9))
    monkeypatch.setattr(extracting, "try_to_prove", lambda *_: None)
    assert learn_machine(counting_net(), task.machine, seconds=60).outcome == DOUBTFUL
    found = extraction.extract(counting_net(), task)
    assert (found.status, found.equivalent, "last bits" in found.note) == ("unfinished", False, True)


# AALpy, a learner of other authors


class NetAsSul(SUL):
    """A net, one symbol at a time."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = BatchedNet(net)

    def pre(self):
        self.states = self.net.start()

    def post(self):
        pass

    def step(self, letter):
        self.states, outputs = self.net.step(self.states, np.array([letter]))
        return int(outputs[0])


def as_machine(found, symbols: Sequence[int]) -> Machine:
    index = {state.state_id: q for q, state in enumerate(found.states)}
    delta = [[index[state.transitions[s].state_id] for s in symbols] for state in found.states]
    return Machine(index[found.initial_state.state_id], delta, [[state.output_fun[s] for s in symbols] for state in found.states])


class Attacks(Oracle):
    """AALpy's question for a counterexample, answered by the search through the net's states: walks seldom read nines in a row."""

    def find_cex(self, hypothesis):
        return find_wrong_word(self.sul.net.net, as_machine(hypothesis, self.alphabet), seconds=0.2)


def by_aalpy(net: Net, attack: bool = False) -> Machine:
    random.seed(5)
    sul = NetAsSul(net)
    symbols = list(range(sul.net.symbols))
    oracle = Attacks(symbols, sul) if attack else StatePrefixEqOracle(symbols, sul, walks_per_state=20, walk_len=20)
    found = run_Lstar(symbols, sul, oracle, automaton_type="mealy", cache_and_non_det_check=False, print_level=0)
    return as_machine(found, symbols)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["count", "parity", "compare", "remainder-7", "multiply-3"])
def test_aalpy_learns_the_same_machine(name):
    task = task_named(name, 4 if name == "compare" else 10)
    net = net_of(task.machine, task.base, task.tapes)
    assert equivalent(by_aalpy(net), learn_machine(net, task.machine, seconds=60).machine)


def test_aalpy_learns_the_same_machine_from_a_trained_net(certified_net, task):
    found = extraction.extract(certified_net, task).machine
    assert found is not None
    assert equivalent(by_aalpy(certified_net), machine_in(found))


@pytest.mark.slow
def test_aalpy_learns_the_same_wrong_machine_from_a_net_like_the_posts(task):
    net = fit(task, recipe=recipe_named("blog"), seed=7).net
    found = learn_machine(net, task.machine, seconds=60)
    assert found.outcome == STABLE
    assert not equivalent(found.machine, task.machine)
    assert equivalent(by_aalpy(net, attack=True), found.machine)


# What is written down


def tables() -> dict[str, tuple[Task, Machine]]:
    """Machines of one tape and two, small and large, with digits and with labels, in base 10 and others."""
    named = {name: task_named(name) for name in ("count", "add", "compare", "remainder-7", "multiply-9")}
    named |= {"count-36": task_named("count", 36), "add-2": task_named("add", 2)}
    return {name: (task, minimise(task.machine)) for name, task in named.items()}


TABLES = tables()


@pytest.mark.parametrize("name", TABLES)
def test_the_python_function_runs_by_itself_and_answers_as_the_machine(name):
    task, machine = TABLES[name]
    scope: dict = {"__builtins__": {}}
    exec(format_machine(task.name, table_of(machine, task), "python"), scope)
    words = np.random.default_rng(3).integers(task.symbols, size=(20, 30))
    for word in words:
        digits = [tuple(int(s) // task.base**tape % task.base for tape in range(task.tapes)) for s in word]
        answers = scope[re.sub(r"\W", "_", task.name)](digits if task.tapes > 1 else [read[0] for read in digits])
        right = machine.run(int(s) for s in word)
        assert answers == (right if task.labels is None or task.labels[0] == "0" else [task.labels[c] for c in right])


@pytest.mark.parametrize("name", TABLES)
def test_graphviz_and_mermaid_draw_each_joined_pair_of_states_once(name):
    task, machine = TABLES[name]
    joined = sorted({(q, after) for q, row in enumerate(machine.delta) for after in row})
    dot, mermaid = (format_machine(task.name, table_of(machine, task), form) for form in ("dot", "mermaid"))
    drawn = [
        re.findall(pattern, text, re.MULTILINE)
        for pattern, text in ((r"^  q(\d+) -> q(\d+) \[", dot), (r"^  q(\d+) --> q(\d+) : ", mermaid))
    ]
    for found in drawn:
        assert sorted((int(q), int(after)) for q, after in found) == joined
    assert "start -> q0;" in dot
    assert "[*] --> q0\n" in mermaid
    assert dot.count("{") == dot.count("}") == 1
    assert max(map(len, dot.splitlines())) < 250


def test_edges_are_written_short():
    dot = {name: format_machine(name, table_of(machine, task), "dot") for name, (task, machine) in TABLES.items()}
    assert '  q0 -> q1 [label="0-8 / 1-9"];\n  q0 -> q0 [label="9 / 0"];\n  q1 -> q1 [label="0-9 / 0-9"];\n' in dot["count"]
    assert '[label="55 symbols: 0,0 … 0,9"]' in dot["add"]
    assert '[label="0,0 / 0, 1,0 / 1, 0,1 / 1"]' in dot["add-2"]


def test_every_transition_is_on_its_edge():
    for task, machine in (TABLES["multiply-9"], TABLES["count-36"]):
        table = table_of(machine, task)
        for edge in edges(table):
            read = [label.split(" / ")[0].split("-") for label in edge.labels]
            symbols = [s for ends in read for s in range(table.symbols.index(ends[0]), table.symbols.index(ends[-1]) + 1)]
            assert symbols == [s for s, after in enumerate(table.delta[edge.source]) if after == edge.target]


def test_names_may_hold_quotes_and_words_of_the_languages():
    table = MachineTable(
        start=0, delta=[[1], [0]], output=[[0], [1]], names=['say "no"; #1\\', "end"], symbols=["0"], answers=["a: b", "{x}"]
    )
    assert '  q0 [label="say \\"no\\"; #1\\\\"];' in format_machine("class", table, "dot")
    assert '  state "say #34;no#34;#59; #35;1\\" as q0' in format_machine("class", table, "mermaid")
    scope: dict = {}
    exec(format_machine("class", table, "python"), scope)
    assert scope["task_class"]([0, 0, 0]) == ["a: b", "{x}", "a: b"]


def test_names_that_are_alike_are_numbered():
    table = MachineTable(start=0, delta=[[1], [0]], output=[[0], [1]], names=["q", "q"], symbols=["0"], answers=["0", "1"])
    scope: dict = {}
    exec(format_machine("3-states", table, "python"), scope)
    assert scope["task_3_states"]([0, 0, 0]) == [0, 1, 0]


# Runs


@pytest.fixture
def copied(certified_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(certified_run, tmp_path / "run"))


def test_extract_leaves_the_machine_in_the_run_in_four_forms(called, copied):
    found = called("extract", str(copied), "--json")
    assert found.code == 0
    result = json.loads(found.stdout)
    assert (result["states"], result["equivalent"], result["status"]) == (2, True, "theorem")
    assert result["machine"]["names"] == ["carry", "none"]
    assert Extraction.from_json((copied / "machine.json").read_bytes(), "machine.json").to_json() == found.stdout.strip()
    for form, (file, _) in MACHINE_FORMATS.items():
        assert called("extract", str(copied), "--format", form).stdout == (copied / file).read_text()


def test_a_certificate_is_believed_only_where_the_independent_checker_accepts_it(copied, monkeypatch):
    monkeypatch.setattr(extracting, "try_to_prove", lambda *_: None)
    assert extract(copied).status == "theorem"
    text = (copied / "certificate.json").read_text()
    (copied / "certificate.json").write_text(text.replace('"noise_budget": "0x1', '"noise_budget": "0x2'))
    assert extract(copied).status == "tested"


@pytest.mark.slow
def test_a_wrong_net_is_told_with_what_it_answers(called, run_folder, tmp_path):
    run = Path(shutil.copytree(run_folder, tmp_path / "run"))
    found = called("extract", str(run))
    assert found.code == 0
    assert found.stdout.startswith("The net computes a machine that is not the task's.\n")
    assert re.search(r"first difference +\d", found.stdout)


def test_a_net_without_a_state_of_fixed_size_is_not_applicable_with_exit_code_3(called, run_folder, tmp_path):
    run, config = Path(shutil.copytree(run_folder, tmp_path / "run")), NetConfig("count", 10, "stack-rnn", 4)
    net = build(config, {name: np.zeros(shape, np.float32) for name, shape in shapes(config).items()})
    (run / "model.safetensors").write_bytes(to_bytes(net, config))
    written = json.loads((run / "config.json").read_bytes()) | {"cell": "stack-rnn", "hidden": 4}
    (run / "config.json").write_text(json.dumps(written))
    (run / "machine.py").write_text("of other days")
    found = called("extract", str(run), "--json")
    result = json.loads(found.stdout)
    assert (found.code, result["machine"], result["states"], result["equivalent"]) == (3, None, None, None)
    assert result["status"] == "not applicable"
    assert "a controller and stacks of unbounded depth" in result["note"]
    assert not (run / "machine.py").exists()
    for form in ("text", "dot"):
        text = called("extract", str(run), "--format", form)
        assert (text.code, text.stdout.split("\n")[0]) == (3, "NOT APPLICABLE")


@pytest.mark.parametrize("options", [["--budget", "0"], ["--budget", "nan"], ["--budget", "1e9"], ["--format", "svg"]])
def test_bad_options_are_one_line_and_exit_code_2(called, copied, options):
    found = called("extract", str(copied), *options)
    assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)


def test_a_net_and_its_machine_answer_alike_from_the_start(certified_net, task):
    batched = BatchedNet(certified_net)
    word = tuple(int(s) for s in np.random.default_rng(1).integers(10, size=300))
    assert batched.outputs(batched.start(), word)[:, 0].tolist() == task.machine.run(word)
