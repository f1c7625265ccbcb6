"""`python -m anylength_check CERTIFICATE WEIGHTS [--json]`: exit 0 and VALID, 4 and REJECTED, or 2 where no file can be read."""

import json
import os
import sys

from anylength_check.check import announce, check, processors

USAGE = "usage: python -m anylength_check CERTIFICATE WEIGHTS [--json]"


def main(arguments: list[str]) -> int:
    """Checks, prints and returns the exit code."""
    paths = [argument for argument in arguments if argument != "--json"]
    if len(paths) != 2 or len(arguments) > 3 or any(path.startswith("-") for path in paths):
        asked_for_help = paths in (["--help"], ["-h"])
        print(USAGE, file=sys.stdout if asked_for_help else sys.stderr)
        return 0 if asked_for_help else 2
    try:
        result = check(paths[0], paths[1], announce, processors())
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        print(f"cannot read the files: {ascii(str(error))[1:-1]}", file=sys.stderr)
        return 2
    if "--json" in arguments:
        print(json.dumps(result._asdict()))
    else:
        said = "VALID" if result.valid else f"REJECTED: {result.reason}"
        print(*result.lines[:1], said, *result.machine, *result.lines[1:], sep="\n")
    sys.stdout.flush()
    return 0 if result.valid else 4


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        os._exit(130)
    except Exception as error:  # a verdict that cannot be printed, say on a full disk, must not look like VALID
        os.write(2, f"REJECTED: {type(error).__name__}\n".encode())
        os._exit(4)
