"""A picture of a proof with two boxes: each box, and where every symbol sends it, in the plane of two of the net's numbers.

The picture is of the cut of an rnn, W h for a state h. An image is that of the whole box: the centre and the radius of
tanh(x + W_ih s + b) for x in the box, multiplied by W. It is computed in doubles and without noise, for the eye: the checker has
the proof.
"""

import json
from typing import Any

import numpy as np

from anylength.cells import Rnn

WIDTH, HEIGHT, ROOM = 720, 430, 46
"""Of the picture and the free space at each side, in pixels."""

LEAST = 5.0
"""The least side of a drawn image, in pixels."""

KINDS = ("carry", "none")
"""The two states of the machine that adds one."""


def proof_picture(cell: Rnn, certificate: str) -> dict[str, Any]:
    """The shapes of the picture, in pixels: `boxes`, `images` with their arrows, and the boxes' `names`.

    Args:
        cell: The cell of a net for `count`.
        certificate: The net's certificate. The last proof has one box for each state of the machine.
    """
    proof = json.loads(certificate)["proofs"][-1]
    ends = {node["state"]: [_floats(node["region"]["box"][side]) for side in ("low", "high")] for node in proof["nodes"]}
    following = {node["state"]: node["next"] for node in proof["nodes"]}
    moved = {(state, symbol): _image(cell, ends[state], symbol) for state in ends for symbol in range(len(following[state]))}
    gaps = np.maximum(ends[0][0] - ends[1][1], ends[1][0] - ends[0][1]) / (
        np.maximum(ends[0][1], ends[1][1]) - np.minimum(ends[0][0], ends[1][0])
    )
    place = _scale(list(ends.values()), np.argsort(-gaps)[:2])
    boxes = {state: place(*ends[state]) for state in ends}
    images = [
        image
        | {"kind": KINDS[following[state][symbol]]}
        | _arrow(boxes[state], image, symbol, is_loop=following[state][symbol] == state)
        for (state, symbol), image in ((key, place(*found)) for key, found in moved.items())
    ]
    return {
        "width": WIDTH, "height": HEIGHT, "boxes": [box | {"kind": KINDS[state]} for state, box in boxes.items()],
        "images": images, "names": _names(boxes),
    }  # fmt: skip


def _floats(bounds: list[str]) -> np.ndarray:
    return np.array([float.fromhex(bound) for bound in bounds])


def _image(cell: Rnn, ends: list[np.ndarray], symbol: int) -> list[np.ndarray]:
    """The ends of what a symbol makes of a box."""
    given = np.asarray(cell.weight_ih, float)[:, symbol] + np.asarray(cell.bias, float)
    weights = np.asarray(cell.weight_hh, float)
    least, most = (np.tanh(end + given) for end in ends)
    centre, radius = weights @ (least + most) / 2, np.abs(weights) @ (most - least) / 2
    return [centre - radius, centre + radius]


def _scale(boxes: list[list[np.ndarray]], units: np.ndarray) -> Any:
    """A function from a box's ends to its rectangle on the screen; the first box stands at the right."""
    low, high = np.min([box[0] for box in boxes], axis=0)[units], np.max([box[1] for box in boxes], axis=0)[units]
    middles = [(box[0] + box[1])[units] for box in boxes]
    flip = middles[0] < middles[1]

    def place(least: np.ndarray, most: np.ndarray) -> dict[str, float]:
        shares = np.array([(least[units] - low) / (high - low), (most[units] - low) / (high - low)])
        shares = np.sort(np.where(flip, 1 - shares, shares), axis=0)
        start, end = (ROOM + share * (np.array([WIDTH, HEIGHT]) - 2 * ROOM) for share in shares)
        size = np.maximum(end - start, LEAST)
        left, top = (start + end - size) / 2
        names = ("x", "y", "width", "height")
        return {name: round(float(value), 1) for name, value in zip(names, (left, top, *size), strict=True)}

    return place


def _arrow(source: dict[str, float], image: dict[str, float], symbol: int, *, is_loop: bool) -> dict[str, Any]:
    """An arrow from a box to an image, and the place of its symbol. Ten arrows stand side by side, and land side by side."""
    share = 0.05 + 0.1 * symbol
    if is_loop:
        start = source["x"] + share * source["width"]
        end = min(max(start + 24, image["x"]), image["x"] + image["width"])
        top, y = source["y"], image["y"] + min(16, image["height"] / 2)
        path = f"M{start:.1f} {top:.1f}C{start:.1f} {top - 34:.1f} {end:.1f} {top - 34:.1f} {end:.1f} {y:.1f}"
        return {"path": path, "symbol": symbol, "text_x": round(start, 1), "text_y": round(top + 16, 1)}
    x, y = source["x"], source["y"] + share * source["height"]
    end_x, end_y = image["x"] + image["width"] - 10, image["y"] + (0.1 + 0.09 * symbol) * image["height"]
    path = f"M{x:.1f} {y:.1f}C{x - 110:.1f} {y:.1f} {end_x + 110:.1f} {end_y:.1f} {end_x:.1f} {end_y:.1f}"
    return {"path": path, "symbol": symbol, "text_x": round(x + 10, 1), "text_y": round(y + 5, 1)}


def _names(boxes: dict[int, dict[str, float]]) -> list[dict[str, Any]]:
    """The names of the boxes, below them."""
    return [
        {
            "x": round(box["x"] + box["width"] / 2, 1),
            "y": round(box["y"] + box["height"] + 26, 1),
            "text": text,
        }
        for box, text in zip((boxes[0], boxes[1]), ("carry", "no carry"), strict=True)
    ]
