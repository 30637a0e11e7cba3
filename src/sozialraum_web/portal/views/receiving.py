"""Releases taken in on the site: an archive by hand, a key confirmed once, tokens for the Datenwerkstatt (Einspielen)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from sozialraum.errors import ReleaseError
from sozialraum_web.accounts import permissions
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring import receiving
from sozialraum_web.monitoring.models import UploadToken
from sozialraum_web.monitoring.services import trust_key
from sozialraum_web.portal.views.members import needs, plain_frame


@require_POST
def take_in(request: HttpRequest, kommune: str) -> HttpResponse:
    """Import an uploaded archive."""
    return _take_in(request, kommune)


@needs(permissions.can_choose_release)
def _take_in(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    upload = request.FILES.get("archiv")
    if upload is None or (upload.size or 0) > receiving.LARGEST:
        messages.error(
            request,
            "Wählen Sie die ZIP-Datei einer Freigabe."
            if upload is None
            else "Die Datei ist zu groß für eine Freigabe.",
        )
        return redirect("releases", municipality.slug)
    try:
        messages.success(request, receiving.take_in(upload, municipality).text)
    except receiving.UnknownKeyError as error:
        context = {
            **plain_frame(municipality, "Schlüssel bestätigen"), "key": error.public_key, "fingerprint": error.fingerprint,
            "may_confirm": permissions.can_manage_members(request.user, municipality),
        }  # fmt: skip
        return render(request, "portal/confirm_key.html", context, status=409)
    except ReleaseError as error:
        for finding in error.findings[:20]:
            messages.error(request, str(finding))
    return redirect("releases", municipality.slug)


@require_POST
def confirm_key(request: HttpRequest, kommune: str) -> HttpResponse:
    """Believe a key whose fingerprint was compared."""
    return _confirm_key(request, kommune)


@needs(permissions.can_manage_members)
def _confirm_key(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    if not request.POST.get("verglichen"):
        messages.error(request, "Bestätigen Sie, dass Sie den Fingerabdruck verglichen haben.")
        return redirect("releases", municipality.slug)
    try:
        key = trust_key(municipality, request.POST.get("schluessel", ""))
        messages.success(
            request,
            f"Der Schlüssel {key.fingerprint} ist bestätigt. Spielen Sie die Freigabe jetzt noch einmal ein.",
        )
    except ReleaseError as error:
        messages.error(request, str(error.findings[0]))
    return redirect("releases", municipality.slug)


@require_POST
def tokens(request: HttpRequest, kommune: str) -> HttpResponse:
    """Make a token, shown once, or take one back."""
    return _tokens(request, kommune)


@needs(permissions.can_manage_members)
def _tokens(request: HttpRequest, municipality: Municipality) -> HttpResponse:
    gone = request.POST.get("entfernen", "")
    if gone.isdigit():
        UploadToken.objects.filter(municipality=municipality, pk=int(gone)).delete()
        messages.success(request, "Der Zugang ist entfernt.")
        return redirect("releases", municipality.slug)
    token = receiving.new_token(municipality, request.POST.get("name", ""))
    context = {
        **plain_frame(municipality, "Zugang für die Datenwerkstatt"),
        "token": token,
        "address": request.build_absolute_uri(f"/{municipality.slug}/"),
    }
    return render(request, "portal/token.html", context)


@csrf_exempt  # no cookie opens this address, only a token in the header
@require_POST
def accept(request: HttpRequest, kommune: str) -> HttpResponse:
    """Take in an archive that the Datenwerkstatt sends; without a token the address does not exist."""
    owner = Municipality.objects.filter(slug=kommune).first()
    if owner is None or receiving.bearer_of(owner, request.headers.get("Authorization", "")) is None:
        return JsonResponse(
            {"message": "Diese Adresse gibt es nicht, oder der Zugang gilt nicht mehr."}, status=404
        )
    upload = request.FILES.get("archiv")
    if upload is None or (upload.size or 0) > receiving.LARGEST:
        return JsonResponse(
            {"message": "Es wurde keine Freigabe gesendet, oder sie ist zu groß."}, status=400
        )
    try:
        done = receiving.take_in(upload, owner)
    except ReleaseError as error:
        return JsonResponse({"message": " ".join(str(f) for f in error.findings[:20])}, status=409)
    return JsonResponse({"message": done.text, "changed": done.changed})
