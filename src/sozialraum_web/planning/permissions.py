"""Who may read and do what in planning: small predicates, the only place here that names roles (Rechte der Planung)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from sozialraum_web.accounts.models import Municipality, Role, User
from sozialraum_web.accounts.permissions import Person, can_read_internal, is_kin, roles_of
from sozialraum_web.monitoring.models import Release
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.models import Cycle, Finding, Goal, Measure, Mission, Need
from sozialraum_web.records.models import Record, Visibility

R = TypeVar("R", bound=Record)

# those who work on the plan inside the administration
_STAFF: Final = frozenset(
    {Role.PLANNER, Role.SECTOR_PLANNER, Role.STATISTICIAN, Role.SUPPLIER, Role.HEAD, Role.DATA_PROTECTION}
)
_PLANS: Final = frozenset({Role.PLANNER, Role.SECTOR_PLANNER})
_DECIDES: Final = frozenset({Role.PLANNER, Role.HEAD})
_OBSERVES: Final = frozenset(
    {Role.PLANNER, Role.SECTOR_PLANNER, Role.STATISTICIAN, Role.SUPPLIER, Role.QUARTER_MANAGER}
)
_COUNCIL: Final = frozenset({Role.POLITICIAN})
_FOR_AN_ORGANISATION: Final = frozenset({Role.PROVIDER, Role.QUARTER_MANAGER, Role.SUPPLIER})


@dataclass(frozen=True)
class Reader:
    """A person in one municipality, asked once per page."""

    person: Person
    municipality: Municipality

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held here; none for the public."""
        return roles_of(self.person, self.municipality)

    @cached_property
    def user(self) -> User | None:
        """The account, None for the public."""
        return self.person if isinstance(self.person, User) and self.roles else None

    @cached_property
    def organisations(self) -> frozenset[int]:
        """Keys of the organisations this person acts for here."""
        if self.user is None:
            return frozenset()
        own = Organisation.objects.filter(municipality=self.municipality, removed=None)
        found = frozenset(own.filter(people=self.user).values_list("pk", flat=True))
        # who acts for a department acts for what belongs to it
        below = found
        while below := frozenset(own.filter(parent__in=below).values_list("pk", flat=True)) - found:
            found |= below
        return found

    @cached_property
    def kin(self) -> bool:
        """Whether the person works in the Kreis of this municipality or in another of its towns."""
        return is_kin(self.person, self.municipality, _STAFF)

    @cached_property
    def internal_figures(self) -> bool:
        """Whether figures of internal releases may be shown."""
        return can_read_internal(self.person, self.municipality)

    def has(self, roles: frozenset[Role]) -> bool:
        """Whether the person holds one of some roles."""
        return not self.roles.isdisjoint(roles)


def reader_of(request: HttpRequest, municipality: Municipality) -> Reader:
    """The reader of a request; visitors without a session cost no query."""
    return Reader(request.user, municipality)


# -- reading ------------------------------------------------------------------------------------------------------------


def can_read_all(reader: Reader) -> bool:
    """Everything of the plan, whatever its visibility."""
    return reader.has(_STAFF)


def can_read_council(reader: Reader) -> bool:
    """What is meant for the council and its committees."""
    return reader.has(_STAFF | _COUNCIL)


def visible(rows: QuerySet[R], reader: Reader) -> QuerySet[R]:
    """The records of the reader's municipality that this reader may see; removed ones never."""
    own = rows.filter(municipality=reader.municipality, removed=None)
    if can_read_all(reader):
        return own
    levels = [
        Visibility.PUBLIC,
        *([Visibility.COUNCIL] if can_read_council(reader) else []),
        *([Visibility.DISTRICT] if reader.kin else []),
    ]
    seen = Q(visibility__in=levels)
    if reader.user is not None:
        if rows.model is Finding:
            seen |= Q(created_by=reader.user)
        if rows.model is Measure and reader.organisations:
            seen |= Q(responsible__in=reader.organisations)
            # a subquery, so that nobody appears twice
            seen |= Q(
                pk__in=Measure.partners.through.objects.filter(organisation__in=reader.organisations).values(
                    "measure"
                )
            )
        if rows.model is Organisation and reader.organisations:
            seen |= Q(pk__in=reader.organisations)
    return own.filter(seen)


def can_read(reader: Reader, record: Record) -> bool:
    """One record, by the same rule as `visible`."""
    return visible(type(record)._default_manager.filter(pk=record.pk), reader).exists()


def can_read_figure(reader: Reader, audience: str) -> bool:
    """A figure kept from a release: public ones are for all, internal ones for those who work with them."""
    return audience == Release.Audience.PUBLIC or reader.internal_figures


# -- writing ------------------------------------------------------------------------------------------------------------


def can_plan(reader: Reader) -> bool:
    """Cycles, fields, criteria, goals, needs, measures: planners of all departments."""
    return reader.has(_PLANS)


def can_steer(reader: Reader) -> bool:
    """Cycles, Leitbild, criteria, the list of organisations, imports: social planning."""
    return reader.has(frozenset({Role.PLANNER}))


def can_observe(reader: Reader) -> bool:
    """Put a finding on record."""
    return reader.has(_OBSERVES)


def can_edit_finding(reader: Reader, finding: Finding) -> bool:
    """Planners; others only what they wrote themselves and no need rests on yet."""
    if can_plan(reader):
        return True
    own = reader.user is not None and finding.created_by_id == reader.user.pk
    return own and can_observe(reader) and not finding.needs.exists()


def can_edit_need(reader: Reader, need: Need) -> bool:
    """Planners, until the need was adopted; then social planning only."""
    if need.state in (Need.State.ADOPTED, Need.State.MET):
        return can_steer(reader)
    return can_plan(reader)


def can_decide_need(reader: Reader, need: Need) -> bool:
    """From conspicuous to needed is a human decision: social planning and heads, whatever state it has."""
    return reader.has(_DECIDES) and need.removed is None


def can_edit_goal(reader: Reader, goal: Goal) -> bool:
    """Planners draft; the wording of an adopted goal changes by social planning only."""
    return can_steer(reader) if goal.resolved else can_plan(reader)


def can_resolve(reader: Reader) -> bool:
    """Record a resolution of council or committee."""
    return reader.has(_DECIDES)


def can_edit_mission(reader: Reader, mission: Mission) -> bool:
    """An adopted Leitbild is never edited."""
    return can_steer(reader) and mission.adopted is None


def can_edit_cycle(reader: Reader, cycle: Cycle) -> bool:
    """Social planning."""
    return can_steer(reader) and cycle.removed is None


def can_edit_measure(reader: Reader, measure: Measure) -> bool:
    """Planners; measures that ended stay as they are but for social planning."""
    if measure.status in (Measure.Status.DONE, Measure.Status.ABANDONED):
        return can_steer(reader)
    return can_plan(reader)


def can_report(reader: Reader, measure: Measure) -> bool:
    """Tell the state of a measure: planners, and who acts for an organisation that carries it or takes part."""
    if measure.removed is not None:
        return False
    if can_plan(reader):
        return True
    if not reader.has(_FOR_AN_ORGANISATION) or not reader.organisations:
        return False
    carried = measure.responsible_id in reader.organisations
    return carried or measure.partners.filter(pk__in=reader.organisations).exists()


def can_publish(reader: Reader) -> bool:
    """Decide who may read a record."""
    return reader.has(_DECIDES)


def can_edit_organisation(reader: Reader, organisation: Organisation) -> bool:
    """Planners, and people of the organisation itself."""
    return can_plan(reader) or (reader.has(_FOR_AN_ORGANISATION) and organisation.pk in reader.organisations)


def can_see_history(reader: Reader) -> bool:
    """Who changed what: those inside the administration who work on the plan or watch over it."""
    return reader.has(_STAFF | {Role.ADMINISTRATOR})


def can_see_personal_data(reader: Reader) -> bool:
    """The list of kinds of personal data with purpose, legal basis and deletion date."""
    return reader.has(frozenset({Role.PLANNER, Role.DATA_PROTECTION, Role.ADMINISTRATOR}))


def sees_small_counts(reader: Reader, measure: Measure) -> bool:
    """Numbers of people below five are shown to nobody; in the form that enters them they stand for who may edit."""
    return can_edit_measure(reader, measure)
