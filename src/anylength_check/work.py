"""How much work a check is, about. It refuses what would take too long, and says nothing of whether a claim is true."""

from typing import Any

from anylength_check.program import Program
from anylength_check.strict import require
from anylength_check.weights import Columns, Tensors

WORK_LIMIT = 1 << 32  # multiplications, about
KEPT_LIMIT = 1 << 21  # intervals that are kept for number formats
FORMAT_STEPS = 4  # steps that a number format takes for each symbol, about
WORK = {"tanh": 100, "sigmoid": 100, "exp": 200, "softplus": 150, "silu": 200, "gelu": 800, "normalize": 50}  # of a row; others 10


def require_bounded(program: Program, net: Tensors, columns: Columns, proofs: list[dict[str, Any]], symbols: int) -> int:
    """The multiplications of the check of all proofs, about, or Refused."""
    work = sum(work_of(program, net, columns, proof, symbols) for proof in proofs)
    require(work <= WORK_LIMIT, f"the proofs are too much work to check: {work} multiplications, over the limit of {WORK_LIMIT}")
    rows = symbols * sum(program.parts[which][number].rows for which in (1, 2) for number in program.orders[which])
    require(rows <= KEPT_LIMIT or not any(proof["formats"] for proof in proofs), f"formats need {rows} ranges, over {KEPT_LIMIT}")
    return work


def work_of(program: Program, net: Tensors, columns: Columns, proof: dict[str, Any], symbols: int) -> int:
    """The multiplications of a proof's check, about."""
    sparse, dense, n = step_work(program, columns), step_work(program, net), program.fields["state"]
    formats = symbols * len(proof["formats"]) * FORMAT_STEPS * dense
    if "steps" in proof:
        return formats + (proof["states"] + proof["steps"]) * sparse
    if "letters" in proof:
        return formats + next_nodes(proof) * sparse
    if "blocks" not in proof:
        return formats + symbols * len(proof["nodes"]) * sparse
    return formats + steps_of(proof, symbols) * (dense * n * (1 + proof["blocks"]) // 8 + n**3 * (3 + proof["blocks"]))


def step_work(program: Program, matrices: dict[str, list[list[int]]]) -> int:
    """The multiplications of a step and its answer, about. A matrix's row counts for as many as the list given for it."""
    total = program.classes * program.parts[2][-1].rows
    for part, order in zip(program.parts, program.orders, strict=True):
        for one in (part[number] for number in order):
            columns = {"matvec": 1, "softmax": 400}.get(one.op, 0) * (part[one.of[0]].rows if one.of else 0)
            total += one.rows * (WORK.get(one.op, 10) + columns)
            total += sum(len(matrices[one.tensor][row]) for row in one.picked) if one.op == "matmul" else 0
    return total


def next_nodes(proof: dict[str, Any]) -> int:
    """The inclusions of a net with stacks: a node has no next node where no word leads."""
    lists = [node["next"] for node in proof["nodes"] if type(node) is dict and type(node.get("next")) is list]
    return sum(after != -1 for row in lists for after in row)


def steps_of(proof: dict[str, Any], symbols: int) -> int:
    """The inclusions. A step of a sliced ellipsoid has one more for each slice."""
    nodes = [node for node in proof["nodes"] if type(node) is dict and type(node.get("weights")) is list]
    rows = [row for node in nodes for row in node["weights"] if "slices" in proof and type(row) is list and row]
    return symbols * len(proof["nodes"]) + sum(len(row) for row in rows if type(row[0]) is list)
