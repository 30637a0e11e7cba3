"""German or English: the language stands in the address, so that no cookie and no guess decides it (Sprache).

`/musterstadt/…` is German, `/en/musterstadt/…` the same page in English. `/en` is taken off before the address is looked up
and becomes the prefix of every address the page writes. Rooms that exist in German only send their reader there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.safestring import mark_safe

from sozialraum_ui.parts import Link

GERMAN, ENGLISH = "de", "en"
PREFIX = f"/{ENGLISH}"
NAMES = {GERMAN: "Deutsch", ENGLISH: "English"}
# what a reader without a log-in sees; planning, bodies, reports and accounts speak German
ROOMS = (
    "sozialraum_web.atlas.views.",
    "sozialraum_web.portal.views.start",
    "sozialraum_web.portal.views.area",
    "sozialraum_web.portal.views.data",
    "sozialraum_web.portal.views.static",
)


class LanguageMiddleware:
    """Takes the language from the address and keeps it for every address the answer contains."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the language of the address."""
        english = request.path_info == PREFIX or request.path_info.startswith(f"{PREFIX}/")
        if not english:
            with translation.override(GERMAN):
                return self.get_response(request)
        german = request.path_info[len(PREFIX) :] or "/"
        request.path_info = german
        if not speaks_english(german):
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(address_of(request))
            with translation.override(GERMAN):
                return self.get_response(request)
        before = get_script_prefix()
        set_script_prefix(f"{before.rstrip('/')}{PREFIX}/")
        try:
            with translation.override(ENGLISH):
                response = self.get_response(request)
            response.headers.setdefault("Content-Language", ENGLISH)
            return response
        finally:
            set_script_prefix(before)


def speaks_english(path: str) -> bool:
    """Whether the page of a German address exists in English; unknown addresses do, so that the error page speaks it."""
    try:
        found = resolve(path)
    except Resolver404:
        return True
    return str(getattr(found.func, "__module__", "")).startswith(ROOMS)


def languages(request: HttpRequest) -> dict[str, Any]:
    """Template context: the language of the page, the same page in the other one where it exists, what marks German text."""
    english = translation.get_language() == ENGLISH
    path = address_of(request)
    offered = english or (request.method in ("GET", "HEAD") and speaks_english(request.path_info))
    here = {GERMAN: path, ENGLISH: PREFIX + path}
    other = GERMAN if english else ENGLISH
    return {
        "language": ENGLISH if english else GERMAN,
        "home": get_script_prefix(),
        "other_language": Link(NAMES[other], here[other], note=other) if offered else None,
        "alternates": [Link(NAMES[each], url, note=each) for each, url in here.items()] if offered else [],
        "german": mark_safe(' lang="de"') if english else "",
    }


def address_of(request: HttpRequest) -> str:
    """The German address of a page with its query; never an address of another site."""
    path = "/" + escape_uri_path(request.path_info).lstrip("/\\")
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
