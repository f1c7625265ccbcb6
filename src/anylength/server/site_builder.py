"""The process that makes the pages of the static site for the server: it trains the two nets that they show."""

import sys
from pathlib import Path

from anylength.experiments import write_site

PLAYGROUND = "/"
"""The address of the playground on the server."""


def main(folder: str) -> None:
    """Writes the site into a new folder."""
    write_site(Path(folder), playground=PLAYGROUND)


if __name__ == "__main__":
    main(sys.argv[1])
