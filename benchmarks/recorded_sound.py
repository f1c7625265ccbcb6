"""Writes what the first page of the site says of a net that listens. Run: python -m benchmarks.recorded_sound.

`src/anylength/web/nines/silero.json`, from the audit in `docs/results/audits/silero-8k.json`: the share of the frames of speech
that the net finds in a noise, by the seconds since its reset, as it is shipped and with the cure that the audit chose.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
AUDIT = ROOT / "docs" / "results" / "audits" / "silero-8k.json"
FILE = ROOT / "src" / "anylength" / "web" / "nines" / "silero.json"
SNR = 10.0
"""The loudness of the speech above the noise, in dB: that of the README."""


def recorded() -> dict[str, Any]:
    """The figures."""
    audit = json.loads(AUDIT.read_text())
    probes = {"shipped": audit["drift"]["probes"], "cured": audit["cured"]["drift"]["probes"]}
    kept = {name: [probe for probe in found if probe["snr"] == SNR] for name, found in probes.items()}
    shares = {name: [round(one["found"]["right"] / one["found"]["tried"], 4) for one in found] for name, found in kept.items()}
    seconds = [probe["seconds"] for probe in kept["shipped"]]
    frames = kept["shipped"][0]["found"]["tried"]
    return {"title": audit["setup"]["title"], "frames": frames, "snr": round(SNR), "seconds": seconds} | shares


if __name__ == "__main__":
    FILE.write_text(json.dumps(recorded(), indent=1) + "\n")
