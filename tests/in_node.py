"""Runs the pages' modules in node: JSON in, JSON out."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

WEB = Path(__file__).parents[1] / "src" / "anylength" / "web"
NODE = shutil.which("node")
OPTIONS = ["--experimental-default-type=module", "--input-type=module", "--eval"]

PROGRAM = """
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf8"));
const web = {web};
const module = (path) => import(web + path);
const run = async () => {{ {body} }};
console.log(JSON.stringify(await run()));
"""


def in_node(body: str, given: Any = None, seconds: float = 300) -> Any:
    """What the body of a function returns. It has `given`, and `await module("learning/x.js")` imports a module of the pages."""
    assert NODE is not None
    program = PROGRAM.format(web=json.dumps(f"{WEB.as_uri()}/"), body=body)
    done = subprocess.run(
        [NODE, *OPTIONS, program], input=json.dumps(given), capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
