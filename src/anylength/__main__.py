"""Entry point of `python -m anylength`."""

import sys

from anylength.cli.main import main

sys.exit(main())
