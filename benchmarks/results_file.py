"""A results file that consists of named parts: a benchmark replaces the parts that it measures and keeps the others."""

import json
from pathlib import Path
from typing import Any

from anylength.runs.environment import environment

RESULTS = Path(__file__).parent.parent / "docs" / "results"


def read_parts(path: Path) -> dict[str, Any]:
    """The content of a results file; without parts if there is no file yet."""
    return json.loads(path.read_text()) if path.exists() else {"format": 1, "parts": {}}


def save_part(path: Path, name: str, part: dict[str, Any], **entries: Any) -> None:
    """Writes one part and other entries of a results file, with the environment it was measured in."""
    results = read_parts(path)
    results["parts"][name] = part
    results["environment"] = json.loads(environment().to_json())
    results |= entries
    path.write_text(json.dumps(results, indent=1) + "\n")
    print(f"wrote part {name} of {path}", flush=True)
