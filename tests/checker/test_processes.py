"""A check that several processes share out says what that of one process says."""

import importlib
import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from handmade import safetensors, seal

import anylength.verification.verdicts.checker as in_memory

checker, main = (importlib.import_module(f"anylength_check.{name}") for name in ("check", "__main__"))
"""The modules: the package has a function of the first one's name."""

FOLDER = Path(__file__).parents[1] / "fixtures" / "ellipsoids"
CERTIFICATE, WEIGHTS = FOLDER / "certificate.json", FOLDER / "model.safetensors"

RUN = subprocess.run

CHILD = """
import sys
import anylength_check.__main__ as main
main.WORK_A_SECOND = 1
print(main.check(*sys.argv[1:3], main.shared_by(sys.argv[1], int(sys.argv[3]))))
"""
"""A process without JAX: one with JAX must not be copied. No check is too small for it."""


def check_in(processes, certificate, weights):
    """What a check in so many processes finds."""
    command = [sys.executable, "-c", CHILD, str(certificate), str(weights), str(processes)]
    return subprocess.run(command, capture_output=True, check=True).stdout


@pytest.fixture
def small(tmp_path, tiny):
    """A small certificate, and its weights."""
    net, original = tiny
    (tmp_path / "c").write_text(json.dumps(original))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    return tmp_path / "c", tmp_path / "w"


@pytest.fixture(scope="module")
def rejected(tmp_path_factory):
    """A certificate of which one step does not close, under the last symbol, sealed."""
    fields = json.loads(CERTIFICATE.read_text())
    fields["proofs"][0]["nodes"][-1]["weights"][-1] = [1, 1, 1, 1, 100_000]
    path = tmp_path_factory.mktemp("rejected") / "certificate.json"
    path.write_text(json.dumps(seal(fields), sort_keys=True, separators=(",", ":")))
    return path


def test_two_processes_find_what_one_does(small):
    valid = check_in(2, *small)
    assert valid == check_in(1, *small) and b"CheckResult(valid=True" in valid
    proof, fields = small[0], json.loads(small[0].read_text())
    fields["proofs"][0]["nodes"][0]["next"][-1] ^= 1
    proof.write_text(json.dumps(seal(fields)))
    refusal = check_in(2, *small)
    assert refusal == check_in(1, *small) and b"which is of another machine state" in refusal


@pytest.mark.slow
def test_two_processes_find_of_ellipsoids_what_one_does(rejected):
    valid, refusal = check_in(2, CERTIFICATE, WEIGHTS), check_in(2, rejected, WEIGHTS)
    assert valid == check_in(1, CERTIFICATE, WEIGHTS) and b"CheckResult(valid=True" in valid
    assert refusal == check_in(1, rejected, WEIGHTS) and b"leaves the ellipsoid of node" in refusal


def test_processes_know_the_states_that_steps_under_other_symbols_lead_to(small, monkeypatch):
    """What a number format needs of the states before a step is of all symbols, though each symbol is looked at by itself."""
    asked = []
    monkeypatch.setattr(
        importlib.import_module("anylength_check.cover"), "require_covered", lambda *given: asked.append(given[-2:])
    )
    assert checker.check(*small).valid
    monkeypatch.setattr(main, "WORK_A_SECOND", 1)
    monkeypatch.setattr(main, "side_by_side", lambda _, function, numbers: [copied(function)(each) for each in numbers])
    assert checker.check(*small, main.shared_by(small[0], 2)).valid
    assert asked[: len(asked) // 2] == asked[len(asked) // 2 :]
    for entering, each in asked:
        assert len(each) == 3
        pairs = [pair for under in each for pair in zip(entering.states, under.states, strict=True)]
        assert all(least <= low and high <= most for (least, most), (low, high) in pairs)  # where any step leads


def copied(function):
    """The function as another process gets it."""
    return pickle.loads(pickle.dumps(function))


def test_a_small_check_stays_in_one_process_and_so_does_that_of_a_very_large_file(small, monkeypatch):
    monkeypatch.setattr(main, "side_by_side", None)
    assert checker.check(*small, main.shared_by(small[0], 2)).valid
    monkeypatch.setattr(main, "WORK_A_SECOND", 1)
    monkeypatch.setattr(main, "SHARED_LIMIT", 1000)
    assert checker.check(*small, main.shared_by(small[0], 2)).valid
    monkeypatch.setattr(main, "SHARED_LIMIT", 1 << 26)
    assert not checker.check(*small, main.shared_by(small[0], 2)).valid


def test_a_system_without_processes_checks_in_one(small, monkeypatch):
    def refuse(*_, **__):
        raise OSError("no semaphores")

    for missing in (None, SimpleNamespace(ProcessPoolExecutor=refuse)):  # as in a browser, and where there are no semaphores
        monkeypatch.setitem(sys.modules, "concurrent.futures", missing)
        assert list(main.side_by_side(2, abs, range(-2, 1))) == [2, 1, 0]
    monkeypatch.setattr(in_memory.subprocess, "run", refuse)
    monkeypatch.setattr(in_memory, "LARGE", 0)
    assert in_memory.check_shared_out(*(path.read_bytes() for path in small)).valid


def test_a_certificate_in_memory_is_checked_by_a_command_and_found_the_same(small, monkeypatch):
    monkeypatch.setattr(in_memory, "LARGE", 0)
    certificate, weights = small
    for content in (certificate.read_bytes(), certificate.read_bytes()[:-9]):
        certificate.write_bytes(content)
        assert in_memory.check_shared_out(content, weights.read_bytes()) == checker.check(certificate, weights)


@pytest.mark.slow
def test_a_large_certificate_in_memory_is_checked_by_a_command_and_found_the_same(rejected):
    for path in (CERTIFICATE, rejected):
        content, weights = path.read_bytes(), WEIGHTS.read_bytes()
        assert len(content) > in_memory.LARGE
        assert in_memory.check_shared_out(content, weights) == checker.check(path, WEIGHTS)


@pytest.mark.parametrize(("said", "code"), [("", 0), ("{}", 0), ("[]", 4), ("null", 0), ('{"valid": true}', 0), ("not JSON", 4)])
def test_a_command_that_says_no_result_has_found_nothing(monkeypatch, said, code):
    answers(monkeypatch, said, code)
    found = in_memory.check_shared_out(CERTIFICATE.read_bytes(), WEIGHTS.read_bytes())
    assert (found.valid, found.claim) == (False, None)
    assert str(code) in found.reason


def test_a_command_that_says_valid_and_fails_has_found_nothing(monkeypatch):
    found = {"valid": True, "claim": "all", "reason": None, "lines": [], "machine": []}
    for code in (4, 0):
        answers(monkeypatch, json.dumps(found), code)
        assert in_memory.check_shared_out(CERTIFICATE.read_bytes(), WEIGHTS.read_bytes()).valid == (not code)


def answers(monkeypatch, said, code):
    """Puts a command in place of the checker's that says this and ends with a code."""
    child = f"import sys; sys.stdout.write({said!r}); sys.exit({code})"
    monkeypatch.setattr(in_memory.subprocess, "run", lambda _, **options: RUN([sys.executable, "-c", child], **options))


def test_a_process_with_jax_in_it_is_not_copied(called, small, monkeypatch):
    monkeypatch.setattr(main, "WORK_A_SECOND", 1)
    monkeypatch.setattr(main, "side_by_side", None)
    assert "jax" in sys.modules
    assert called("check", str(small[0]), "--weights", str(small[1])).code == 0
