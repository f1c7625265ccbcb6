"""A cell's equations stand in its `step` alone: page, C, JavaScript, ONNX, PyTorch, JSON and checker read the program."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from every_operation import net_of_every_operation
from written_equations import logits_of

import anylength
from anylength.cells import CELLS, Layering, MinGru
from anylength.cells.traced import traced_program
from anylength.experiments.views import net_view
from anylength.interchange import EXPORT_FORMATS, export_bytes, export_files
from anylength.interchange.pytorch.generated import module_source
from anylength.interchange.text.description import describe_net
from anylength.interchange.text.language import JAVASCRIPT, C
from anylength.interchange.text.lowering import step_code
from anylength.nets import Net, NetConfig, describe, program_net
from anylength.ops.arrays import numpy_arrays
from anylength.programs import LEAVES, OPERATIONS, Program, equations, parse_program, run, signs
from anylength.programs.notation import short_names
from anylength.rules import task_named
from tests.selection import thorough

TASK = task_named("add", 3)
BOUNDED = [name for name, kind in CELLS.items() if kind.has_fixed_size_state]
NODE, CC = shutil.which("node"), shutil.which("cc")
CLOSE = 2e-5
"""Tolerance of logits relative to the largest: some tens of float32 roundings at each of `STEPS` steps."""
STEPS = 12


def cell_net(name: str, layers: int = 1) -> Net:
    """A random net of a cell, in layers with residuals and norms where there are several."""
    rng, kind = np.random.default_rng(3), Layering(layers, "residual-norm" if layers > 1 else "plain").of(CELLS[name])
    named = {field: rng.normal(0, 0.6, shape).astype(np.float32) for field, shape in kind.shapes(6, 5).items()}
    return Net(kind(**named), rng.normal(0, 1, (3, 5)).astype(np.float32), np.ones(3, np.float32), base=3, tapes=2)


NETS = {
    **{name: lambda name=name: cell_net(name) for name in BOUNDED},
    "3 layers of lstm": lambda: cell_net("lstm", 3),
    "2 layers of rwkv7": lambda: cell_net("rwkv7", 2),
    "every operation": net_of_every_operation,
}
WORD = np.random.default_rng(5).integers(0, 9, STEPS)
CODES = np.concatenate([np.eye(3, dtype=np.float32)[WORD // 3**tape % 3] for tape in range(2)], axis=1)


def interpreted(program: Program, named: dict[str, np.ndarray]) -> np.ndarray:
    """The logits `[T, C]` of the word, by the numpy interpreter over the program, in float64."""
    exact = {name: np.asarray(value, np.float64) for name, value in named.items()}
    state = exact[program.start][:, None] if program.start else np.zeros((program.state, 1))
    logits = []
    for code in CODES:
        leaves = {"symbol": code[:, None].astype(np.float64), "state": state}
        state = run(program.step, numpy_arrays, exact, leaves)[len(program.step) - 1]
        features = run(program.answer, numpy_arrays, exact, {"state": state})[len(program.answer) - 1]
        logits.append((exact[program.weight] @ features)[:, 0] + exact[program.bias])
    return np.stack(logits)


def wanted(net: Net) -> np.ndarray:
    """The logits of a net's program."""
    return interpreted(net.program, {**net.cell.named_tensors(), net.program.weight: net.weight, net.program.bias: net.bias})


def in_c(net: Net, config: NetConfig, folder: Path) -> np.ndarray:
    """The logits of the C file: a program around it prints them."""
    if CC is None:
        pytest.skip("tests of exported C need a compiler: apt install gcc")
    code = export_bytes(net, config, "c").decode()
    shown = code.replace("return best;", 'for (int k = 0; k < 3; k++) printf("%a ", (double)logits[k]);\n    return best;')
    steps = "".join(f"model_step(&state, {symbol}); " for symbol in WORD)
    main = f"int main(void) {{ model_state state; model_reset(&state); {steps}return 0; }}"
    (folder / "model.h").write_bytes(export_files(net, config, EXPORT_FORMATS["c"], "model.c")["model.h"])
    (folder / "net.c").write_text(f"#include <stdio.h>\n{shown}\n{main}\n")
    subprocess.run([CC, "-std=c99", "-O2", str(folder / "net.c"), "-lm", "-o", str(folder / "net")], check=True)
    printed = subprocess.run([str(folder / "net")], capture_output=True, text=True, check=True).stdout
    return np.array([float.fromhex(number) for number in printed.split()]).reshape(STEPS, 3)


def in_node(script: str) -> Any:
    """What a script prints as JSON."""
    if NODE is None:
        pytest.skip("tests of exported JavaScript need node: apt install nodejs")
    done = subprocess.run([NODE, "--input-type=module", "--eval", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def in_javascript(net: Net, config: NetConfig, folder: Path) -> np.ndarray:
    """The logits of the JavaScript module, which also returns them here."""
    code = export_bytes(net, config, "js").decode()
    assert "return { state, output:" in code
    (folder / "net.mjs").write_text(code.replace("return { state, output:", "return { state, logits: [...logits], output:"))
    return np.array(
        in_node(f"""
        import {{ start, step }} from {json.dumps((folder / "net.mjs").as_uri())};
        let after = {{ state: start() }};
        console.log(JSON.stringify({WORD.tolist()}.map((symbol) => (after = step(after.state, symbol)).logits)));
    """)
    )


def in_the_page(net: Net, config: NetConfig, folder: Path) -> np.ndarray:
    """The logits of the page's scripts."""
    del config
    for path in (Path(anylength.__file__).parent / "web" / "shared").glob("*.js"):
        shutil.copy(path, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "view.json").write_text(net_view(net, TASK).to_json())
    flat = in_node(f"""
        import fs from "fs";
        import {{ makeNet }} from {json.dumps((folder / "net.js").as_uri())};
        const net = makeNet(JSON.parse(fs.readFileSync({json.dumps(str(folder / "view.json"))})));
        console.log(JSON.stringify([...net.run({WORD.tolist()}).logits]));
    """)
    return np.array(flat).reshape(STEPS, 3)


def in_onnx(net: Net, config: NetConfig, folder: Path) -> np.ndarray:
    """The logits of onnxruntime, of the word in a batch of two."""
    del folder
    onnxruntime = pytest.importorskip("onnxruntime", reason="exports to ONNX: pip install .[onnx]")
    session = onnxruntime.InferenceSession(export_bytes(net, config, "onnx"), providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"digits": np.stack([CODES[::-1], CODES], axis=1)})[0][:, 1]


def in_pytorch(net: Net, config: NetConfig, folder: Path) -> np.ndarray:
    """The logits of the module that the export's lines make."""
    torch = pytest.importorskip("torch", reason="exports to PyTorch: pip install .[torch]")
    path, scope = folder / "net.safetensors", {}
    path.write_bytes(export_bytes(net, config, "torch"))
    exec(EXPORT_FORMATS["torch"].usage(net, config, path), scope)
    made, x = scope["net"], torch.from_numpy(np.stack([CODES[::-1], CODES], axis=1))
    with torch.no_grad():
        return (made(x) if "Net" in scope else made["readout"](made["rnn"](x)[0])).numpy()[:, 1]


def in_json(net: Net, config: NetConfig, folder: Path) -> np.ndarray:
    """The logits of the JSON file's program and tensors."""
    del folder
    file = json.loads(export_bytes(net, config, "json"))
    named = {name: np.array(rows, np.float32) for name, rows in file["tensors"].items()}
    return interpreted(parse_program(json.dumps(file["program"]), "net.json"), named)


PLACES = {
    "C": in_c, "JavaScript": in_javascript, "page": in_the_page, "ONNX": in_onnx, "PyTorch": in_pytorch, "JSON": in_json,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", NETS)
def test_every_net_computes_the_same_everywhere(name, place, tmp_path, capsys):
    net = NETS[name]()
    right = wanted(net)
    assert np.abs(PLACES[place](net, describe(net, TASK), tmp_path) - right).max() <= CLOSE * np.abs(right).max()


@pytest.mark.parametrize("place", PLACES)
def test_a_program_of_every_operation_computes_the_same_everywhere(place, tmp_path, capsys):
    test_every_net_computes_the_same_everywhere("every operation", place, tmp_path, capsys)


@pytest.fixture
def changed(monkeypatch):
    """Changes one equation of a cell, for this test."""
    traced_program.cache_clear()
    monkeypatch.setattr(MinGru, "next_memory", lambda self, ops, gate, value, memory: ops.silu(gate) - value * memory)
    yield
    traced_program.cache_clear()


def test_a_changed_step_changes_what_every_place_computes(changed, tmp_path, capsys):
    net = cell_net("mingru")
    right, config = wanted(net), describe(net, TASK)
    for name, place in PLACES.items():
        (tmp_path / name).mkdir()
        assert np.abs(place(net, config, tmp_path / name) - right).max() <= CLOSE * np.abs(right).max(), name
    assert equations(net.program)[2:4] == ("c' = silu(a₁) − a₂ · c", "h' = tanh(a₃ + W_hh c')")


def test_no_export_and_no_page_tells_cells_apart():
    source = Path(anylength.__file__).parent
    folders = [source / "interchange" / "text", source / "web" / "shared"]
    quoted = re.compile(rf"""["'`]({"|".join(sorted(set(BOUNDED) - set(OPERATIONS), key=len, reverse=True))})["'`]""")
    for path in (path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".js", ".jinja")):
        found = quoted.findall(path.read_text(encoding="utf-8"))
        assert not found or (path.name, found) == ("torch.py.jinja", ["rnn"] * len(found)), f"{path.name}: {found}"


def test_the_equations_of_the_lstm_are_those_of_a_textbook():
    assert equations(cell_net("lstm").program)[1:] == (
        "a = W_ih x + b + W_hh h    (blocks of 5 rows: a₁, a₂, …)",
        "c' = σ(a₂) · c + σ(a₁) · tanh(a₃)",
        "h' = σ(a₄) · tanh(c')",
        "logits = readout.W h' + readout.b",
    )


@pytest.mark.parametrize("name", NETS)
def test_equations_define_each_name_before_they_use_it(name):
    program = NETS[name]().program
    state, *lines, logits = equations(program)
    known = set(re.findall(r"([hcs][₀-₉]*)(?= \(rows)", state)) | {"x", "s"} | set(short_names(program).values())
    for line in [*lines, logits]:
        left, right = line.split("    (")[0].split(" = ", 1)
        used = set(re.findall(r"(?<![\w.'\"])([a-z][₀-₉]*'?)(?![\w(.'\"])", right))
        assert used <= known | {f"{text}{digit}" for text in known for digit in "₁₂₃₄₅₆₇₈₉"} | {"e"}, line
        known.add(left)
    assert logits.startswith("logits = ")
    assert signs(program).startswith("Signs: ")


def test_equations_show_every_operation():
    text = " ".join(equations(net_of_every_operation().program))
    for op, shown in OPERATIONS.items():
        if op not in LEAVES:
            pieces = [piece for piece in re.split(r"\{\w+\}", shown.text) if piece.strip(" ")]
            assert all(piece in text for piece in pieces) or op in ("slice", "take", "concatenate"), op


@pytest.mark.parametrize("name", [name for name in NETS if name != "every operation"])
def test_the_equations_compute_what_the_net_computes(name):
    net = NETS[name]()
    named = {**net.cell.named_tensors(), net.program.weight: net.weight, net.program.bias: net.bias}
    shown = short_names(net.program)
    found = logits_of(equations(net.program), {shown[key]: np.asarray(value, np.float64) for key, value in named.items()}, CODES)
    decimals = 1e-6  # constants of float32 are written with up to nine digits
    assert np.abs(found - wanted(net)).max() <= decimals * np.abs(wanted(net)).max()


def long_net(kind: str, count: int = 1500) -> Net:
    """A net whose step is a long chain of operations of one kind."""
    first = [{"op": "state", "of": []}, {"op": "symbol", "of": []}, {"op": "take", "of": [1], "rows": [0] * 5000}]
    chains = {
        "sums": [{"op": "add", "of": [n + 2, 0]} for n in range(count)],
        "rows of rows": [{"op": "slice", "of": [n + 2], "start": 0, "stop": 4999 - n} for n in range(count)],
        "stored": [{"op": "stored", "of": [n + 2]} for n in range(count)],
        "many slices": [{"op": "slice", "of": [2], "start": n, "stop": n + 1} for n in range(count)],
    }
    step = [*first, *chains[kind]]
    last = {"op": "take", "of": [len(step) - 1], "rows": [0] * 5000} if kind != "sums" else {"op": "tanh", "of": [len(step) - 1]}
    result = [last, {"op": "add", "of": [len(step), 0]}]
    fields = {
        "encoded": 6, "state": 5000, "start": "", "tensors": {"w": [3, 5000], "b": [3]}, "step": step + result, "cut": [0],
        "answer": [{"op": "state", "of": []}], "readout": {"weight": "w", "bias": "b"},
    }  # fmt: skip
    program = parse_program(json.dumps(fields), "here")
    return program_net(program, {"w": np.ones((3, 5000), np.float32), "b": np.zeros(3, np.float32)}, base=3, tapes=2)


@pytest.mark.parametrize("kind", thorough(["rows of rows", "sums", "stored", "many slices"]))
def test_long_programs_become_equations_and_code(kind):
    net = long_net(kind)
    assert max(map(len, equations(net.program))) < 500
    description = describe_net(net, describe(net, TASK))
    for language in (C, JAVASCRIPT):
        assert max(map(len, step_code(description, language).step.statements)) < 500
    assert max(map(len, module_source(description).step.lines), default=0) < 500


def test_check_shows_the_equations_after_the_claim(called):
    folder = Path(__file__).parents[1] / "docs" / "results" / "smallest"
    options = ("check", str(folder / "certificate.json"), "--weights", str(folder / "model.safetensors"))
    plain, shown = (called(*options, *more).stdout.splitlines() for more in ((), ("--show",)))
    assert plain[0].startswith("Claim: ")
    assert shown[2:4] == ["  h' = tanh(W_ih x + b + W_hh h)", "  logits = readout.W h' + readout.b"]
    assert [shown[0], *shown[5:]] == plain
    assert plain[1] == "VALID"
