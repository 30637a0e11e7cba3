"""Taking releases in: trust a key, import a folder, choose what is shown (Freigaben einspielen)."""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from sozialraum import release as releases
from sozialraum.errors import Finding, ReleaseError, raise_if_errors
from sozialraum.products import catalogue as catalogues
from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.monitoring.geometry import prepare
from sozialraum_web.monitoring.models import Release, TrustedKey, maps_folder, release_folder

_KEY = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9ÄÖÜäöüß][A-Za-z0-9ÄÖÜäöüß._-]{0,99}")


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    release: Release
    changed: bool

    @property
    def text(self) -> str:
        """For the person at the desk."""
        word = "eingespielt" if self.changed else "unverändert"
        hidden = "" if self.release.current else " Gezeigt wird weiterhin eine andere Freigabe."
        return f"{self.release.municipality.name}, Freigabe {self.release.name}: {word}.{hidden}"


def municipality(slug: str, name: str = "", kind: str = "") -> Municipality:
    """The tenant with this address, made when it is new."""
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        found = Municipality(slug=slug, name=name or slug, kind=kind)
        try:
            found.full_clean()
        except ValidationError as error:
            raise ReleaseError(
                Finding(" ".join(error.messages), value=slug, column="municipality.id")
            ) from None
        found.save()
    return found


def trust_key(owner: Municipality, public_key: str) -> TrustedKey:
    """Believe a key for one municipality; the caller has shown the fingerprint and got a yes."""
    key = public_key.strip().lower()
    if not _KEY.fullmatch(key):
        raise ReleaseError(
            Finding(
                "Das ist kein öffentlicher Schlüssel.",
                remedy="Ein Schlüssel hat 64 Zeichen aus 0–9 und a–f; er steht in protokoll.json der Freigabe.",
                value=public_key[:80],
            )
        )
    row, _ = TrustedKey.objects.get_or_create(
        municipality=owner, public_key=key, defaults={"fingerprint": releases.fingerprint(key)}
    )
    return row


def import_release(source: Path, *, expected: Municipality | None = None) -> Imported:
    """Copy, verify and show a release; the same release twice changes nothing.

    The copy is verified, not the original, so nothing can change in between. It is renamed into place
    as the last step; a failure leaves neither files nor rows behind. Raises ReleaseError with all findings.
    """
    with _staged(source) as staged:
        content = _read(staged)
        owner = _owner(content, expected)
        raise_if_errors(releases.verify(staged, trusted=_trusted(owner)), ReleaseError)
        name = _name(content)
        digest = hashlib.sha256((staged / "protokoll.json").read_bytes()).hexdigest()
        known = Release.objects.filter(municipality=owner, name=name).first()
        if known is not None:
            return Imported(_unchanged(known, digest), changed=False)
        return Imported(_store(staged, owner, name, digest), changed=True)


@contextmanager
def _staged(source: Path) -> Iterator[Path]:
    """A private copy inside the data folder, gone afterwards unless it was renamed away."""
    if not (source / "katalog.json").is_file() or not (source / "protokoll.json").is_file():
        raise ReleaseError(
            Finding(
                "In diesem Ordner liegt keine Freigabe: katalog.json oder protokoll.json fehlt.",
                remedy="Geben Sie den Ordner an, den „sozialraum release“ geschrieben hat (…/freigaben/NAME).",
                file=str(source),
            )
        )
    inbox = Path(settings.DATA) / "releases" / f".eingang-{secrets.token_hex(8)}"
    inbox.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(source, inbox / "freigabe", symlinks=True)
        raise_if_errors(_links(inbox / "freigabe"), ReleaseError)
        yield inbox / "freigabe"
    finally:
        shutil.rmtree(inbox, ignore_errors=True)


def _links(folder: Path) -> list[Finding]:
    return [
        Finding("Eine Freigabe darf keine Verknüpfungen enthalten.", file=path.name)
        for path in folder.rglob("*")
        if path.is_symlink()
    ]


def _read(folder: Path) -> dict[str, Any]:
    return dict(releases.read(folder).catalogue)


def _owner(content: dict[str, Any], expected: Municipality | None) -> Municipality:
    slug = str(content["municipality"]["id"])
    if expected is not None and expected.slug != slug:
        raise ReleaseError(
            Finding(
                f"Die Freigabe gehört zu „{slug}“, nicht zu „{expected.slug}“.",
                remedy="Wählen Sie den Ordner der richtigen Kommune.",
            )
        )
    owner = Municipality.objects.filter(slug=slug).first()
    if owner is None:
        raise ReleaseError(
            Finding(
                f"Die Kommune „{slug}“ ist auf dieser Seite noch nicht bekannt.",
                remedy="Bestätigen Sie zuerst den Schlüssel ihrer freigebenden Stelle: "
                f"sozialraum trust SCHLÜSSEL --municipality {slug}",
            )
        )
    return owner


def _trusted(owner: Municipality) -> set[str]:
    return set(TrustedKey.objects.filter(municipality=owner).values_list("public_key", flat=True))


def _name(content: dict[str, Any]) -> str:
    name = str(content["release"])
    if not _NAME.fullmatch(name):
        raise ReleaseError(
            Finding(
                "Der Name der Freigabe ist nicht zulässig.",
                remedy="Erlaubt sind Buchstaben, Ziffern, Punkt, - und _.",
                file="katalog.json",
                value=name[:100],
            )
        )
    return name


def _unchanged(known: Release, digest: str) -> Release:
    if known.commitment != digest:
        raise ReleaseError(
            Finding(
                f"Unter dem Namen „{known.name}“ gibt es bereits eine andere Freigabe.",
                remedy="Eine veröffentlichte Freigabe wird nie geändert. Geben Sie unter neuem Namen frei.",
            )
        )
    return known


def _store(staged: Path, owner: Municipality, name: str, digest: str) -> Release:
    content = catalogues.parse(_read(staged))
    signature = catalogues.load_protocol(staged).get("signature") or {}
    folder, maps = release_folder(owner.slug, name), maps_folder(owner.slug, name)
    prepare(staged, content, staged.parent / "karten")
    folder.parent.mkdir(parents=True, exist_ok=True)
    maps.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # left by a run that was killed between rename and commit
    shutil.rmtree(maps, ignore_errors=True)
    try:
        with transaction.atomic():
            row = _record(content, owner, digest, str(signature.get("fingerprint", "")))
            (staged.parent / "karten").rename(maps)
            staged.rename(folder)
            if not _newer(row) and not waits_for_two(row):
                show_release(row)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(maps, ignore_errors=True)
        raise
    return row


def waits_for_two(release: Release) -> bool:
    """Whether a second person must confirm before everybody sees this release (Vier-Augen-Freigabe)."""
    return release.is_public and release.municipality.four_eyes


@transaction.atomic
def choose(release: Release, person: User) -> bool:
    """Show a release; where two must agree, the first proposes and another confirms. Returns whether it is shown now."""
    row = Release.objects.select_for_update().select_related("municipality").get(pk=release.pk)
    if not waits_for_two(row):
        show_release(row)
        return True
    if row.proposed_by_id is None or row.proposed_by_id == person.pk:
        row.proposed_by, row.proposed, row.confirmed_by = person, timezone.now(), None
        row.save(update_fields=["proposed_by", "proposed", "confirmed_by"])
        return False
    row.confirmed_by = person
    row.save(update_fields=["confirmed_by"])
    show_release(row)
    # showing it again later needs two people again
    Release.objects.filter(pk=row.pk).update(proposed_by=None, proposed=None)
    return True


def _newer(row: Release) -> bool:
    """Whether a release made after this one is already shown: taking in an old one changes no page."""
    shown = Release.objects.filter(municipality=row.municipality, audience=row.audience, current=True)
    return shown.filter(created__gt=row.created).exists()


def _record(content: catalogues.Catalogue, owner: Municipality, digest: str, fingerprint: str) -> Release:
    owner.name, owner.kind = content.town.name or owner.name, content.town.kind or owner.kind
    owner.save(update_fields=["name", "kind"])
    return Release.objects.create(
        municipality=owner,
        name=content.release,
        audience=content.audience,
        created=_moment(content.created),
        commitment=digest,
        fingerprint=fingerprint,
        areas=len(content.areas),
        indicators=len(content.plain_indicators),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


@transaction.atomic
def show_release(release: Release) -> None:
    """Make this the release readers of its audience see."""
    Release.objects.filter(
        municipality=release.municipality, audience=release.audience, current=True
    ).exclude(pk=release.pk).update(current=False)
    release.current = True
    release.save(update_fields=["current"])
