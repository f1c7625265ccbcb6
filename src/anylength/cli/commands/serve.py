"""`anylength serve`: the reports and the site of a folder, on this computer only."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from anylength.cli.command import Command, Outcome, json_of, whole_number
from anylength.cli.streams import write


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path("runs"), help="a folder of runs or a site")
    parser.add_argument("--port", type=whole_number, default=8765, help="port on 127.0.0.1, 0 for any that is free")
    parser.add_argument("--no-browser", action="store_true", help="print the page's address and open no browser")


def _run(options: Namespace) -> Outcome:
    from anylength.web.serving import serve

    def started(url: str) -> None:
        write(f"{json_of({'url': url}) if options.json else f'anylength is at {url} (Ctrl-C ends it)'}\n")
        if not options.no_browser:
            import threading
            import webbrowser

            threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()  # some browsers run in the foreground

    serve(options.folder, port=options.port, started=started)
    raise KeyboardInterrupt  # only Ctrl-C ends a server


COMMAND = Command("a plain local server of the reports and the site in a folder, read-only", _arguments, _run)
