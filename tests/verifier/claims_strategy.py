"""Any claims that a certificate may state, for hypothesis."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from verifier.claims import MAX_SIGNERS
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    TokenError,
    cut_text,
)

__all__ = ["any_claims"]


@st.composite
def _text(draw: st.DrawFn, max_bytes: int) -> str:
    try:
        return cut_text(draw(st.text(min_size=1, max_size=80)), max_bytes)
    except TokenError:
        return "x"


@st.composite
def any_claims(draw: st.DrawFn) -> Claims:
    """Claims within every limit."""
    seconds = draw(st.integers(1_577_836_800, 4_102_444_799))
    issued_at = datetime.fromtimestamp(seconds, UTC)
    count = draw(st.integers(1, MAX_SIGNERS))
    directed = draw(st.booleans())
    signers = tuple(
        SignerClaim(
            name=draw(_text(40)),
            role=Role.DIRECTOR if directed and place == 0 else Role.CLIENT,
            method=draw(st.sampled_from(Method)),
            proof=draw(st.sampled_from(Proof)),
            signed_at=issued_at + timedelta(seconds=draw(st.integers(-315_619_200, 86_400))),
        )
        for place in range(count)
    )
    return Claims(
        document_id=draw(st.binary(min_size=16, max_size=16)),
        covered_sha256=draw(st.binary(min_size=32, max_size=32)),
        covered_bytes=draw(st.integers(1, 2**40 - 1)),
        issued_at=issued_at,
        time_quality=draw(st.sampled_from(TimeQuality)),
        title=draw(_text(60)),
        number=draw(_text(40)),
        signers=signers,
        certificate_sequence=draw(st.integers(1, 2**32 - 1)),
        pages=draw(st.integers(1, 9_999)),
    )
