"""Benchmarks: scores follow the conventions, interruptions change no byte of the table, and bad input is one line."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from anylength.base import InputError
from anylength.benchmark import columns, run
from anylength.benchmark.conventions import CONVENTIONS, STRIDE, TRAIN_TO, scoring_conventions, training_data
from anylength.benchmark.latex import latex
from anylength.benchmark.markdown import markdown, markdown_table
from anylength.benchmark.options import BenchmarkOptions
from anylength.benchmark.plan import plan_of
from anylength.benchmark.run import JSON, LATEX, MARKDOWN, PAGE, benchmark, write_table
from anylength.benchmark.run_block import run_block
from anylength.benchmark.scoring import ranges_up_to, score
from anylength.benchmark.summary import summarise
from anylength.benchmark.wording import repeated
from anylength.benchmark.words import draw_test_words
from anylength.nets import Net, answers
from anylength.nets.foreign import AbstractForeignNet
from anylength.records import Benchmark, Interval, SweepRow
from anylength.rules import IGNORE_INDEX, SUITES, Task, task_named
from anylength.runs import Run
from anylength.runs.environment import environment
from anylength.sweeps import folder, worker
from anylength.sweeps.blocks import block_at, job_of
from anylength.sweeps.config import plan_of as sweep_plan
from anylength.sweeps.export_run import export_run
from anylength.sweeps.run import run_plan
from anylength.training import fit, recipe_named
from anylength.training.start import initial_state
from anylength.verification.verdicts import verdict
from tests.patience import PATIENCE

FILES = (JSON, MARKDOWN, LATEX, PAGE)
LIMIT = 60
SMALL = BenchmarkOptions(
    kind="rnn", suite="tomita", tasks=("tomita-1", "tomita-4"), hidden=4, epochs=1, seeds=3, convention="chomsky-v1", limit=LIMIT
)
"""A benchmark that takes seconds."""


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small benchmark, without an interruption. Tests must not change it."""
    out = tmp_path_factory.mktemp("benchmarks") / "calm"
    benchmark(SMALL, out)
    return out


@pytest.fixture(scope="module")
def table(calm: Path) -> Benchmark:
    return Benchmark.from_json((calm / JSON).read_bytes(), JSON)


def rows_of(path: Path) -> list[SweepRow]:
    return sorted(folder.read_rows(path), key=lambda row: row.row)


def test_the_table_has_a_row_a_task_and_a_score_for_each_convention_that_applies(table):
    assert [row.task for row in table.rows] == ["tomita-1", "tomita-4"]
    assert (table.kind, table.suite, table.seeds, table.limit) == ("rnn", "tomita", 3, LIMIT)
    for row in table.rows:
        assert [found.convention for found in row.scores] == ["anylength-v1", "chomsky-v1", "flare-v1"]
        assert (row.trained_by, row.data) == ("chomsky-v1", f"ends-{TRAIN_TO}")
        assert (row.nets, row.most_updates, row.batch, row.learned.tried) == (3, 90, 100, 3)
        assert sum(row.verdicts.values()) == 3
        assert set(row.worst_families) == {"1-40", f"41-{LIMIT}"}


def test_scores_are_means_over_nets_of_means_over_test_lengths(calm, table):
    rows, lengths = rows_of(calm)[:3], [str(length) for length in CONVENTIONS["flare-v1"].test_lengths(LIMIT)]
    assert lengths == ["1", "20", "39", "58"]
    of_nets = [np.mean([row.scores["flare-v1"].words[length] for length in lengths]) for row in rows]
    found = table.rows[0].scores[2]
    assert found.score.mean == pytest.approx(np.mean(of_nets))
    assert (found.best, found.worst) == (pytest.approx(max(of_nets)), pytest.approx(min(of_nets)))
    half = 4.302653 * np.std(of_nets, ddof=1) / np.sqrt(3)  # the quantile of Student's t with 2 degrees of freedom
    assert found.score.low == pytest.approx(max(0.0, np.mean(of_nets) - half), abs=1e-6)


def test_the_worst_word_is_answered_wrongly_by_its_net(calm, table, tmp_path):
    found = table.rows[1].worst_word
    assert found is not None and found.symbols == len(found.word[0])
    row = next(row for row in rows_of(calm) if row.task == "tomita-4" and row.seed == found.seed)
    out = tmp_path / "taken"
    export_run(calm, row.row, out)
    task = task_named("tomita-4")
    word = task.notation.read(found.word[0])
    right = task.targets(word[:, None])[:, 0]
    assert (answers(Run(out).net, word[:, None])[:, 0] != right).any()


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 1])
def test_a_benchmark_interrupted_before_a_block_continues_to_the_same_bytes(calm, tmp_path, killed):
    plan, out = plan_of(SMALL), tmp_path / "again"
    folder.open_folder(out, plan, environment())

    def interrupted(jobs):
        for job in jobs:
            if job.block == killed:
                raise KeyboardInterrupt
            yield run_block(job)

    with pytest.raises(KeyboardInterrupt):
        run_plan(plan, out, interrupted)
    benchmark(SMALL, out)
    assert all((out / name).read_bytes() == (calm / name).read_bytes() for name in FILES)


@pytest.mark.slow
def test_a_row_that_was_cut_off_is_computed_again_to_the_same_bytes(calm, tmp_path):
    out = Path(shutil.copytree(calm, tmp_path / "cut"))
    results = out / folder.RESULTS
    results.write_bytes(results.read_bytes()[:-100])
    for name in FILES:
        (out / name).unlink()
    benchmark(SMALL, out)
    assert all((out / name).read_bytes() == (calm / name).read_bytes() for name in FILES)


@pytest.mark.slow
def test_a_killed_process_continues_to_the_same_bytes(calm, tmp_path):
    out = tmp_path / "killed"
    tasks = ",".join(SMALL.tasks)
    command = [
        sys.executable, "-m", "anylength", "benchmark", "rnn", "--suite", "tomita", "--tasks", tasks, "--hidden", "4",
        "--epochs", "1", "--seeds", "3", "--convention", "chomsky-v1", "--limit", str(LIMIT), "--out", str(out), "--quiet",
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while not ((out / folder.RESULTS).exists() and (out / folder.RESULTS).stat().st_size):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (out / JSON).exists()
    assert subprocess.run(command, stdout=subprocess.DEVNULL, timeout=PATIENCE, check=True).returncode == 0
    assert all((out / name).read_bytes() == (calm / name).read_bytes() for name in FILES)


@pytest.mark.slow
def test_a_worker_computes_the_rows_of_the_driver(calm):
    job = job_of(plan_of(SMALL), block_at(plan_of(SMALL), 0), 3)
    assert [f"{line}\n".encode() for line in worker.run(job.to_json().encode(), run.RUN_BLOCK).lines] == folder.sorted_lines(calm)[
        :3
    ]


def test_another_benchmark_is_refused_and_changes_nothing(calm):
    before = {path.name: path.read_bytes() for path in calm.iterdir() if path.is_file()}
    for change in ({"seeds": 4}, {"limit": 61}, {"convention": "flare-v1"}, {"hidden": 5}, {"tasks": ("tomita-1",)}):
        given: dict[str, Any] = {name: getattr(SMALL, name) for name in SMALL.__dataclass_fields__}
        with pytest.raises(InputError, match="pass another --out"):
            benchmark(BenchmarkOptions(**given | change), calm)
    assert {path.name: path.read_bytes() for path in calm.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"suite": "tomito"}, "suite"),
        ({"kind": "rnm"}, "cell"),
        ({"tasks": ("tomita-9",)}, "task of the suite tomita"),
        ({"convention": "chomsky"}, "convention"),
        ({"convention": "word-problem-v1"}, "a task that word-problem-v1 trains"),
        ({"seeds": 0}, "seeds"),
        ({"limit": TRAIN_TO}, "symbols as the limit"),
        ({"hidden": 0}, "hidden units"),
        ({"kind": "transformer-rotary", "hidden": None, "limit": 501}, "a limit of"),
        ({"kind": "transformer-rotary", "recipe": "certified"}, "a recipe for a net whose context grows"),
        ({"kind": "rnn", "suite": "chomsky", "tasks": ("reverse-string",), "recipe": "certified"}, "reverse-string"),
        ({"recipe": "plan"}, "recipe"),
    ],
)
def test_bad_options_are_one_line(change, message):
    given: dict[str, Any] = {name: getattr(SMALL, name) for name in SMALL.__dataclass_fields__} | {"tasks": ()}
    with pytest.raises(InputError, match=message) as found:
        plan_of(BenchmarkOptions(**given | change))
    assert "\n" not in str(found.value)


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_loses_no_row(calm, tmp_path, monkeypatch):
    out = Path(shutil.copytree(calm, tmp_path / "full"))
    rows = (out / folder.RESULTS).read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="No space left on device"):
            write_table(out)
    assert (out / folder.RESULTS).read_bytes() == rows
    write_table(out)
    assert (out / JSON).read_bytes() == (calm / JSON).read_bytes()


def test_a_plain_sweep_is_no_benchmark(tmp_path):
    folder.open_folder(tmp_path / "sweep", sweep_plan({"seeds": 1, "grid": {"task": "count", "hidden": 2}}), environment())
    with pytest.raises(InputError, match="a benchmark's folder"):
        summarise(tmp_path / "sweep")


class Broken(AbstractForeignNet):
    """A net of two classes whose logits at the third step are NaN."""

    def __init__(self) -> None:
        self.base, self.tapes, self.hidden, self.classes, self.parameters = 2, 1, 0, 2, 0

    def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
        found = np.zeros((symbols.shape[0], 2, symbols.shape[1]))
        found[2:] = np.nan
        return found


def test_a_net_that_returns_nan_is_one_line():
    batches = draw_test_words(task_named("tomita-1"), ["anylength-v1"], 41, 2)
    with pytest.raises(InputError, match="finite logits, got NaN or an infinity at step 3"):
        score(Broken(), batches)
    short = np.zeros((4, 2), np.uint8)
    assert (Broken().answers(short, np.array([2, 2])) == 0).all()  # steps beyond a word do not matter


def test_a_net_of_another_alphabet_is_one_line():
    class Wide(Broken):
        def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
            return np.zeros((symbols.shape[0], 3, symbols.shape[1]))

    with pytest.raises(InputError, match=re.escape("logits of shape (4, 2, 2) (steps, classes, words), got (4, 3, 2)")):
        Wide().answers(np.zeros((4, 2), np.uint8))


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_convention_names_a_data_set_of_each_task_that_it_trains(name):
    convention = CONVENTIONS[name]
    for task in map(task_named, ("tomita-3", "parity-bits", "modular-arithmetic", "s3", "flip-flop", "reverse-string")):
        if convention.data(task) is None:
            with pytest.raises(InputError, match=f"a task that {name} trains"):
                training_data(convention, task)
            continue
        data = task.data_named(training_data(convention, task))(np.random.default_rng(0), task.base)
        assert len(data.train) == 9000 and len(data.validation) == 1000
        if data.train_ends is not None:
            assert data.train_ends.min() >= 1 and data.train_ends.max() <= TRAIN_TO


def test_every_task_of_a_suite_is_trained_by_the_default_convention_and_scored_by_it():
    for suite in ("tomita", "chomsky", "flip-flop", "dyck", "subregular"):
        for task in map(task_named, SUITES[suite].names):
            task.data_named(training_data(CONVENTIONS["anylength-v1"], task))
            assert CONVENTIONS["anylength-v1"] in scoring_conventions(task)


def test_which_conventions_score_a_task():
    names = {task: [found.name for found in scoring_conventions(task_named(task))] for task in ("tomita-1", "s3", "flip-flop")}
    assert names["tomita-1"] == ["anylength-v1", "chomsky-v1", "flare-v1"]
    assert names["s3"] == ["anylength-v1", "chomsky-v1", "word-problem-v1"]
    assert names["flip-flop"] == ["anylength-v1", "chomsky-v1"]


def test_the_length_alone_is_worth_as_much_as_under_the_published_lengths():
    """The page says three quarters for tomita-5: it rejects every word of odd length, and accepts half of the others."""
    machine = task_named("tomita-5").machine
    delta, output = np.asarray(machine.delta), np.asarray(machine.output)
    reached, best = np.eye(machine.states)[machine.start], {}  # the shares of words of one length that lead to each state
    for length in range(1, 501):
        accepted = float((reached[:, None] * (output == 1)).sum()) / machine.symbols
        reached = np.array([(reached[:, None] * (delta == state)).sum() for state in range(machine.states)]) / machine.symbols
        best[length] = max(accepted, 1 - accepted)
    assert all(best[length] == 1 for length in range(41, 501, 2))
    published = np.mean([best[length] for length in range(TRAIN_TO + 1, 501)])
    for limit in (100, 300, 500):
        lengths = CONVENTIONS["chomsky-v1"].test_lengths(limit)
        assert abs(sum(length % 2 for length in lengths) - len(lengths) / 2) <= 0.5
        assert np.mean([best[length] for length in lengths]) == pytest.approx(published, abs=0.25 / len(lengths) + 0.001)
    assert published == pytest.approx(0.75, abs=0.001)


def test_test_lengths_have_every_remainder_modulo_small_numbers():
    for convention in CONVENTIONS.values():
        lengths = np.array(convention.test_lengths(500))
        assert (np.diff(lengths) == STRIDE).all() and lengths[0] == convention.first_length
        assert all(set(lengths % modulus) == set(range(modulus)) for modulus in range(2, 8))


def by_hand(net: Net, task: Task, convention: str, length: int, batches) -> tuple[float, float]:
    """The shares of right graded outputs and of right words, word by word, with the machine's own run as the judge."""
    right, graded, whole = 0, 0, []
    for batch in batches:
        if convention not in batch.targets:
            continue
        for column in np.flatnonzero(batch.lengths == length):
            word = batch.symbols[: batch.ends[column], column]
            outputs = answers(net, word[:, None])[:, 0].tolist()
            pairs = list(zip(outputs, task.machine.run(word.tolist()), strict=True))
            pairs = pairs if CONVENTIONS[convention].graded == "all" else pairs[-1:]
            hits = sum(found == expected for found, expected in pairs)
            right, graded, whole = right + hits, graded + len(pairs), [*whole, hits == len(pairs)]
    return right / graded, sum(whole) / len(whole)


@pytest.mark.parametrize("name", ["tomita-4", "s3-generators"])
def test_scores_are_what_a_count_word_by_word_gives(name):
    task = task_named(name)
    net = initial_state(task, recipe_named("plain"), cell="rnn", hidden=6, seed=1).net
    conventions = [convention.name for convention in scoring_conventions(task)]
    batches = draw_test_words(task, conventions, LIMIT, 8)
    found, wrong = score(net, batches)
    assert list(found) == list(dict.fromkeys(name for batch in batches for name in batch.targets))
    for convention in conventions:
        for length in (1, 20, 60 if convention != "flare-v1" else 58):
            tokens, words = by_hand(net, task, convention, length, batches)
            assert found[convention].tokens[str(length)] == pytest.approx(tokens)
            assert found[convention].words[str(length)] == pytest.approx(words)
    (word,) = wrong
    outputs, right = answers(net, np.array(word, np.uint8)[:, None])[:, 0], task.machine.run(word)
    assert outputs[-1] != right[-1]
    targets = batches[0].targets["anylength-v1"]  # every output is graded there, so that no earlier answer is wrong
    assert len(word) <= 1 + int((answers(net, batches[0].symbols, batches[0].ends) != targets).any(axis=1).argmax())


def test_a_proved_net_is_right_under_every_convention():
    task = task_named("tomita-3")
    net = fit(task, recipe=recipe_named("constructed", task), epochs=1).net
    found, wrong = score(net, draw_test_words(task, [convention.name for convention in scoring_conventions(task)], 500, 4))
    assert wrong == []
    assert all(set(scores.tokens.values()) == {1.0} == set(scores.words.values()) for scores in found.values())


def test_test_words_are_graded_at_the_answer_of_a_string_task():
    task = task_named("reverse-string")
    (batch, *_) = draw_test_words(task, ["chomsky-v1", "anylength-v1"], 41, 4)
    targets = batch.targets["chomsky-v1"]
    assert (targets == batch.targets["anylength-v1"]).all()
    assert ((targets != IGNORE_INDEX).sum(axis=0) >= batch.lengths).all()
    assert (targets[0] == IGNORE_INDEX).all()


def test_ranges_of_lengths_end_at_the_limit():
    assert ranges_up_to(500) == [(1, 40), (41, 100), (101, 200), (201, 500)]
    assert ranges_up_to(150) == [(1, 40), (41, 100), (101, 150)]
    assert ranges_up_to(900)[-1] == (201, 900)


def test_a_word_is_shown_with_its_repeated_symbols_counted():
    assert repeated(task_named("tomita-5"), "0" * 38 + "1") == "0 ×38 1"
    assert repeated(task_named("flip-flop"), "w1 i0 i0 i0 r") == "w1 i0 ×3 r"
    assert repeated(task_named("tomita-5"), "01" * 20) == "0 1 0 1 … 0 1 0 1"


def test_only_a_whole_share_is_written_as_100_per_cent():
    assert [columns.percent(value) for value in (0.0, 1e-9, 0.5, 0.99999, 1.0)] == ["0", "0.1", "50", "99.9", "100"]
    assert columns.interval(Interval(mean=0.5, low=0.25, high=0.75, nets=4)) == "50 (25–75)"
    assert columns.interval(Interval(mean=0.5, low=None, high=None, nets=1)) == "50"


def test_verdicts_of_a_row_say_how_many_steps_are_proved(table):
    row = msgspec.structs.replace(table.rows[0], verdicts={"PROVED UP TO": 2, "REFUTED": 1}, not_applicable=None)
    assert columns.verdicts(msgspec.structs.replace(row, certified_horizons=[7, 19])) == "1 REFUTED, 2 PROVED UP TO 7 to 19 steps"
    assert columns.verdicts(msgspec.structs.replace(row, certified_horizons=[7, 7])) == "1 REFUTED, 2 PROVED UP TO 7 steps"


def test_a_net_with_a_wrong_word_is_refuted_though_no_attack_finds_one(calm, monkeypatch):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    plan = folder.plan_of(calm)
    rows = [SweepRow.from_json(line, "a row") for line in run_block(job_of(plan, block_at(plan, 0), 3)).lines]
    for row in rows:
        tested = row.shortest_mistake is not None or any(
            share < 1 for found in row.scores.values() for share in found.words.values()
        )
        assert (row.verdict == "REFUTED") == tested
    assert any(row.verdict == "REFUTED" for row in rows)


def test_a_net_that_is_proved_up_to_some_steps_has_no_wrong_word(calm):
    proved = [row for row in rows_of(calm) if row.verdict == "PROVED UP TO"]
    assert all(row.certified_horizon >= 1 and row.shortest_mistake is None for row in proved)
    assert all(row.certified_horizon is None for row in rows_of(calm) if row.verdict != "PROVED UP TO")


def test_tables_in_markdown_and_latex_have_a_line_a_task(table):
    lines = markdown(table).splitlines()
    assert sum(line.startswith("| tomita-") for line in lines) == 2 * len(table.rows)
    assert latex(table).count("\\begin{tabular}") == 2
    assert sum(line.startswith("tomita-") and line.endswith("\\\\") for line in latex(table).splitlines()) == 2 * len(table.rows)
    assert markdown_table([("a", ["x|y*"])]) == "| a |\n| --- |\n| x\\|y\\* |"


def test_the_page_is_whole_in_itself_and_has_the_table(calm, table):
    text = (calm / PAGE).read_text()
    assert "http-equiv" in text and "<script src" not in text and "<link" not in text.replace('<link rel="icon" href="data:', "")
    for name, cells in columns.score_columns(table) + columns.worst_case_columns(table):
        assert f'<th scope="col">{name}</th>' in text
        assert all(cell.replace("&", "&amp;").replace(">", "&gt;") in text for cell in cells)


def test_the_driver_writes_what_it_names(calm):
    assert all((calm / name).exists() for name in (run.JSON, run.MARKDOWN, run.LATEX, run.PAGE))
