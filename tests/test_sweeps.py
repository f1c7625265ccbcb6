"""Sweeps: a file gives a plan, interruptions change no row, a row becomes a run, and the summary counts the rows."""

import errno
import fcntl
import html
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from anylength.base import InputError
from anylength.experiments.report import report
from anylength.lengths import stress
from anylength.nets import tensors
from anylength.records import BlockTimes, SweepPlan, SweepRow, SweepSummary
from anylength.rules import held_words, task_named
from anylength.runs import Run
from anylength.runs.environment import environment
from anylength.sweeps import blocks, folder, run_block
from anylength.sweeps.blocks import job_of
from anylength.sweeps.config import AXES, TABLE_KEYS, TOP_LEVEL_KEYS, plan_of, read
from anylength.sweeps.executor import executor
from anylength.sweeps.export_run import export_run
from anylength.sweeps.exported import exported_runs
from anylength.sweeps.job import BlockJob, BlockResult
from anylength.sweeps.nets import facts_of
from anylength.sweeps.reproduce import post_plans, reproduce
from anylength.sweeps.run import RUN_BLOCK, duration_text, run_plan, sweep
from anylength.sweeps.summary import compute_summary, summarise
from anylength.sweeps.worker import check_versions
from anylength.sweeps.worker import run as run_job
from anylength.training import fit, recipe_named

ROOT = Path(__file__).parents[1]
TOML = """
seeds = 5
block = 2
[grid]
task = "count"
hidden = 4
recipe = "blog"
data = "hundred"
epochs = [1, 2]
[stress]
limit = 12
[verdict]
steps = 20
"""
ROWS = 10


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small sweep: 10 nets, 6 blocks."""
    path = tmp_path_factory.mktemp("config") / "small.toml"
    path.write_text(TOML)
    return path


@pytest.fixture(scope="module")
def calm(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same sweep, without an interruption. Tests must not change it."""
    out = tmp_path_factory.mktemp("sweeps") / "calm"
    assert sweep(config, out).new_rows == ROWS
    return out


@pytest.fixture(scope="module")
def finished(calm: Path) -> list[BlockResult]:
    """The results of its blocks, read from its folder."""
    plan, times = folder.plan_of(calm), list(folder.read_times(calm))
    lines = [line.decode().rstrip("\n") for line in folder.sorted_lines(calm)]
    done = []
    for number in range(blocks.block_count(plan)):
        block = blocks.block_at(plan, number)
        weights = (calm / folder.weights_name(number)).read_bytes()
        done.append(BlockResult(number, block.first, lines[block.first : block.first + block.rows], weights, times[number]))
    return done


def executor_with(finished: list[BlockResult], until: int | None = None):
    """An executor that returns known results, and is interrupted before the block `until`."""

    def run_jobs(jobs: Iterator[BlockJob]) -> Iterator[BlockResult]:
        for job in jobs:
            if job.block == until:
                raise KeyboardInterrupt
            yield finished[job.block]

    return run_jobs


def test_a_row_is_numbered_by_setting_and_seed(calm):
    rows = [SweepRow.from_json(line, "row") for line in folder.sorted_lines(calm)]
    assert [row.row for row in rows] == list(range(ROWS))
    assert [(row.epoch_limit, row.seed) for row in rows] == [(epochs, seed) for epochs in (1, 2) for seed in range(5)]


def test_every_row_is_in_exactly_one_block():
    for seeds, block in ((5, 2), (6, 3), (1, 1), (7, 7)):
        plan = plan_of({"seeds": seeds, "first_seed": 3, "block": block, "grid": {"task": "count", "hidden": [2, 3, 4]}})
        found = [blocks.block_at(plan, number) for number in range(blocks.block_count(plan))]
        rows = [row for block in found for row in range(block.first, block.first + block.rows)]
        assert rows == list(range(blocks.row_count(plan))) == list(range(3 * seeds))
        assert all(blocks.block_of(plan, row) == block for block in found for row in range(block.first, block.first + block.rows))
        assert {seed for block in found for seed in block.seeds} == set(range(3, 3 + seeds))


def test_a_row_has_the_results_of_the_commands_on_its_net(calm, tmp_path):
    out = tmp_path / "run"
    export_run(calm, 7, out)
    net, task = Run(out).net, Run(out).task
    row = SweepRow.from_json(folder.sorted_lines(calm)[7], "row")
    tested = stress(net, task, limit=12)
    assert (row.horizon, row.limit) == (tested.horizon, 12)
    assert row.random_accuracy == {str(point.length): point.random.value for point in tested.curve}
    assert row.shortest_mistake == (list(tested.shortest_mistake.numbers) if tested.shortest_mistake else None)
    assert row.verdict in ("REFUTED", "UNKNOWN", "PROVED")


def test_an_exported_run_is_the_net_that_train_makes_from_its_seed_up_to_rounding(calm, tmp_path):
    out = tmp_path / "run"
    result = export_run(calm, 7, out)
    alone = fit(task_named("count"), hidden=4, recipe=recipe_named("blog"), data="hundred", seed=2, epochs=2)
    for name, value in tensors(Run(out).net).items():
        assert np.allclose(value, tensors(alone.net)[name], atol=1e-4)
    epochs = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    assert [epoch["loss"] for epoch in epochs] == pytest.approx([epoch.loss for epoch in alone.epochs], rel=1e-4)
    assert result.epochs == len(epochs) == 2


@pytest.mark.parametrize("row", [-1, ROWS])
def test_a_row_that_does_not_exist_cannot_be_exported(calm, tmp_path, row):
    with pytest.raises(InputError, match="a row from 0 to 9"):
        export_run(calm, row, tmp_path / "run")


@pytest.mark.slow
@pytest.mark.parametrize("killed", range(6))
def test_a_sweep_killed_between_blocks_continues_to_the_same_table(config, calm, finished, tmp_path, killed):
    plan, out = read(config), tmp_path / "sweep"
    folder.open_folder(out, plan, environment())
    with pytest.raises(KeyboardInterrupt):
        run_plan(plan, out, executor_with(finished, until=killed))
    before = len(folder.sorted_lines(out))
    assert before == sum(len(done.lines) for done in finished[:killed])
    assert run_plan(plan, out, executor_with(finished)).new_rows == ROWS - before
    assert folder.sorted_lines(out) == folder.sorted_lines(calm)


@pytest.mark.parametrize("cut", [1, 40, 300, 1500, 2500])
def test_a_result_line_that_was_cut_off_is_computed_again(config, calm, finished, tmp_path, cut):
    plan, out = read(config), tmp_path / "sweep"
    folder.open_folder(out, plan, environment())
    run_plan(plan, out, executor_with(finished))
    results = out / folder.RESULTS
    results.write_bytes(results.read_bytes()[:-cut])
    assert 0 < run_plan(plan, out, executor_with(finished)).new_rows < ROWS
    assert folder.sorted_lines(out) == folder.sorted_lines(calm)


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [1, 3, 5, 0, 2, 4]])
def test_the_order_of_results_does_not_matter(config, calm, finished, tmp_path, order):
    plan, out = read(config), tmp_path / "sweep"
    folder.open_folder(out, plan, environment())

    def run_jobs(jobs):
        known = {job.block for job in jobs}
        return (finished[number] for number in order if number in known)

    run_plan(plan, out, run_jobs)
    assert folder.sorted_lines(out) == folder.sorted_lines(calm)


def test_a_finished_sweep_computes_nothing_again(config, calm):
    before = (calm / folder.RESULTS).read_bytes()
    assert sweep(config, calm).new_rows == 0
    assert (calm / folder.RESULTS).read_bytes() == before


@pytest.mark.slow
def test_blocks_of_another_size_make_the_same_rows(config, calm, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(config.read_text().replace("block = 2", "block = 5"))
    sweep(other, tmp_path / "sweep")
    assert folder.sorted_lines(tmp_path / "sweep") == folder.sorted_lines(calm)


def test_a_row_that_occurs_twice_or_is_damaged_is_an_error(config, finished, tmp_path):
    plan, out = read(config), tmp_path / "sweep"
    folder.open_folder(out, plan, environment())
    run_plan(plan, out, executor_with(finished))
    whole = (out / folder.RESULTS).read_bytes()
    for damaged in (whole + whole.splitlines(keepends=True)[0], whole.replace(b'"row":3', b'"row":33', 1), b"{}\n" + whole):
        (out / folder.RESULTS).write_bytes(damaged)
        with pytest.raises(InputError, match="each row once in results.jsonl"):
            run_plan(plan, out, executor_with(finished))


def test_a_full_disk_leaves_whole_rows_and_is_one_error_line(config, calm, finished, tmp_path, monkeypatch):
    plan, out = read(config), tmp_path / "sweep"
    folder.open_folder(out, plan, environment())

    def full(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().name == folder.RESULTS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="No space left on device: free some space"):
            run_plan(plan, out, executor_with(finished))
    assert (out / folder.RESULTS).read_bytes() == b""
    run_plan(plan, out, executor_with(finished))
    assert folder.sorted_lines(out) == folder.sorted_lines(calm)


def refused(text: str, **more: object) -> str:
    with pytest.raises(InputError) as found:
        plan_of(tomllib.loads(text), **more)
    return str(found.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a grid of at least one net"),
        ("[grid]\ntask = []\n", "a grid of at least one net"),
        ('seeds = 0\n[grid]\ntask = "count"\n', "a grid of at least one net"),
        ('seed = 3\n[grid]\ntask = "count"\n', "did you mean 'seeds'?"),
        ('[grid]\ntask = "count"\nhiden = 3\n', "did you mean 'hidden'?"),
        ('[grid]\ntask = "count"\n[stres]\n', "did you mean 'stress'?"),
        ('[grid]\ntask = "count"\n[stress]\nlimits = 3\n', "did you mean 'limit'?"),
        ('[grid]\ntask = "cuont"\n', "did you mean 'count'?"),
        ('[grid]\ntask = "count"\ncell = "rnm"\n', "did you mean 'rnn'?"),
        ('[grid]\ntask = "count"\nhidden = "8"\n', "a whole number for hidden"),
        ('[grid]\ntask = "count"\nhidden = [8, true]\n', "a whole number for hidden"),
        ('[grid]\ntask = "count"\nhidden = [8, 8]\n', "settings that differ"),
        ('[grid]\ntask = "count"\nhidden = 0\n', "1 to 8192 hidden units"),
        ('[grid]\ntask = "count"\n[stress]\nlimit = 2\n', "a limit of 3 to 1,000,000 digits"),
        ('[grid]\ntask = "count"\ndata = "hundred"\ndigits = 5\n', 'data = "post" beside digits'),
        ('[grid]\ntask = "count"\ndigits = 1001\n', "post-1 to post-1000"),
        ('seeds = -1\n[grid]\ntask = "count"\n', "seeds from 0 to 10,000,000"),
        ("grid = [3]\n", "tables under"),
        ('[[grid]]\ntask = "count"\ncell = "content"\nrecipe = "blog"\n', "in the grid: task count, cell content"),
    ],
)
def test_a_bad_file_is_one_error_line(text, message):
    assert message in refused(text)


def test_a_file_that_is_missing_or_not_toml_is_an_error(tmp_path):
    with pytest.raises(InputError, match="a sweep's TOML file"):
        read(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("seeds = \n")
    with pytest.raises(InputError, match="expected well-formed TOML, no key given twice, got bad.toml"):
        read(tmp_path / "bad.toml")


def test_a_folder_of_another_configuration_is_refused(config, calm, tmp_path):
    other = tmp_path / "other.toml"
    for old, new, name in (("seeds = 5", "seeds = 6", "seeds 5"), ("hidden = 4", "hidden = 5", "setting 0: hidden 4")):
        other.write_text(TOML.replace(old, new))
        with pytest.raises(InputError, match=name):
            sweep(other, calm)
    with pytest.raises(InputError, match="a sweep's folder"):
        sweep(config, tmp_path)


def test_other_versions_than_those_it_was_begun_with_are_refused(config, calm):
    found = environment()
    other = msgspec.structs.replace(found, versions=found.versions | {"jax": "0.0.1"})
    with pytest.raises(InputError, match=r"expected jax 0\.\d+\.\d+, with which .* got jax 0\.0\.1"):
        folder.open_folder(calm, read(config), other)


def test_a_second_driver_is_refused(config, calm):
    other = os.open(calm, os.O_RDONLY)  # as another process would hold it
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(InputError, match="nobody is working on"):
        sweep(config, calm)
    os.close(other)


def test_a_very_large_sweep_needs_yes_and_the_error_has_its_time(called, tmp_path):
    path = tmp_path / "large.toml"
    path.write_text(TOML.replace("seeds = 5", "seeds = 5_000_000"))
    found = called("sweep", str(path), "--out", str(tmp_path / "out"))
    assert found.code == 2
    assert "expected --yes for more than 100,000 nets, got 10,000,000 nets, which take about " in found.stderr
    assert not (tmp_path / "out").exists()


def test_durations_as_text():
    assert [duration_text(seconds) for seconds in (0.2, 59.0, 3600.0, 86_400.0, 1e7, 1e9)] == [
        "about 1 seconds", "about 59 seconds", "about 60 minutes", "about 24 hours", "about 116 days", "about 11,574 days",
    ]  # fmt: skip


def test_a_block_is_made_smaller_where_memory_is_short(monkeypatch):
    settings = plan_of({"grid": {"task": "count", "recipe": "blog"}}).settings
    each = blocks.memory_of_a_net(settings[0])
    for nets, rows in ((1000, 64), (40, 40), (1, 8)):
        monkeypatch.setattr(blocks, "free_memory", lambda nets=nets: each * nets / blocks.MEMORY_SHARE)
        assert blocks.block_size(settings, workers=1) == rows
        assert blocks.block_size(settings, workers=2) == max(8, rows // 2 // 8 * 8 if nets < 1000 else 64)


def test_a_net_that_diverges_is_a_row_like_any_other(config, tmp_path, monkeypatch):
    plan = read(config)
    job = job_of(plan, blocks.block_at(plan, 0), 2)
    whole = run_block.fit_block

    def diverging(*given, **more):
        first, second = whole(*given, **more)
        first.net.weight[0, 0] = np.nan
        return [type(first)(first.net, [], diverged=True), second]

    monkeypatch.setattr(run_block, "fit_block", diverging)
    done = run_block.run_block(job)
    rows = [SweepRow.from_json(line, "row") for line in done.lines]
    assert [row.diverged for row in rows] == [True, False]
    assert (rows[0].epochs, rows[0].loss, rows[0].limit, rows[0].verdict) == (0, None, None, None)
    out = tmp_path / "sweep"
    folder.open_folder(out, plan, environment())
    folder.save_block(out, done, bytearray(ROWS))
    with pytest.raises(InputError, match="whose training diverged"):
        export_run(out, 0, tmp_path / "run")
    group = compute_summary(out).groups[0]
    assert (group.nets, group.diverged) == (2, 1)


def test_a_worker_of_another_version_refuses_and_names_both(config):
    with pytest.raises(InputError, match=r"expected jax 9\.9\.9, as the driver has it, got jax 0\.\S+ on the worker w"):
        check_versions({"jax": "9.9.9"}, {"jax": "0.10.2"}, "w")
    plan = read(config)
    job = msgspec.structs.replace(job_of(plan, blocks.block_at(plan, 0), 1), versions={"anylength": "99.0"})
    with pytest.raises(InputError, match=r"expected anylength 99\.0"):
        run_job(job.to_json().encode(), RUN_BLOCK)


@pytest.mark.parametrize(("options", "message"), [({"scheduler": "tcp://x:1", "workers": 2}, "got both"), ({"workers": 0}, "1 to")])
def test_contradicting_executor_options_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        executor(RUN_BLOCK, **{"scheduler": None, "workers": None} | options)


def test_the_summary_counts_what_the_rows_say(calm):
    rows, found = list(folder.read_rows(calm)), compute_summary(calm)
    assert (found.rows, found.planned_rows, len(found.groups)) == (ROWS, ROWS, 2)
    for group in found.groups:
        own = [row for row in rows if row.setting == group.setting]
        assert group.learned.right == sum(row.perfect_at is not None for row in own)
        assert group.faultless.right == sum(row.shortest_mistake is None for row in own)
        assert group.held_lengths.failed == sum(row.horizon is not None for row in own)
        assert group.refuted.right == sum(row.verdict == "REFUTED" for row in own)
    assert {each.measure for each in found.comparisons} == {"learned", "faultless", "proved", "length held"}
    assert all(each.difference.startswith("epochs 1 or 2") for each in found.comparisons)
    assert [group.name for group in found.groups] == ["epochs 1", "epochs 2"]


def test_settings_are_compared_where_they_differ_in_one_thing(tmp_path):
    plan = plan_of({"seeds": 2, "grid": {"task": "count", "recipe": "blog", "cell": ["rnn", "gru"], "hidden": [4, 8]}})
    out = tmp_path / "sweep"
    folder.open_folder(out, plan, environment())

    def run_jobs(jobs):
        for job in jobs:
            yield simulated(plan, job)

    run_plan(plan, out, run_jobs)
    pairs = {(each.first_setting, each.second_setting) for each in compute_summary(out).comparisons}
    assert pairs == {(0, 1), (0, 2), (1, 3), (2, 3)}


def simulated(plan: SweepPlan, job: BlockJob) -> BlockResult:
    """A result with made-up rows."""
    config = job.config
    lines = [
        SweepRow(
            row=job.first + at, setting=job.setting, task=config.task, base=10, cell=config.cell, hidden=config.hidden,
            recipe=config.recipe, data=config.data, epoch_limit=config.epochs, seed=job.first_seed + at, diverged=False, epochs=1,
        ).to_json()
        for at in range(job.rows)
    ]  # fmt: skip
    times = BlockTimes(
        block=job.block,
        setting=job.setting,
        rows=job.rows,
        worker="",
        threads=1,
        training_seconds=1,
        stress_seconds=0,
        verdict_seconds=0,
        explain_seconds=0,
        total_seconds=1,
    )
    return BlockResult(job.block, job.first, lines, b"", times)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("sweep-*.toml")), ids=lambda path: path.stem)
def test_the_example_configurations_can_be_read(path):
    assert blocks.row_count(read(path)) > 0


def test_the_post_s_sweep_is_256_nets_with_a_stress_test():
    plan = read(ROOT / "examples" / "sweep-blog.toml")
    assert (blocks.row_count(plan), plan.stress, plan.settings[0].recipe) == (256, 2000, "blog")


def test_the_page_is_whole_and_says_what_the_summary_says(calm):
    found, path = summarise(calm)
    text = path.read_text()
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|#)|https?://(?!www\.w3\.org/)""", text)
    assert "default-src 'none'" in html.unescape(text)
    for group in found.groups:
        assert f"<td>{group.name}</td>" in text
        assert f"{group.learned.right} of {group.learned.tried}" in text
    assert SweepSummary.from_json((calm / "summary.json").read_bytes(), "summary.json") == found


def test_the_page_shows_its_plots_in_both_colours_and_says_nothing_on_the_console(calm, browser):
    _, path = summarise(calm)
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.resolve().as_uri())
    figures = page.locator("figure.chart")
    titles = [figures.nth(at).locator("figcaption").inner_text() for at in range(figures.count())]
    assert [title.split()[0] for title in titles] == ["Learned:", "No", "PROVED", "REFUTED,", "Nets", "Hard", "Random"]
    assert all(figures.nth(at).locator("svg[role=img]").get_attribute("aria-label") for at in range(len(titles)))
    figures.nth(4).locator("summary").click()
    figures.nth(4).locator("tbody").wait_for()  # the table is made when the browser says that it was opened: not at once
    assert figures.nth(4).locator("tbody tr").count() == sum(
        len(group.held_lengths.lengths) for group in compute_summary(calm).groups
    )
    page.locator("#theme").click()
    assert said == []
    page.close()


@pytest.mark.slow
def test_every_net_of_the_page_leads_to_its_report_or_to_the_command_that_makes_it(calm, tab, tmp_path, monkeypatch):
    from playwright.sync_api import expect

    monkeypatch.chdir(tmp_path)
    shutil.copytree(calm, "swept", ignore=shutil.ignore_patterns("exports.jsonl"))
    for row in (1, 2):
        export_run(Path("swept"), row, Path(f"runs/net {row}"))
    report([Path("runs/net 2")])
    _, path = summarise(Path("swept"))
    page = tab(path.resolve())
    rows = {row.row: row for row in folder.read_rows(calm)}
    nets = page.locator("#nets details")
    expect(nets).to_have_count(len(rows))
    expect(nets.first).to_contain_text(f"seed {rows[0].seed}")
    nets.first.locator("summary").click()
    expect(nets.first.locator("pre")).to_have_text(
        "anylength take swept 0 --out runs/swept-0\nanylength report runs/swept-0 --complete\nanylength summary swept"
    )
    expect(nets.first.get_by_role("row", name="nines alone", exact=False).first).to_contain_text("nine")
    nets.nth(1).locator("summary").click()
    expect(nets.nth(1).locator("pre")).to_have_text("anylength report 'runs/net 1' --complete\nanylength summary swept")
    nets.nth(2).locator("summary").click()
    page.get_by_role("link", name="Open its report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Has the net learned")
    assert page.url == (tmp_path / "runs" / "net 2" / "report.html").as_uri()


@pytest.mark.parametrize(
    "line", ['{"row": 0, "run": "/etc"}', '{"row": 0, "run": "no"}', '{"row": "x"}', "{", '{"row": 0, "run": "a\\u0000b"}']
)
def test_a_note_of_an_export_that_cannot_be_is_left_out(calm, tmp_path, line):
    sweep_folder = Path(shutil.copytree(calm, tmp_path / "swept", ignore=shutil.ignore_patterns("exports.jsonl")))
    (sweep_folder / "exports.jsonl").write_text(f"{line}\n")
    assert exported_runs(sweep_folder) == {}
    summarise(sweep_folder)


def test_a_net_of_a_sweep_says_how_its_horizon_and_a_shorter_mistake_agree(calm):
    row = next(row for row in folder.read_rows(calm) if not row.diverged)
    row = msgspec.structs.replace(row, horizon=16, limit=200, counterexample=["8999999"], verdict="REFUTED")
    facts = dict(facts_of(row, held_words(task_named("count"))))
    assert facts["nines alone"] == "right up to 16 nines, wrong at 17"
    assert facts["how these agree"] == (
        "Numbers of nines alone are right up to 16 nines and wrong at 17. Nines after another digit can be wrong from 6 nines on: "
        "8999999 (8 and 6 nines) is wrong."
    )


PAGE = (ROOT / "docs" / "how-to" / "sweeps.md").read_text()


@pytest.mark.slow
def test_the_page_on_sweeps_reads_the_results(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    plan = plan_of({"seeds": 3, "grid": {"task": "count", "recipe": "blog", "hidden": [4, 8]}})
    folder.open_folder(Path("sweeps/first"), plan, environment())
    run_plan(plan, Path("sweeps/first"), lambda jobs: (simulated(plan, job) for job in jobs))
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    exec(compile(block, "sweeps.md", "exec"), {"__name__": "__main__"})
    said = capsys.readouterr().out
    assert "4    0\n8    0" in said


def test_the_page_on_sweeps_names_every_key_and_leads_to_every_column():
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    raw = tomllib.loads(block)
    assert plan_of(raw).seeds == raw["seeds"]
    assert raw.keys() == TOP_LEVEL_KEYS.keys()
    assert raw["grid"].keys() == AXES.keys()
    assert all(raw[name].keys() == keys.keys() for name, keys in TABLE_KEYS.items())
    assert "[all of them](../reference/records.md#anylength.records.SweepRow)" in PAGE
    assert set(re.findall(r"^    +(\w+): ", SweepRow.__doc__ or "", re.MULTILINE)) == set(SweepRow.__struct_encode_fields__) - {
        "format"
    }
    (named,) = re.findall(r"^Important columns .*?\): (.*?)\n\n", PAGE, re.MULTILINE | re.DOTALL)
    columns = set(re.findall(r"`(\w+)`", named)) - {"limit"}  # a key of the file
    assert columns
    assert columns <= set(SweepRow.__struct_encode_fields__)


def test_the_posts_nets_are_sweeps_that_are_computed_once_and_counted_on_a_page(tmp_path):
    from studies.post.records import results_of

    grid = {"recipe": "blog", "data": "hundred", "hidden": 4}
    plans = {
        "rnn": plan_of({"seeds": 3, "block": 2, "grid": grid | {"epochs": 2}, "stress": {"limit": 20}}),
        "lstm": plan_of({"seeds": 1, "grid": grid | {"epochs": 1, "cell": "lstm"}}),
    }
    heard: list[tuple[int, int]] = []
    page = reproduce(tmp_path / "post", plans, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(0, 4), (2, 4), (3, 4), (3, 4), (4, 4)]
    learned = sum(row.perfect_at is not None for row in folder.read_rows(tmp_path / "post" / "rnn"))
    assert f"| rnn: count, rnn, 4 units, blog, hundred | 3 | {learned} of 3" in page.read_text(encoding="utf-8")
    before = folder.sorted_lines(tmp_path / "post" / "rnn")
    assert reproduce(tmp_path / "post", plans) == page
    assert folder.sorted_lines(tmp_path / "post" / "rnn") == before
    results = results_of(tmp_path / "post")
    assert [(part.name, part.limit, [net.seed for net in part.nets]) for part in results.parts] == [
        ("rnn", 20, [0, 1, 2]), ("lstm", 0, [0])
    ]  # fmt: skip


def test_the_sweeps_of_the_post_are_whole():
    plans = post_plans()
    assert sum(plan.seeds >= 100 for plan in plans.values()) >= 10
    assert {name: plan.seeds for name, plan in post_plans(quick=True).items()} == dict.fromkeys(
        ("rnn", "lstm", "hundred", "hundred-robust"), 4
    )
