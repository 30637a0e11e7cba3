"""Taking a town's own list of measures over (Liste übernehmen)."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sozialraum import errors, spreadsheet
from sozialraum.errors import SozialraumError
from sozialraum_web.accounts.models import User
from sozialraum_web.monitoring.access import Place
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning import listing
from sozialraum_web.planning.models import Field, Funding, ListImport, Measure
from sozialraum_web.records import services as records
from sozialraum_web.records.areas import areas_of_keys
from sozialraum_web.records.models import Record

LARGEST = 10 * 1024**2
R = TypeVar("R", bound=Record)


def upload(place: Place, actor: User | None, file: UploadedFile[Any]) -> ListImport:
    """Read an uploaded list and keep its rows; nothing becomes a measure yet. Raises SozialraumError."""
    name = Path(file.name or "liste").name[:200]
    if file.size is not None and file.size > LARGEST:
        raise _refused(name, _("Die Datei ist größer als 10 MB."), _("Löschen Sie Bilder und alte Blätter und laden Sie die Liste noch einmal hoch."))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"liste{Path(name).suffix.lower()[:6]}"
        path.write_bytes(file.read())
        sheets = spreadsheet.read_sheets(path, every=True)
    tables = [found for sheet in sheets if (found := listing.find(sheet.rows)) and found.rows]
    if not tables:
        raise _refused(name, _("In der Datei ist keine Liste mit Überschriften zu erkennen, oder sie hat keine Zeilen."), _("Eine Spalte muss „Maßnahme“, „Projekt“ oder „Titel“ heißen, eine zweite zum Beispiel „Zuständig“."))  # fmt: skip
    table = max(tables, key=lambda item: len(item.rows))
    if len(table.rows) > listing.MOST_ROWS:
        raise _refused(name, _("Die Liste hat %(rows)s Zeilen; übernommen werden bis zu %(most)s auf einmal.") % {"rows": len(table.rows), "most": listing.MOST_ROWS}, _("Teilen Sie die Liste, zum Beispiel nach Handlungsfeld."))  # fmt: skip
    return ListImport.objects.create(
        municipality=place.municipality,
        file=name,
        headings=list(table.headings),
        rows=[[number, group, list(texts)] for number, group, texts in table.rows],
        mapping=listing.mapping_of(table.headings),
        created_by=actor,
    )


def _refused(file: str, message: str, remedy: str) -> SozialraumError:
    return SozialraumError(errors.Finding(message, remedy=remedy, file=file))


def table_of(row: ListImport) -> listing.Listing:
    """The kept rows as the table they were."""
    rows = tuple((number, group, tuple(texts)) for number, group, texts in row.rows)
    return listing.Listing(tuple(row.headings), rows, 0)


def understood(place: Place, row: ListImport) -> list[listing.Entry]:
    """The rows as entries, by the columns people confirmed."""
    return listing.entries(table_of(row), row.mapping, known_areas(place))


def known_areas(place: Place) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Names and codes of the current areas in lower case, the larger area first where names are shared."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for level in reversed(place.catalogue.version().levels):
        for area in place.catalogue.members(level.id):
            entry = (f"{area.level}:{area.code}", area.name)
            found[area.name.lower()].append(entry)
            found[area.code.lower()].append(entry)
    return found


@transaction.atomic
def apply(place: Place, row: ListImport, actor: User | None, today: date) -> int:
    """Make measures of all entries, once; every cell of the list is kept with its measure. Returns their number."""
    current = ListImport.objects.select_for_update().get(pk=row.pk)
    if current.applied is not None:
        raise SozialraumError(errors.Finding(_("Diese Liste ist bereits übernommen.")))
    entries = understood(place, current)
    if not entries:
        raise SozialraumError(errors.Finding(_("Keine Spalte ist als „Maßnahme“ gekennzeichnet, oder sie ist leer."), remedy=_("Wählen Sie die Spalte mit den Namen der Maßnahmen.")))  # fmt: skip
    organisations = {item.title.lower(): item for item in Organisation.objects.filter(municipality=place.municipality, removed=None)}  # fmt: skip
    fields = {item.title.lower(): item for item in Field.objects.filter(municipality=place.municipality, removed=None)}  # fmt: skip
    for entry in entries:
        organisation = _named(entry.organisation, organisations, place, actor, Organisation)
        field = _named(entry.field_title, fields, place, actor, Field)
        measure = records.create(
            Measure,
            place.municipality,
            actor,
            {
                "title": entry.title,
                "text": entry.text,
                "status": entry.status,
                "field": field,
                "areas": areas_of_keys(place, entry.area_keys),
                "target_group": entry.target_group,
                "responsible": organisation,
                "start": entry.start,
                "end": entry.end
                if entry.end is None or entry.start is None or entry.end >= entry.start
                else None,
                "original": dict(entry.original),
                "imported": current,
            },
            note=_("aus %(file)s, Zeile %(row)s") % {"file": current.file, "row": entry.row},
        )
        if entry.euros:
            year = entry.start.year if entry.start and entry.start.year > today.year else today.year
            Funding.objects.create(measure=measure, year=year, amount=round(entry.euros, 2), department=organisation, note=_("aus der übernommenen Liste, bitte prüfen"))  # fmt: skip
    current.applied = timezone.now()
    current.save(update_fields=["applied"])
    return len(entries)


def _named(title: str, known: dict[str, R], place: Place, actor: User | None, model: type[R]) -> R | None:
    if not title:
        return None
    found = known.get(title.lower())
    if found is None:
        found = records.create(model, place.municipality, actor, {"title": title})
        known[title.lower()] = found
    return found


@transaction.atomic
def take_back(row: ListImport, actor: User | None) -> int:
    """Take all measures of a list out of sight again, but those somebody has changed since; returns how many."""
    measures = Measure.objects.filter(imported=row, removed=None, version=1)
    found = list(measures)
    for measure in found:
        records.remove(measure, actor, _("Übernahme von %s zurückgenommen") % row.file)
    return len(found)
