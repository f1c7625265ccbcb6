"""Debian's Firefox, driven by Marionette, its own protocol for tests: messages of JSON behind their length, on a local port."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

PREFERENCES = {
    "marionette.port": 0,  # any that is free: Firefox writes it into the profile
    "ui.prefersReducedMotion": 1,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "browser.aboutwelcome.enabled": False,
}

WAIT = PATIENCE
"""Seconds to wait for Firefox, and for what a page should show."""


class Firefox:
    """A window of Firefox."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._received()  # its greeting
        self.call("WebDriver:NewSession", {"capabilities": {}})

    def call(self, command: str, parameters: dict[str, Any]) -> Any:
        """What a command returns; an AssertionError with what Firefox says where it fails."""
        self._number += 1
        content = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(f"{len(content)}:".encode() + content)
        _, _, error, result = self._received()
        assert error is None, error
        return result

    def open(self, address: str) -> None:
        """Opens an address and waits until it is loaded."""
        self.call("WebDriver:Navigate", {"url": address})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page."""
        result = self.call("WebDriver:ExecuteScript", {"script": f"return {expression};", "args": [], "sandbox": None})
        return result["value"]

    def expect(self, expression: str, value: Any) -> None:
        """Waits until an expression has a value."""
        end = time.monotonic() + WAIT
        found = self.evaluate(expression)
        while found != value and time.monotonic() < end:
            time.sleep(0.05)
            found = self.evaluate(expression)
        assert found == value, (expression, found)

    def resize(self, width: int, height: int) -> None:
        """Changes the size of the window."""
        self.call("WebDriver:SetWindowRect", {"width": width, "height": height})

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def _received(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._stream.read(1)
        return json.loads(self._stream.read(int(length[:-1])))


@contextmanager
def running_firefox(profile: Path) -> Iterator[Firefox]:
    """Firefox with a new profile, without a window on the screen."""
    assert FIREFOX is not None
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={"HOME": str(profile), "MOZ_HEADLESS": "1"}
    )
    try:
        browser = Firefox(_port_of(profile, process))
        yield browser
        browser.close()
    finally:
        process.terminate()
        process.wait(WAIT)


def _port_of(profile: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that Firefox writes into its profile."""
    path, end = profile / "MarionetteActivePort", time.monotonic() + WAIT
    while time.monotonic() < end:
        assert process.poll() is None, "Firefox has ended"
        if path.exists() and path.read_text().strip():
            return int(path.read_text())
        time.sleep(0.05)
    raise AssertionError("Firefox does not listen")
