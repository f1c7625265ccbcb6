"""Asking one question loads what answers it."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import anylength
from anylength.cells import CELLS
from anylength.nets import answers
from anylength.nets.scan import answers_in_blocks
from anylength.rules import task_named
from anylength.training import recipe_named
from tests.patience import PATIENCE

COUNT = """
import sys
from anylength.cli.main import main
main(sys.argv[1:])
loaded = [name for name in sys.modules if name.partition(".")[0] in ("anylength", "anylength_check")]
print(len(loaded), "jax" in sys.modules)
"""

LATE_JAX = """
import sys
from anylength.runs import Run
net = Run.open(sys.argv[1]).net
assert "jax" not in sys.modules
import jax
print(len(jax.tree.leaves(net)) > 1)
"""


def printed(code: str, *words: str) -> list[str]:
    """The words of the last line that a program prints."""
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return done.stdout.splitlines()[-1].split()


def test_asking_a_net_loads_few_modules_and_no_jax(run_folder: Path):
    loaded, with_jax = printed(COUNT, "ask", str(run_folder), "199")
    assert int(loaded) < 60 and with_jax == "False"


def test_training_a_net_loads_no_search_and_no_exports(tmp_path: Path):
    loaded, _ = printed(COUNT, "train", "count", "--epochs", "1", "--hidden", "4", "--quiet", "--out", str(tmp_path / "run"))
    assert int(loaded) <= 200


def test_a_net_that_is_read_before_jax_is_a_pytree_afterwards(run_folder: Path):
    assert printed(LATE_JAX, str(run_folder)) == ["True"]


@pytest.mark.parametrize("package", [each.name for each in pkgutil.walk_packages(anylength.__path__, "anylength.") if each.ispkg])
def test_every_name_at_the_door_of_a_package_leads_somewhere(package):
    if package.startswith("anylength.torch"):
        pytest.importorskip("torch")
    door = importlib.import_module(package)
    assert all(hasattr(door, name) for name in getattr(door, "__all__", ()))


@pytest.mark.parametrize("cell", [name for name, kind in CELLS.items() if kind.has_fixed_size_state])
def test_a_single_word_is_answered_as_by_jax(cell):
    task = task_named("count")
    net = jax.tree.map(np.asarray, recipe_named("plain").initial(np.random.default_rng(0), task, CELLS[cell], 8))
    word = task.sample(np.random.default_rng(1), 30, 1)
    assert np.array_equal(answers(net, word), answers_in_blocks(net, word))
