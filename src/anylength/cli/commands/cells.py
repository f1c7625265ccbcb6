"""`anylength cells`: lists the cells."""

from anylength.cli.command import Command, listing, no_arguments


def _summaries() -> dict[str, str]:
    from anylength.nets import ARCHITECTURES

    return {name: architecture.summary for name, architecture in ARCHITECTURES.items()}


COMMAND = Command("list the cells", no_arguments, listing("cells", _summaries))
