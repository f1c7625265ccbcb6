"""Connections that send no whole request: they are closed after some seconds, and others are answered meanwhile."""

import asyncio
import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from anylength.server import limits
from tests.page_server import TOKEN, WAIT, Site, serving, until

HALF_REQUESTS = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"GET /api/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: ",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site")) as made:
        yield made


def connected(site: Site, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=WAIT)
    connection.sendall(sent)
    return connection


def is_closed(connection: socket.socket) -> bool:
    """Waits until the other side has closed it."""
    try:
        return connection.recv(65_536) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("kind", HALF_REQUESTS)
def test_half_a_request_is_dropped_after_some_seconds(site, kind, monkeypatch):
    monkeypatch.setattr(limits, "HEADER_SECONDS", 0.2)
    with contextlib.closing(connected(site, HALF_REQUESTS[kind])) as connection:
        assert is_closed(connection)


def test_a_head_that_trickles_in_has_no_more_time(site, monkeypatch):
    monkeypatch.setattr(limits, "HEADER_SECONDS", 0.3)
    with contextlib.closing(connected(site, b"GET / HTTP/1.1\r\nX: ")) as connection, pytest.raises(ConnectionError):
        for _ in range(int(WAIT / 0.02)):
            connection.sendall(b"x")
            time.sleep(0.02)


@pytest.mark.slow
def test_a_second_request_on_a_connection_must_come_in_time_too(site, monkeypatch):
    monkeypatch.setattr(limits, "HEADER_SECONDS", 1.0)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=WAIT)) as connection:
        connection.request("GET", "/api/runs")
        assert connection.getresponse().read()
        connection.sock.sendall(b"GET / HT")
        assert is_closed(connection.sock)


@pytest.mark.slow
def test_an_answer_that_takes_long_is_waited_for(site, monkeypatch):
    monkeypatch.setattr(limits, "HEADER_SECONDS", 1.0)

    async def rows() -> list[object]:
        await asyncio.sleep(1.5)
        return []

    monkeypatch.setattr(site.run_service, "rows", rows)
    assert site.json("GET", "/api/runs") == (200, {"runs": []})


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_body_that_trickles_in_is_cut_off(site, method, monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.2)
    monkeypatch.setattr("anylength.server.connections.BODY_GRACE_SECONDS", 0.2)
    head = (
        f"{method} /api/runs HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: {site.origin}\r\nX-Token: {TOKEN}\r\n"
        "Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
    )
    with contextlib.closing(connected(site, head.encode())) as connection, pytest.raises(ConnectionError):
        for _ in range(int(WAIT / 0.02)):
            connection.sendall(b" ")
            time.sleep(0.02)


def test_many_half_open_connections_do_not_keep_others_out(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CONNECTIONS", 64)
    with serving(tmp_path) as site, contextlib.ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(contextlib.closing(connected(site, b"GET / HTTP/1.1\r\n")))
        with ThreadPoolExecutor(8) as pool:
            statuses = set(pool.map(lambda _: site.ask("GET", "/api/runs")[0], range(40)))
        assert statuses == {200}


def test_more_connections_than_there_may_be_close_the_one_that_waits_longest(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_CONNECTIONS", 4)
    with serving(tmp_path) as site, contextlib.ExitStack() as stack:
        made = []
        for count in (1, 2, 3, 3):
            made.append(stack.enter_context(contextlib.closing(connected(site, b"GET / HTTP/1.1\r\n"))))
            until(lambda expected=count: len(open_connections(site)) == expected)
        assert is_closed(made[0])
        assert site.ask("GET", "/api/runs")[0] == 200
        assert is_closed(made[1])
        made[3].sendall(f"Host: 127.0.0.1:{site.port}\r\n\r\n".encode())
        assert made[3].recv(100).startswith(b"HTTP/1.1 200")


def test_a_connection_that_arrives_while_the_server_closes_is_closed(tmp_path):
    with contextlib.ExitStack() as stack:
        with serving(tmp_path) as site:
            arrived = threading.Event()

            def close_after_the_arrivals() -> None:
                site.server.should_exit = True
                arrived.wait(WAIT)
                time.sleep(0.2)  # longer than uvicorn's look at `should_exit`: it closes in the turn in which the connections come

            site.loop.call_soon_threadsafe(close_after_the_arrivals)
            late = [stack.enter_context(contextlib.closing(connected(site))) for _ in range(4)]
            arrived.set()
        assert all(is_closed(connection) for connection in late)
    assert site.server.server_state.connections == set()


def test_a_connection_whose_client_reads_nothing_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr("anylength.server.serving.SHUTDOWN_SECONDS", 0.2)

    async def rows() -> list[object]:
        return ["x" * 50_000_000]

    with serving(tmp_path) as site, contextlib.ExitStack() as stack:
        monkeypatch.setattr(site.run_service, "rows", rows)
        request = f"GET /api/runs HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n\r\n"
        stack.enter_context(contextlib.closing(connected(site, request.encode()))).recv(1)
        site.server.should_exit = True
        until(lambda: site.server.server_state.connections == set())


def open_connections(site: Site) -> list[object]:
    return [connection for connection in list(site.server.server_state.connections) if connection.is_open]
