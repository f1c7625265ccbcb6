"""The commands: for each its summary, its arguments, and a thin function from options to an outcome."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from anylength.cli import interchanging, quantising, sweeping
from anylength.cli.command import DONE, REJECTED, UNKNOWN, VERDICT_CODES, Command, Outcome, json_of
from anylength.errors import InputError


def _run_argument(parser: ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="the folder of a finished run")


def _demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=None, help="folder of the two runs (default: the next free runs/demo)")
    parser.add_argument("--seed", type=int, default=15, help="which net: some break, some never do")


def _demo(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show
    from anylength.cli.progress import bar

    out = options.out or experiments.free_name(Path("runs/demo"))
    with bar(options) as progress:
        result = experiments.demo(out, seed=options.seed, progress=progress)
    return Outcome(result.to_json(), lambda: show.demo(result))


def _train_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", help="what to learn: see anylength tasks; or a file, my-machine.toml")
    parser.add_argument("--base", type=int, default=10, help="base of the digits, 2 to 36 (a file says its own)")
    parser.add_argument("--cell", default=None, help="see anylength cells (default: rnn, or stack-rnn where a memory is needed)")
    parser.add_argument("--hidden", type=int, default=None, help="hidden units (default: the recipe's)")
    parser.add_argument(
        "--recipe", default=None, help="see anylength recipes (default: certified, plain or memory, by task and cell)"
    )
    parser.add_argument("--data", default=None, help="post, post-K, post-numbers, hundred, nines (default: the task's first)")
    parser.add_argument("--seed", type=int, default=0, help="draws the data, the first weights and the order")
    parser.add_argument("--epochs", type=int, default=None, help="epoch limit (default: the recipe's)")
    parser.add_argument("--candidates", type=int, default=1, help="train so many seeds and keep the best verified net")
    parser.add_argument("--out", type=Path, default=None, metavar="RUN", help="run folder (default: runs/… by configuration)")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.add_argument(
        "--log", action="append", default=[], metavar="TRACKER", help="tensorboard, wandb or trackio; may be repeated"
    )


def _train(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show
    from anylength.cli.progress import bar

    names = ("task", "base", "cell", "hidden", "recipe", "data", "seed", "epochs", "candidates")
    wanted = experiments.TrainOptions(**{name: getattr(options, name) for name in names})
    out = options.out or wanted.default_folder()
    with bar(options) as progress:
        try:
            with experiments.logged(options.log, out, progress, quiet=options.quiet) as also:
                result = experiments.train(wanted, out, resume=options.resume, progress=also)
        except KeyboardInterrupt:
            print(f"anylength: stopped; the same command with --resume --out {out} goes on", file=sys.stderr)
            raise
    return Outcome(json_of({"run": str(out), **json.loads(result.to_json())}), lambda: show.training(out, result))


def _ask_arguments(parser: ArgumentParser) -> None:
    _run_argument(parser)
    parser.add_argument("numbers", metavar="NUMBER", nargs="+", help="numbers of any length; - reads them from standard input")


def _ask(options: Namespace) -> Outcome:
    from anylength import experiments, lengths
    from anylength.cli import show

    numbers = [number for word in options.numbers for number in (sys.stdin.read().split() if word == "-" else [word])]
    if not numbers:
        raise InputError("a number on standard input", "nothing", "write at least one, or name it in place of -")
    net, task = experiments.open_run(options.run)
    questions = [list(numbers[at : at + task.tapes]) for at in range(0, len(numbers), task.tapes)]
    result = lengths.ask(net, task, questions)
    return Outcome(result.to_json(), lambda: show.answers(task, result))


def _count_arguments(parser: ArgumentParser) -> None:
    _run_argument(parser)
    parser.add_argument("--start", default="1", help="the first number")
    parser.add_argument("--steps", type=int, default=20, help="how many times to count on")


def _count(options: Namespace) -> Outcome:
    from anylength import experiments, lengths
    from anylength.cli import show

    net, task = experiments.open_run(options.run)
    result = lengths.count_on(net, task, start=options.start, steps=options.steps)
    return Outcome(result.to_json(), lambda: show.sequence(result))


def _stress_arguments(parser: ArgumentParser) -> None:
    _run_argument(parser)
    parser.add_argument(
        "--limit",
        type=int,
        default=None,
        help="the longest number to try, in digits (default: 2000, or 200 where the context grows)",
    )
    parser.add_argument("--seed", type=int, default=0, help="draws the random numbers")


def _stress(options: Namespace) -> Outcome:
    from anylength import experiments, lengths
    from anylength.cli import show

    net, task = experiments.open_run(options.run)
    result = lengths.stress(net, task, limit=options.limit, seed=options.seed)
    experiments.write(options.run, experiments.STRESS, result)
    return Outcome(result.to_json(), lambda: show.stress(result))


def _prove_arguments(parser: ArgumentParser) -> None:
    _run_argument(parser)
    parser.add_argument("--budget", type=float, default=60.0, metavar="SECONDS", help="time to spend")


def _prove(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show

    result = experiments.prove(options.run, budget=options.budget)
    return Outcome(result.to_json(), lambda: show.verdict(options.run, result), VERDICT_CODES[result.verdict])


def _explain_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="the folder of a finished run; several with --compare")
    parser.add_argument("--compare", action="store_true", help="show several runs side by side")


def _explain(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import inside

    if options.compare != (len(options.runs) > 1):
        expected = "two runs or more" if options.compare else "one run"
        raise InputError(f"{expected} to explain", str(len(options.runs)), "for several: anylength explain --compare RUN RUN")
    for run in options.runs:
        experiments.open_run(run)  # a run that is not whole is told before any work
    found = [experiments.explain(run) for run in options.runs]
    code = UNKNOWN if any(each.findings[0].failure_mode == "NOT APPLICABLE" for each in found) else DONE
    if options.compare:
        names = [str(run) for run in options.runs]
        keys = {"runs": [{"run": name, **json.loads(each.to_json())} for name, each in zip(names, found, strict=True)]}
        return Outcome(json_of(keys), lambda: inside.comparison(names, found), code)
    return Outcome(found[0].to_json(), lambda: inside.explanation(options.runs[0], found[0]), code)


def _extract_arguments(parser: ArgumentParser) -> None:
    _run_argument(parser)
    parser.add_argument("--budget", type=float, default=20.0, metavar="SECONDS", help="time to spend")
    parser.add_argument("--format", choices=("text", "dot", "mermaid", "python"), default="text", help="print the machine as this")


def _extract(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import inside, show

    result = experiments.extract(options.run, budget=options.budget)
    code = UNKNOWN if result.machine is None else DONE
    if options.format == "text" or result.machine is None:
        return Outcome(result.to_json(), lambda: inside.extraction(options.run, result), code)
    text = experiments.exported(options.run, result, options.format)
    return Outcome(result.to_json(), lambda: show.plain(text), code)


def _report_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "runs", metavar="RUN", type=Path, nargs="+", help="the folder of a finished run; several stand side by side"
    )
    parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="the file (default: report.html in the run)")
    parser.add_argument("--complete", action="store_true", help="first make what the runs lack: verdict, stress, explain, extract")


def _report(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show

    path = experiments.report(options.runs, out=options.out, complete=options.complete)
    return Outcome(json_of({"path": str(path)}), lambda: show.facts({"report": str(path)}))


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="CERTIFICATE", type=Path, help="a certificate.json")
    parser.add_argument("--weights", type=Path, required=True, help="the model.safetensors that it speaks of")


def _check(options: Namespace) -> Outcome:
    from anylength.cli import show
    from anylength.records import CheckedCertificate
    from anylength_check import check

    try:
        found = check(options.certificate, options.weights)
    except (OSError, ValueError) as error:
        remedy = "give the paths of a certificate.json and its model.safetensors"
        raise InputError("two readable files", str(getattr(error, "strerror", None) or error), remedy) from None
    result = CheckedCertificate(valid=found.valid, claim=found.claim, reason=found.reason, lines=list(found.lines))
    keys = {"valid": result.valid, "claim": result.claim, "reason": result.reason}
    return Outcome(json_of(keys), lambda: show.checked(result), DONE if result.valid else REJECTED)


def _harden_arguments(parser: ArgumentParser) -> None:
    _run_argument(parser)
    parser.add_argument("--out", type=Path, default=None, help="the new run's folder (default: RUN-hardened)")


def _harden(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show
    from anylength.cli.progress import bar

    out = options.out or options.run.with_name(f"{options.run.name}-hardened")
    with bar(options) as progress:
        result = experiments.harden(options.run, out, progress=progress)
    return Outcome(result.to_json(), lambda: show.hardening(result), VERDICT_CODES[result.verdict])


def _reproduce_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="a small version: a few seeds of the cheap parts")
    parser.add_argument("--out", type=Path, default=None, help="the results file (default: docs/results/post.json)")
    parser.add_argument("--page", type=Path, default=None, help="the page in words (default: docs/the-post.md)")


def _reproduce(options: Namespace) -> Outcome:
    from anylength import experiments
    from anylength.cli import show
    from anylength.cli.progress import counter

    folder = Path("runs") if options.quick else Path("docs")
    out = options.out or (folder / "quick-post.json" if options.quick else folder / "results" / "post.json")
    page = options.page or (out.with_suffix(".md") if options.quick else folder / "the-post.md")
    with counter(options, "nets") as progress:
        measure = experiments.reproduce_quickly if options.quick else experiments.reproduce
        result = measure(out, page, progress=progress)
    return Outcome(json_of({"path": str(page), "results": str(out), **json.loads(result.to_json())}), lambda: show.post(out, page))


def _serve_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path("runs"), help="the folder of runs")
    parser.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1, 0 for any that is free")
    parser.add_argument("--no-browser", action="store_true", help="print the page's address and open no browser")


def _serve(options: Namespace) -> Outcome:
    from anylength.server.serving import serve

    def started(url: str) -> None:
        print(json_of({"url": url}) if options.json else f"anylength is at {url} (Ctrl-C ends it)", flush=True)
        if not options.no_browser:
            import threading
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()  # some browsers run in the foreground

    serve(options.folder, port=options.port, started=started)
    raise KeyboardInterrupt  # nothing else ends it


def _listing(key: str) -> Callable[[Namespace], Outcome]:
    """The command that lists what there is: tasks, cells or recipes."""

    def run(options: Namespace) -> Outcome:
        from anylength.cli import show

        lines = _listed(key)
        return Outcome(json_of({"names": list(lines), key: lines}), lambda: show.facts(lines))

    return run


def _listed(key: str) -> dict[str, str]:
    if key == "tasks":
        from anylength.tasks import PARAMETRIC_TASKS, TASKS

        one_by_one = {name: make(10).summary for name, make in TASKS.items()}
        return one_by_one | {f"{name}-K": family.summary for name, family in PARAMETRIC_TASKS.items()}
    if key == "cells":
        from anylength.nets import ARCHITECTURES

        return {name: kind.summary for name, kind in ARCHITECTURES.items()}
    from anylength.training import RECIPES

    return {name: recipe.summary for name, recipe in RECIPES.items()}


def _nothing(parser: ArgumentParser) -> None:
    del parser


COMMANDS: dict[str, Command] = {
    "demo": Command("the post's net and where it breaks; a net taught on 0…100 and its proof", _demo_arguments, _demo),
    "train": Command("train one net into a run folder", _train_arguments, _train),
    "ask": Command("the net's own answers to numbers of any length", _ask_arguments, _ask),
    "count": Command("let the net count on, feeding on its own answers", _count_arguments, _count),
    "stress": Command("random and worst-case length tests, and the horizon", _stress_arguments, _stress),
    "prove": Command("a verdict on every length: PROVED, REFUTED or UNKNOWN", _prove_arguments, _prove),
    "explain": Command("why the net keeps or loses what it must remember", _explain_arguments, _explain),
    "extract": Command("the machine that the net has become, and whether it is the task's", _extract_arguments, _extract),
    "report": Command("one self-contained HTML page of a run, or of several side by side", _report_arguments, _report),
    "check": Command("the independent checker's word on a certificate", _check_arguments, _check),
    "harden": Command("the fewest certified updates that make a net provable", _harden_arguments, _harden),
    **interchanging.COMMANDS,
    **quantising.COMMANDS,
    **sweeping.COMMANDS,
    "serve": Command("a local page on which nets are trained, watched and questioned", _serve_arguments, _serve),
    "reproduce": Command("the post's claims over many seeds, into a results file", _reproduce_arguments, _reproduce),
    "tasks": Command("the tasks there are", _nothing, _listing("tasks")),
    "cells": Command("the cells there are", _nothing, _listing("cells")),
    "recipes": Command("the training recipes there are", _nothing, _listing("recipes")),
}
