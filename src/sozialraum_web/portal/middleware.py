"""Small things around every answer: browser features nobody needs, and logs without persons."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class PermissionsPolicyMiddleware:
    """Switches off what no page uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response


class ImpersonalFilter(logging.Filter):
    """Keeps addresses, queries and persons out of the log: Django logs the path and attaches the request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what a request says about its reader by the status alone."""
        status = getattr(record, "status_code", None)
        if status is not None or hasattr(record, "request"):
            record.msg, record.args = "Antwort mit Status %s", (status,)
            if hasattr(record, "request"):
                del record.request
        return True
