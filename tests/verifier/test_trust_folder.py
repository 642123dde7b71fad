"""verifier.trust_folder: the envelope of the trust list, honest and forged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.sealed_pdf import House
from tests.vectors.trust_files import Publisher
from verifier.errors import TrustError
from verifier.trust_folder import FILES, MAX_METADATA_BYTES, load_trust, load_trust_files
from verifier.trust_list import TrustList

TRUST = House().trust()
HONEST = Publisher(TRUST).files()


def refused_code(files: dict[str, bytes]) -> str:
    """The code with which files are refused."""
    with pytest.raises(TrustError) as refused:
        load_trust_files(files)
    return refused.value.code


def test_an_honest_envelope_gives_its_list() -> None:
    assert load_trust_files(HONEST) == TRUST


def test_a_folder_gives_its_list(tmp_path: Path, trust: TrustList) -> None:
    for name, data in Publisher(trust).files().items():
        (tmp_path / name).write_bytes(data)
    assert load_trust(tmp_path) == trust


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    for other in FILES:
        if other != name:
            (tmp_path / other).write_bytes(HONEST[other])
    with pytest.raises(TrustError, match=name) as refused:
        load_trust(tmp_path)
    assert refused.value.code == "trust_files_missing"
    assert refused_code({n: d for n, d in HONEST.items() if n != name}) == "trust_files_missing"


def test_a_list_that_only_a_delegated_role_names_is_refused() -> None:
    """TUF lets targets be delegated (section 4.5); the trust list is the organisation's own."""
    forged = replace(TRUST, version=99)
    files = Publisher(TRUST, delegated=forged, delegated_alone=True).files()
    files["trust-list.json"] = forged.to_json_bytes()
    assert refused_code(files) == "trust_mismatch"


def test_what_is_delegated_beside_the_list_changes_nothing() -> None:
    forged = replace(TRUST, version=99)
    files = Publisher(TRUST, delegated=forged).files()
    assert load_trust_files(files) == TRUST
    files["trust-list.json"] = forged.to_json_bytes()
    assert refused_code(files) == "trust_mismatch"


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustError):
        load_trust(tmp_path / "nowhere")


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_a_role_signed_by_a_stranger_is_refused(role: str) -> None:
    publisher = Publisher(TRUST)
    publisher.signers[role] = [publisher.signer("stranger")]
    assert refused_code(publisher.files()) == "trust_signature"


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_a_role_below_its_threshold_is_refused(role: str) -> None:
    publisher = Publisher(TRUST, thresholds={role: 2})
    assert refused_code(publisher.files()) == "trust_signature"
    both = [publisher.signer(role), publisher.signer(f"second {role}")]
    publisher.signers[role] = both
    assert load_trust_files(publisher.files()) == TRUST


def test_one_key_signing_twice_does_not_reach_a_threshold_of_two() -> None:
    publisher = Publisher(TRUST, thresholds={"targets": 2})
    signer = publisher.signer("targets")
    publisher.signers["targets"] = [signer, signer]
    assert refused_code(publisher.files()) == "trust_signature"


def test_a_changed_list_is_refused() -> None:
    changed = replace(TRUST, version=4).to_json_bytes()
    assert refused_code({**HONEST, "trust-list.json": changed}) == "trust_mismatch"


@pytest.mark.parametrize("name", ["timestamp.json", "snapshot.json", "targets.json"])
def test_files_of_two_publications_do_not_mix(name: str) -> None:
    newer = Publisher(replace(TRUST, version=4), version=2).files()
    assert refused_code({**HONEST, name: newer[name]}) == "trust_mismatch"


@pytest.mark.parametrize("name", ["root.json", "timestamp.json", "snapshot.json", "targets.json"])
def test_one_file_under_another_name_is_refused(name: str) -> None:
    for other in ("root.json", "timestamp.json", "snapshot.json", "targets.json"):
        if other != name:
            assert refused_code({**HONEST, name: HONEST[other]}).startswith("trust_")


def test_expiry_dates_are_not_judged() -> None:
    """The list's age is shown instead: a kiosk that was off for a year still says something."""
    assert load_trust_files(HONEST).version == TRUST.version


def test_a_huge_file_is_refused_unread() -> None:
    huge = b" " * (MAX_METADATA_BYTES + 1)
    assert refused_code({**HONEST, "root.json": huge}) == "trust_too_large"


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"signed": 1e999}', b"1" * 5000],
)
@pytest.mark.parametrize("name", FILES)
def test_hostile_files_raise_nothing_but_trust_errors(name: str, data: bytes) -> None:
    assert refused_code({**HONEST, name: data}).startswith("trust_")


def _mutations() -> list[Callable[[dict[str, object]], object]]:
    return [
        lambda signed: signed.update(_type="mirrors"),
        lambda signed: signed.update(version="1"),
        lambda signed: signed.update(spec_version=[]),
        lambda signed: signed.update(expires=0),
        lambda signed: signed.pop("version"),
        lambda signed: signed.update(meta=[]),
        lambda signed: signed.update(targets={"trust-list.json": 1}),
        lambda signed: signed.update(roles={}),
    ]


@pytest.mark.parametrize("change", _mutations())
@pytest.mark.parametrize("name", FILES[:-1])
def test_metadata_of_another_shape_raises_nothing_but_trust_errors(
    name: str, change: Callable[[dict[str, object]], object]
) -> None:
    tree = json.loads(HONEST[name])
    change(tree["signed"])
    assert refused_code({**HONEST, name: json.dumps(tree).encode()}).startswith("trust_")


@settings(max_examples=150)
@given(st.sampled_from(FILES), st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_is_never_accepted_as_another_list(name: str, at: int, change: int) -> None:
    data = bytearray(HONEST[name])
    data[at % len(data)] ^= change
    try:
        loaded = load_trust_files({**HONEST, name: bytes(data)})
    except TrustError:
        return
    assert loaded == TRUST  # white space between JSON tokens is not signed


def test_a_folder_that_cannot_exist_is_said_to_be_missing() -> None:
    with pytest.raises(TrustError) as refused:
        load_trust(Path("trust\0list"))
    assert refused.value.code == "trust_files_missing"
