"""Lines of code that use an exported file, ready to paste."""

import json
import shlex
from pathlib import Path

from anylength.interchange.pytorch.write import generated_module, is_torch_layer, module_call
from anylength.interchange.text.description import NetDescription, describe_net
from anylength.interchange.text.source_code import c_name, example_numbers, header_name, render
from anylength.nets import Net, NetConfig


def torch_usage(net: Net, config: NetConfig, path: Path) -> str:
    """Python lines that load the tensors into PyTorch and run one example."""
    description = describe_net(net, config)
    if is_torch_layer(config):
        return render("torch.py", description, module=module_call(net, config), **_example(description, path))
    return render("torch_module.py", description, module=generated_module(net, config), **_example(description, path))


def onnx_usage(net: Net, config: NetConfig, path: Path) -> str:
    """Python lines that run one example in onnxruntime."""
    description = describe_net(net, config)
    return render("onnx.py", description, **_example(description, path))


def json_usage(net: Net, config: NetConfig, path: Path) -> str:
    """A hint: a JSON file has nothing to run."""
    del net, config
    return f"any JSON reader reads {path}: it says what its numbers mean\n"


def js_usage(net: Net, config: NetConfig, path: Path) -> str:
    """A shell line that runs one example in node."""
    numbers = ", ".join(map(json.dumps, example_numbers(describe_net(net, config))))
    script = f"import({json.dumps(path.resolve().as_uri())}).then((net) => console.log(net.answer({numbers})))"
    return f"node --eval {shlex.quote(script)}\n"


def c_usage(net: Net, config: NetConfig, path: Path) -> str:
    """C lines that run one step."""
    del net, config
    name = c_name(path.name)
    return (
        f'#include "{header_name(path.name)}"  // build {path.name} with the rest; --main makes it a program\n'
        f"static {name}_state state;\n{name}_reset(&state);\nint output = {name}_step(&state, symbol);\n"
    )


def c_program_usage(net: Net, config: NetConfig, path: Path) -> str:
    """A shell line that builds the program and runs one example."""
    program = path.with_suffix("") if path.suffix else path.with_name(f"{path.name}.out")
    source, target = shlex.quote(str(path)), shlex.quote(str(program.resolve()))
    return f"cc -std=c99 -O2 {source} -lm -o {target} && {target} {shlex.join(example_numbers(describe_net(net, config)))}\n"


def _example(description: NetDescription, path: Path) -> dict[str, object]:
    """What both Python templates need: the path of the file, the example's digits and what the last line prints."""
    labels, graded = description.task.labels, description.task.graded
    which = "the last one is the class" if graded == "last" else "each is a class"
    printed = "the outputs of all steps" if labels is None else f"{which}: {', '.join(labels)}"
    return {"path": json.dumps(str(path)), "digits": _example_digits(description), "printed": printed}


def _example_digits(description: NetDescription) -> list[list[int]]:
    """The example as the net reads it: one letter for each tape at each step."""
    task = description.task
    word = task.word(tuple(task.notation.read(number) for number in example_numbers(description)))
    return [[int(symbol) // task.letters**tape % task.letters for tape in range(task.tapes)] for symbol in word]
