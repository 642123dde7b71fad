"""The root's words: they give back the keys, by the rule that docs/keys.md writes down."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from signing.root_keys import RootSecret, RootWordsError

SECRET = RootSecret(bytes(range(32)))
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def test_the_words_give_back_both_keys() -> None:
    words = SECRET.words()
    assert len(words) == 24
    again = RootSecret.from_words(" ".join(words))
    assert again == SECRET
    assert again.certificate_key().private_numbers() == SECRET.certificate_key().private_numbers()
    assert again.trust_key().private_bytes_raw() == SECRET.trust_key().private_bytes_raw()


def test_words_may_be_numbered_and_in_capitals() -> None:
    text = "\n".join(f"{number}. {word.upper()}" for number, word in enumerate(SECRET.words(), 1))
    assert RootSecret.from_words(text) == SECRET


def test_the_rule_of_the_documentation_gives_the_same_keys() -> None:
    """Written out once more, as somebody would who has nothing but the paper and docs/keys.md."""
    entropy = bytes(Mnemonic("english").to_entropy(SECRET.words()))

    def derived(info: bytes, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(entropy)

    number = int.from_bytes(derived(b"sygnet root v1|certificate", 48), "big")
    scalar = number % (P256_ORDER - 1) + 1
    assert SECRET.certificate_key().private_numbers().private_value == scalar
    assert SECRET.trust_key().private_bytes_raw() == derived(b"sygnet root v1|trust", 32)


def test_the_keys_of_given_words_never_change() -> None:
    """Words on paper must give the same keys in forty years: these numbers never change."""
    assert SECRET.words()[:3] == ["abandon", "amount", "liar"]
    scalar = SECRET.certificate_key().private_numbers().private_value
    assert f"{scalar:064x}"[:16] == "d4d2011de40ba80a"
    assert SECRET.trust_key().private_bytes_raw().hex()[:16] == "dd76ba18976f0c61"


@pytest.mark.parametrize("change", ["swapped", "one missing", "one more", "unknown", "checksum"])
def test_words_that_are_not_right_are_refused(change: str) -> None:
    words = SECRET.words()
    if change == "swapped":
        words[1], words[2] = words[2], words[1]
    elif change == "one missing":
        words.pop()
    elif change == "one more":
        words.append("abandon")
    elif change == "unknown":
        words[5] = "sygnet"
    else:
        words[-1] = "zoo" if words[-1] != "zoo" else "abandon"
    with pytest.raises(RootWordsError) as refused:
        RootSecret.from_words(" ".join(words))
    assert refused.value.code == "words_wrong"


@given(st.text(max_size=300))
def test_any_text_is_refused_or_24_words(text: str) -> None:
    with pytest.raises(RootWordsError):
        RootSecret.from_words(text)


def test_the_secret_does_not_show() -> None:
    assert repr(SECRET) == "RootSecret()"
