"""`anylength benchmark module:factory`: rows of a user's own nets, broken factories, and the same table after SIGKILL."""

import importlib
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the factories make nets of PyTorch: pip install -e .[oracle]")

from safetensors.numpy import load  # noqa: E402

from anylength.benchmark.run import JSON, LATEX, MARKDOWN, PAGE  # noqa: E402
from anylength.records import Benchmark  # noqa: E402
from anylength.rules import task_named  # noqa: E402
from anylength.sweeps import folder  # noqa: E402
from anylength.torch.modules import load_factory, made_net  # noqa: E402
from tests.test_benchmark_torch import BROKEN, BROKEN_SOURCE, HEADER  # noqa: E402

SOURCE = '''
class Elman(nn.Module):
    """A recurrent layer and a read-out."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.rnn, self.readout = nn.RNN(inputs, 4, batch_first=True), nn.Linear(4, outputs)

    def forward(self, words):
        return self.readout(self.rnn(words)[0])


class Window(nn.Module):
    """Sees two symbols, and says so."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.embedding, self.readout = nn.Embedding(inputs, 4), nn.Linear(8, outputs)

    def forward(self, tokens):
        print("forward is called")
        seen = self.embedding(tokens)
        before = torch.cat([torch.zeros_like(seen[:, :1]), seen[:, :-1]], dim=1)
        return self.readout(torch.tanh(torch.cat([seen, before], dim=2)))
'''

ROOT = Path(__file__).parents[1]
PAGE_OF_DOCS, EXAMPLE = ROOT / "docs" / "how-to" / "benchmark.md", ROOT / "examples" / "own_net.py"

FILES = (JSON, MARKDOWN, LATEX, PAGE)

SMALL = "--suite tomita --tasks tomita-1,tomita-4 --seeds 2 --epochs 1 --convention chomsky-v1 --limit 50 --quiet"
"""A benchmark that takes seconds."""


@pytest.fixture
def nets(tmp_path, monkeypatch):
    """The current folder, with a module of factories. The name of the module."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    name = f"nets_in_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(HEADER + SOURCE)
    yield name
    sys.modules.pop(name, None)
    importlib.invalidate_caches()


@pytest.mark.slow
def test_a_user_s_own_net_gets_rows_with_scores_worst_cases_and_verdicts(called, nets, tmp_path):
    done = called("benchmark", f"{nets}:Elman", *SMALL.split(), "--json", "--out", "table")
    assert done.code == 0
    table = Benchmark.from_json((tmp_path / "table" / JSON).read_bytes(), JSON)
    assert json.loads(done.stdout)["path"] == "table"
    assert [row.task for row in table.rows] == ["tomita-1", "tomita-4"]
    for row in table.rows:
        assert row.kind == f"{nets}:Elman, plain"
        assert row.nets == 2
        assert {score.convention for score in row.scores} == {"anylength-v1", "chomsky-v1", "flare-v1"}
        assert sum(row.verdicts.values()) == 2
        assert set(row.verdicts) <= {"PROVED", "REFUTED", "PROVED UP TO", "UNKNOWN"}
        assert row.most_updates == row.mean_updates == 90
    assert any(row.worst_word is not None for row in table.rows)  # four units and 90 updates are not enough for both tasks
    with folder.open_weights(tmp_path / "table", 3) as file:
        stored = load(file.read())
    module = load_factory(f"{nets}:Elman", tmp_path).function(2, 2)
    module.load_state_dict({name: torch.from_numpy(value) for name, value in stored.items()})


@pytest.mark.slow
def test_a_net_without_a_step_is_tested_and_its_verdict_says_that_it_has_none(called, nets, tmp_path):
    done = called("benchmark", f"{nets}:Window", *SMALL.split(), "--json", "--out", "table")
    assert done.code == 0
    rows = json.loads(done.stdout)["rows"]
    assert [row["verdicts"] for row in rows] == [{"NOT APPLICABLE": 2}] * 2
    assert all(row["not_applicable"].startswith("not a recurrent step: expected a module with an nn.RNN") for row in rows)
    assert rows[1]["worst_word"] is not None  # 000 ends in two symbols that say nothing of the third
    shown = called("benchmark", f"{nets}:Window", *SMALL.split(), "--out", "table").stdout
    assert "NOT" in shown and "(not a" in shown
    assert "NOT APPLICABLE (not a recurrent step)" in (tmp_path / "table" / MARKDOWN).read_text()


@pytest.mark.parametrize("name", ["raises", "nothing", "absent", "classes", "alphabet", "Last", "Nan"])
def test_a_broken_factory_is_one_line_and_exit_code_2_and_leaves_nothing(called, nets, tmp_path, name):
    (tmp_path / f"{nets}.py").write_text(HEADER + BROKEN_SOURCE)
    done = called("benchmark", f"{nets}:{name}", *SMALL.split(), "--out", "table")
    assert done.code == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert BROKEN[name].replace("nets_of_", nets) in line
    assert not (tmp_path / "table").exists()


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("no_such_module:net", (), "expected a known Python module in the current folder, got 'no_such_module'"),
        ("{nets}:Elman", ("--hidden", "8"), "expected no --hidden beside module:factory"),
        ("{nets}:Elman", ("--layers", "2"), "expected no --layers beside module:factory"),
        ("{nets}:Elman", ("--recipe", "certified"), "expected no --recipe beside module:factory"),
        ("{nets}:Elman", ("--epochs", "0"), "epochs"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(called, nets, tmp_path, kind, options, message):
    done = called("benchmark", kind.format(nets=nets), *SMALL.split(), *options, "--out", "table")
    assert done.code == 2
    (line,) = done.stderr.splitlines()
    assert message in line
    assert not (tmp_path / "table").exists()


def test_without_pytorch_the_remedy_is_named(called, nets, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    done = called("benchmark", f"{nets}:Elman", *SMALL.split())
    assert done.code == 2
    expected = f"expected PyTorch for the nets of {nets}:Elman, got an installation without it: pip install 'torch>=2.13,<2.16'\n"
    assert done.stderr.endswith(expected)


@pytest.mark.slow
def test_a_killed_benchmark_continues_to_the_same_table_and_a_changed_source_is_refused(called, nets, tmp_path):
    kind, small = f"{nets}:Window", SMALL.replace("tomita-1,", "").split()
    command = [sys.executable, "-m", "anylength", "benchmark", kind, *small, "--out", "killed"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline, results = time.monotonic() + 240, tmp_path / "killed" / folder.RESULTS
    while not (results.exists() and results.stat().st_size):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert called("benchmark", kind, *small, "--out", "killed").code == 0
    assert called("benchmark", kind, *small, "--out", "calm").code == 0
    assert folder.sorted_lines(Path("killed")) == folder.sorted_lines(Path("calm"))
    assert all(Path("killed", name).read_bytes() == Path("calm", name).read_bytes() for name in FILES)
    Path(f"{nets}.py").write_text(HEADER + SOURCE + "\n# another version\n")
    sys.modules.pop(nets)
    done = called("benchmark", kind, *small, "--out", "killed")
    assert done.code == 2
    assert "pass another --out" in done.stderr


def test_the_documented_net_is_the_example_and_is_ready_to_be_trained():
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE_OF_DOCS.read_text(), re.MULTILINE | re.DOTALL)
    docstring, _, code = EXAMPLE.read_text().partition("\n\n")
    assert code == block
    assert "own_net:TwoLayers" in docstring
    module, form = made_net(load_factory("own_net:TwoLayers", EXAMPLE.parent), task_named("tomita-1"), seed=0)
    assert (form.inputs, form.batch_first) == ("tokens", True)
    assert "lstm.weight_ih_l1" in module.state_dict()
    sys.path.remove(str(EXAMPLE.parent))


@pytest.mark.slow
def test_the_documented_command_gives_a_row_as_printed(called, nets, tmp_path):
    first, second = re.findall(r"^anylength (benchmark own_net.*)$", PAGE_OF_DOCS.read_text(), re.MULTILINE)
    assert second == "benchmark own_net:TwoLayers --suite tomita --out own-net"
    shutil.copy(EXAMPLE, tmp_path)
    assert called(*first.split()).code == 0
    (row,) = Benchmark.from_json((tmp_path / "first" / JSON).read_bytes(), JSON).rows
    assert row.task == "tomita-1"
    assert set(row.verdicts) <= {"PROVED", "REFUTED", "PROVED UP TO", "UNKNOWN"}


@pytest.mark.slow
def test_a_row_of_a_module_with_a_step_is_taken_and_explained(called, nets):
    small = SMALL.replace("tomita-1,", "").replace("--seeds 2", "--seeds 1").split()
    assert called("benchmark", f"{nets}:Elman", *small, "--out", "table").code == 0
    verdict = Benchmark.from_json(Path("table", JSON).read_bytes(), JSON).rows[0].verdicts
    assert called("take", "table", "0", "--out", "run").code == 0
    assert json.loads(called("explain", "run", "--json").stdout)["findings"]
    assert {json.loads(called("prove", "run", "--budget", "5", "--json").stdout)["verdict"]: 1} == verdict


def test_a_row_of_a_module_without_a_step_is_no_run_of_ours(called, nets):
    small = SMALL.replace("tomita-1,", "").replace("--seeds 2", "--seeds 1").split()
    assert called("benchmark", f"{nets}:Window", *small, "--out", "table").code == 0
    done = called("take", "table", "0", "--out", "run")
    assert done.code == 2
    assert "expected a net whose step can be read" in done.stderr and "a factory may return (step, initial_state)" in done.stderr
    assert not Path("run").exists()
