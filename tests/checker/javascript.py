"""The checker of the pages, in a process of its own: certificates and weights in, its results out."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

MODULE = Path(__file__).parents[2] / "src" / "anylength" / "web" / "checker" / "check.js"
NODE = shutil.which("node")

SCRIPT = """
import { createInterface } from "node:readline";
const { checkFiles } = await import(process.argv[1]);
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(checkFiles(...line.split(" ").map(bytes))));
}
"""


def said_by(result) -> dict:
    """A result of the checker in Python, as `JavaScriptChecker.result` gives it: without the machine for a reader."""
    said = result._asdict() | {"lines": list(result.lines)}
    return _comparable({name: value for name, value in said.items() if name != "machine"})


def _comparable(said: dict) -> dict:
    """Each parser has its own words for what is no JSON."""
    reason = said["reason"]
    return said | {"reason": "not strict JSON" if reason and reason.startswith("not strict JSON: ") else reason}


class JavaScriptChecker:
    """The checker in JavaScript, run by node."""

    def __init__(self) -> None:
        assert NODE is not None
        command = [NODE, "--experimental-default-type=module", "--input-type=module", "--eval", SCRIPT, MODULE.as_uri()]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def result(self, certificate: bytes, weights: bytes) -> dict:
        """What it says: `valid`, `claim`, `reason` and `lines`."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(" ".join(base64.b64encode(part).decode() for part in (certificate, weights)) + "\n")
        self._process.stdin.flush()
        return _comparable(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()
