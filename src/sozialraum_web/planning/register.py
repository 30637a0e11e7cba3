"""The register of measures: filters, order, progress, what needs attention; written for a hundred thousand rows (Maßnahmenregister)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sozialraum_ui.parts import Link
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.lights import SILENT_DAYS
from sozialraum_web.planning.models import Field, Goal, Light, Measure
from sozialraum_web.planning.permissions import Reader, visible
from sozialraum_web.planning.services.measures import WORKING
from sozialraum_web.records.models import Area, Visibility

PAGE = 50
COLUMN = 12
VIEWS = (
    ("tabelle", lazy("Tabelle")),
    ("tafel", lazy("Tafel")),
    ("karte", lazy("Karte")),
    ("zeit", lazy("Zeit")),
)
ORDERS = {
    "nr": ("number",),
    "titel": ("title", "number"),
    "stand": ("status", "number"),
    "ende": (F("end").asc(nulls_last=True), "number"),
}


@dataclass(frozen=True)
class Choice:
    """What a reader asked of the register."""

    text: str = ""
    status: str = ""
    field: str = ""
    goal: str = ""
    responsible: str = ""
    area: str = ""
    attention: str = ""
    seen: str = ""
    order: str = "nr"
    view: str = "tabelle"
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Choice:
        """From the address; what is not known is left out."""
        number = query.get("seite", "")
        known = {view for view, _label in VIEWS}
        return cls(
            text=query.get("q", "")[:100],
            status=query.get("stand", "") if query.get("stand", "") in Measure.Status.values else "",
            field=_digits(query.get("feld", "")),
            goal=_digits(query.get("ziel", "")),
            responsible=_digits(query.get("amt", "")),
            area=query.get("gebiet", "")[:100],
            attention=query.get("achtung", "")
            if query.get("achtung", "") in ("ampel", "still", "meine")
            else "",
            seen=query.get("lesbar", "") if query.get("lesbar", "") in Visibility.values else "",
            order=query.get("nach", "") if query.get("nach", "") in ORDERS else "nr",
            view=query.get("ansicht", "") if query.get("ansicht", "") in known else "tabelle",
            page=max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
        )

    def query(self, **changes: str) -> str:
        """The address of this choice with some parts changed; the page starts over unless named."""
        entries = {
            "q": self.text, "stand": self.status, "feld": self.field, "ziel": self.goal, "amt": self.responsible,
            "gebiet": self.area, "achtung": self.attention, "lesbar": self.seen,
            "nach": "" if self.order == "nr" else self.order,
            "ansicht": "" if self.view == "tabelle" else self.view,
        }  # fmt: skip
        return "?" + urlencode({key: value for key, value in (entries | changes).items() if value})

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return any(
            (
                self.text,
                self.status,
                self.field,
                self.goal,
                self.responsible,
                self.area,
                self.attention,
                self.seen,
            )
        )


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 10 else ""


def chosen(reader: Reader, choice: Choice, today: date) -> QuerySet[Measure]:
    """The measures a choice leaves."""
    rows = visible(Measure.objects.all(), reader)
    if choice.text:
        rows = rows.filter(Q(title__icontains=choice.text) | Q(text__icontains=choice.text))
    if choice.status:
        rows = rows.filter(status=choice.status)
    if choice.field:
        rows = rows.filter(field__number=choice.field)
    if choice.goal:
        rows = rows.filter(pk__in=Measure.goals.through.objects.filter(goal__number=choice.goal, goal__municipality=reader.municipality).values("measure"))  # fmt: skip
    if choice.responsible:
        rows = rows.filter(responsible__number=choice.responsible)
    if choice.area:
        level, _sep, code = choice.area.partition(":")
        areas = Area.objects.filter(municipality=reader.municipality, level=level, code=code)
        rows = rows.filter(pk__in=Measure.areas.through.objects.filter(area__in=areas).values("measure"))
    if choice.attention:
        rows = rows.filter(attention(choice.attention, reader, today))
    if choice.seen:
        rows = rows.filter(visibility=choice.seen)
    return rows


def attention(kind: str, reader: Reader, today: date) -> Q:
    """Light not green, no news for a quarter, or carried by the reader's own organisations."""
    working = Q(status__in=WORKING)
    if kind == "ampel":
        return working & Q(light__in=(Light.YELLOW, Light.RED))
    if kind == "still":
        before = today - timedelta(days=SILENT_DAYS)
        return working & (Q(reported__lt=before) | Q(reported=None))
    user = reader.user.pk if reader.user else None
    return Q(responsible__in=reader.organisations) | Q(created_by=user)


def one_page(rows: QuerySet[Measure], choice: Choice, size: int = PAGE) -> list[Measure]:
    """One page with what its table shows; keys first, so that only these rows are joined."""
    first = (choice.page - 1) * size
    keys = list(rows.order_by(*ORDERS[choice.order]).values_list("pk", flat=True)[first : first + size])
    return detailed(keys)


def detailed(keys: list[int]) -> list[Measure]:
    """Measures by key, in this order, with links and progress."""
    found = (
        Measure.objects.filter(pk__in=keys)
        .select_related("municipality", "responsible", "field")
        .prefetch_related(
            Prefetch("areas", Area.objects.order_by("name")),
            Prefetch("goals", Goal.objects.filter(removed=None)),
            "funding",
            "milestones",
        )
    )
    by_key = {row.pk: row for row in found}
    return [by_key[key] for key in keys if key in by_key]


def progress(measure: Measure) -> int | None:
    """Share of reached milestones in per cent; None without milestones."""
    rows = list(measure.milestones.all())
    return round(100 * sum(1 for row in rows if row.done) / len(rows)) if rows else None


def money(measure: Measure, year: int) -> float:
    """Euros of a year."""
    return float(sum(row.amount for row in measure.funding.all() if row.year == year))


def warning(measure: Measure, today: date) -> str:
    """What stands below the title when something is wrong: overdue milestone, silence, money."""
    if measure.status not in WORKING:
        return ""
    late = [row for row in measure.milestones.all() if row.done is None and row.due and row.due < today]
    if late:
        return _("Meilenstein „%(title)s“ seit %(days)s Tagen überfällig") % {"title": late[0].title, "days": (today - late[0].due).days}  # type: ignore[operator]  # fmt: skip
    if measure.reported is None:
        return _("noch kein Sachstand")
    silent = (today - measure.reported).days
    return _("keine Nachricht seit %s Tagen") % silent if silent > SILENT_DAYS else ""


@dataclass(frozen=True)
class Summary:
    """Figures above the register."""

    working: int
    total: int
    needing: int
    silent: int
    euros: float
    year: int


def summary(reader: Reader, today: date) -> Summary:
    """Counted in the database over everything this reader may see."""
    rows = visible(Measure.objects.all(), reader)
    counted = rows.aggregate(
        total=Count("pk"),
        working=Count("pk", filter=Q(status__in=WORKING)),
        needing=Count("pk", filter=attention("ampel", reader, today)),
        silent=Count("pk", filter=attention("still", reader, today)),
    )
    euros = rows.filter(funding__year=today.year).aggregate(total=Sum("funding__amount"))["total"] or 0
    return Summary(counted["working"], counted["total"], counted["needing"], counted["silent"], float(euros), today.year)  # fmt: skip


def filters(reader: Reader) -> dict[str, list[Any]]:
    """What can be chosen: only what the reader may see."""
    town = reader.municipality
    return {
        "fields": list(visible(Field.objects.all(), reader)),
        "organisations": list(
            visible(Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT), reader)[:100]
        ),
        "statuses": Measure.Status.choices,
        "areas": list(
            Area.objects.filter(municipality=town, pk__in=Measure.areas.through.objects.filter(measure__municipality=town).values("area").distinct())[:400]
        ),
    }  # fmt: skip


def chips(choice: Choice, counted: Summary, reader: Reader) -> list[Link]:
    """Saved filters as chips."""
    rows = [
        Link(
            _("Alle (%s)") % counted.total,
            choice.query(achtung="", lesbar=""),
            current=not choice.attention and not choice.seen,
        ),
        Link(
            _("Ampel nicht grün (%s)") % counted.needing,
            choice.query(achtung="ampel"),
            current=choice.attention == "ampel",
        ),
        Link(
            _("Ohne Nachricht seit 90 Tagen (%s)") % counted.silent,
            choice.query(achtung="still"),
            current=choice.attention == "still",
        ),
    ]
    if reader.user is not None:
        rows.append(Link(_("Meine"), choice.query(achtung="meine"), current=choice.attention == "meine"))
        rows.append(Link(_("Öffentlich sichtbar"), choice.query(lesbar=Visibility.PUBLIC), current=choice.seen == Visibility.PUBLIC))  # fmt: skip
    return rows
