"""One-time codes: who may redeem one, once, and whom the device believes."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.device_side import enrol
from sync.enrolment import (
    CODE_ENTROPY_BYTES,
    NewEnrolmentCode,
    check_request,
    grant_from_reply,
    grant_reply,
    make_request,
    new_enrolment_code,
    normalise_code,
)
from sync.errors import EnrolmentRefused, OfficeRefused, OfficeUnreachable, ReplyNotTrusted
from sync.messages import EnrolmentGrant, EnrolmentRequest
from sync.strict_json import canonical_bytes, parse_object
from tests.sync.conftest import NOW
from tests.sync.faulty_transport import Fault
from tests.sync.pair import OFFICE_URL, DeviceKeyRing, Pair

CODE_ID = "5fe4bafa9376c66cf99fb01a5a8883d9"
MAC_KEY = "6bdc09732b196fc1938a26f69293f20f405d0883661290e1fc055dfbd03e6dda"


@pytest.fixture
def code(pair: Pair) -> NewEnrolmentCode:
    """A fresh code for a second kiosk."""
    made = new_enrolment_code(secrets.token_bytes(CODE_ENTROPY_BYTES), NOW)
    pair.ledger.secrets[made.secret.code_id] = made.secret
    return made


def test_a_code_has_four_groups_of_four() -> None:
    assert new_enrolment_code(bytes(10), NOW).text == "0000-0000-0000-0000"
    assert new_enrolment_code(b"\xff" * 10, NOW).text == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert new_enrolment_code(bytes(range(10)), NOW).text == "000G-40R4-0M30-E209"


def test_the_derived_values_never_change() -> None:
    """Vector for a second implementation; also in docs/sync-protocol.md."""
    secret = new_enrolment_code(bytes(range(10)), NOW).secret
    assert secret.code_id == CODE_ID
    assert secret.mac_key.hex() == MAC_KEY


@given(entropy=st.binary(min_size=10, max_size=10))
def test_lookalikes_case_and_spaces_do_not_matter(entropy: bytes) -> None:
    text = new_enrolment_code(entropy, NOW).text
    letters = text.replace("-", "")
    assert normalise_code(text) == letters
    typed = text.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert normalise_code(f"  {typed} ") == letters


@pytest.mark.parametrize("typed", ["", "1234", "U" * 16, "Ł" * 16, "1" * 17, "-" * 99, "\0" * 16])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(EnrolmentRefused) as refused:
        normalise_code(typed)
    assert refused.value.code == "code_malformed"


def test_a_device_gets_a_grant(pair: Pair, code: NewEnrolmentCode) -> None:
    keys = DeviceKeyRing()
    grant = enrol(pair.http, OFFICE_URL, code.text, keys.request(code.text))
    assert grant.kiosk_id == "kiosk-2"
    stored = pair.ledger.kiosks["kiosk-2"].keys.sync_public_key
    assert stored == keys.sync.public_key().public_bytes_raw()


def test_the_code_itself_never_travels(pair: Pair, code: NewEnrolmentCode) -> None:
    enrol(pair.http, OFFICE_URL, code.text, DeviceKeyRing().request(code.text))
    sent = pair.network.requests[-1]
    letters = normalise_code(code.text)
    assert letters.encode() not in sent.content
    assert letters not in str(sent.url)


def test_the_same_device_may_ask_again_when_the_reply_was_lost(
    pair: Pair, code: NewEnrolmentCode
) -> None:
    request = DeviceKeyRing().request(code.text)
    pair.with_faults([Fault.LOSE_REPLY])
    with pytest.raises(OfficeUnreachable):
        enrol(pair.http, OFFICE_URL, code.text, request)
    first = enrol(pair.http, OFFICE_URL, code.text, request)
    assert enrol(pair.http, OFFICE_URL, code.text, request) == first
    assert sorted(pair.ledger.kiosks) == ["kiosk-1", "kiosk-2"]


def test_another_device_cannot_use_the_code_again(pair: Pair, code: NewEnrolmentCode) -> None:
    enrol(pair.http, OFFICE_URL, code.text, DeviceKeyRing().request(code.text))
    before = pair.ledger.picture()
    with pytest.raises(OfficeRefused) as refused:
        enrol(pair.http, OFFICE_URL, code.text, DeviceKeyRing().request(code.text))
    assert refused.value.code == "code_used"
    assert pair.ledger.picture() == before


@pytest.mark.parametrize("redeemed_before", [False, True])
def test_a_code_is_worthless_after_24_hours(
    pair: Pair, code: NewEnrolmentCode, redeemed_before: bool
) -> None:
    request = DeviceKeyRing().request(code.text)
    pair.clock.moment = NOW + timedelta(hours=23, minutes=59, seconds=59)
    if redeemed_before:
        enrol(pair.http, OFFICE_URL, code.text, request)
    before = pair.ledger.picture()
    pair.clock.moment = NOW + timedelta(hours=24)
    with pytest.raises(OfficeRefused) as refused:
        enrol(pair.http, OFFICE_URL, code.text, request)
    assert refused.value.code == "code_expired"
    assert pair.ledger.picture() == before


def test_an_unknown_code_is_refused(pair: Pair) -> None:
    text = new_enrolment_code(b"\x01" * 10, NOW).text
    with pytest.raises(OfficeRefused) as refused:
        enrol(pair.http, OFFICE_URL, text, DeviceKeyRing().request(text))
    assert refused.value.code == "code_unknown"


def test_a_request_changed_on_the_way_is_refused(pair: Pair, code: NewEnrolmentCode) -> None:
    request = DeviceKeyRing().request(code.text)
    other = DeviceKeyRing().request(code.text)
    for wrong in (
        replace(request, keys=other.keys),
        replace(request, sync_proof=other.sync_proof),
        replace(request, mac=other.mac),
    ):
        with pytest.raises(EnrolmentRefused) as refused:
            check_request(wrong, code.secret, NOW)
        assert refused.value.code == "code_unknown"


def test_keys_the_device_does_not_have_are_refused(code: NewEnrolmentCode) -> None:
    thief, owner = DeviceKeyRing(), DeviceKeyRing()
    thief.seal = owner.ca
    stolen = thief.request(code.text)
    forged = make_request(code.text, thief.sync, bytes(32), thief.seal, thief.seal)
    with pytest.raises(EnrolmentRefused) as refused:
        check_request(forged, code.secret, NOW)
    assert refused.value.code == "keys_refused"
    assert check_request(stolen, code.secret, NOW) == code.secret


def test_a_man_in_the_middle_cannot_hand_out_his_own_office_key(
    pair: Pair, code: NewEnrolmentCode
) -> None:
    request = DeviceKeyRing().request(code.text)
    grant = enrol(pair.http, OFFICE_URL, code.text, request)
    false_grant = replace(grant, office_public_key=bytes(32))
    his_code = new_enrolment_code(b"\x07" * 10, NOW)

    def man_in_the_middle(_: httpx.Request) -> httpx.Response:
        reply = grant_reply(request, false_grant, his_code.secret)
        return httpx.Response(200, stream=httpx.ByteStream(canonical_bytes(reply)))

    http = httpx.Client(transport=httpx.MockTransport(man_in_the_middle))
    with pytest.raises(ReplyNotTrusted):
        enrol(http, OFFICE_URL, code.text, request)


def test_a_grant_for_another_request_is_not_believed(code: NewEnrolmentCode, pair: Pair) -> None:
    first, second = DeviceKeyRing().request(code.text), DeviceKeyRing().request(code.text)
    reply = grant_reply(first, pair.grant, code.secret)
    assert grant_from_reply(code.text, first, reply) == pair.grant
    with pytest.raises(ReplyNotTrusted):
        grant_from_reply(code.text, second, reply)


def test_a_web_page_in_place_of_head_office_is_not_believed(code: NewEnrolmentCode) -> None:
    page = httpx.MockTransport(
        lambda _: httpx.Response(200, stream=httpx.ByteStream(b"<html>Wi-Fi log-in</html>"))
    )
    with pytest.raises(ReplyNotTrusted):
        enrol(
            httpx.Client(transport=page),
            OFFICE_URL,
            code.text,
            DeviceKeyRing().request(code.text),
        )


def test_too_many_attempts_from_one_address_must_wait(pair: Pair) -> None:
    text = new_enrolment_code(b"\x01" * 10, NOW).text
    request = DeviceKeyRing().request(text)
    codes = []
    for _ in range(25):
        with pytest.raises(OfficeRefused) as refused:
            enrol(pair.http, OFFICE_URL, text, request)
        codes.append(refused.value.code)
    assert codes[0] == "code_unknown"
    assert codes[-1] == "too_many_requests"


def test_messages_survive_the_way_through_json(tmp_path: Path, pair: Pair) -> None:
    request = DeviceKeyRing().request("000G-40R4-0M30-E209")
    data = canonical_bytes(request.to_json())
    assert EnrolmentRequest.from_json(parse_object(data, 8192)) == request
    data = canonical_bytes(pair.grant.to_json())
    assert EnrolmentGrant.from_json(parse_object(data, 8192)) == pair.grant
