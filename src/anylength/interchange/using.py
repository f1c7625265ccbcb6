"""How an exported file is used: a few lines that can be pasted."""

import json
import shlex
from pathlib import Path

from anylength.digits import from_text
from anylength.interchange.pytorch.write import module
from anylength.interchange.text.filling import example, filled
from anylength.interchange.text.sheet import Sheet, sheet
from anylength.nets import Net, NetConfig


def torch_use(net: Net, config: NetConfig, path: Path) -> str:
    """Loads the tensors into PyTorch and asks one question."""
    own = sheet(net, config)
    return filled("torch.py", own, module=module(net, config), path=json.dumps(str(path)), digits=_digits(own), says=_says(own))


def onnx_use(net: Net, config: NetConfig, path: Path) -> str:
    """Runs the file in onnxruntime on one question."""
    own = sheet(net, config)
    return filled("onnx.py", own, path=json.dumps(str(path)), digits=_digits(own), says=_says(own))


def json_use(net: Net, config: NetConfig, path: Path) -> str:
    """There is nothing to run."""
    del net, config
    return f"any JSON reader reads {path}: it says what its numbers mean\n"


def js_use(net: Net, config: NetConfig, path: Path) -> str:
    """Asks one question in node."""
    numbers = ", ".join(map(json.dumps, example(sheet(net, config))))
    script = f"import({json.dumps(path.resolve().as_uri())}).then((net) => console.log(net.answer({numbers})))"
    return f"node --eval {shlex.quote(script)}\n"


def c_use(net: Net, config: NetConfig, path: Path) -> str:
    """Builds the program and asks one question."""
    program = path.with_suffix("") if path.suffix else path.with_name(f"{path.name}.out")
    source, target = shlex.quote(str(path)), shlex.quote(str(program.resolve()))
    return f"cc -std=c99 -O2 {source} -lm -o {target} && {target} {' '.join(example(sheet(net, config)))}\n"


def _says(own: Sheet) -> str:
    """What comes out."""
    labels = own.task.labels
    return "the outputs of all steps" if labels is None else f"the last one is the class: {', '.join(labels)}"


def _digits(own: Sheet) -> list[list[int]]:
    """The example as the net reads it: for every step a letter on each tape."""
    task = own.task
    word = task.word(tuple(from_text(number, task.base) for number in example(own)))
    return [[int(symbol) // task.letters**tape % task.letters for tape in range(task.tapes)] for symbol in word]
