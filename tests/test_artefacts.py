"""The nets and figures that the repository ships: certificates that hold, and a README that says what the results files say."""

import json
import re
from pathlib import Path

from anylength_check import check

ROOT = Path(__file__).parent.parent
SMALLEST = ROOT / "docs" / "results" / "smallest"


def test_the_certificate_of_the_smallest_counter_is_valid():
    result = check(SMALLEST / "certificate.json", SMALLEST / "model.safetensors")
    assert result.valid, result.reason


def test_the_smallest_counter_is_the_smallest_that_its_results_file_tells_of():
    sizes = json.loads((SMALLEST / "smallest.json").read_text())["sizes"]
    proved = [size for size in sizes if size["proved"]["right"]]
    fewest = min(size["units"] for size in proved)
    assert f"(hidden units: {fewest}," in json.loads((SMALLEST / "certificate.json").read_text())["claim"]


def test_the_readme_counts_what_the_results_file_counts():
    sweep = json.loads((ROOT / "docs" / "results" / "blog.json").read_text())
    text = re.sub(r"\s+", " ", (ROOT / "README.md").read_text())
    assert f"all {sweep['perfect']['right']} reach 100 %" in text
    assert f"{sweep['broke_on_nines']['right']} lose the carry" in text
    assert f"{sweep['mistaken']['right']} are wrong" in text
    assert f"({sweep['perfect_by_epoch'][1]} of them in 2)" in text
