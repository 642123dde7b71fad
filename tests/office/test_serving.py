"""The web server: whom it believes about where a request comes from, what it reads at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from flask import Flask, request

from office.errors import NotSetUp
from office.serving import make_server
from office.settings import Settings


@contextmanager
def served(settings: Settings) -> Iterator[httpx.Client]:
    """An application that tells where its visitor comes from, behind the real server."""
    app = Flask("told")
    app.add_url_rule("/", "told", lambda: f"{request.remote_addr} {request.scheme} {request.host}")
    server = make_server(app, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{server.effective_port}") as client:
            yield client
    finally:
        server.close()
        thread.join()


@pytest.mark.parametrize(
    ("proxy", "believed"),
    [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.7"), ("10.0.0.9", "127.0.0.1")],
)
def test_only_the_named_proxy_is_believed_about_where_a_request_comes_from(
    proxy: str, believed: str
) -> None:
    told = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "Host": "office.example",
    }
    with served(Settings(Path("x"), port=0, trusted_proxy=proxy)) as client:
        assert client.get("/", headers=told).text == f"{believed} http office.example"


def test_a_taken_port_is_a_sentence() -> None:
    first = make_server(Flask("first"), Settings(Path("x"), port=0))
    taken = Settings(Path("x"), port=int(first.effective_port))
    with pytest.raises(NotSetUp) as refusal:
        make_server(Flask("second"), taken)
    assert refusal.value.code == "port_taken"
    first.close()
