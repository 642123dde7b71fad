"""The response headers of every screen, for the ceremony and for the apps that mount it."""

from __future__ import annotations

from flask import Response, request

__all__ = ["CONTENT_SECURITY_POLICY", "forget_cache", "forget_everything", "secure_headers"]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' blob: data:; "
    "media-src 'self' blob:; "
    "font-src 'self'; "
    "connect-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)

STATIC_SECONDS = 600  # not asked for anew on every screen; a new version is seen soon


def secure_headers(response: Response) -> Response:
    """Set what no screen may go without; use as `app.after_request(secure_headers)`.

    Nothing but static files may be stored by the browser, so that neither the back button nor a
    cache shows one client's page to the next (RFC 9111, 5.2.2.5).
    """
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), payment=()"
    if (request.endpoint or "").rpartition(".")[2] == "static":
        headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    else:
        headers["Cache-Control"] = "no-store"
    return response


def forget_everything(response: Response) -> Response:
    """Make the browser drop what it kept of this client (W3C Clear Site Data)."""
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def forget_cache(response: Response) -> Response:
    """Make the browser drop what it kept, but stay in the client's language until they leave."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
