"""`anylength cells`: the cells, a line each."""

from anylength.cli.command import Command, listing, no_arguments


def _summaries() -> dict[str, str]:
    from anylength.nets import ARCHITECTURES

    return {name: architecture.summary for name, architecture in ARCHITECTURES.items()}


COMMAND = Command("the cells there are", no_arguments, listing("cells", _summaries))
