"""docs/sync-protocol.md says what the code does: codes, limits and vectors."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync import errors, messages, office_endpoints, office_requests, office_uploads, records
from sync.enrolment import new_enrolment_code
from sync.events import _ABOUT_A_DOCUMENT, _BODY_TEXT, _BODY_WHOLE, EventKind
from sync.message_views import MessageView, ReplyView
from sync.request_signature import sign_reply, sign_request
from sync.witnessing import MAX_CHECKPOINT_BYTES
from tests.sync.conftest import NOW
from tests.sync.test_request_signature import rfc_key
from verifier.trust_update import fetch_trust

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sync-protocol.md").read_text("utf-8")
STICK = (ROOT / "docs" / "sync-by-stick.md").read_text("utf-8")
RAISERS = {name for name in errors.__all__ if name != "SyncError"} | {"_refused", "_failed"}
RAISED_BY_THE_BOOKS = {"event_conflict", "code_used", "journal_damaged"}
CODE_ROW = re.compile(r"^\| `([a-z_]+)` \| (\d*) ?\| (office|device|both) \|", re.MULTILINE)


def codes_in_the_source() -> set[str]:
    """Every text that is passed to an error and looks like a code; also what is passed on."""
    sources = [path.read_text("utf-8") for path in (ROOT / "sync").glob("*.py")]
    found = set()
    for source in (*sources, inspect.getsource(fetch_trust)):
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RAISERS or name == "__init__":
                found |= {
                    argument.value
                    for argument in node.args
                    if isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and re.fullmatch(r"[a-z]+(_[a-z]+)+", argument.value)
                }
    return found | {"message_malformed", "reply_not_trusted"} | RAISED_BY_THE_BOOKS


def test_every_error_code_is_on_a_page_and_no_other() -> None:
    on_the_pages = {code for code, _, _ in CODE_ROW.findall(PAGE + STICK)}
    assert on_the_pages == codes_in_the_source()


@pytest.mark.parametrize(
    ("endpoint", "limit"),
    [
        ("PUT /blob/{sha256}", office_uploads.MAX_WHOLE_BYTES),
        ("POST /events", office_endpoints.MAX_EVENTS_BYTES),
        ("POST /code-requests", office_endpoints.MAX_SMALL_BYTES),
        ("POST /checkpoint", MAX_CHECKPOINT_BYTES),
        ("POST /enrolment", office_endpoints.MAX_ENROLMENT_BYTES),
    ],
)
def test_the_largest_bodies_are_on_the_page(endpoint: str, limit: int) -> None:
    (row,) = re.findall(rf"^\| `{re.escape(endpoint)}` .*$", PAGE, re.MULTILINE)
    assert row.endswith(f" {limit:,} |")


@pytest.mark.parametrize(
    "number",
    [
        records.MAX_BLOB_BYTES,
        records.MAX_PLAN_BYTES,
        records.MAX_EVENT_BYTES,
        records.MAX_PAGES,
        office_endpoints.DOWNLOAD_BYTES,
        office_uploads.CHUNK_BYTES,
        office_uploads.MAX_WHOLE_BYTES,
        messages.MAX_ROWS,
        messages.MAX_EVENTS,
        office_requests.BURST_REQUESTS,
        int(office_requests.REQUESTS_PER_SECOND),
        int(office_requests.CLOCK_TOLERANCE.total_seconds()),
    ],
)
def test_the_limits_are_on_the_page(number: int) -> None:
    assert re.search(rf"\b{number:,}\b", PAGE)


@pytest.mark.parametrize("kind", EventKind)
def test_the_kinds_of_events_are_on_the_page(kind: EventKind) -> None:
    (row,) = re.findall(rf"^\| [^|\n]*`{kind.value}`[^|\n]*\|(.*)$", PAGE, re.MULTILINE)
    document, body, _ = row.split("|")
    assert (document.strip() == "yes") == (kind in _ABOUT_A_DOCUMENT)
    demanded = {name for name, _ in _BODY_TEXT.get(kind, ())} | set(_BODY_WHOLE.get(kind, ()))
    assert demanded == set(re.findall(r"`([a-z_0-9]+)`", body)) - {
        "genuine",
        "altered",
        "cannot_tell",
    }


def test_the_vectors_on_the_page_are_made_again() -> None:
    code = new_enrolment_code(bytes(range(10)), NOW)
    request = MessageView("GET", "/sync/v1/poll", "cursor=3")
    sign_request(request, b"", kiosk_id="kiosk-1", nonce=7, created=NOW, key=rfc_key())
    body = b'{"more":false,"next_poll_seconds":60,"rows":[],"trust_version":4}'
    reply = ReplyView(200, request)
    sign_reply(reply, body, created=NOW, key=Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    for vector in (
        f"code {code.text}\ncode_id {code.secret.code_id}\nmac_key {code.secret.mac_key.hex()}",
        "\n".join(f"{name}: {value}" for name, value in request.headers.items()),
        "\n".join(f"{name}: {value}" for name, value in reply.headers.items())
        + f"\n\n{body.decode()}",
    ):
        assert f"```\n{vector}\n```" in PAGE
