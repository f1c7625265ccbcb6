"""The program: what it prints, its exit codes, and that whatever goes wrong is no VALID."""

import json
import runpy
import sys

import pytest
from handmade import safetensors

from anylength_check import CheckResult, check
from anylength_check.__main__ import USAGE, machine_lines, main
from anylength_check.strict import Refused


@pytest.fixture
def written(tmp_path, tiny):
    net, original = tiny
    (tmp_path / "c").write_text(json.dumps(original))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    return str(tmp_path / "c"), str(tmp_path / "w")


def test_the_command_line_says_what_was_found(written, tiny, capsys):
    assert main([*written]) == 0
    lines = capsys.readouterr().out.splitlines()
    claim, *details = check(*written).lines
    assert claim == f"Claim: {tiny[1]['claim']}" and details[-1].startswith("Proof 2: ")
    machine = [*machine_lines(check(*written).machine)]
    assert lines == [claim, "VALID", *machine, *details] and machine[0].startswith("The machine starts in q0.")
    assert main([*written, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.pop("lines") == [claim, *details]
    assert found == {"valid": True, "claim": tiny[1]["claim"], "reason": None, "machine": machine}
    assert main([written[1], written[0]]) == 4
    assert capsys.readouterr().out.startswith("REJECTED: not strict JSON")
    assert main(["--json", written[1], written[0]]) == 4
    refused = json.loads(capsys.readouterr().out)
    assert (refused["valid"], refused["machine"]) == (False, [])


@pytest.mark.parametrize(
    "arguments", [[], ["a"], ["a", "b", "c", "d"], ["-a", "b"], ["a", "--b"], ["--json", "--json", "a", "b"], ["--help", "a"]]
)
def test_other_arguments_are_answered_with_the_usage(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"{USAGE}\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_asked_for(flag, capsys):
    assert main([flag]) == 0
    assert capsys.readouterr() == (f"{USAGE}\n", "")


@pytest.mark.parametrize("path", ["missing", ".", "\0"])
def test_a_file_that_cannot_be_read(path, capsys):
    assert main([path, path]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("cannot read the files: ") and err.count("\n") == 1


def as_a_program(monkeypatch, arguments):
    """The exit code of `python -m anylength_check`, and how it ends the process."""
    monkeypatch.setattr(sys, "argv", ["anylength_check", *arguments])
    ended = []
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("os.write", lambda _, text: ended.append(text))
    try:
        with pytest.warns(RuntimeWarning, match="found in sys.modules"):
            runpy.run_module("anylength_check.__main__", run_name="__main__")
    except SystemExit as done:
        return done.code, ended
    return None, ended


def test_the_program_ends_with_the_exit_code(monkeypatch, written):
    assert as_a_program(monkeypatch, written) == (0, [])
    assert as_a_program(monkeypatch, [written[0]]) == (2, [])


def test_an_interrupt_or_an_undelivered_verdict_is_no_success(monkeypatch, written):
    class Interrupted:
        def write(self, text):
            raise KeyboardInterrupt

    class Full:
        def write(self, text):
            raise RuntimeError("full")

    class FullAtLast:
        def write(self, text):
            pass

        def flush(self):
            raise RuntimeError("full")

    monkeypatch.setattr(sys, "stdout", Interrupted())
    assert as_a_program(monkeypatch, written) == (None, [130])
    for stream in (Full(), FullAtLast()):
        monkeypatch.setattr(sys, "stdout", stream)
        assert as_a_program(monkeypatch, written) == (None, [b"REJECTED: RuntimeError\n", 4])


def test_an_unforeseen_error_is_a_rejection(monkeypatch, tmp_path, written):
    def fails(*_):
        raise MemoryError

    monkeypatch.setattr(sys.modules["anylength_check.check"], "read_certificate", fails)
    assert check(*written) == CheckResult(False, None, "the checker could not finish: MemoryError", ())


def test_a_reason_is_one_short_line_of_ascii(monkeypatch, written):
    def refuses(*_):
        raise Refused("ü\n" + "x" * 1000)

    monkeypatch.setattr(sys.modules["anylength_check.check"], "read_certificate", refuses)
    found = check(*written).reason
    assert found.startswith("\\xfc\\nxxx") and len(found) == 500
