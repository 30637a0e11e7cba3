"""Which release a person sees in a municipality: the one door every page goes through (Zugang)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import get_script_prefix

from sozialraum.products import catalogue as catalogues
from sozialraum.products.catalogue import Catalogue
from sozialraum.words import say
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.accounts.permissions import Person, can_read_internal
from sozialraum_web.monitoring.models import Release


class NotFound(Http404):
    """Something a reader asked for is not here or cannot be; carries words, a way on and the status of the answer."""

    def __init__(
        self, message: str, remedy: str = "", links: tuple[tuple[str, str], ...] = (), *, status: int = 404
    ) -> None:
        super().__init__(message)
        self.message, self.remedy, self.links, self.status = message, remedy, links, status


@dataclass(frozen=True)
class Place:
    """A municipality with the release the reader may see."""

    municipality: Municipality
    release: Release
    catalogue: Catalogue

    @property
    def base(self) -> str:
        """First part of every address, in the language of the page."""
        return f"{get_script_prefix()}{self.municipality.slug}/"


def municipality_of(slug: str) -> Municipality:
    """The tenant of an address, or a page that says so."""
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(
            say("Eine Kommune „{slug}“ gibt es hier nicht.", slug=slug[:60]),
            say("Wählen Sie eine Kommune aus der Übersicht."),
            ((say("Alle Kommunen"), get_script_prefix()),),
        )
    return found


def visible_release(person: Person, municipality: Municipality) -> Release | None:
    """The internal release for those who work with it, else the public one."""
    current = {row.audience: row for row in Release.objects.filter(municipality=municipality, current=True)}
    internal = current.get(Release.Audience.INTERNAL)
    if internal is not None and can_read_internal(person, municipality):
        return internal
    return current.get(Release.Audience.PUBLIC)


def enter(request: HttpRequest, slug: str) -> Place:
    """The municipality of the address and the release this reader may see; NotFound where there is none."""
    municipality = municipality_of(slug)
    release = visible_release(request.user, municipality)
    if release is None:
        raise NotFound(
            say(
                "Für {municipality} gibt es noch keine öffentliche Freigabe.", municipality=municipality.name
            ),
            say(
                "Sobald die freigebende Stelle Zahlen freigibt, stehen sie hier. "
                "Wer in der Verwaltung damit arbeitet, kann sich anmelden."
            ),
            ((say("Alle Kommunen"), get_script_prefix()), (say("Anmelden"), "/konto/login/")),
        )
    release.municipality = municipality
    return Place(municipality, release, catalogues.load(release.folder))
