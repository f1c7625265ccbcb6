"""A folder of queries, laid out as the benchmarks of the verification competition (VNN-COMP) are.

onnx/step.onnx · vnnlib/*.vnnlib · instances.csv (network, query, seconds) · expected.csv · README
"""

from collections.abc import Mapping, Sequence

from anylength.nets import Net
from studies.vnnlib.query import SAT, Query
from studies.vnnlib.step_network import step_network

NETWORK = "onnx/step.onnx"
"""The network of all queries."""

SECONDS = 60
"""What a verifier is given for a query. auto_LiRPA takes less than one second for most of them."""

MOST_QUERIES, MOST_NUMBERS = 1_000, 1_000_000
"""Limits of a folder: queries, and numbers in all of them. The largest folder has about 150 MB."""

README = """{about}

onnx/step.onnx    one step of the net: X [1,{inputs}] -> Y [1,{outputs}]. Operators are standard, without loops.
                  X: {boxed} values m of the cut before the step ({cut}), then the encoded
                  symbol ({encoded}), then the error of the step in each coordinate of the state ({state}).
                  Y: the values of the cut of the new state, error included ({boxed}), then the logits ({classes}).
vnnlib/           {queries} queries in VNN-LIB 2.0, over the real numbers: {sat} expected sat, {unsat} expected unsat.
instances.csv     network, query and time limit in seconds, as in VNN-COMP. Queries named exact are not in it: they hold by as
                  little as a rounding error, so a verifier in floating point may find them sat by mistake.
expected.csv      network, query, expected result, and what the query asks, for all queries.

{meaning}
"""


def most_queries(net: Net) -> int:
    """The most queries of a folder about this net."""
    program = net.program
    return max(2, min(MOST_QUERIES, MOST_NUMBERS // (2 * (2 * program.boxed + program.encoded + program.state))))


def query_folder(net: Net, queries: Sequence[Query], *, about: str, meaning: str) -> Mapping[str, bytes]:
    """The content of each file by its name in the folder.

    Args:
        net: The net.
        queries: Queries about its step.
        about: What the folder is about, for its README.
        meaning: What the expected results rest on.

    Raises:
        InputError: The package onnx is not installed.
    """
    program, sat = net.program, sum(query.expected == SAT for query in queries)
    readme = README.format(
        about=about, meaning=meaning, inputs=program.boxed + program.encoded + program.state,
        outputs=program.boxed + program.classes, boxed=program.boxed, encoded=program.encoded, state=program.state,
        classes=program.classes, queries=len(queries), sat=sat, unsat=len(queries) - sat,
        cut="linear images of the state, all that a step takes from it",
    )  # fmt: skip
    names = {query.name: f"vnnlib/{query.name}.vnnlib" for query in queries}
    instances = "".join(f"{NETWORK},{names[query.name]},{SECONDS}\n" for query in queries if not query.exact)
    expected = "".join(f'{NETWORK},{names[query.name]},{query.expected},"{query.meaning}"\n' for query in queries)
    texts = {"README": readme, "instances.csv": instances, "expected.csv": f"onnx,vnnlib,expected,meaning\n{expected}"}
    files = {name: text.encode() for name, text in texts.items()}
    return files | {NETWORK: step_network(net)} | {names[query.name]: query.text().encode() for query in queries}
