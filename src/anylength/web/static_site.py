"""The static site: pages that need no server of ours. Each has one script, one style sheet, and perhaps a worker.

Scripts lose their comments and indents here, a third of their bytes. The modules in the repository are the ones to read.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import msgspec

from anylength.records import Proved, RunView
from anylength.records.verdicts import mistake_of
from anylength.web.bundle import bundled, without_comments, without_indents
from anylength.web.files import ROOT, styles, text, weights
from anylength.web.render import TITLES, page_script, render

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; connect-src 'self'; img-src data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'"
)
"""A site loads only its own files."""

MOST_DIGITS = 60
"""Of a number that the first page puts to its nets."""

PATTERNS = ("(ab)*", "(b|ab*a)*", "[ab]*a[ab][ab]", "count")
"""Patterns that the first page links to."""

FONTS = ("newsreader-400.woff2", "newsreader-600.woff2", "newsreader-LICENSE.txt")
"""The typeface of the site: two weights, cut down to the characters of English."""

PYTHON_POLICY = POLICY.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
"""With Python in the page it also compiles WebAssembly."""


def site_files(
    post: RunView, proved: RunView, picture: Mapping[str, Any], machines: Mapping[str, Any], *, tasks: Mapping[str, Any],
    attention: Mapping[str, Any], about: Mapping[str, Any], python: bool = False,
) -> dict[str, bytes]:  # fmt: skip
    """The files of the site by name.

    Args:
        post: A net as the post trained it, with its verdict and stress test.
        proved: A net with a proof.
        picture: The shapes of the proof's picture.
        machines: The machines of tasks by name, `count` among them, as the pages read them.
        tasks: The tasks of the nets with attention, by name and base.
        attention: The nets with attention, as their page reads them.
        about: The package: its `version`, `license` and `links`, addresses by name.
        python: Whether the site carries Python, so that `anylength_check` itself can run in the page.

    Raises:
        ValueError: The second net is not PROVED.
    """
    contents: dict[str, tuple[str, dict[str, Any]]] = {
        "nines": _nines(post, proved, machines["count"], picture), "patterns": (_short(machines), {}),
        "turn": (_turn(post, proved, machines["count"]), {}),
        "stacks": ("null", {}),
        "attention": (_opened("attention", attention, tasks), {}),
    }  # fmt: skip
    files: dict[str, str] = {}
    for page, (data, values) in contents.items():
        policy = PYTHON_POLICY if python else POLICY
        links = {"pages": TITLES, "own": page, "about": about}
        files[f"{page}.html"] = render(page, data, policy=policy, python=python, **links, **values)
        *shared, own = styles(page)
        files[f"{page}.css"] = "\n".join(text(path) for path in (*shared, "site/site.css", own))
        files[f"{page}.js"] = f'"use strict";{{\n{page_script(page)}\n}}\n'  # no module: browsers load none from disk
        if (ROOT / page / "worker.js").exists():
            files[f"{page}-worker.js"] = bundled(f"{page}/worker.js", text)
    if python:
        files["python-worker.js"] = bundled("python/worker.js", text)
    files |= {name: without_indents(without_comments(script)) for name, script in files.items() if name.endswith(".js")}
    files |= {name: without_indents(style) for name, style in files.items() if name.endswith(".css")}
    files["index.html"] = files[f"{next(iter(TITLES))}.html"]
    return {name: content.encode() for name, content in files.items()} | {
        name: (ROOT / "site" / name).read_bytes() for name in FONTS
    }


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


def _nines(post: RunView, proved: RunView, machine: Any, picture: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """What the script and the template of the first page read."""
    if not isinstance(proved.verdict, Proved) or proved.certificate is None:
        raise ValueError("the net that the site shows as proved has no proof")
    mistake = mistake_of(post.verdict)
    assert post.net and proved.net and post.verdict and proved.model and mistake
    data = {
        "post": {"net": post.net},
        "proved": {"net": proved.net, "certificate": proved.certificate.text, "model": proved.model},
        "machine": machine,
    }
    number, right = mistake.numbers[0], mistake.expected
    sides = [
        {"id": "post", "title": "A net trained as usual", "short": "The net that forgets", "verdict": post.verdict.verdict}
        | {"says": f"{number} is the shortest mistake that was found."} | _answer(mistake.answer, right),
        {"id": "proved", "title": "A net trained with its proof", "short": "The net with a proof"}
        | {"verdict": proved.verdict.verdict, "says": "Right on every number of every length."} | _answer(right, right),
    ]  # fmt: skip
    nines = len(number) - len(number.rstrip("9"))
    values = {
        "sides": sides, "asked": {"number": number, "nines": nines}, "most_digits": MOST_DIGITS, "picture": picture,
        "examples": {number: number, "99": "99", "25 nines": "9" * 25}, "patterns": PATTERNS, "sound": _sound(),
        "post": {"units": post.net.hidden, "mistake": _mistake(post), "places": _places(post)},
        "proved": {"boxes": proved.verdict.regions, "units": proved.net.hidden},
    }  # fmt: skip
    return _short(msgspec.to_builtins(data)), values


def _answer(answer: str, right: str) -> dict[str, Any]:
    """An answer, each digit with whether it is right, and what is said of it."""
    digits = list(zip(answer, [own == other for own, other in zip(answer, right, strict=True)], strict=True))
    outcome, words = ("right", "Right.") if answer == right else ("wrong", f"Wrong: {right} is right.")
    return {"answer": answer, "digits": digits, "outcome": outcome, "answer_says": words}


def _sound() -> dict[str, Any]:
    """The recorded figures of a net that listens, and their chart in pixels."""
    known = json.loads(text("nines/silero.json"))
    columns = [14 + 76 * at for at in range(len(known["seconds"]))]

    def line(kind: str, words: str) -> dict[str, Any]:
        rows = [round(14 + 110 * (1 - share) / 0.2) for share in known[kind]]  # from 100 % down to 80 %
        d = "M" + "L".join(f"{x} {y}" for x, y in zip(columns, rows, strict=True))
        return {"kind": kind, "d": d, "y": rows[-1] + 18, "text": words}

    first, last, cured = (f"{100 * share:.1f} %" for share in (known["shipped"][0], known["shipped"][-1], known["cured"][-1]))
    times = ["reset", *(f"{seconds / 60:.0f} min" for seconds in known["seconds"][1:])]
    return known | {
        "first": first, "last": last, "cured": cured, "frames": f"{known['frames']:,}",
        "lines": [line("cured", f"cured: {cured}"), line("shipped", f"as shipped: {last}")],
        "ticks": [{"x": max(x, 18), "text": time} for x, time in zip(columns, times, strict=True)],
        "says": f"As shipped it finds {first} after a reset and {last} after {times[-1]}; cured it finds {cured} then.",
    }  # fmt: skip


def _short(data: Any) -> str:
    """JSON without spaces."""
    return json.dumps(data, separators=(",", ":"))


def _places(post: RunView) -> int:
    """How many places there are where nines let a state of a net stay."""
    portraits = post.explanation.portraits if post.explanation else []
    return sum(mark.stable for portrait in portraits if portrait.symbol == "9" for mark in portrait.marks)


def _mistake(post: RunView) -> str:
    """The shortest mistake that was found, in words; nothing if none was."""
    mistake = mistake_of(post.verdict)
    if mistake is None:
        return ""
    return f"it answers {mistake.numbers[0]} + 1 = {mistake.answer}, where {mistake.expected} is right."
