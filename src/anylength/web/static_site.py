"""The static site: pages that need no server of ours. Each has one script, one style sheet, and perhaps a worker.

Scripts lose their comments here, a quarter of their bytes. The modules in the repository are the ones to read.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from anylength.records import Proved, RunView
from anylength.records.verdicts import mistake_of
from anylength.web.bundle import bundled, without_comments
from anylength.web.files import ROOT, text, weights
from anylength.web.render import TITLES, page_script, page_style, render

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""A site loads only its own files."""

PYTHON_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""With Python in the page it also compiles WebAssembly."""


def site_files(
    post: RunView, proved: RunView, machines: Mapping[str, Any], *, tasks: Mapping[str, Any], memories: Mapping[str, Any],
    attention: Mapping[str, Any], python: bool = False,
) -> dict[str, bytes]:  # fmt: skip
    """The files of the site by name.

    Args:
        post: A net as the post trained it, with its verdict and stress test.
        proved: A net with a proof.
        machines: The machines of tasks by name, `count` among them, as the pages read them.
        tasks: The tasks of the nets with a memory or with attention, by name and base.
        memories: The cells with a memory, as the page of memory reads them.
        attention: The nets with attention, as their page reads them.
        python: Whether the site carries Python, so that `anylength_check` itself can run in the page.

    Raises:
        ValueError: The second net is not PROVED.
    """
    contents: dict[str, tuple[str, dict[str, Any]]] = {
        "nines": _nines(post, proved, machines["count"]), "patterns": (_short(machines), {}),
        "turn": (_turn(post, proved, machines["count"]), {}),
        "memory": (_opened("memory", memories, tasks), {}), "attention": (_opened("attention", attention, tasks), {}),
    }  # fmt: skip
    files: dict[str, str] = {}
    for page, (data, values) in contents.items():
        policy = PYTHON_POLICY if python else POLICY
        links = {"pages": TITLES, "own": page}
        files[f"{page}.html"] = render(page, data, policy=policy, python=python, **links, **values)
        files[f"{page}.css"] = f"{text('site/site.css')}\n{page_style(page)}"
        files[f"{page}.js"] = page_script(page)
        if (ROOT / page / "worker.js").exists():
            files[f"{page}-worker.js"] = bundled(f"{page}/worker.js", text)
    if python:
        files["python-worker.js"] = bundled("python/worker.js", text)
    files |= {name: without_comments(script) for name, script in files.items() if name.endswith(".js")}
    files["index.html"] = files[f"{next(iter(TITLES))}.html"]
    return {name: content.encode() for name, content in files.items()}


def _turn(post: RunView, proved: RunView, machine: Any) -> str:
    """What the script of the page of one weight reads."""
    assert proved.certificate
    nets = {
        "proved": {"net": msgspec.to_builtins(proved.net), "certificate": proved.certificate.text},
        "post": {"net": msgspec.to_builtins(post.net), "certificate": None},
    }
    return _short({"nets": nets, "machine": machine})


def _opened(page: str, cells: Mapping[str, Any], tasks: Mapping[str, Any]) -> str:
    """What the script of a page of opened nets reads. The page carries the trained nets of its folder."""
    nets = {name: base64.b64encode(content).decode() for name, content in weights(page).items()}
    return _short({"cells": cells, "tasks": tasks, "nets": nets})


def _nines(post: RunView, proved: RunView, machine: Any) -> tuple[str, dict[str, Any]]:
    """What the script and the template of the page of nines read."""
    if not isinstance(proved.verdict, Proved) or proved.certificate is None:
        raise ValueError("the net that the site shows as proved has no proof")
    assert post.net and proved.net and post.verdict and proved.model and post.stress
    data = {
        "post": {"net": post.net, "horizon": post.stress.horizon},
        "proved": {"net": proved.net, "certificate": proved.certificate.text, "model": proved.model},
        "machine": machine,
    }
    sides = [
        {"id": "post", "title": "A net trained as usual", "verdict": post.verdict.verdict, "says": _broken(post)},
        {
            "id": "proved",
            "title": "A net trained with its proof",
            "verdict": proved.verdict.verdict,
            "says": "Right on every number of every length.",
        },
    ]
    values = {
        "sides": sides,
        "post": {"units": post.net.hidden, "mistake": _mistake(post), "places": _places(post)},
        "proved": {"boxes": proved.verdict.regions, "units": proved.net.hidden},
    }
    return _short(msgspec.to_builtins(data)), values


def _short(data: Any) -> str:
    """JSON without spaces."""
    return json.dumps(data, separators=(",", ":"))


def _places(post: RunView) -> int:
    """How many places there are where nines let a state of a net stay."""
    portraits = post.explanation.portraits if post.explanation else []
    return sum(mark.stable for portrait in portraits if portrait.symbol == "9" for mark in portrait.marks)


def _broken(post: RunView) -> str:
    """After how many nines a net forgets the carry."""
    horizon = post.stress.horizon if post.stress else None
    return "No mistake on numbers of nines was found." if horizon is None else f"Forgets the carry at {horizon + 1} nines."


def _mistake(post: RunView) -> str:
    """The shortest mistake that was found, in words; nothing if none was."""
    mistake = mistake_of(post.verdict)
    if mistake is None:
        return ""
    return f"it answers {mistake.numbers[0]} + 1 = {mistake.answer}, where {mistake.expected} is right."
