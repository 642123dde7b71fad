"""The cable that the journeys pull is itself tried here."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import httpx
import pytest

from tests.link import Link


class _Greeter(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # inherited name
        pass


@pytest.fixture
def server_port() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Greeter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_joined_link_carries_requests(server_port: int) -> None:
    with Link(server_port) as link:
        assert httpx.get(link.address).text == "hello"
        assert link.connections_made == 1


def test_a_cut_link_refuses_and_a_joined_one_carries_again_on_the_same_port(
    server_port: int,
) -> None:
    with Link(server_port) as link:
        address = link.address
        link.cut()
        assert not link.is_joined
        with pytest.raises(httpx.TransportError):
            httpx.get(address)
        link.join()
        assert link.address == address
        assert httpx.get(address).text == "hello"


def test_cutting_breaks_a_connection_that_is_being_used(server_port: int) -> None:
    with Link(server_port) as link, httpx.Client(base_url=link.address) as client:
        assert client.get("/").text == "hello"
        link.cut()
        with pytest.raises(httpx.TransportError):
            client.get("/")
