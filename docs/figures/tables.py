"""Writes the tables of the pages from the results files. Run: make figures."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PROVED = {
    "certified-hundred": "`certified` (knows the machine), 0…100",
    "certified-post": "`certified`, the post's 9,000 numbers",
    "robust-hundred": "`robust` (inputs and outputs alone), 0…100",
    "robust-post": "`robust`, the post's 9,000 numbers",
}
NAIVE = {
    "linear": "linear: all modes at the slow point",
    "decay": "log 0.1 / log of the spectral radius at the attractor",
    "radius": "that radius itself (ranks only)",
}
PICKED = {"trained": "after whole epochs", "born": "near the birth of the carry"}
PASSAGES = {"predicted": "reduced map", "passage": "passage time π/√(speed · curvature)", "simple": "π/√speed"}


def interval(share: dict[str, Any]) -> str:
    """A share with its 95 % interval."""
    return f"{share['right']} of {share['tried']} ({100 * share['low']:.0f}–{100 * share['high']:.0f} %)"


def proofs() -> str:
    """What can be proved, refuted and hardened, over seeds."""
    parts = json.loads((ROOT / "docs/results/proofs.json").read_text())["parts"]
    lines = [
        "| nets (seeds not used in the search for the recipes) | PROVED (95 % interval) | noise budget, median | bfloat16 covered |"
    ]
    lines.append("|---|---|---|---|")
    for name, words in PROVED.items():
        part = parts[name]
        budget, covered = part["noise_budget"]["median"], part["formats"].get("bfloat16", 0)
        lines.append(f"| {words} | {interval(part['proved'])} | {budget:.2f} | {covered} |")
    groups, hard = parts["robust-hundred-candidates"], parts["harden"]
    lines += [
        "",
        f"With `--candidates {groups['candidates']}`, {groups['groups_proved']} of {groups['groups']} groups of `robust` on 0…100 "
        f"hold a proved net. {verdicts(parts['blog'])} {verdicts(parts['blog-16'])} `harden` makes {interval(hard['proved'])} "
        f"of the 12-unit ones provable, in a median of {hard['updates']['median']:.0f} updates that move the weights by "
        f"{100 * hard['moved']['median']:.0f} %. All of it: [results/proofs.json](results/proofs.json), made by "
        "`python -m benchmarks.proofs`.",
        "",
        smallest(),
    ]
    return "\n".join(lines)


def smallest() -> str:
    """The smallest proved counter, in a sentence."""
    sizes = json.loads((ROOT / "docs/results/smallest/smallest.json").read_text())["sizes"]
    best = min((size for size in sizes if size["proved"]["right"]), key=lambda size: size["parameters"])
    return (
        f"The smallest proved counter so far has {best['units']} units and {best['parameters']} parameters "
        f"({interval(best['proved'])} seeds of that size); it lies with its certificate in "
        "[results/smallest](results/smallest/certificate.json)."
    )


def verdicts(blog: dict[str, Any]) -> str:
    """The verdicts on the post's own nets of one size, in a sentence."""
    digits, found = blog["counterexample_digits"], blog["verdicts"]
    return (
        f"Of the post's own nets with {blog['hidden']} units, {found.get('REFUTED', 0)} of {blog['seeds']} are REFUTED within "
        f"{blog['budget_seconds']:.0f} s each (by numbers of {digits['min']:.0f} to {digits['max']:.0f} digits, median "
        f"{digits['median']:.0f}), {found.get('PROVED', 0)} PROVED, {found.get('UNKNOWN', 0)} UNKNOWN."
    )


def speed() -> str:
    """Our times beside PyTorch's and TensorFlow's."""
    results = json.loads((ROOT / "benchmarks/results.json").read_text())
    lines = [f"Medians of {results['rounds']} rounds, side by side in one run ({results['machine']}; `make bench`):", ""]
    lines += ["| what | ours | beside it | ratio (range) |", "|---|---|---|---|"]
    for row in results["rows"]:
        peer = f"{row['peer']}: {row['theirs']:.3g} {row['unit']}" if row.get("theirs") else ""
        ratio = f"{row['ratio']:.1f} ({row['ratio_range'][0]:.1f}–{row['ratio_range'][1]:.1f})" if row.get("ratio") else ""
        lines.append(f"| {row['what']} | {row['ours']:.3g} {row['unit']} | {peer} | {ratio} |")
    lines += ["", f"The largest process of all these, PyTorch and TensorFlow included, took {results['largest_process_mib']} MiB."]
    return "\n".join(lines)


def zoo() -> str:
    """Proved nets of every task and cell."""
    parts = results("zoo")
    lines = [
        "| recipe | cell | task | states | symbols | units | PROVED (95 % interval) | noise budget, median | s to train a net |"
    ]
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for part in parts.values():
        budget = f"{part['noise_budget']['median']:.3f}" if part["noise_budget"] else "–"
        seconds = part["training_seconds"] / part["seeds"]
        lines.append(
            f"| `{part['recipe']}` | {part['cell']} | {part['task']} | {part['states']} | {part['symbols']} | {part['hidden']} | "
            f"{interval(part['proved'])} | {budget} | {seconds:.1f} |"
        )
    return "\n".join([*lines, "", "From [results/zoo.json](results/zoo.json), made by `python -m benchmarks.zoo`."])


def zoo_in_short() -> str:
    """Proved nets, one line for each recipe and cell."""
    lines = ["| recipe, cell | task: nets PROVED of nets tried |", "|---|---|"]
    rows: dict[str, list[str]] = {}
    for part in results("zoo").values():
        count = f"{part['task']} {part['proved']['right']} of {part['proved']['tried']}"
        rows.setdefault(f"`{part['recipe']}`, {part['cell']}", []).append(count)
    return "\n".join([*lines, *(f"| {name} | {' · '.join(found)} |" for name, found in rows.items())])


def attention() -> str:
    """Length curves of nets whose context grows."""
    found = json.loads((ROOT / "docs/results/contexts.json").read_text())
    lengths, kinds = found["lengths"], found["kinds"]
    lines = [f"| net | numbers | seeds | {' | '.join(map(str, lengths))} |", "|---|---|---|" + "---|" * len(lengths)]
    for name, kind in kinds.items():
        for numbers in ("random", "carry"):
            means = " | ".join(f"{mean:.2f}" for mean in kind["means"][numbers])
            lines.append(f"| {name} | {numbers} | {kind['seeds']} | {means} |")
    return "\n".join([*lines, "", "From [results/contexts.json](results/contexts.json), made by `python -m benchmarks.contexts`."])


def memory() -> str:
    """Exact answers of nets with and without a memory."""
    parts = results("memory")
    lengths = ("10", "20", "40", "80")
    lines = [f"| task | net | seeds | {' | '.join(f'{n} digits' for n in lengths)} |", "|---|---|---|" + "---|" * len(lengths)]
    for part in parts.values():
        cells = [part["random"][n] for n in lengths]
        words = " | ".join(f"{100 * c['median']:.1f} % ({100 * c['min']:.1f}–{100 * c['max']:.1f})" for c in cells)
        chosen = f", best of {part['candidates']} candidates" if part["candidates"] > 1 else ""
        lines.append(f"| {part['task']} | {part['cell']}{chosen} | {len(part['seeds'])} | {words} |")
    words = (
        "Random numbers answered exactly: median (range) over seeds, trained on 1 to 10 digits. Candidates are chosen at 20 digits."
    )
    return "\n".join(
        [*lines, "", f"{words} From [results/memory.json](results/memory.json), made by `python -m benchmarks.memory`."]
    )


def cells() -> str:
    """Each cell's training beside PyTorch's."""
    found = json.loads((ROOT / "benchmarks/cells.json").read_text())
    lines = ["| cell | ours | PyTorch | ratio (range) |", "|---|---|---|---|"]
    for row in found["rows"]:
        low, high = row["ratio_range"]
        times = f"{row['ours']:.3g} {row['unit']} | {row['theirs']:.3g} {row['unit']}"
        lines.append(f"| {row['what']} | {times} | {row['ratio']:.1f} ({low:.1f}–{high:.1f}) |")
    return "\n".join([*lines, "", "From `benchmarks/cells.json`, made by `python -m benchmarks.cells`."])


def breaks() -> str:
    """Predicted against measured breaks, and simpler predictions beside them."""
    found = read("breaks")["summary"]
    lines = ["| prediction | rank correlation (95 %) | median error | within a factor 1.5 | within 10 % or one nine |"]
    lines.append("|---|---|---|---|---|")
    for words, part in [
        ("**reduced map**", found["prediction"]),
        *((f"the same, nets {PICKED[how]}", found["picked"][how]) for how in PICKED),
        *((NAIVE[name], found["baselines"][name]) for name in NAIVE),
        *(
            (f"{words}; the {found['ghosts'][name]['nets']} ghosts alone", found["ghosts"][name])
            for name, words in PASSAGES.items()
        ),
    ]:
        rank = part["spearman"]
        text = f"| {words} | {rank['value']:.2f} ({rank['low']:.2f}–{rank['high']:.2f}) |"
        if "error" in part:
            near, tenth = interval(part["within_factor"]), interval(part["within_tenth"])
            text += f" {100 * part['error']['median_share']['value']:.0f} % | {near} | {tenth} |"
        else:
            text += " – | – | – |"
        lines.append(text)
    return "\n".join([*lines, "", break_words(found)])


def break_words(found: dict[str, Any]) -> str:
    """What the table of breaks is of, and what else was counted, in sentences."""
    agreed, late, spread = found["agreement"], found["long"], found["measured"]
    parts = ", ".join(f"{name} {part['within_factor']} of {part['nets']}" for name, part in found["mechanisms"].items())
    gated = "; ".join(
        f"{name} {interval(part['within_factor'])}" if "within_factor" in part else f"{name} {part['nets']} nets, too few"
        for name, part in found["cells"].items()
    )
    return (
        f"{found['scored']} rnn nets that carry over 4 to 2,000 nines (median {spread['median']:.0f}, a quarter of them "
        f"{spread['upper']:.0f} or more). Within the factor, by slow point: {parts}; of the {late['nets']} that carry over "
        f"{late['from']} nines or more: {interval(late['within_factor'])}. Whether a net breaks within 10,000 nines at all is "
        f"said rightly of {interval(agreed['trained'])} nets after whole epochs, and of {interval(agreed['born'])} picked near the "
        f"birth of the carry, many of which lie at an edge. {found['too_short']} more break "
        f"within the 3 nines that the prediction runs itself. Gated cells, within the factor: {gated}. From "
        "[results/breaks.json](results/breaks.json), made by `python -m benchmarks.breaks`."
    )


def interventions() -> str:
    """What was changed, and what came of it."""
    parts = results("interventions")
    push, scale, births = parts["push"], parts["scale"], parts["births"]
    rank, power, slope = push["spearman"], scale["exponent"], scale["logarithm"]
    rows = [
        ("what was changed", "what was expected", "what came"),
        ("---",) * 3,
        (
            f"the state after 3 nines, pushed along the slow direction ({push['nets']} nets, {len(push['deltas'])} pushes each)",
            "the break predicted from the pushed state",
            f"rank correlation {rank['value']:.3f}; {interval(push['within_tenth'])} within 10 % or one nine (had nothing moved: "
            f"{interval(push['unmoved_would_be_within_tenth'])})",
        ),
        (
            "the same push along a random direction that is not slow",
            "the old break",
            f"{interval(push['control_within_tenth'])} within 10 % or one nine",
        ),
        (
            f"the recurrent weights of {scale['born']} nets that pass a ghost, scaled to where a stable resting point that answers "
            f"rightly is born: in {scale['saddle_nodes']} of them as one of a pair",
            "break ~ distance to the power −0.5",
            f"power {power['median']:.2f} (median; {power['min']:.2f} to {power['max']:.2f})".replace("-", "−"),
        ),
        (
            f"the same in {scale['sinks']} of the others, where a sink's answer turns right",
            "break ~ −log distance / −log of the sink's factor",
            f"{slope['median']:.2f} times that (median; {slope['min']:.2f} to {slope['max']:.2f})",
        ),
        (
            f"the weights by training, update by update ({births['seeds']} seeds)",
            "a stable resting point is born when the break ends",
            f"at the same update in {births['same_update']}, within one in {births['within_one']}; "
            f"{interval(births['updates_agree'])} updates agree",
        ),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    words = "From [results/interventions.json](results/interventions.json), made by `python -m benchmarks.interventions`."
    return "\n".join([*lines, "", words])


def ways() -> str:
    """How often the way of failing is named from the dynamics."""
    return ways_of(read("ways")["summary"])


def ways_of(found: dict[str, Any]) -> str:
    """The table of a summary."""
    refuted = found["refuted"]
    counted = " · ".join(f"{way} {count}" for way, count in sorted(found["ways"].items(), key=lambda pair: -pair[1]))
    rows = {
        "nets by the post's recipe, after 4 or 6 epochs at most": f"{found['nets']:,}",
        "of them refuted": f"{refuted:,}",
        "the way in which their counterexamples fail": counted,
        "that way is among those named": interval(found["named"]),
        "that way is the one named first": interval(found["first"]),
        "a number that shows a finding was given": f"{found['confirmed']} of {refuted}",
        "exceptions, listed in the file": str(len(found["exceptions"])),
    }
    lines = ["| refuted nets, explained without their counterexamples | |", "|---|---|"]
    lines += [f"| {words} | {value} |" for words, value in rows.items()]
    return "\n".join([*lines, "", "From [results/ways.json](results/ways.json), made by `python -m benchmarks.failure_modes`."])


def read(name: str) -> dict[str, Any]:
    """A results file."""
    return json.loads((ROOT / f"docs/results/{name}.json").read_text())


def results(name: str) -> dict[str, Any]:
    """The parts of a results file."""
    return read(name)["parts"]


def sweeps() -> str:
    """The bars of sweeps beside what was measured."""
    parts = results("sweeps")
    rows = [found for name, words in SWEEPS.items() if name in parts for found in words(parts[name])]
    lines = ["| what | asked for | measured |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    made = "`python -m benchmarks.sweeps` and `python -m benchmarks.sweep_faults`"
    words = f"From [results/sweeps.json](results/sweeps.json), made by {made}."
    return "\n".join([*lines, "", words])


def swept_speed(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A thousand nets, beside PyTorch."""
    rounds, middle = part["rounds"], part["median"]
    ratios = [one["ratio"] for one in rounds]
    beside = f"PyTorch {middle['peer_a_net']:.2f} s a net ({part['peers']} nets each round, {part['peer_threads']} thread)"
    return [
        (f"{part['nets']:,} count nets (16 units, up to 6 epochs, stress test)", "4 minutes", f"{middle['ours']:.0f} s"),
        ("the same beside one PyTorch process", "8 ×", f"{middle['ratio']:.1f} × ({min(ratios):.1f}–{max(ratios):.1f}); {beside}"),
    ]


def swept_proofs(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Nets and their proofs."""
    proved = f"{part['seconds']:.0f} s; {part['proved']} PROVED"
    return [(f"{part['nets']} `certified` nets trained and proved", "3 minutes", proved)]


def swept_dask(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Two workers beside one."""
    ratios = [one["ratio"] for one in part["rounds"]]
    words = (
        f"{part['ratio']:.2f} × (rounds {min(ratios):.2f}–{max(ratios):.2f}); start-up, left out, {part['start_up_seconds']:.1f} s"
    )
    return [(f"two workers beside one, {part['blocks']} blocks of {part['seconds_a_block']:.1f} s", "1.6 ×", words)]


def swept_faults(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Kills, and what they changed."""
    driver, workers = part["killed"]["driver"], part["killed"]["worker"]
    killed = f"SIGKILLs: {driver} of the driver, {workers} of workers, in sweeps of {part['blocks']} blocks"
    return [(killed, "the same table", f"{part['identical']} of {part['sweeps']} sweeps the same, row by row and weight by weight")]


def swept_memory(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The driver's memory."""
    grown = " · ".join(f"{int(rows):,} rows: {found['writing_mib']:.1f} MiB" for rows, found in part["rows"].items())
    counted = " · ".join(f"{found['summary_mib']:.1f} MiB" for found in part["rows"].values())
    return [("memory that the driver takes more, writing; then counting them", "flat", f"{grown}; {counted}")]


def swept_bits(part: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The same rows, whichever way they are made."""
    same = f"{sum(part['identical'])} of {len(part['ways'])} ways the same bytes"
    return [("one process; 1, 2, 3 workers; blocks of 8, 24, 40", "the same rows", same)]


SWEEPS: dict[str, Callable[[dict[str, Any]], list[tuple[str, str, str]]]] = {
    "speed": swept_speed,
    "proofs": swept_proofs,
    "dask": swept_dask,
    "faults": swept_faults,
    "memory": swept_memory,
    "bits": swept_bits,
}


def costs() -> str:
    """What a net costs, and how that grows."""
    part = results("scale")["costs"]
    lines = ["| a whole net, one processor | training | stress test | verdict | in all |", "|---|---|---|---|---|"]
    for name, one in part["whole"].items():
        seconds = " | ".join(f"{one[key]:.3f} s" if one[key] > 1e-4 else "–" for key in ("training", "stress", "verdict", "total"))
        lines.append(f"| {name} ({one['epochs']:.1f} epochs on average) | {seconds} |")
    lines += [
        "",
        "| what grows | its values | an epoch of one net, ms | exponent | stress test, ms | exponent |",
        "|---|---|---|---|---|---|",
    ]
    for name, axis in part["axes"].items():
        stress = "–" if axis["slope_stress"] is None else " · ".join(f"{1000 * each:.0f}" for each in axis["stress"])
        slope = "–" if axis["slope_stress"] is None else f"{axis['slope_stress']:.1f}"
        values, epoch = " · ".join(map(str, axis["values"])), " · ".join(f"{1000 * each:.1f}" for each in axis["an_epoch"])
        lines.append(f"| {name} | {values} | {epoch} | {axis['slope_training']:.1f} | {stress} | {slope} |")
    words = "Exponents over the larger half of the values."
    words += " From [results/scale.json](results/scale.json), made by `python -m benchmarks.scale`."
    return "\n".join([*lines, "", words])


def million() -> str:
    """What a million nets take, by workers, and what is full first."""
    parts = results("scale")
    found, service = parts["scheduler"], parts["service"]
    lines = ["| a million nets | block | processor hours | " + " | ".join(f"{n} workers" for n in CLUSTERS) + " | full first |"]
    lines.append("|---|---|---|" + "---|" * (len(CLUSTERS) + 1))
    for name, kind in found["kinds"].items():
        times = " | ".join(f"{kind[n]['seconds'] / 60:,.0f} min ({100 * kind[n]['workers']:.0f} % busy)" for n in CLUSTERS)
        first = f"{kind['first_to_saturate']['part']}, at {kind['first_to_saturate']['workers']:,.0f} workers"
        hours = f"{kind['core_hours_a_million']:,.0f}"
        lines.append(f"| {name} | {kind['seconds_a_block']:.1f} s | {hours} | {times} | {first} |")
    check = found["check"]
    size, each, spent = service["bytes_a_block"], service["bytes_a_net"], {n: 1000 * service[n] for n in SERVICE}
    words = (
        f"A block is {found['rows_a_block']} nets and {size / 1e6:.2f} MB ({each:,.0f} B a net, {each / 1000:.1f} GB a million). "
        f"Measured here for each block: client and scheduler {spent['scheduler']:.1f} ms, writer {spent['writer']:.1f} ms; "
        f"assumed: {spent['wire']:.1f} ms on gigabit Ethernet. Held against Dask itself: {check['blocks']:,} tasks of "
        f"{check['seconds_a_block']} s on {check['workers']} workers took {check['dask']:.1f} s, simulated "
        f"{check['simulated']:.1f} s (at best {check['ideal']:.1f} s). From [results/scale.json](results/scale.json), made by "
        "`python -m benchmarks.scheduler`."
    )
    return "\n".join([*lines, "", words])


def pages() -> str:
    """The pages' bars: how soon they are there, how smoothly they run, and what watching costs a training."""
    page, watched = read("page"), read("watching")
    slowed = max(watched["rows"], key=lambda row: row["ratio"])
    slowest = min(watched["rows"], key=lambda row: row["frames_per_second"])

    def both(found: dict[str, Any]) -> str:
        return f"{found['median_s']:.2f} s (at most {found['most_s']:.2f} s in {found['runs']})"

    def each(part: str, words: Callable[[dict[str, Any]], str]) -> str:
        return " · ".join(f"{name} {words(found)}" for name, found in page[part].items())

    rows = [
        ("first paint of the playground", "1 s", both(page["playground"]["first_paint"])),
        ("first paint of a report from disk", "1 s", each("reports", lambda found: both(found["first_paint"]))),
        ("10,000 digits, from the click to the painted answer", "0.5 s", each("ten_thousand_digits", both)),
        ("200 digits animated at the highest speed", "smooth", each("two_hundred_digits", smooth)),
        ("size of a report", "6 MB", " · ".join(f"{name} {size / 1e6:.2f} MB" for name, size in page["report_bytes"].items())),
        ("a training that is watched, beside the same unwatched", "1.2 ×", f"at most {slowed['ratio']:.2f} × ({slowed['net']})"),
        ("updates a second", "5", f"at least {slowest['frames_per_second']:.0f} ({slowest['net']})"),
    ]
    lines = ["| what | asked for | measured |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    nets = ", ".join(f"{row['net']} {row['ratio']:.2f} ×" for row in watched["rows"])
    words = (
        f"Watched beside unwatched, medians of {watched['rounds']} rounds in turn: {nets}. From "
        "[results/page.json](results/page.json) and [results/watching.json](results/watching.json), made by "
        "`python -m benchmarks.page` and `python -m benchmarks.watching`, headless Chromium on two processors."
    )
    return "\n".join([*lines, "", words])


def smooth(found: dict[str, Any]) -> str:
    """How steadily frames follow each other, in words."""
    late = 100 * found["later_than_34_ms"]
    return f"{found['median_ms']:.1f} ms between frames, {late:.1f} % of {found['frames']} later than 34 ms"


def runtimes() -> str:
    """How far each runtime's functions are off, one line for each that differs."""
    lines = [
        "| runtime | function | largest error | largest value | twice that, and what the model allows |",
        "|---|---|---|---|---|",
    ]
    for found in read("runtimes")["runtimes"].values():
        where: dict[tuple[str, str, str], list[str]] = {}
        for row in found["functions"]:
            key = row["function"], f"{row['absolute_in_units_below_1']:.2f}", f"{row['largest']:.9g}"
            where.setdefault(key, []).append(row["where"])
        for (function, error, largest), places in where.items():
            twice, allowed = 2 * float(error), ALLOWED[function]
            judged = f"{twice:.2f} of {allowed}" + ("" if twice <= allowed else ": the noise budget decides")
            lines.append(f"| {found['version']} | {NAMED[function]} in {' · '.join(places)} | {error} | {largest} | {judged} |")
    every = [name for name, found in read("runtimes")["runtimes"].items() if found["every"]]
    words = (
        "Errors in units of 2⁻²⁴, the last place of numbers just below 1; over every float32 number from 2⁻⁶ to 2⁶, both signs, in "
        f"{', '.join(every)}, over 131,072 in each of these binades in the others, and over 4,096 in each other binade. From "
        "[results/runtimes.json](results/runtimes.json), made by `python -m benchmarks.runtimes` (x86-64, AVX-512)."
    )
    return "\n".join([*lines, "", words])


def imports() -> str:
    """What became of nets that PyTorch trained."""
    found = read("imports")
    total, fast, rows = found["summary"], found["speed"], found["plain"]
    kinds, sizes, tasks, updates = (sorted({row[name] for row in rows}) for name in ("kind", "hidden", "task", "updates"))
    verdicts = ", ".join(f"{count} {name}" for name, count in total["verdicts"].items())
    asked = (total["nets"] + total["provable"]["tried"]) * total["words_each"]
    contradicted, many = total["wrong_verdicts"] or "none", f"{', '.join(map(str, sizes))} units"
    return (
        f"{total['nets']} nets that PyTorch trained on random words of 8 digits ({', '.join(tasks)}; {', '.join(kinds)}; "
        f"{many}; {' and '.join(map(str, updates))} updates; {found['seeds']} seeds each) were all read: "
        f"{verdicts} within {found['budget']:.0f} s each; PyTorch's own answers contradict {contradicted} of these verdicts. Asked "
        f"{total['words_each']:,} hard inputs each, the imported nets answer {total['words_different']} of {asked:,} otherwise "
        f"than PyTorch. Of the nets that the loss of the tutorial makes, {interval(total['provable'])} are PROVED. Import and "
        f"proof of one (16 units) take {fast['median']:.2f} s in a process that has done it before, {fast['first']:.1f} s in a "
        "fresh one. From [results/imports.json](results/imports.json), made by `python -m benchmarks.imports`."
    )


ALLOWED, NAMED = {"tanh": 16, "sigmoid": 8}, {"tanh": "tanh", "sigmoid": "σ"}


def bits() -> str:
    """Which share of certified nets is still proved with coarse weights, by rounding alone and after tuning."""
    found = read("bits")["rows"]
    nets = list(dict.fromkeys((row["task"], row["units"], row["parameters"]) for row in found))
    lines = ["| weights in | " + " | ".join(f"{task}, {units} units ({size:,})" for task, units, size in nets) + " |"]
    lines.append("|---|" + "---|" * len(nets))
    for name, scales in dict.fromkeys((row["to"], row["scales"]) for row in found):
        cells = [
            coarse(next(r for r in found if (r["task"], r["units"], r["to"], r["scales"]) == (*net[:2], name, scales)))
            for net in nets
        ]
        lines.append(f"| {name}{', one exponent a tensor' if scales == 'tensor' else ''} | {' | '.join(cells)} |")
    few = min((row for row in found if row["task"] == "count" and held(row)), key=lambda row: row["bits"])
    least, eight = read("fewest-bits/made"), read("int8/made")
    words = (
        "Nets that are proved in float32 (in brackets their weights and biases) and still are when rounded; after → the first few "
        "of them when tuned. 95 % intervals are in the file: for 10 of 10 it is 69–100 %, for 4 of 4 it is 40–100 %. The fewest "
        f"bits of a proved counter in this table: {few['bits']:,} ({few['units']} units in {few['to']}, one exponent a "
        f"{few['scales']}). From [results/bits.json](results/bits.json), made by `python -m benchmarks.bits`."
    )
    size = f"{least['units']} units, {least['parameters']} weights and biases in {least['to']}, one exponent a {least['scales']}"
    record = (
        f"The fewest bits of any proved counter so far: **{least['bits']:,}** ({size}; noise budget "
        f"{least['verdict']['noise_budget']:.4f}). It lies with its certificate in "
        "[results/fewest-bits](results/fewest-bits/certificate.json), "
        f"made by `{least['made_by']}`. {coarse_states(least)} The int8 counter of {eight['bits']:,} bits: "
        f"[results/int8](results/int8/certificate.json). {coarse_states(eight)}"
    )
    return "\n".join([*lines, "", words, "", record])


def coarse_states(made: dict[str, Any]) -> str:
    """How coarse a net's states may be, in a sentence."""
    return f"Its states may be multiples of 1/{round(1 / made['spacing'])}, {made['values']} values for each unit."


def held(row: dict[str, Any]) -> bool:
    """Whether any net of a row is proved."""
    return bool(row["rounded"]["right"] or (row["tuned"] and row["tuned"]["right"]))


def coarse(row: dict[str, Any]) -> str:
    """A share by rounding, and after → the share by tuning."""
    shares = [row["rounded"], *([row["tuned"]] if row["tuned"] else [])]
    return " → ".join(f"{share['right']} of {share['tried']}" for share in shares)


SERVICE = ("scheduler", "wire", "writer")
CLUSTERS = ("10", "100", "1000", "10000")


TABLES = {
    "docs/results.md": {"proofs": proofs, "zoo": zoo_in_short},
    "docs/speed.md": {"speed": speed},
    "docs/why-it-forgets.md": {"breaks": breaks, "interventions": interventions, "ways": ways},
    "docs/report-and-playground.md": {"page": pages},
    "docs/sweeps.md": {"sweeps": sweeps},
    "docs/export.md": {"runtimes": runtimes},
    "docs/pytorch.md": {"imports": imports},
    "docs/quantise.md": {"bits": bits},
    "docs/scale.md": {"costs": costs, "million": million},
    "docs/zoo.md": {"proved": zoo, "attention": attention, "memory": memory, "cells": cells},
}


def main() -> None:
    """Puts each table between its marks."""
    for page, tables in TABLES.items():
        path = ROOT / page
        text = path.read_text()
        for name, table in tables.items():
            between = f"<!-- {name} -->\n{table()}\n<!-- /{name} -->"
            text = re.sub(f"<!-- {name} -->.*<!-- /{name} -->", between.replace("\\", r"\\"), text, flags=re.DOTALL)
        path.write_text(text)


if __name__ == "__main__":
    main()
