"""Words read aloud by espeak-ng, on this machine and without a network.

The page sends what it shows, sentence by sentence; nothing is kept. Only a kiosk offers it: phones
have a voice of their own.
"""

from __future__ import annotations

import shutil
import subprocess
from struct import pack
from typing import Final, Literal

from signing.errors import SigningError

__all__ = ["MAX_SPOKEN_LETTERS", "Sound", "SpeechRefused", "can_speak", "spoken"]

Sound = Literal["off", "speaker", "headphones"]
"""Where a kiosk's sound goes: nowhere, into the room, or only into the client's ears."""

MAX_SPOKEN_LETTERS: Final = 600
"""Longest text in one go, letters: half a minute. The page asks for the next part in time."""
LONGEST_SECONDS: Final = 10
"""espeak-ng needs milliseconds; whatever hangs must not hold a thread."""
WORDS_PER_MINUTE: Final = 145
"""Slower than its 175: for somebody who hears this voice for the first time."""
WAV_HEADER_BYTES: Final = 44
"""Up to the first sample, as espeak-ng writes it."""
PROGRAM: Final = "espeak-ng"
VOICES: Final = {"pl": "pl", "en": "en-gb", "de": "de", "uk": "uk"}


class SpeechRefused(SigningError):
    """Nothing was spoken: `nothing_to_say`, `too_much_to_say`, `no_voice`."""


def can_speak() -> bool:
    """Whether espeak-ng is installed."""
    return shutil.which(PROGRAM) is not None


def spoken(text: str, language: str) -> bytes:
    """A text as sound.

    Args:
        text: What to say; control characters and markup have no meaning.
        language: pl, en, de or uk; anything else is spoken in English.

    Returns:
        A WAV file: 16 bits, one channel, 22,050 samples a second.

    Raises:
        SpeechRefused: see there.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not words:
        raise SpeechRefused("nothing_to_say", "There is nothing to say.", "Send some words.")
    if len(words) > MAX_SPOKEN_LETTERS:
        raise SpeechRefused(
            "too_much_to_say",
            f"At most {MAX_SPOKEN_LETTERS} letters are spoken in one go.",
            "Send the text in parts.",
        )
    voice = VOICES.get(language, VOICES["en"])
    command = [PROGRAM, "-v", voice, "-s", str(WORDS_PER_MINUTE), "-b", "1", "--stdin", "--stdout"]
    try:
        done = subprocess.run(
            command,
            input=words.encode("utf-8", "replace"),
            capture_output=True,
            timeout=LONGEST_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SpeechRefused(
            "no_voice", "The voice of this device does not work.", "Install espeak-ng."
        ) from error
    return _with_lengths(done.stdout)


def _with_lengths(wav: bytes) -> bytes:
    """What a program writes into a pipe before it knows how long it gets, put right."""
    if len(wav) < WAV_HEADER_BYTES or wav[:4] != b"RIFF" or wav[36:40] != b"data":
        raise SpeechRefused("no_voice", "The voice of this device does not work.", "Try again.")
    whole, samples = len(wav) - 8, len(wav) - WAV_HEADER_BYTES
    return b"".join((b"RIFF", pack("<I", whole), wav[8:40], pack("<I", samples), wav[44:]))
