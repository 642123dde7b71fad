"""The voice of the screens: a page posts a sentence and gets it back as sound."""

from __future__ import annotations

from flask import Blueprint, Response, request

from signing.ceremony.speech import SpeechRefused, spoken

__all__ = ["add_speech"]


def add_speech(blueprint: Blueprint) -> None:
    """Add /speech. Neither the text nor the sound is kept or logged."""

    @blueprint.post("/speech")
    def speech() -> Response:
        """Say the field `text` in the language of the field `language`."""
        try:
            sound = spoken(request.form.get("text", ""), request.form.get("language", ""))
        except SpeechRefused as refused:
            status = 503 if refused.code == "no_voice" else 400
            return Response(refused.code, status, mimetype="text/plain")
        return Response(sound, mimetype="audio/wav")
