"""Answering with a page: rendered once per release and address for the public (Seite ausliefern)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from sozialraum import words
from sozialraum_web.monitoring.access import Place


def answer(
    request: HttpRequest, place: Place, template: str, context: Callable[[], dict[str, Any]], part: str = ""
) -> HttpResponse:
    """Render a reading page; `context` is only computed when the page is not at hand.

    `part` names what is left out because the browser has it already; such answers are kept apart.

    Pages of a public release are the same for every reader without a log-in, so they are kept.
    """
    public = place.release.is_public and not request.user.is_authenticated
    if not public:
        response = HttpResponse(_rendered(request, template, context))
        response["Cache-Control"] = "private, no-store"
        return response
    key = _key(request, place, part)
    packed = caches["pages"].get(key)
    if packed is None:
        packed = gzip.compress(_rendered(request, template, context).encode(), compresslevel=4, mtime=0)
        caches["pages"].set(key, packed)
    return _public(request, packed)


def _rendered(request: HttpRequest, template: str, context: Callable[[], dict[str, Any]]) -> str:
    with words.settled():
        return render_to_string(template, context(), request)


def _public(request: HttpRequest, packed: bytes) -> HttpResponse:
    """Kept pages are compressed once; a reader who cannot unpack gets plain text."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed))
    patch_vary_headers(response, ["Accept-Encoding", "X-Fragment", "X-Map"])
    response["Cache-Control"] = "no-cache"
    return response


def _key(request: HttpRequest, place: Place, part: str) -> str:
    text = f"{place.municipality.slug}\n{place.release.commitment}\n{request.get_full_path()}\n{part}"
    return hashlib.sha256(text.encode()).hexdigest()
