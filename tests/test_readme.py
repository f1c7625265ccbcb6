"""The README is short, its commands run, its links lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

from anylength_check import check

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
COMMANDS = re.findall(r"^\$ anylength (.+)$", README, re.MULTILINE)


def test_it_is_short():
    assert len(README.split()) <= 650


@pytest.mark.slow
def test_its_three_commands_run_one_after_the_other(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = re.search(r"```console\n(.*?)```", README, re.DOTALL)
    assert shown is not None and len(COMMANDS) == 3
    for command, output in zip(COMMANDS, re.split(r"^\$ .+\n", shown[1], flags=re.MULTILINE)[1:], strict=True):
        found = called(*command.split())
        assert found.code == 0
        labels = [re.split(r"\s{2,}", line)[0] for line in output.splitlines() if line != "…"]
        assert labels
        assert [label for label in labels if not re.search(rf"^{re.escape(label)}\b", found.stdout, re.MULTILINE)] == []
    assert check(tmp_path / "runs/hundred/certificate.json", tmp_path / "runs/hundred/model.safetensors").valid


def test_its_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert used and used <= targets


def test_make_demo_is_the_demo():
    shown = subprocess.run(["make", "--dry-run", "demo"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "anylength demo" in shown


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_a_link_leads_to_a_file(link):
    assert (ROOT / link).exists()
