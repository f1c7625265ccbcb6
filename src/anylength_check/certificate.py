"""The certificate file, read strictly: exactly its fields, each of its type and within its limit, its digest, and its claim.

What the numbers say is for `check` to find out. The claim must be CLAIM, then PROVED for each proof in the file's
order, letter by letter: epsilon and eta as the file spells them, machine and program by the SHA-256 of their canonical JSON. Symbol
s has on tape i the digit (s // base**i) % base. `delta` and `output` have a row for each of the machine's states, a column for each
symbol. With `words` the claim is about some words only: those of a number of steps at most, or those that an automaton reads. It
has a row of next states for each of its states, the first of which is its start; -1 stands where it reads no further. With
`rounding` the claim is about states that are rounded after every step, and a proof has counts of them in place of nodes.
"""

from typing import Any

from anylength_check.dyadic import Box, from_hex
from anylength_check.ellipsoids import Ellipsoid, ellipsoid
from anylength_check.program import Program, canonical_sha256
from anylength_check.strict import fields, integer, items, parse, require

CERTIFICATE_LIMIT = 320 << 20  # bytes: two proofs with 1,024 nodes and 2,200 units; to check them takes up to 3 GB of memory
NODES, PROOFS, STATES, SYMBOLS, TAPES, BLOCKS, STEPS = 100_000, 8, 1024, 4096, 12, 16, 1_000_000  # the most of each
COLUMNS, STACKS = 65_536, 8  # of a machine with stacks: symbols times combinations of tops, and stacks
FRACTION_BITS, VISITS = 20, 1 << 25  # the most fractional bits of a rounded state; the most numbers in all states, and steps
LARGEST = 1 << 47  # of the numbers of an ellipsoid, in units of 2^-32
FORMAT = 1
FIELDS = ("format", "claim", "program", "encoding", "machine", "tensors", "proofs", "noise_budget", "digest")
FORMATS = ("bfloat16", "float16", "float32")
CLAIM = (
    "The recurrent net with step program SHA-256 {program} and tensors SHA-256 {tensors} gives the outputs of the machine "
    "SHA-256 {machine} (states: {states}) at every step of every word, {words}, in base {base} (tapes: {tapes}; output "
    "classes: {classes}). For every non-empty word over the alphabet, {words}: if the state starts at {start} and every step's "
    "computed state {near} the exact real-number step (from the computed state before it) by at most epsilon in each coordinate, "
    "then at every step the logit of the machine's output, taken exactly on the computed state and the symbol, leads every other "
    "logit by at least eta."
)
STACKS_CLAIM = (
    "The recurrent net with step program SHA-256 {program} and tensors SHA-256 {tensors}, which has {stacks} stacks of vectors "
    "of {width} numbers, gives the outputs of the machine with stacks SHA-256 {machine} (states: {states}), where this has one, "
    "at every step of every word, {words}, however deep the stacks become, in base {base} (tapes: {tapes}; output classes: "
    "{classes}). For every non-empty word over the alphabet, {words}: if the state starts at {start} and all stacks empty, an "
    "empty stack reads as zeros, memory does not run out, what is popped is what was pushed, a gate with number z is exactly 0 "
    "for z of -1/2 or less and exactly 1 for z of 1/2 or more, and every step's computed state, with the vectors to push, "
    "{near} the exact real-number step (from the computed state and the vectors on top before it) by at most epsilon in each "
    "coordinate, then at every step each gate is that of the machine's action, its number, taken exactly on the computed state, "
    "at least eta beyond 1/2, and the logit of the machine's output, where it has one, leads every other logit by at least eta."
)
START, NEAR = "the program's start state", "differs from"
ROUNDED = "the rounding, in each coordinate to a nearest multiple of 2^-{}, of "
PROVED = " Proved for epsilon {} and eta {}; number formats covered, under the rounding model of certificate format 1: {}."
Weights = list[list[list[list[int]]]]  # for each node and symbol the rows


def read_certificate(file: bytes) -> dict[str, Any]:
    """The JSON object of a certificate file, with the boxes of nodes unread, or Refused."""
    require(len(file) <= CERTIFICATE_LIMIT, f"the certificate is over {CERTIFICATE_LIMIT} bytes")
    top = parse(file)
    integer(top.get("format") if type(top) is dict else None, "the format", FORMAT, FORMAT)
    scope = [name for name in ("rounding", "words") if name in top][:1]
    _, _, _, encoding, machine, _, proofs, _, digest, *about = fields(top, "the certificate", *FIELDS, *scope)
    without_digest = {name: value for name, value in top.items() if name != "digest"}
    require(digest == canonical_sha256(without_digest), "the digest does not fit the certificate")
    base, tapes = fields(encoding, "the encoding", "base", "tapes")
    symbols = integer(base, "the encoding's base", 1, SYMBOLS) ** integer(tapes, "the number of tapes", 1, TAPES)
    require(symbols <= SYMBOLS, f"the encoding has more than {SYMBOLS} symbols")
    start, delta, output, *actions = fields(machine, "the machine", *machine_fields(machine))
    states = len(items(delta, "delta", 1, STATES))
    integer(start, "the machine's start", 0, states - 1)
    columns = read_actions(symbols, states, *actions) if actions else symbols
    for table, where, most in ((delta, "delta", states - 1), (output, "output", SYMBOLS - 1)):
        for row in items(table, where, states, states):
            items(row, f"a row of {where}", columns, columns, most, -1 if actions else 0)
    require(not (actions and scope), "a claim about stacks is about all words")
    for some in about:
        read_words(some, symbols) if scope == ["words"] else read_rounding(some)
    for proof in items(proofs, "the list of proofs", 1, PROOFS):
        read_counts(proof) if scope == ["rounding"] else read_graph(proof)
        ascending = [name for name in FORMATS if name in items(proof["formats"], "formats", 0, len(FORMATS))]
        require(proof["formats"] == ascending, "formats is not an ascending list out of bfloat16, float16, float32")
    return top


def machine_fields(machine: Any) -> tuple[str, ...]:
    """The names of a machine's fields, with its stacks if it has any."""
    plain = ("start", "delta", "output")
    return (*plain, "actions", "letters") if type(machine) is dict and "actions" in machine else plain


def read_actions(symbols: int, states: int, actions: Any, letters: Any) -> int:
    """The columns of a machine with stacks, one for each symbol and what lies on top of each stack, or Refused.

    In column s + symbols * (t_1 + letters * (t_2 + ...)) is what happens under symbol s and the letters t_1, t_2, ... on top; 0 is
    the bottom. An action is 0: keep, 1: pop, or g + 1: push letter g.
    """
    first = items(items(actions, "actions", states, states)[0], "a row of actions", 1, COLUMNS)[0]
    stacks = len(items(first, "the actions of a step", 1, STACKS))
    columns = symbols * integer(letters, "the number of letters", 1, COLUMNS) ** stacks
    require(columns <= COLUMNS, f"the machine has more than {COLUMNS} columns")
    for row in actions:
        for one in items(row, "a row of actions", columns, columns):
            items(one, "the actions of a step", stacks, stacks, letters)
    return columns


def read_letters(top: dict[str, Any], program: Program, proof: dict[str, Any]) -> list[list[Box]]:
    """For each stack the box of each letter, that of the bottom first, or Refused."""
    memory, count = program.stacks(), top["machine"]["letters"]
    require(len(top["machine"]["actions"][0][0]) == memory.stacks, "the machine's stacks are not the net's")
    stacks = []
    for boxes in items(proof["letters"], "letters", memory.stacks, memory.stacks):
        read = [read_box(box, memory.width) for box in items(boxes, "the letters of a stack", count - 1, count - 1)]
        require(all(low <= high for box in read for low, high in box), "a letter has a low bound above its high bound")
        stacks.append([[(0, 0)] * memory.width, *read])
    return stacks


def read_graph(proof: Any) -> None:
    """Refuses unless a proof has nodes, and a start among them."""
    of_ellipsoids = type(proof) is dict and "blocks" in proof
    names = [name for name in ("blocks", "slices") if of_ellipsoids and name in proof]
    names += ["letters"] if type(proof) is dict and "letters" in proof and not of_ellipsoids else []
    _, _, _, start, nodes, *others = fields(proof, "a proof", "epsilon", "eta", "formats", "start", "nodes", *names)
    items(others[:1] if of_ellipsoids else [], "blocks", 0, 1, BLOCKS)
    integer(start, "a proof's start", 0, len(items(nodes, "the list of nodes", 1, NODES)) - 1)


def read_counts(proof: Any) -> None:
    """Refuses unless a proof has counts of rounded states and of steps."""
    for count in fields(proof, "a proof", "epsilon", "eta", "formats", "states", "steps")[3:]:
        integer(count, "a count of a proof", 1, VISITS)


def read_rounding(rounding: Any) -> None:
    """Refuses unless this says to how many fractional bits states are rounded."""
    (bits,) = fields(rounding, "rounding", "fraction_bits")
    integer(bits, "fraction_bits", 1, FRACTION_BITS)


def require_fit(top: dict[str, Any], program: Program) -> None:
    """Refuses unless the certificate fits the program, its proofs fit each other, and the claim is the right one."""
    encoding, machine, proofs = top["encoding"], top["machine"], top["proofs"]
    memory = program.memory
    inputs = program.fields["encoded"] - (memory.stacks * memory.width if memory else 0)
    about_stacks = ["actions" in machine, memory is not None, *("letters" in proof for proof in proofs)]
    require(len(set(about_stacks)) == 1, "the machine, the program and the proofs are not all with stacks, or all without")
    require(encoding["base"] * encoding["tapes"] == inputs, f"the encoding does not fit {inputs} inputs")
    require(max(map(max, machine["output"])) < program.classes, "an output is no class of the read-out")
    require(sum(len(proof.get("nodes", ())) for proof in proofs) <= NODES, f"there are more than {NODES} nodes")
    visits = max(proof.get("states", 0) for proof in proofs) * program.fields["state"]
    require(visits <= VISITS, f"all rounded states have more than {VISITS} numbers")
    numbers = {tuple(from_hex(proof[name], name) for name in ("epsilon", "eta")) for proof in proofs}
    require(len(numbers) == len(proofs), "two proofs are for the same epsilon and eta")
    require(from_hex(top["noise_budget"], "noise_budget") == max(numbers)[0], "noise_budget is not the largest epsilon")
    rounded = ROUNDED.format(top["rounding"]["fraction_bits"]) if "rounding" in top else ""
    claim = (STACKS_CLAIM if memory else CLAIM).format(
        program=canonical_sha256(top["program"]), machine=canonical_sha256(machine), tensors=top["tensors"], **encoding,
        classes=program.classes, states=len(machine["delta"]),
        words=which_words(top.get("words", {})), start=rounded + START,
        near=f"is {rounded}one that {NEAR}" if rounded else NEAR, **(memory._asdict() if memory else {}),
    )  # fmt: skip
    for proof in proofs:
        claim += PROVED.format(proof["epsilon"], proof["eta"], ", ".join(proof["formats"]) or "none")
    require(top["claim"] == claim, "the claim is not the sentence that the other fields make")


def read_words(words: Any, symbols: int) -> None:
    """Refuses unless these are words of at most some steps, or those that an automaton reads."""
    name = "steps" if type(words) is dict and "steps" in words else "automaton"
    (value,) = fields(words, "words", name)
    if name == "steps":
        integer(value, "the number of steps", 1, STEPS)
        return
    states = len(items(value, "the automaton", 1, STATES))
    for row in value:
        items(row, "a row of the automaton", symbols, symbols, states - 1, -1)


def which_words(words: dict[str, Any]) -> str:
    """What words the claim is about."""
    if "steps" in words:
        return f"of at most {words['steps']} symbols"
    automaton = words.get("automaton")
    if not automaton:
        return "of any length"
    return f"that the automaton SHA-256 {canonical_sha256(automaton)} (states: {len(automaton)}) reads"


def read_boxes(top: dict[str, Any], proof: dict[str, Any], size: int) -> list[Box]:
    """The box of each node, if all nodes fit the machine, boxes of this size, and each other, or Refused."""
    regions = [read_node(top, proof, node, "region")[0] for node in proof["nodes"]]
    return [read_box(fields(region, "a region", "box")[0], size) for region in regions]


def read_box(value: Any, size: int) -> Box:
    """A box of this size, or Refused; its bounds may be crossed."""
    ends = fields(value, "a box", "low", "high")
    bounds = [items(end, f"a list of {name} bounds", size, size) for name, end in zip(("low", "high"), ends, strict=True)]
    units = [[from_hex(x, f"a {name} bound") for x in end] for name, end in zip(("low", "high"), bounds, strict=True)]
    return list(zip(*units, strict=True))


def read_ellipsoids(top: dict[str, Any], proof: dict[str, Any], size: int, slices: int) -> tuple[list[Ellipsoid], Weights]:
    """The ellipsoid of each node, and rows of weights for each symbol, if all nodes fit the machine and each other, or Refused.

    There is a row for the whole ellipsoid, or one for each of so many slices.
    """
    regions, weights, symbols = [], [], len(top["machine"]["delta"][0])
    for node in proof["nodes"]:
        region, shares = read_node(top, proof, node, "region", "weights")
        names = fields(*fields(region, "a region", "ellipsoid"), "an ellipsoid", "center", "shape", "spread")
        center, spread = (items(row, "a row of an ellipsoid", size, size, LARGEST, -LARGEST) for row in (names[0], names[2]))
        shape = [
            items(row, "a row of an ellipsoid", size, size, LARGEST, -LARGEST) for row in items(names[1], "a shape", size, size)
        ]
        require(min(spread) > 0, "a spread has numbers that are not above 0")
        regions.append(ellipsoid(center, shape, spread))
        rows = items(shares, "a list of weights", symbols, symbols)
        weights.append([])
        for row in rows:
            is_cut = type(row) is list and row != [] and type(row[0]) is list
            require(not is_cut or len(row) == slices, "there are not as many rows of weights as slices")
            count = proof["blocks"] + 3
            weights[-1].append([items(each, "a row of weights", count, count, LARGEST, 1) for each in (row if is_cut else [row])])
    return regions, weights


def read_node(top: dict[str, Any], proof: dict[str, Any], node: Any, *names: str) -> list[Any]:
    """The fields of these names, if the node has just them, a state of the machine, and a next node for each symbol, or Refused.

    Where the claim is about some words only, there may be no next node, -1; with an automaton the node has a state of that, too.
    """
    words = top.get("words", {})
    automaton = words.get("automaton")
    state, successors, *others = fields(node, "a node", "state", "next", *names, *(("automaton",) if automaton else ()))
    integer(state, "a node's state", 0, len(top["machine"]["delta"]) - 1)
    symbols = len(top["machine"]["delta"][0])
    partial = words or "letters" in proof
    items(successors, "a row of next", symbols, symbols, len(proof["nodes"]) - 1, -1 if partial else 0)
    if automaton:
        integer(others.pop(), "a node's state of the automaton", 0, len(automaton) - 1)
    return others
