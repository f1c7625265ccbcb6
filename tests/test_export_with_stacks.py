"""Exported C and JavaScript of nets with stacks: the answers are right, and a full stack is told."""

import numpy as np
import pytest

from anylength.base import InputError
from anylength.interchange import export_bytes
from anylength.memory.construct import construct
from anylength.nets import Net, describe
from anylength.rules import Task, task_named, without_letters
from tests.test_export import asked_in_node, compiled, run

TASKS = {
    "words, one stack": ("dyck-2", 10), "words, two stacks": ("anbncn", 10), "an output for each symbol": ("turing:bb3", 10),
    "numbers, one stack": ("reverse", 2), "numbers, two stacks": ("count-natural", 3), "numbers, labels, no letters": ("parity", 3),
    "numbers, all outputs, no letters": ("count", 3),
}  # fmt: skip


def constructed(name: str) -> tuple[Net, Task]:
    """A net that is constructed from a task's machine, with a stack that it does not use where the machine is finite."""
    task = task_named(*TASKS[name])
    machine = task.memory or without_letters(task.machine, 1)
    return construct(machine, base=task.letters, tapes=task.tapes, classes=task.classes), task


def asked(task: Task) -> tuple[list[str], list[str]]:
    """Questions and their right answers."""
    rng, texts = np.random.default_rng(7), []
    for length in (1, 2, 3, 5, 8, 13, 40, 41):
        if task.names is None:
            texts += ["".join(map(str, row)) for row in rng.integers(1, task.base, (4, length)).tolist()]
        else:
            texts += [task.notation.write(word) for word in task.random_words(rng, length, 4).T]
    return texts, [task.text(task.exact((task.notation.read(text),))) for text in texts]


@pytest.mark.parametrize("name", TASKS)
def test_the_c_program_gives_right_answers(name, tmp_path):
    net, task = constructed(name)
    questions, right = asked(task)
    done = run(compiled(net, describe(net, task), tmp_path, "-O2"), *questions)
    assert (done.returncode, done.stderr, done.stdout.splitlines()) == (0, "", right)


def test_the_javascript_module_gives_right_answers(tmp_path):
    given, expected = {}, {}
    for at, name in enumerate(TASKS):
        net, task = constructed(name)
        questions, right = asked(task)
        path = tmp_path / f"net{at}.mjs"
        path.write_bytes(export_bytes(net, describe(net, task), "js"))
        given[path.as_uri()], expected[path.as_uri()] = [[question] for question in questions], right
    assert asked_in_node(given) == expected


@pytest.mark.parametrize(("name", "fits", "full"), [("words, one stack", "((()))", "(((()"), ("numbers, one stack", "101", "1011")])
def test_a_full_stack_is_told_and_nothing_is_answered(name, fits, full, tmp_path):
    net, task = constructed(name)
    program = compiled(net, describe(net, task), tmp_path, "-DMODEL_DEPTH=3", "-fsanitize=address,undefined")
    assert run(program, fits).returncode == 0
    done = run(program, full)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "a stack is full: build with a larger MODEL_DEPTH\n"


def test_a_net_with_stacks_is_written_in_c_and_javascript_alone():
    net, task = constructed("words, one stack")
    for to in ("onnx", "torch", "json"):
        with pytest.raises(InputError, match=r"expected a format that can express stacks, .* pass --to js or --to c"):
            export_bytes(net, describe(net, task), to)


def test_only_a_proved_run_is_exported_and_the_statement_names_full_stacks(tmp_path, called):
    path = str(tmp_path / "run")
    called("train", "dyck-1", "--cell", "stack-rnn", "--recipe", "constructed", "--out", path)
    refused = called("export", path, "--to", "c")
    assert (refused.code, "expected gates that are proved to be exactly 0 or 1" in refused.stderr) == (2, True)
    called("prove", path)
    assert "as long as no stack is full" in called("export", path, "--to", "c", "--json").stdout
