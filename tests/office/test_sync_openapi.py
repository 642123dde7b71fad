"""The sync server of a real head office does what docs/sync-openapi.yaml says, and nothing else.

Schemathesis makes the requests, right ones and wrong ones; between it and head office stands a
device that signs whatever passes, as a kiosk would.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, jsonify
from http_message_signatures import HTTPMessageSignaturesException
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from office.application import create_app
from office.head_office import HeadOffice
from sync.message_views import MessageView
from sync.request_signature import sign_request
from tests.office.town_hall import Clock, TestKiosk

DESCRIPTION: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "docs" / "sync-openapi.yaml").read_text("utf-8")
)
OPERATIONS = sorted(
    (path, method)
    for path, operations in DESCRIPTION["paths"].items()
    for method in operations
    if method in {"get", "put", "post"}
)
WITHOUT_PARTS = {("/time", "get"), ("/staff", "get"), ("/office-keys", "get")}
"""Nothing of these can be wrong."""
TOO_LARGE = 413


def wrong_requests_are_refused(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> bool | None:
    """Schemathesis's own check, which does not know that 413 is a refusal too."""
    if response.status_code == TOO_LARGE:
        return None
    verdict: bool | None = negative_data_rejection(ctx, response, case)
    return verdict


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    wrong_requests_are_refused,
]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class SigningDevice:
    """WSGI middleware: gives every request that passes the signature of one kiosk."""

    def __init__(self, app: Flask, kiosk: TestKiosk, clock: Clock) -> None:
        self.app = app
        self.kiosk = kiosk
        self.clock = clock
        self.nonce = 0

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        self.nonce += 1
        self.clock.forward(seconds=1)  # nobody asks more often than he may
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        view = MessageView(
            environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        )
        key: Ed25519PrivateKey = self.kiosk.sync_key
        with suppress(HTTPMessageSignaturesException):  # no device can sign such an address
            sign_request(
                view, body, kiosk_id=self.kiosk.id, nonce=self.nonce, created=self.clock(), key=key
            )
        signed = {
            f"HTTP_{name.upper().replace('-', '_')}": text for name, text in view.headers.items()
        }
        given = {**environ, **signed, "wsgi.input": io.BytesIO(body)}
        return self.app.wsgi_app(given, start_response)


@pytest.fixture
def device(office: HeadOffice, kiosk: TestKiosk, clock: Clock) -> SigningDevice:
    """A head office that runs here, behind a kiosk that signs."""
    app = create_app(office, clock)
    app.add_url_rule("/described", view_func=lambda: jsonify(DESCRIPTION), endpoint="described")
    return SigningDevice(app, kiosk, clock)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_requests_right_and_wrong_are_answered_as_described(
    device: SigningDevice, path: str, method: str
) -> None:
    operation = schemathesis.openapi.from_wsgi("/described", device)[path][method]
    for mode in GenerationMode:
        if mode is GenerationMode.POSITIVE or (path, method) not in WITHOUT_PARTS:
            check(operation.as_strategy(generation_mode=mode))


def check(cases: SearchStrategy[schemathesis.Case[Any]]) -> None:
    """Make requests, and check each answer."""

    @given(case=cases)
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def one(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    one()


def test_every_endpoint_of_the_blueprint_is_described(office: HeadOffice, clock: Clock) -> None:
    app = create_app(office, clock)
    served = {
        (rule.rule.removeprefix("/sync/v1").replace("<sha256>", "{sha256}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("sync.") and rule.endpoint != "sync.nothing_here"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(OPERATIONS) == served
