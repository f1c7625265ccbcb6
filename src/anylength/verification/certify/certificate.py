"""The certificate file of `docs/reference/certificate.md`: exact numbers, step program, the tensors' SHA-256, claim, digest."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from anylength.nets import AbstractNet, Net, tensors
from anylength.ops.intervals import Interval
from anylength.programs import program_digest, program_fields
from anylength.rules import Machine, ReadBy, Rounded, Scope, StackMachine, UpTo, scope_fields, scope_of
from anylength.verification.certify.cover import Cover
from anylength.verification.certify.ellipsoid_cover import EllipsoidCover
from anylength.verification.certify.stack_fields import StackCover, machine_of, stack_cover
from anylength.verification.certify.visited import Visited

FORMAT = 1
"""The `format` number of the file."""

CLAIM = (
    "The recurrent net with step program SHA-256 {program} and tensors SHA-256 {tensors} gives the outputs of the machine SHA-256 "
    "{machine} (states: {states}) at every step of every word, {words}, in base {base} (tapes: {tapes}; output classes: "
    "{classes}). For every non-empty word over the alphabet, {words}: if the state starts at {start} and every step's "
    "computed state {near} the exact real-number step (from the computed state before it) by at most epsilon in each coordinate, "
    "then at every step the logit of the machine's output, taken exactly on the computed state and the symbol, leads every other "
    "logit by at least eta."
)
START, NEAR = "the program's start state", "differs from"
ROUNDED = "the rounding, in each coordinate to a nearest multiple of 2^-{}, of "
PROOF_CLAIM = (
    " Proved for epsilon {epsilon} and eta {eta}; number formats covered, under the rounding model of certificate format 1: "
    "{formats}."
)


AnyCover = TypeVar("AnyCover", Cover, EllipsoidCover, Visited, StackCover)
"""A cover by boxes or by ellipsoids, or the counts of all rounded states, or of the boxes of a net with stacks."""


@dataclass(frozen=True)
class Proof(Generic[AnyCover]):
    """A cover for one epsilon and eta, and the number formats that these cover."""

    cover: AnyCover
    epsilon: float
    eta: float
    formats: tuple[str, ...]


def certificate_bytes(net: Net, machine: Machine, proofs: Sequence[Proof], scope: Scope = None) -> bytes:
    """The JSON text of the certificate."""
    table = {"start": machine.start, "delta": machine.delta, "output": machine.output}
    fields: dict[str, Any] = {
        "format": FORMAT,
        "program": program_fields(net.program),
        "encoding": {"base": net.base, "tapes": net.tapes},
        "machine": table,
        "tensors": tensors_digest(net),
        "proofs": [_proof_fields(proof) for proof in proofs],
        "noise_budget": float(max(proof.epsilon for proof in proofs)).hex(),
        **scope_fields(scope),
    }
    fields["claim"] = _claim(net, machine, fields)
    indent = None if any(isinstance(proof.cover, EllipsoidCover) for proof in proofs) else 1  # they hold many short numbers
    return json.dumps(fields | {"digest": digest_of(fields)}, sort_keys=True, indent=indent).encode() + b"\n"


@dataclass(frozen=True)
class ParsedCertificate:
    """What a certificate states: of which net, the machine whose work the net does, and the proofs.

    Attributes:
        step: The step program as a JSON object.
        base: The base of the net's encoding.
        tapes: Its number of tapes.
        tensors: The SHA-256 of the net's tensors.
        machine: The machine.
        proofs: The proofs.
        scope: Which words they are about.
    """

    step: dict[str, Any]
    base: int
    tapes: int
    tensors: str
    machine: Machine | StackMachine
    proofs: tuple[Proof, ...]
    scope: Scope


def parse_certificate(text: bytes) -> ParsedCertificate:
    """The inverse of `certificate_bytes`. It checks nothing: call the independent checker first."""
    fields = json.loads(text)
    table, encoding = fields["machine"], fields["encoding"]
    if "actions" in table:
        machine = machine_of(table, encoding["base"] ** encoding["tapes"])
    else:
        machine = Machine(table["start"], table["delta"], table["output"])
    return ParsedCertificate(
        step=fields["program"], base=encoding["base"], tapes=encoding["tapes"], tensors=fields["tensors"], machine=machine,
        proofs=tuple(_parse_proof(proof) for proof in fields["proofs"]), scope=scope_of(fields),
    )  # fmt: skip


def _parse_proof(fields: dict[str, Any]) -> Proof:
    numbers = float.fromhex(fields["epsilon"]), float.fromhex(fields["eta"]), tuple(fields["formats"])
    if "letters" in fields:
        return Proof(stack_cover(fields), *numbers)
    if "states" in fields:
        return Proof(Visited(fields["states"], fields["steps"]), *numbers)
    return Proof(_parse_ellipsoids(fields), *numbers) if "blocks" in fields else Proof(_parse_boxes(fields), *numbers)


def _parse_boxes(fields: dict[str, Any]) -> Cover:
    nodes = fields["nodes"]
    boxes = [node["region"]["box"] for node in nodes]
    low = np.array([[float.fromhex(x) for x in box["low"]] for box in boxes]).T
    high = np.array([[float.fromhex(x) for x in box["high"]] for box in boxes]).T
    return Cover(
        *_graph(nodes), start=fields["start"], boxes=Interval.between(low, high), automaton_states=_automaton_states(nodes)
    )


def _parse_ellipsoids(fields: dict[str, Any]) -> EllipsoidCover:
    nodes = fields["nodes"]
    regions = [node["region"]["ellipsoid"] for node in nodes]
    center, shape, spread = (np.array([region[name] for region in regions], np.int64) for name in ("center", "shape", "spread"))
    return EllipsoidCover(
        *_graph(nodes), start=fields["start"], center=center, shape=shape, spread=spread,
        automaton_states=_automaton_states(nodes), **_parse_weights(fields),
    )  # fmt: skip


def _parse_weights(fields: dict[str, Any]) -> dict[str, Any]:
    """The weights of each step, with ones in place of those that a step does not have."""
    slices = np.array(fields["slices"], np.int64) if "slices" in fields else None
    count, steps = 1 if slices is None else len(slices), [node["weights"] for node in fields["nodes"]]
    is_sliced = np.array([[isinstance(step[0], list) for step in row] for row in steps])
    weights = np.ones((*is_sliced.shape, count, fields["blocks"] + 3), np.int64)
    for node, symbol in np.ndindex(is_sliced.shape):
        weights[node, symbol, slice(None) if is_sliced[node, symbol] else 0] = steps[node][symbol]
    return {"weights": weights} | ({} if slices is None else {"slices": slices, "is_sliced": is_sliced})


def _graph(nodes: list[dict[str, Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The machine's state at each node, and the next node under each symbol."""
    return np.array([node["state"] for node in nodes], np.int64), np.array([node["next"] for node in nodes], np.int64)


def _automaton_states(nodes: list[dict[str, Any]]) -> NDArray[np.int64] | None:
    return np.array([node["automaton"] for node in nodes], np.int64) if "automaton" in nodes[0] else None


def _proof_fields(proof: Proof) -> dict[str, Any]:
    cover = proof.cover
    fields = {"epsilon": _hex(proof.epsilon), "eta": _hex(proof.eta), "formats": list(proof.formats)}
    if isinstance(cover, Visited):
        return fields | {"states": cover.states, "steps": cover.steps}
    fields["start"] = int(cover.start)
    if isinstance(cover, EllipsoidCover):
        fields, regions = fields | {"blocks": cover.blocks}, [_ellipsoid_fields(cover, k) for k in range(len(cover.center))]
        fields |= {} if cover.slices is None else {"slices": cover.slices.tolist()}
    else:
        regions = [_box_fields(cover, k) for k in range(len(cover.machine_states))]
    graph = zip(cover.machine_states.tolist(), cover.successors.tolist(), regions, strict=True)
    nodes = [{"state": state, "next": successors, **region} for state, successors, region in graph]
    if cover.automaton_states is not None:
        nodes = [node | {"automaton": state} for node, state in zip(nodes, cover.automaton_states.tolist(), strict=True)]
    return fields | {"nodes": nodes}


def _box_fields(cover: Cover, node: int) -> dict[str, Any]:
    return {"region": {"box": {"low": hexes(cover.boxes.low[:, node]), "high": hexes(cover.boxes.high[:, node])}}}


def _ellipsoid_fields(cover: EllipsoidCover, node: int) -> dict[str, Any]:
    region = {name: getattr(cover, name)[node].tolist() for name in ("center", "shape", "spread")}
    rows = cover.weights[node].tolist()
    is_sliced = [False] * len(rows) if cover.is_sliced is None else cover.is_sliced[node].tolist()
    own = [step if cut else step[0] for step, cut in zip(rows, is_sliced, strict=True)]
    return {"region": {"ellipsoid": region}, "weights": own}


def hexes(values: NDArray[np.float64]) -> list[str]:
    """Doubles as the certificate spells them."""
    return [_hex(value) for value in values]


def _hex(value: float) -> str:
    """One spelling for each double; negative zero is written as zero."""
    return float(value + 0.0).hex()


def _claim(net: Net, machine: Machine, fields: dict[str, Any]) -> str:
    scope = scope_of(fields)
    rounded = ROUNDED.format(scope.fraction_bits) if isinstance(scope, Rounded) else ""
    sentence = CLAIM.format(
        program=program_digest(net.program), tensors=fields["tensors"], classes=net.classes, machine=digest_of(fields["machine"]),
        states=machine.states, base=net.base, tapes=net.tapes, words=_which_words(scope), start=rounded + START,
        near=f"is {rounded}one that {NEAR}" if rounded else NEAR,
    )  # fmt: skip
    for proof in fields["proofs"]:
        formats = ", ".join(proof["formats"]) or "none"
        sentence += PROOF_CLAIM.format(epsilon=proof["epsilon"], eta=proof["eta"], formats=formats)
    return sentence


def _which_words(scope: Scope) -> str:
    match scope:
        case UpTo(steps):
            return f"of at most {steps} symbols"
        case ReadBy(next_states):
            return f"that the automaton SHA-256 {digest_of(next_states)} (states: {len(next_states)}) reads"
        case _:
            return "of any length"


def tensors_digest(net: AbstractNet) -> str:
    """SHA-256 of the tensors: names, types, shapes and little-endian bytes, in ascending order of name."""
    digest = hashlib.sha256()
    for name, value in sorted(tensors(net).items()):
        shape = ",".join(map(str, value.shape))
        digest.update(b"\0".join([name.encode(), b"F32", shape.encode(), np.asarray(value, "<f4").tobytes()]))
    return digest.hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, ASCII."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
