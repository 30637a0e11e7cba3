"""Writing records: number, version, history, merging of concurrent edits, undo (Schreiben und Zurücknehmen)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.apps import apps
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from sozialraum.errors import Finding, SozialraumError
from sozialraum_web.accounts.models import Municipality, User
from sozialraum_web.records.models import Change, Record

R = TypeVar("R", bound=Record)
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Difference:
    """One field two people changed at the same time: its German name and both values as people read them."""

    name: str
    label: str
    theirs: str
    mine: str


class ConflictError(SozialraumError):
    """Two people changed the same field; nothing is written, both values are told."""

    def __init__(self, record: Record, differences: list[Difference], by: str) -> None:
        self.record, self.differences, self.by = record, differences, by
        named = ", ".join(f"„{item.label}“" for item in differences)
        super().__init__(
            Finding(
                f"{by or 'Eine andere Person'} hat inzwischen {named} geändert.",
                remedy="Unten stehen beide Fassungen. Wählen Sie, was gelten soll, und speichern Sie noch einmal.",
            )
        )


@dataclass(frozen=True)
class Written:
    """What a change did: the record, the entry in its history (None where nothing changed), fields others had changed."""

    record: Any
    change: Change | None
    merged: tuple[str, ...] = field(default=())


def plain(value: Any) -> Any:
    """A value as the history keeps it."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date | datetime | Decimal):
        return str(value)
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted((plain(item) for item in value), key=str)
    return value


def state_of(record: Record) -> dict[str, Any]:
    """All content of a record as plain values."""
    found: dict[str, Any] = {}
    for item in record.content_fields():
        if item.many_to_many:
            found[item.name] = sorted(getattr(record, item.name).values_list("pk", flat=True), key=str)
        elif item.is_relation:
            found[item.name] = getattr(record, item.attname)
        else:
            found[item.name] = plain(getattr(record, item.name))
    return found


def next_number(model: type[Record], municipality: Municipality) -> int:
    """The number after the highest ever given in this municipality."""
    highest = model._default_manager.filter(municipality=municipality).aggregate(Max("number"))["number__max"]
    return (highest or 0) + 1


@transaction.atomic
def create(
    model: type[R], municipality: Municipality, actor: User | None, data: Mapping[str, Any], note: str = ""
) -> R:
    """A new record with its first entry in the history; links to many are given like other fields."""
    # one writer at a time gives out numbers in a municipality
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    many = {item.name for item in model._meta.many_to_many}
    record = model(
        municipality=municipality,
        number=next_number(model, municipality),
        created_by=actor,
        **{name: value for name, value in data.items() if name not in many},
    )
    record.save()
    for name in many & set(data):
        getattr(record, name).set(data[name])
    log(record, actor, Change.Action.CREATED, {}, state_of(record), note)
    return record


@transaction.atomic
def change(
    record: R,
    actor: User | None,
    data: Mapping[str, Any],
    version: int | None = None,
    note: str = "",
    touched: frozenset[str] | None = None,
) -> Written:
    """Write what differs; `version` is what the person had on screen when starting.

    Fields that others changed meanwhile stay as they are unless this person changed them too: then ConflictError.
    `touched` names fields the person has decided on after a conflict.
    """
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    now = state_of(current)
    seen, by = now, ""
    if version is not None and version < current.version:
        seen, by = _as_of(current, now, version)
    wanted = {name: plain(value) for name, value in data.items()}
    mine = {name for name, value in wanted.items() if value != seen.get(name)}
    clash = {
        name
        for name in mine - (touched or frozenset())
        if seen.get(name) != now.get(name) and wanted[name] != now.get(name)
    }
    if clash:
        raise ConflictError(current, _differences(current, clash, now, wanted), by)
    effective = {name for name in mine if wanted[name] != now.get(name)}
    merged = tuple(sorted(name for name in now if seen.get(name) != now[name] and name not in mine))
    if not effective:
        return Written(current, None, merged)
    _apply(current, {name: data[name] for name in effective})
    before = {name: now.get(name) for name in effective}
    after = {name: wanted[name] for name in effective}
    return Written(current, log(current, actor, Change.Action.CHANGED, before, after, note), merged)


def _apply(record: Record, data: Mapping[str, Any]) -> None:
    many = {item.name for item in type(record)._meta.many_to_many}
    for name, value in data.items():
        if name not in many:
            setattr(record, name, value)
    record.version += 1
    record.save()
    for name in many & set(data):
        getattr(record, name).set(data[name])


def _as_of(record: Record, now: Mapping[str, Any], version: int) -> tuple[dict[str, Any], str]:
    """The content at an earlier version, and who changed it last since."""
    later = list(history(record).filter(version__gt=version).order_by("-version", "-id"))
    seen = dict(now)
    for entry in later:
        seen.update({name: value for name, value in entry.before.items() if name in seen})
    return seen, str(later[0].actor) if later and later[0].actor else ""


def _differences(
    record: Record, names: set[str], now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[Difference]:
    return [
        Difference(
            name,
            str(type(record)._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            readable(type(record), name, now.get(name)),
            readable(type(record), name, wanted[name]),
        )
        for name in sorted(names)
    ]


def readable(model: type[Record], name: str, value: Any) -> str:
    """A kept value in words: names instead of keys, German dates and choices."""
    item: Any = model._meta.get_field(name)
    if value in (None, "", []):
        return "–"
    if item.is_relation:
        keys = value if isinstance(value, list) else [value]
        rows = item.related_model._default_manager.filter(pk__in=keys)
        return ", ".join(str(row) for row in rows) or "nicht mehr vorhanden"
    if getattr(item, "choices", None):
        return str(dict(item.flatchoices).get(value, value))
    if isinstance(item, models.DateField) and isinstance(value, str):
        return date.fromisoformat(value[:10]).strftime("%d.%m.%Y")
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return str(value)


def history(record: Record) -> models.QuerySet[Change]:
    """Every entry about a record, newest first."""
    return Change.objects.filter(
        municipality_id=record.municipality_id, kind=record.KIND, record_id=record.pk
    )


def log(
    record: Record,
    actor: User | None,
    action: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    note: str = "",
) -> Change:
    """Add an entry to the history of a record."""
    return Change.objects.create(
        municipality=record.municipality,
        kind=record.KIND,
        record_id=record.pk,
        number=record.number,
        title=str(record)[:LONGEST_TITLE],
        version=record.version,
        action=action,
        before=dict(before),
        after=dict(after),
        note=note[:500],
        actor=actor,
    )


def log_event(municipality: Municipality, actor: User | None, kind: str, title: str, note: str) -> Change:
    """Put on record what concerns no record: roles, releases, views; never undone from the list."""
    return Change.objects.create(
        municipality=municipality, kind=kind, record_id=0, number=0, title=title[:LONGEST_TITLE], version=0,
        action=Change.Action.CHANGED, note=note[:500], actor=actor,
    )  # fmt: skip


@transaction.atomic
def roll_back(record: R, version: int, actor: User | None) -> Written:
    """Give a record the content it had at an earlier version; raises SozialraumError for a version it never had."""
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if not 1 <= version < current.version:
        raise SozialraumError(Finding("Diese Fassung gibt es nicht."))
    seen, _by = _as_of(current, state_of(current), version)
    data = {name: _revived(type(record), name, value) for name, value in seen.items()}
    return change(current, actor, data, note=f"zurückgesetzt auf Fassung {version}")


def remark(record: Record, actor: User | None, note: str) -> Change:
    """Put on record what happened to a part of a record (a milestone, a phase, a line of money)."""
    return log(record, actor, Change.Action.CHANGED, {}, {}, note)


@transaction.atomic
def remove(record: Record, actor: User | None, note: str = "") -> Change:
    """Take a record out of sight; it can be brought back until the deletion date."""
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    current.removed = timezone.now()
    current.version += 1
    current.save()
    return log(current, actor, Change.Action.REMOVED, {}, {}, note)


@transaction.atomic
def undo(entry: Change, actor: User | None) -> Record:
    """Take a change back, as long as nobody changed the same fields since; raises SozialraumError otherwise."""
    record = record_of(entry)
    if entry.undone or record is None:
        raise SozialraumError(Finding("Diese Änderung ist bereits zurückgenommen oder endgültig gelöscht."))
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if entry.action == Change.Action.CREATED:
        remove(current, actor, "Anlegen rückgängig gemacht")
    elif entry.action == Change.Action.REMOVED:
        current.removed = None
        current.version += 1
        current.save()
        log(current, actor, Change.Action.RESTORED, {}, {})
    else:
        _undo_fields(entry, current, actor)
    entry.undone = True
    entry.save(update_fields=["undone"])
    return current


def _undo_fields(entry: Change, record: Record, actor: User | None) -> None:
    now = state_of(record)
    later = [name for name, value in entry.after.items() if now.get(name) != value]
    if later or not entry.before:
        raise SozialraumError(
            Finding(
                "Die Änderung lässt sich nicht mehr zurücknehmen: Die Angaben wurden danach noch einmal geändert.",
                remedy="Im Verlauf stehen alle Fassungen; tragen Sie den gewünschten Wert von Hand ein.",
            )
        )
    data = {name: _revived(type(record), name, value) for name, value in entry.before.items()}
    _apply(record, data)
    log(record, actor, Change.Action.CHANGED, entry.after, entry.before, "Änderung rückgängig gemacht")


def _revived(model: type[Record], name: str, value: Any) -> Any:
    """A kept value as the field takes it."""
    item: Any = model._meta.get_field(name)
    if item.many_to_many:
        return list(item.related_model._default_manager.filter(pk__in=value or []))
    if item.is_relation:
        return item.related_model._default_manager.filter(pk=value).first() if value else None
    return item.to_python(value)


def record_of(entry: Change) -> Record | None:
    """The record an entry speaks of."""
    for model in record_models():
        if entry.kind == model.KIND:
            return model._default_manager.filter(municipality=entry.municipality, pk=entry.record_id).first()
    return None


def record_models() -> list[type[Record]]:
    """Every kind of record of the site."""
    return [model for model in apps.get_models() if issubclass(model, Record)]
