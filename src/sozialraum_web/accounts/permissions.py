"""Who may do what: one matrix of roles and rights, and the predicates the pages ask (Rechte)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from sozialraum_web.accounts.models import Membership, Municipality, Role, User

Person = User | AnonymousUser


class Right(StrEnum):
    """One thing somebody may do; the value is its German name."""

    READ_PUBLIC = "Öffentliche Freigaben lesen und herunterladen"
    READ_INTERNAL = "Interne Freigaben lesen und herunterladen"
    SEE_RELEASES = "Alle Freigaben mit ihren Protokollen sehen"
    CHOOSE_RELEASE = "Bestimmen, welche Freigabe gezeigt wird"
    SEE_RIGHTS = "Rollen und Rechte einsehen"
    MANAGE_MEMBERS = "Personen einladen und Rollen vergeben"
    READ_BARRIERS = "Meldungen zu Barrieren lesen"
    MAKE_REPORTS = "Berichte erstellen und eigene Texte schreiben"
    MANAGE_CONTACTS = "Ansprechpersonen eintragen"
    PREVIEW = "Die Site ansehen, wie eine andere Rolle sie sieht"
    SEE_TOWNS = "Im Kreis: den Stand aller Gemeinden sehen"


PUBLIC: Final = "Öffentlichkeit (ohne Anmeldung)"

_WORKING: Final = frozenset(
    {
        Role.PLANNER,
        Role.SECTOR_PLANNER,
        Role.STATISTICIAN,
        Role.SUPPLIER,
        Role.HEAD,
        Role.DATA_PROTECTION,
    }
)

MATRIX: Final[dict[Right, frozenset[Role]]] = {
    Right.READ_PUBLIC: frozenset(Role),
    Right.READ_INTERNAL: _WORKING,
    Right.SEE_RELEASES: frozenset(
        {Role.PLANNER, Role.STATISTICIAN, Role.DATA_PROTECTION, Role.ADMINISTRATOR}
    ),
    Right.CHOOSE_RELEASE: frozenset({Role.STATISTICIAN, Role.PLANNER}),
    Right.SEE_RIGHTS: frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION}),
    Right.MANAGE_MEMBERS: frozenset({Role.ADMINISTRATOR}),
    Right.READ_BARRIERS: frozenset({Role.ADMINISTRATOR, Role.PLANNER}),
    Right.MAKE_REPORTS: frozenset({Role.PLANNER, Role.SECTOR_PLANNER, Role.STATISTICIAN}),
    Right.MANAGE_CONTACTS: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Right.PREVIEW: frozenset({Role.PLANNER, Role.DATA_PROTECTION, Role.ADMINISTRATOR}),
    Right.SEE_TOWNS: frozenset({Role.PLANNER, Role.STATISTICIAN, Role.HEAD, Role.ADMINISTRATOR}),
}


def roles_of(person: Person, municipality: Municipality) -> frozenset[Role]:
    """The roles a person holds in one municipality; none for the public and for switched-off accounts."""
    if not isinstance(person, User) or not person.is_active:
        return frozenset()
    if (shown := person.previewed) is not None and shown[0] == municipality.pk:
        return shown[1]
    rows = Membership.objects.filter(user=person, municipality=municipality).values_list("role", flat=True)
    return frozenset(Role(row) for row in rows)


def may(person: Person, right: Right, municipality: Municipality) -> bool:
    """Whether a person has a right in a municipality; running the installation gives no right to its figures."""
    if right is Right.READ_PUBLIC:
        return True
    return not MATRIX[right].isdisjoint(roles_of(person, municipality)) or _through_the_district(
        person, right, municipality
    )


def _through_the_district(person: Person, right: Right, municipality: Municipality) -> bool:
    """What a Kreis and its towns grant each other: reading the data of the Kreis, managing accounts of a hosted town."""
    if not isinstance(person, User) or not person.is_active or person.previewed is not None:
        return False
    if right is Right.READ_INTERNAL and municipality.opens_data:
        rows = Membership.objects.filter(user=person, municipality__district=municipality, role__in=_WORKING)
        return rows.exists()
    if right in (Right.MANAGE_MEMBERS, Right.SEE_RIGHTS) and municipality.hosted and municipality.district_id:
        return Membership.objects.filter(
            user=person, municipality=municipality.district_id, role=Role.ADMINISTRATOR
        ).exists()
    return False


def is_kin(person: Person, municipality: Municipality, roles: frozenset[Role]) -> bool:
    """Whether a person holds one of some roles in the Kreis of a municipality or in another town of that Kreis."""
    if not isinstance(person, User) or not person.is_active or person.previewed is not None:
        return False
    family = Q(municipality__district=municipality)
    if municipality.district_id is not None:
        family |= Q(municipality=municipality.district_id) | Q(
            municipality__district=municipality.district_id
        )
    return Membership.objects.filter(family, user=person, role__in=roles).exists()


def can_read_internal(person: Person, municipality: Municipality) -> bool:
    """Internal releases are for those who work with them."""
    return may(person, Right.READ_INTERNAL, municipality)


def can_see_releases(person: Person, municipality: Municipality) -> bool:
    """The list of all releases with their records."""
    return may(person, Right.SEE_RELEASES, municipality)


def can_choose_release(person: Person, municipality: Municipality) -> bool:
    """Switching the shown release."""
    return may(person, Right.CHOOSE_RELEASE, municipality)


def can_see_rights(person: Person, municipality: Municipality) -> bool:
    """The page with the role matrix and the members."""
    return may(person, Right.SEE_RIGHTS, municipality)


def can_manage_members(person: Person, municipality: Municipality) -> bool:
    """Inviting people and changing roles."""
    return may(person, Right.MANAGE_MEMBERS, municipality)


def can_read_barriers(person: Person, municipality: Municipality) -> bool:
    """Reports of barriers sent by readers."""
    return may(person, Right.READ_BARRIERS, municipality)


def can_make_reports(person: Person, municipality: Municipality) -> bool:
    """Ordering reports and writing own texts."""
    return may(person, Right.MAKE_REPORTS, municipality)


def can_preview(person: Person, municipality: Municipality) -> bool:
    """Looking at the site as another role sees it; `portal.preview` says as which ones."""
    return may(person, Right.PREVIEW, municipality)


def can_see_towns(person: Person, municipality: Municipality) -> bool:
    """The status board of a Kreis."""
    return may(person, Right.SEE_TOWNS, municipality)


def can_manage_contacts(person: Person, municipality: Municipality) -> bool:
    """Saying who is in charge of what."""
    return may(person, Right.MANAGE_CONTACTS, municipality)


def belongs(person: Person, municipality: Municipality) -> bool:
    """Whether a person holds any role here, whatever view was taken."""
    return (
        isinstance(person, User)
        and Membership.objects.filter(user=person, municipality=municipality).exists()
    )
