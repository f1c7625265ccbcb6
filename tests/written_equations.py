"""Computes a net from its equations as they are written: a reader of their notation, which knows nothing of programs."""

import re
from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import ndtr

Array = np.ndarray
NUMBER, NAME = r"\d+(?:\.\d+)?(?:e−?\d+)?(?![\w.])", r"(?:[^\W²]|\.)*[^\W\d²](?:[^\W²]|\.)*'?"
TOKEN = re.compile(rf"\s?([·/+−])\s?|{NUMBER}|{NAME}|[σ√²|()\[\],:×]|\d+|…|\s")
FUNCTIONS: Mapping[str, Callable[..., Array]] = {
    "tanh": np.tanh, "σ": lambda x: 1 / (1 + np.exp(-x)), "relu": lambda x: np.maximum(x, 0), "exp": np.exp,
    "softplus": lambda x: np.log1p(np.exp(x)), "silu": lambda x: x / (1 + np.exp(-x)), "gelu": lambda x: x * ndtr(x),
    "mean": lambda x: x.mean(keepdims=True), "softmax": lambda x: np.exp(x) / np.exp(x).sum(), "max": np.maximum,
    "min": np.minimum,
}  # fmt: skip


class Reader:
    """Reads one expression over known values."""

    def __init__(self, text: str, values: Mapping[str, Array], blocks: Mapping[str, int]) -> None:
        self.tokens = [match[0].strip() or " " for match in TOKEN.finditer(text)]
        assert "".join(text.split()) == "".join(self.tokens).replace(" ", ""), text
        self.values, self.blocks, self.at = values, blocks, 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def sum(self) -> Array:
        total = self.product()
        while self.peek() in ("+", "−"):
            sign = self.take()
            total = total + self.product() if sign == "+" else total - self.product()
        return total

    def product(self) -> Array:
        total = self.factor()
        while self.peek() in ("·", "/", " "):
            sign, right = self.take(), self.factor()
            if total.ndim == 3:  # a matrix whose columns are as many as the rows of what follows
                total = total.reshape(-1, len(right))
            total = total / right if sign == "/" else total @ right if total.ndim == 2 else total * right
        return total

    def factor(self) -> Array:
        if self.peek() == "−":
            self.take()
            return -self.factor()
        value = self.atom()
        while self.peek() in ("²", "["):
            value = value * value if self.take() == "²" else self.rows(value)
        return value

    def rows(self, value: Array) -> Array:
        inside = ""
        while (token := self.take()) != "]":
            inside += token
        if times := re.fullmatch(r"(all|each) ?×(\d+)", inside):
            return np.tile(value, int(times[2])) if times[1] == "all" else np.repeat(value, int(times[2]))
        picked = [range(*map(int, part.split(":"))) if ":" in part else [int(part)] for part in inside.replace(" ", "").split(",")]
        return value[[row for part in picked for row in part]]

    def atom(self) -> Array:
        token = self.take()
        if token == "√":
            return np.sqrt(self.atom())
        if token == "|":
            value = np.abs(self.sum())
            self.take()
            return value
        if token == "(":
            return np.concatenate(self.listed())
        if token in FUNCTIONS and self.peek() == "(":
            self.take()
            return FUNCTIONS[token](*self.listed())
        if token == "matrix":
            self.take()
            return self.listed()[0][None, None]
        if token in self.values:
            return self.values[token]
        if re.match(r"\d", token) and re.fullmatch(r"[\d.]+(e−?\d+)?", token):
            return np.array(float(token.replace("−", "-")))
        name = token.rstrip("₀₁₂₃₄₅₆₇₈₉")
        block = int(token[len(name) :].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))) - 1
        return self.values[name][block * self.blocks[name] : (block + 1) * self.blocks[name]]

    def listed(self) -> list[Array]:
        values = [self.sum()]
        while self.take() == ",":
            if self.peek() == " ":
                self.take()
            values.append(self.sum())
        return values


def logits_of(lines: tuple[str, ...], tensors: Mapping[str, Array], codes: Array) -> Array:
    """The logits `[T, C]` of encoded symbols `[T, E]`, from the equations and the tensors by their short names."""
    parts = [(name, int(first), int(last) + 1) for name, first, last in re.findall(r"(\S+) \(rows (\d+) to (\d+)\)", lines[0])]
    state = np.zeros(parts[-1][2])
    logits = []
    for code in codes:
        values = dict(tensors) | {"x": code, "s": state} | {name: state[first:last] for name, first, last in parts}
        blocks: dict[str, int] = {}
        for line in lines[1:]:
            text, _, note = line.partition("    (")
            name, _, right = text.partition(" = ")
            if note:
                blocks[name] = int(note.split()[2])
            values[name] = Reader(right, values, blocks).sum()
            news = [values.get(f"{part}'") for part, _, _ in parts]
            if all(new is not None for new in news):
                values["s'"] = np.concatenate(news)
        logits.append(values["logits"])
        state = np.concatenate([np.broadcast_to(values[f"{name}'"], last - first) for name, first, last in parts])
    return np.stack(logits)
