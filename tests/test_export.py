"""Exports: every format answers as the run does, and the statement on the proof is right.

Nets are drawn at random or constructed. On drawn nets the best logit leads by `LEAD` or more at every step of every question, so no
order of float32 roundings changes an answer.
"""

import dataclasses
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from by_hand import echo, echoing_net, net_of
from hypothesis import given
from hypothesis import strategies as st

from anylength.base import InputError
from anylength.cells import CELLS
from anylength.cli.commands import export as export_command
from anylength.interchange import C_PROGRAM, EXPORT_FORMATS, export_bytes, export_files, read_net
from anylength.interchange.own_files import own_net
from anylength.interchange.pytorch.safetensors_file import read_tensors
from anylength.interchange.text.decimals import shortest_decimal
from anylength.interchange.text.integers import integers_of
from anylength.interchange.text.json_file import decimal_as_double
from anylength.nets import Net, NetConfig, answers, describe, grid_named, tensors, to_bytes
from anylength.ops.arrays import numpy_arrays
from anylength.ops.rounding import MODEL_ERRORS, FunctionErrors
from anylength.programs import parse_program
from anylength.programs import run as run_program
from anylength.rules import Task, from_text, task_named
from anylength.rules.own_tasks import from_mapping
from anylength.runs import Run
from anylength.verification.certify import FORMATS, RUNTIMES, Proof, certificate_bytes, parse_certificate, runtime_coverage
from anylength.verification.certify.formats import step_error
from anylength.verification.certify.runtimes import Runtime
from anylength.verification.verdicts import find_proofs
from tests.selection import thorough

LEAD = 1e-4
BOUNDED = [name for name, cell in CELLS.items() if cell.has_fixed_size_state]
STRICT = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror")
HARD = {1: [("0",), ("9",), ("1999",), ("9" * 60,), ("8" + "9" * 150,), ("007",), ("1476233999",), ("5" * 40,)]}
HARD[2] = [("1", "2"), ("2" * 70, "1"), ("1", "2" * 70), ("1" + "0" * 60, "1"), ("12021", "2"), ("0", "0"), ("22", "0012")]
NODE = shutil.which("node")

ODD, EVEN = "ødd */ *\\) *\\/ ??/ </script> %d", "e\"v'en\\"
LETTERED = {
    "name": "quoted",
    "summary": f"signs that mean something elsewhere: {ODD} \\",
    "base": 2,
    "labels": [EVEN, ODD],
    "start": "even",
    "states": {name: {"0": ["even", EVEN], "1": ["odd", ODD]} for name in ("even", "odd")},
}


@dataclass(frozen=True, eq=False)
class Case:
    """A net, questions, and the net's answers."""

    net: Net
    task: Task
    config: NetConfig
    questions: list[tuple[str, ...]]
    answers: list[str]


def words(task: Task, questions: list[tuple[str, ...]]) -> list[np.ndarray]:
    """The words that ask these questions."""
    return [task.word(tuple(from_text(text, task.base) for text in question)) for question in questions]


def case_of(net: Net, task: Task, questions: list[tuple[str, ...]]) -> Case:
    """The net's own answers, all in one batch."""
    asked = words(task, questions)
    batch = np.stack([np.pad(word, (0, max(map(len, asked)) - len(word))) for word in asked], axis=1)
    outputs = answers(net, batch)
    got = [task.text(task.answer(outputs[: len(word), b])) for b, word in enumerate(asked)]
    return Case(net, task, describe(net, task), questions, got)


def drawn(cell: str, task: Task, questions: list[tuple[str, ...]], *, hidden: int = 5, both: bool = False) -> Net:
    """A net of random weights whose best logit leads by `LEAD` or more on all questions."""
    for seed in range(500):
        rng = np.random.default_rng(seed)
        shapes = CELLS[cell].shapes(task.encoding_size, hidden)
        own = {field: rng.normal(0, 0.7, shape).astype(np.float32) for field, shape in shapes.items()}
        if both:
            own["bias_hh"] = rng.normal(0, 0.7, own["bias"].shape).astype(np.float32)
            own["bias_hh"][2 * hidden if cell == "gru" else len(own["bias"]) :] = 0
        readout = rng.normal(0, 2, (task.classes, hidden)).astype(np.float32)
        net = Net(
            CELLS[cell](**own), readout, rng.normal(0, 1, task.classes).astype(np.float32), base=task.letters, tapes=task.tapes
        )
        if least_lead(net, task, questions) >= LEAD:
            return net
    raise AssertionError("no such net")


def least_lead(net: Net, task: Task, questions: list[tuple[str, ...]]) -> float:
    """The least lead of the best logit at any step of any hard question, in plain numpy."""
    least, classes = np.inf, np.arange(net.classes)
    for word in words(task, questions):
        state = np.zeros((net.cell.state_size, 1), np.float32)
        for symbol in word:
            x = np.zeros((net.base * net.tapes, 1), np.float32)
            for tape in range(net.tapes):
                x[tape * net.base + int(symbol) // net.base**tape % net.base] = 1
            state = net.cell.step(numpy_arrays, x, state)
            with np.errstate(invalid="ignore"):  # the library's product may set the flag for lanes that it does not use
                product = net.weight @ state[: net.hidden]
            assert np.isfinite(product).all()
            logits = np.sort(product[:, 0] + net.bias)
            least = min(least, float(logits[-1] - logits[-2])) if len(classes) > 1 else least
    return least


CASES = {
    "count, rnn": ("count", 10, "rnn", False),
    "parity, relu": ("parity", 10, "relu", False),
    "add, gru": ("add", 3, "gru", False),
    "divide-7, gru-reset-before": ("divide-7", 10, "gru-reset-before", False),
    "subtract, lstm": ("subtract", 3, "lstm", False),
    "compare, linear": ("compare", 3, "linear", False),
    "remainder-4, linear-signed": ("remainder-4", 10, "linear-signed", False),
    "reverse, mingru": ("reverse", 10, "mingru", False),
    "count, minlstm": ("count", 10, "minlstm", False),
    "add, slstm": ("add", 3, "slstm", False),
    "parity, ssm": ("parity", 10, "ssm", False),
    "compare, deltanet": ("compare", 3, "deltanet", False),
    "divide-7, rwkv7": ("divide-7", 10, "rwkv7", False),
    "multiply, gru with two biases": ("multiply", 3, "gru", True),
    "labels, lstm with two biases": ("labels", 2, "lstm", True),
    "subtract, by hand": ("subtract", 3, None, False),
}
"""Task, base, cell (None: written by hand), whether it has two biases."""


def test_every_cell_of_fixed_size_is_tried_here():
    assert {cell for _, _, cell, _ in CASES.values() if cell} == set(BOUNDED)


@cache
def case(name: str) -> Case:
    """The case of this name."""
    own, base, cell, both = CASES[name]
    task = from_mapping(LETTERED, "here") if own == "labels" else task_named(own, base)
    questions = HARD[task.tapes] if base != 2 else [("0",), ("1",), ("10" * 40,), ("0101",)]
    if cell is None:
        return case_of(net_of(task.machine, task.base, task.tapes), task, questions)
    return case_of(drawn(cell, task, questions, both=both), task, questions)


def compiled(net: Net, config: NetConfig, folder: Path, *flags: str) -> Path:
    """The program of a net's C file, built without a warning."""
    if shutil.which("cc") is None:
        pytest.skip("tests of exported C need a compiler: apt install gcc")
    for name, content in export_files(net, config, C_PROGRAM, "model.c").items():
        (folder / name).write_bytes(content)
    source, program = folder / "model.c", folder / "model"
    done = subprocess.run(["cc", *STRICT, *flags, str(source), "-lm", "-o", str(program)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return program


def run(program: Path, *numbers: str) -> subprocess.CompletedProcess[str]:
    """The program's answers."""
    return subprocess.run([str(program), *numbers], capture_output=True, text=True)


@pytest.mark.parametrize("name", thorough(CASES, quick=8))
def test_the_c_program_answers_as_the_net_does(name, tmp_path):
    own = case(name)
    program = compiled(own.net, own.config, tmp_path, "-O2")
    done = run(program, *(number for question in own.questions for number in question))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == own.answers


@pytest.mark.parametrize("name", ["subtract, lstm", "multiply, gru with two biases"])
def test_the_c_program_may_fuse_its_products_and_sums(name, tmp_path):
    own = case(name)
    program = compiled(own.net, own.config, tmp_path, "-O3", "-ffp-contract=fast", "-march=native")
    done = run(program, *(number for question in own.questions for number in question))
    assert done.stdout.splitlines() == own.answers


def test_the_c_program_refuses_what_is_no_number_before_it_answers_anything(tmp_path):
    own = case("add, gru")
    program = compiled(own.net, own.config, tmp_path)
    for numbers in ([], ["1"], ["1", "2", "3"], ["1", "3"], ["1", ""], ["1", "-2"], ["1", "2", "x", "1"], ["1", "é"]):
        done = run(program, *numbers)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "expected numbers in base 3, 2 for each answer\n"


def symbols_of(file: Path) -> list[str]:
    """The names in an object file, each after a letter: U for those that it needs, small ones for those of its own."""
    return subprocess.run(["nm", str(file)], capture_output=True, text=True, check=True).stdout.split("\n")


@pytest.mark.parametrize("name", ["count, rnn", "subtract, lstm", "labels, lstm with two biases", "parity, relu"])
def test_the_c_file_holds_five_functions_of_its_name_and_needs_no_other(name, tmp_path):
    """No buffer outlives a call, and no function of a library is called, but for those that a compiler adds."""
    if shutil.which("cc") is None:
        pytest.skip("tests of exported C need a compiler: apt install gcc")
    own, built = case(name), tmp_path / "gate-1.o"
    written = export_files(own.net, own.config, EXPORT_FORMATS["c"], "gate-1.c")
    assert list(written) == ["gate-1.c", "gate-1.h"]
    for file, content in written.items():
        (tmp_path / file).write_bytes(content)
    assert b"stdio" not in written["gate-1.c"] + written["gate-1.h"]
    command = ["cc", *STRICT, "-O2", "-ffreestanding", "-fno-pic", "-c", str(tmp_path / "gate-1.c"), "-o", str(built)]
    subprocess.run(command, check=True)
    names = [line.split()[-2:] for line in symbols_of(built) if line]
    assert sorted(found for kind, found in names if kind == "T") == [
        "gate_1_answer", "gate_1_reset", "gate_1_room", "gate_1_step",
    ]  # fmt: skip
    assert {found for kind, found in names if kind == "U"} <= {"memcpy", "memset", "memmove", "__stack_chk_fail"}
    assert not [found for kind, found in names if kind in "bBdDC"]


@pytest.mark.parametrize("name", ["count, rnn", "add, gru", "labels, lstm with two biases", "compare, deltanet"])
def test_a_quantised_net_is_written_as_integers_with_the_same_bits(name, tmp_path, monkeypatch):
    own = case(name)
    net = grid_named("int8").nearest_net(own.net)
    code = export_bytes(net, own.config, "c").decode()
    assert not re.search(r"^static const float (?!scale_of)", code, re.MULTILINE)
    assert code.count("static const int8_t") == len(tensors(net)) == code.count("static const float scale_of")
    printed = []
    for _ in range(2):
        shown = (
            export_bytes(net, own.config, "c")
            .decode()
            .replace("return best;", 'for (int k = 0; k < LETTERS; k++) printf("%a ", (double)logits[k % 2]);\n    return best;')
        )
        steps = "".join(f"model_step(&state, {symbol % own.net.base}); " for symbol in range(40))
        main = f"int main(void) {{ model_state state; model_reset(&state); {steps}return 0; }}"
        (tmp_path / "model.h").write_bytes(export_files(net, own.config, EXPORT_FORMATS["c"], "model.c")["model.h"])
        (tmp_path / "net.c").write_text(f"#include <stdio.h>\n{shown}\n{main}\n")
        command = ["cc", "-std=c99", "-O2", "-ffp-contract=off", str(tmp_path / "net.c"), "-lm", "-o", str(tmp_path / "net")]
        subprocess.run(command, check=True)
        printed.append(subprocess.run([str(tmp_path / "net")], capture_output=True, text=True, check=True).stdout)
        monkeypatch.setattr("anylength.interchange.text.source_code.integers_of", lambda value: None)
    assert printed[0] == printed[1] and len(printed[0].split()) == 40 * own.net.base


@given(st.lists(st.lists(st.integers(-127, 127), min_size=3, max_size=3), min_size=1, max_size=3), st.integers(-100, 3))
def test_integers_stand_for_exactly_the_same_numbers(rows, exponent):
    value = np.ldexp(np.array(rows, np.float32), exponent)
    for tensor in (value, value[0]):
        found = integers_of(tensor)
        largest = float(np.abs(tensor).max())
        if largest >= 256 * 1.0:
            assert found is None
        elif largest < 64:
            assert found is not None
            assert np.abs(found.rows).max() <= 127 and found.scales.max() <= 1
            back = np.array(found.rows, np.float32) * found.scales[:, None]
            assert back.tobytes() == np.atleast_2d(tensor).tobytes()


def test_other_numbers_are_not_written_as_integers():
    for value in ([0.1, 1.0], [-0.0, 1.0], [np.nan, 1.0], [np.inf, 0.0], [1e30, 1.0], [1.0, 2.0**-8], [1e-40, 0.0]):
        assert integers_of(np.array(value, np.float32)) is None


ASKING = """
const fs = require("fs");
const given = JSON.parse(fs.readFileSync(0));
(async () => {
  const found = {};
  for (const [path, questions] of Object.entries(given)) {
    const net = await import(path);
    found[path] = questions.map((question) => {
      try { return net.answer(...question); } catch (error) { return String(error); }
    });
  }
  console.log(JSON.stringify(found));
})();
"""


def asked_in_node(given: dict[str, list]) -> dict[str, list[str]]:
    """The answers of modules to questions."""
    if NODE is None:
        pytest.skip("tests of exported JavaScript need node: apt install nodejs")
    done = subprocess.run([NODE, "--eval", ASKING], input=json.dumps(given), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_javascript_module_answers_as_the_net_does(tmp_path):
    paths = {}
    for at, name in enumerate(CASES):
        paths[name] = tmp_path / f"net{at}.mjs"
        paths[name].write_bytes(export_bytes(case(name).net, case(name).config, "js"))
    found = asked_in_node({path.as_uri(): case(name).questions for name, path in paths.items()})
    assert {name: found[path.as_uri()] for name, path in paths.items()} == {name: case(name).answers for name in CASES}


def test_the_javascript_module_refuses_what_is_no_number(tmp_path):
    path = tmp_path / "net.mjs"
    path.write_bytes(export_bytes(case("subtract, by hand").net, case("subtract, by hand").config, "js"))
    bad = [[], ["1"], ["1", "2", "0"], ["1", "3"], ["1", ""], ["1", "-2"], ["1", "1 2"], ["1", "K"]]
    found = asked_in_node({path.as_uri(): [*bad, [1, "2"]]})[path.as_uri()]
    assert found[-1] == "-1"
    assert all(text.startswith("RangeError: expected ") for text in found[:-1])


def asked_of_json(file: dict, question: tuple[str, ...]) -> str:
    """The answer to a question, computed from the JSON file alone."""
    task, asking, code = file["task"], file["asking"], file["encoding"]
    w = {name: np.array(rows, np.float32).astype(np.float64) for name, rows in file["tensors"].items()}
    program = parse_program(json.dumps(file["program"]), "model.json")
    length = max(map(len, question))
    padded = [text.rjust(length, "0") for text in question]
    columns = list(zip(*(padded if asking["read_most_first"] else [text[::-1] for text in padded])))
    letters = [[int(sign, 36) for sign in column] for column in columns]
    for many, symbol in (("work", "work_symbol"), ("answers", "answer_symbol")):
        own = [asking[symbol] // code["letters"] ** tape % code["letters"] for tape in range(code["tapes"])]
        letters += [own] * (asking[many][0] * length + asking[many][1])
    state, outputs = np.zeros((program.state, 1)), []
    for step in letters:
        x = np.concatenate([np.eye(code["letters"])[letter] for letter in step])[:, None]
        state = run_program(program.step, numpy_arrays, w, {"symbol": x, "state": state})[len(program.step) - 1]
        features = run_program(program.answer, numpy_arrays, w, {"state": state})[len(program.answer) - 1]
        outputs.append(int((w[program.weight] @ features[:, 0] + w[program.bias]).argmax()))
    if task["labels"]:
        return task["labels"][outputs[-1]]
    last = asking["answers"][0] * length + asking["answers"][1]
    digits = outputs if asking["whole"] else outputs[-last:]
    value = 0
    for digit in digits if asking["answer_most_first"] else digits[::-1]:
        value = value * task["base"] + digit
    top = digits[0] if asking["answer_most_first"] else digits[-1]
    if task["negative"] and top == task["base"] - 1:
        value -= task["base"] ** len(digits)
    return f"-{np.base_repr(-value, task['base'])}" if value < 0 else in_base(value, task["base"])


def in_base(value: int, base: int) -> str:
    """A number of any size as text."""
    text = ""
    while value or not text:
        value, digit = divmod(value, base)
        text = np.base_repr(digit, 36) + text
    return text.lower()


@pytest.mark.parametrize("name", thorough(CASES, quick=6))
def test_the_json_file_alone_gives_the_nets_answers(name):
    own = case(name)
    file = json.loads(export_bytes(own.net, own.config, "json"))
    assert [asked_of_json(file, question) for question in own.questions] == own.answers


@pytest.mark.parametrize("name", CASES)
def test_the_json_file_holds_the_exact_weights_and_the_tasks_machine(name):
    own = case(name)
    file = json.loads(export_bytes(own.net, own.config, "json"))
    for field, value in tensors(own.net).items():
        read = np.array(file["tensors"][field]).astype(np.float32)
        assert read.tobytes() == value.tobytes()
    rule = own.task.transducer
    assert (file["machine"] is None) == (rule is None)
    if rule is not None:
        assert (file["machine"]["delta"], file["machine"]["output"]) == (list(map(list, rule.delta)), list(map(list, rule.output)))


@given(st.integers(0, 2**32 - 1).map(lambda bits: np.uint32(bits).view(np.float32)).filter(np.isfinite))
def test_decimals_read_back_as_the_same_float32_from_doubles_too(value):
    text = shortest_decimal(value)
    assert np.float32(text).tobytes() == np.float32(float(text)).tobytes() == value.tobytes()
    assert np.float32(decimal_as_double(value)).tobytes() == value.tobytes()
    assert any(sign in text for sign in ".e")


TORCH = [name for name, (_, _, cell, _) in CASES.items() if cell in ("rnn", "relu", "gru", "lstm")]


@pytest.mark.parametrize("name", TORCH)
def test_pytorch_answers_as_the_net_does_and_holds_its_exact_weights(name, tmp_path, capsys):
    torch = pytest.importorskip("torch", reason="PyTorch as an oracle: pip install .[oracle]")
    from safetensors import safe_open

    own, path = case(name), tmp_path / "net.safetensors"
    path.write_bytes(export_bytes(own.net, own.config, "torch"))
    use = EXPORT_FORMATS["torch"].usage(own.net, own.config, path)
    scope: dict[str, Any] = {}
    exec(use, scope)
    net = scope["net"]
    printed = capsys.readouterr().out
    example = next(line.split("# ")[1].split(", as")[0] for line in use.splitlines() if line.startswith("digits"))
    word = words(own.task, [tuple(example.split(" and "))])[0]
    assert printed == f"{torch.from_numpy(answers(own.net, word[:, None])[:, 0].astype(np.int64))}\n"
    for question, expected in zip(own.questions, own.answers):
        word = words(own.task, [question])[0]
        letters = [torch.tensor(word // own.net.base**tape % own.net.base).long() for tape in range(own.net.tapes)]
        x = torch.cat([torch.nn.functional.one_hot(letter, own.net.base) for letter in letters], dim=1).float()
        outputs = net["readout"](net["rnn"](x)[0]).argmax(dim=1).numpy().astype(np.uint8)
        assert own.task.text(own.task.answer(outputs)) == expected
    with safe_open(path, "numpy") as file:
        facts, found = file.metadata(), {key: file.get_tensor(key) for key in list(file.keys())}
    assert facts["rnn"].startswith("torch.nn.") and facts["task"] == own.task.name
    mine, units = tensors(own.net), own.net.hidden
    second = mine.get("cell.bias_hh", np.zeros_like(mine["cell.bias"])).copy()
    if "cell.bias_hn" in mine:
        second[2 * units :] = mine["cell.bias_hn"]
    pairs = {"weight_ih": "weight_ih", "weight_hh": "weight_hh", "bias_ih": "bias"}
    for theirs, ours in pairs.items():
        assert found[f"rnn.{theirs}_l0"].tobytes() == mine[f"cell.{ours}"].tobytes()
    assert found["rnn.bias_hh_l0"].tobytes() == second.tobytes()
    assert found["readout.weight"].tobytes() == mine["readout.weight"].tobytes()
    assert found["readout.bias"].tobytes() == mine["readout.bias"].tobytes()


GENERATED = [name for name in CASES if name not in TORCH and name != "subtract, by hand"]


@pytest.mark.parametrize("name", thorough(GENERATED, quick=3))
def test_a_generated_module_answers_as_the_net_does_and_holds_its_exact_weights(name, tmp_path, capsys):
    torch = pytest.importorskip("torch", reason="exports to PyTorch: pip install .[torch]")
    from safetensors import safe_open

    own, path = case(name), tmp_path / "net.safetensors"
    path.write_bytes(export_bytes(own.net, own.config, "torch"))
    scope: dict[str, Any] = {}
    exec(EXPORT_FORMATS["torch"].usage(own.net, own.config, path), scope)
    assert capsys.readouterr().out.startswith("tensor([")
    for question, expected in zip(own.questions, own.answers):
        word = words(own.task, [question])[0]
        letters = [torch.tensor(word // own.net.base**tape % own.net.base).long() for tape in range(own.net.tapes)]
        x = torch.cat([torch.nn.functional.one_hot(letter, own.net.base) for letter in letters], dim=1).float()
        outputs = scope["net"](x).argmax(dim=1).numpy().astype(np.uint8)
        assert own.task.text(own.task.answer(outputs)) == expected
    with safe_open(path, "numpy") as file:
        facts, found = file.metadata(), {key: file.get_tensor(key) for key in list(file.keys())}
    assert facts["module"] in EXPORT_FORMATS["torch"].usage(own.net, own.config, path)
    back = {program_name: found[name] for name, program_name in json.loads(facts["names"]).items()}
    assert {key: value.tobytes() for key, value in back.items()} == {k: v.tobytes() for k, v in tensors(own.net).items()}


@pytest.mark.parametrize("name", thorough(CASES, quick=8))
def test_onnxruntime_answers_as_the_net_does(name, tmp_path, capsys):
    for package in ("onnx", "onnxruntime"):
        pytest.importorskip(package, reason="exports to ONNX: pip install .[onnx]")
    own, path = case(name), tmp_path / "net.onnx"
    path.write_bytes(export_bytes(own.net, own.config, "onnx"))
    scope: dict[str, Any] = {}
    exec(EXPORT_FORMATS["onnx"].usage(own.net, own.config, path), scope)
    assert capsys.readouterr().out.startswith("[")
    for question, expected in zip(own.questions, own.answers):
        word = words(own.task, [question])[0].astype(np.int64)
        letters = [word // own.net.base**tape % own.net.base for tape in range(own.net.tapes)]
        x = np.concatenate([np.eye(own.net.base, dtype=np.float32)[letter] for letter in letters], axis=1)[:, None]
        outputs = scope["net"].run(["logits"], {"digits": x})[0].argmax(axis=2)[:, 0].astype(np.uint8)
        assert own.task.text(own.task.answer(outputs)) == expected


@pytest.mark.parametrize("name", TORCH)
def test_a_net_comes_back_from_pytorchs_names_with_the_same_bits(name, tmp_path):
    own, path = case(name), tmp_path / "net.safetensors"
    path.write_bytes(export_bytes(own.net, own.config, "torch"))
    back = read_net(path, own.task, own.config.cell)
    mine, theirs = tensors(own.net), tensors(back.net)
    assert back.folding_error == 0
    assert {key: value.tobytes() for key, value in mine.items()} == {key: value.tobytes() for key, value in theirs.items()}


def test_the_command_line_lists_the_export_formats():
    assert set(export_command.FORMATS) == set(EXPORT_FORMATS)


def test_the_page_on_exports_lists_them_and_shows_the_lines_that_the_command_prints(certified_run):
    page = (Path(__file__).parents[1] / "docs" / "how-to" / "export.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| `([\w.]+)` \| .* \|$", page, re.MULTILINE)
    assert dict(rows) == {name: form.file for name, form in EXPORT_FORMATS.items()}
    net = Run(certified_run).net
    config = Run(certified_run).net_config
    uses = {name: form.usage(net, config, Path("runs/hundred") / form.file) for name, form in EXPORT_FORMATS.items()}
    shown = re.sub(r"\b40\b", str(net.hidden), page)  # the tutorial's net has 40 units
    assert all(f"```python\n{uses[name]}```" in shown for name in ("onnx", "torch"))


@pytest.mark.parametrize("to", thorough(EXPORT_FORMATS, quick=2))
def test_a_proved_run_keeps_its_proof_wherever_it_goes(to, certified_run, tmp_path, called):
    if to == "onnx":
        pytest.importorskip("onnx", reason="exports to ONNX: pip install .[onnx]")
    out = tmp_path / "file"
    found = called("export", str(certified_run), "--to", to, "--out", str(out), "--json")
    said = json.loads(found.stdout)
    assert (found.code, found.stderr, said["covered"], said["target"]) == (0, "", True, to)
    assert said["statement"].startswith("covered: ")
    net = Run(certified_run).net
    assert out.read_bytes() == export_files(net, Run(certified_run).net_config, EXPORT_FORMATS[to], "file")["file"] or to == "torch"
    assert out.stat().st_size > 1000
    assert sorted(path.name for path in tmp_path.iterdir()) == (["file", "file.h"] if to == "c" else ["file"])
    shown = called("export", str(certified_run), "--to", to, "--out", str(out))
    assert " ".join(said["statement"].split()) in " ".join(shown.stdout.split())
    assert said["usage"].splitlines()[-1] in shown.stdout


def test_the_default_file_lies_in_the_run_and_is_replaced(run_folder, tmp_path, called):
    run = Path(shutil.copytree(run_folder, tmp_path / "run"))
    (run / "certificate.json").unlink(missing_ok=True)
    (run / "model.c").write_text("old")
    said = json.loads(called("export", str(run), "--to", "c", "--json").stdout)
    assert said["path"] == str(run / "model.c")
    assert (run / "model.c").read_text().startswith("/* count: ")
    assert said["files"] == [str(run / "model.c"), str(run / "model.h")]
    assert "main(" not in (run / "model.c").read_text()
    said = json.loads(called("export", str(run), "--to", "c", "--main", "--json").stdout)
    assert "main(" in (run / "model.c").read_text() and said["usage"].startswith("cc ")
    assert said["covered"] is False
    assert said["statement"] == f"nothing is proved of this net: the run has no certificate (anylength prove {run})"
    assert Run.open(run)


def test_the_statement_believes_no_certificate_that_the_checker_rejects(certified_run, run_folder, tmp_path, called):
    run = Path(shutil.copytree(certified_run, tmp_path / "run"))
    text = (run / "certificate.json").read_text()
    (run / "certificate.json").write_text(text.replace('"epsilon": "0x1.', '"epsilon": "0x1.1', 1))
    said = json.loads(called("export", str(run), "--to", "js", "--json").stdout)
    assert said["covered"] is False
    assert said["statement"].startswith("nothing is proved of this net: the checker rejects the run's certificate (")
    shutil.copy(run_folder / "model.safetensors", run / "model.safetensors")
    (run / "certificate.json").write_text(text)
    config = json.loads((run / "config.json").read_text()) | {
        "hidden": json.loads((run_folder / "config.json").read_text())["hidden"]
    }
    (run / "config.json").write_text(json.dumps(config))
    said = json.loads(called("export", str(run), "--to", "js", "--json").stdout)
    assert (said["covered"], "rejects" in said["statement"]) == (False, True)


def test_the_statement_believes_no_certificate_of_another_machine(certified_run, tmp_path, called):
    run = Path(shutil.copytree(certified_run, tmp_path / "run"))
    (run / "config.json").write_text((run / "config.json").read_text().replace('"count"', '"decrement"'))
    net = Run(certified_run).net
    (run / "model.safetensors").write_bytes(to_bytes(net, Run(run).net_config))
    said = json.loads(called("export", str(run), "--to", "js", "--json").stdout)
    assert said["covered"] is False
    assert said["statement"].endswith("the run's certificate is of another machine than that of the task decrement")


@cache
def echoing(cell: str) -> tuple[Net, tuple[Proof, ...]]:
    """A net of this cell with proofs."""
    net = echoing_net(cell)
    found = find_proofs(net, echo(), (0,))
    assert found is not None
    return net, tuple(found.proofs)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_certificate_reads_back_as_it_was_written(cell):
    net, proofs = echoing(cell)
    found = parse_certificate(certificate_bytes(net, echo(), list(proofs)))
    assert found.machine == echo()
    assert certificate_bytes(net, echo(), list(found.proofs)) == certificate_bytes(net, echo(), list(proofs))
    for old, new in zip(proofs, found.proofs, strict=True):
        assert (old.epsilon, old.eta, old.formats, old.cover.start) == (new.epsilon, new.eta, new.formats, new.cover.start)
        assert np.array_equal(old.cover.boxes.low, new.cover.boxes.low) and np.array_equal(
            old.cover.successors, new.cover.successors
        )


def without_formats(proof: Proof, **more: float) -> Proof:
    """The proof without its number formats."""
    return dataclasses.replace(proof, formats=(), **more)


@pytest.mark.slow
def test_a_runtime_within_the_model_is_covered_by_the_format():
    net, proofs = echoing("lstm")
    for name in ("onnxruntime", "PyTorch", "C", "JavaScript", "numpy", "XLA"):
        found = runtime_coverage(net, "lstm", proofs, RUNTIMES[name])
        assert found.covered
        assert found.statement.startswith(f"covered: {RUNTIMES[name].description} computes tanh within ")
        assert "(twice the largest error found), within the certificate's float32" in found.statement
    assert runtime_coverage(net, "lstm", proofs, None).statement.startswith(
        "covered: any program that computes the equations in float32 or finer"
    )


def test_the_noise_budget_decides_where_a_runtime_errs_by_more_than_the_model():
    net, proofs = echoing("gru")
    assert RUNTIMES["onnxruntime"].functions("gru").tanh > MODEL_ERRORS.tanh
    found = runtime_coverage(net, "gru", proofs, RUNTIMES["onnxruntime"])
    assert found.covered
    assert found.statement.startswith("covered by the noise budget: onnxruntime ")
    small = [dataclasses.replace(proof, epsilon=1e-6) for proof in proofs]
    found = runtime_coverage(net, "gru", small, RUNTIMES["onnxruntime"])
    assert not found.covered
    assert found.statement.startswith("not covered: onnxruntime ")
    assert runtime_coverage(net, "gru", small, RUNTIMES["JavaScript"]).covered  # float32 is listed, and it keeps to it


def test_a_format_that_is_not_listed_is_worked_out_from_epsilon_and_eta():
    net, proofs = echoing("rnn")
    widest = max(proofs, key=lambda proof: proof.epsilon)
    assert runtime_coverage(net, "rnn", [without_formats(widest)], RUNTIMES["C"]).statement.startswith(
        "covered by the noise budget: "
    )
    for tight in ({"epsilon": 1e-9}, {"eta": 1e-9}):
        found = runtime_coverage(net, "rnn", [without_formats(widest, **tight)], RUNTIMES["C"])
        assert not found.covered
        assert "1e-09" in found.statement or "5e-10" in found.statement


def test_the_largest_tolerated_function_error_is_found_by_doubling():
    net, proofs = echoing("gru")
    words = runtime_coverage(net, "gru", proofs, None).statement
    times = int(re.search(r"err ([0-9,]+) times as much", words)[1].replace(",", ""))
    for factor, covers in ((times, True), (2 * times, False)):
        worse = Runtime("worse", FunctionErrors(factor * MODEL_ERRORS.tanh / 2, factor * MODEL_ERRORS.sigmoid / 2))
        assert runtime_coverage(net, "gru", proofs, worse).covered == covers


def test_errors_of_functions_are_carried_into_the_step():
    net, _ = echoing("gru")
    reach = np.ones(net.cell.state_size)
    errors = [
        step_error(net, dataclasses.replace(FORMATS["float32"], function_errors=function_errors), reach)
        for function_errors in (
            FunctionErrors(0.0, 0.0),
            MODEL_ERRORS,
            FunctionErrors(2 * MODEL_ERRORS.tanh, MODEL_ERRORS.sigmoid),
            FunctionErrors(2 * MODEL_ERRORS.tanh, 2 * MODEL_ERRORS.sigmoid),
        )
    ]
    assert errors == sorted(errors)
    assert len(set(errors)) == 4


@pytest.mark.parametrize("to", EXPORT_FORMATS)
def test_nets_without_a_fixed_size_stay_here(to):
    task = task_named("count")
    for cell in ("tape-rnn", "transformer"):
        config = NetConfig("count", 10, cell, 4)
        net = drawn_memory(task) if cell == "tape-rnn" else object()
        with pytest.raises(InputError, match=f"got a run of {cell}: its state grows with the input"):
            export_bytes(net, config, to)


def drawn_memory(task: Task) -> Net:
    """A net with a tape."""
    shapes = CELLS["tape-rnn"].shapes(task.encoding_size, 4)
    own = {field: np.zeros(shape, np.float32) for field, shape in shapes.items()}
    return Net(CELLS["tape-rnn"](**own), np.zeros((10, 4), np.float32), np.zeros(10, np.float32), base=10, tapes=1)


def test_an_unknown_format_is_told_with_the_nearest_one():
    own = case("reverse, mingru")
    with pytest.raises(InputError, match="did you mean 'torch'"):
        export_bytes(own.net, own.config, "torhc")


def test_bad_exports_are_told_in_one_line_and_leave_no_file(run_folder, tmp_path, called):
    run = Path(shutil.copytree(run_folder, tmp_path / "run"))
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "own.h").write_text("a header of another program")
    bad = {
        ("--to", "onxn"): "invalid choice",
        ("--to", "c", "--out", str(tmp_path / "folder")): "a folder",
        ("--to", "c", "--out", str(run / "model.safetensors")): "a file that is no part of the run",
        ("--to", "c", "--out", str(run / "config.json")): "a file that is no part of the run",
        ("--to", "c", "--out", str(tmp_path / "none" / "model.c")): "No such file or directory",
        ("--to", "c", "--out", str(tmp_path / "net.h")): "expected the name of a C file, got 'net.h'",
        ("--to", "c", "--out", str(tmp_path / "folder" / "own.c")): "expected no other file in the header's place",
        ("--to", "js", "--main"): "expected a main of a C file, got the format js",
    }
    for options, said in bad.items():
        found = called("export", str(run), *options)
        assert (found.code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
        assert said in found.stderr
    assert called("export", str(tmp_path / "no-run"), "--to", "c").code == 2
    (run / "DONE").unlink()
    assert "half-written" in called("export", str(run), "--to", "c").stderr
    assert {path.name: path.read_bytes() for path in run.iterdir()} == {
        name: text for name, text in before.items() if name != "DONE"
    }


@pytest.mark.parametrize("name", thorough(GENERATED, quick=2))
def test_a_generated_file_gives_back_its_net_with_the_same_bits(name, tmp_path):
    own, path = case(name), tmp_path / "net.safetensors"
    path.write_bytes(export_bytes(own.net, own.config, "torch"))
    imported = read_net(path, own.config.task)
    assert to_bytes(imported.net, own.config) == to_bytes(own.net, own.config)
    assert imported.origin.startswith("exported by anylength")


def test_a_file_of_a_standard_layer_or_of_others_is_not_taken_for_a_generated_one(tmp_path):
    own, path = case("add, gru"), tmp_path / "net.safetensors"
    path.write_bytes(export_bytes(own.net, own.config, "torch"))
    assert own_net(*read_tensors(path), path.name) is None
    assert own_net({}, {"anylength": own.config.to_json()}, "net") is None
    with pytest.raises(InputError, match="expected the names of tensors in the metadata, got others in x"):
        own_net({}, {"anylength": own.config.to_json(), "names": "[1]"}, "x")


@pytest.mark.parametrize("to", ["c", "js", "onnx", "torch"])
def test_no_proof_covers_functions_of_a_runtime_that_were_not_measured(to, run_folder, tmp_path, monkeypatch, called):
    own, run = case("add, slstm"), Path(shutil.copytree(run_folder, tmp_path / "run"))
    proved = SimpleNamespace(reason=None, proofs=())
    monkeypatch.setattr(Run, "proof", proved)
    monkeypatch.setattr(Run, "net", own.net)
    monkeypatch.setattr(Run, "net_config", own.config)
    said = json.loads(called("export", str(run), "--to", to, "--json").stdout)
    assert said["covered"] is False
    assert said["statement"].startswith("not covered: the errors of softplus")
