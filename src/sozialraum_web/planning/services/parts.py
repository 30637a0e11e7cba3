"""Writing parts of a record: phases, milestones, money, steps of logic, assumptions, scores (Bestandteile)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from sozialraum_web.accounts.models import User
from sozialraum_web.records import services as records
from sozialraum_web.records.models import Record

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def save_part(record: Record, part: M, actor: User | None, data: Mapping[str, Any]) -> M:
    """Write a part that belongs to a record and put on record what it says now."""
    new = part.pk is None
    for name, value in data.items():
        setattr(part, name, value)
    part.save()
    word = _("ergänzt") if new else _("geändert")
    records.remark(record, actor, f"{part._meta.verbose_name} {word}: {part}")
    return part


@transaction.atomic
def remove_part(record: Record, part: models.Model, actor: User | None) -> None:
    """Take a part away; what it said stays in the history of its record."""
    said = ", ".join(
        f"{field.verbose_name}: {getattr(part, field.name)}"
        for field in part._meta.fields
        if not field.is_relation and field.name != "id" and getattr(part, field.name) not in (None, "")
    )
    records.remark(record, actor, _("%(kind)s entfernt: %(text)s") % {"kind": part._meta.verbose_name, "text": said})  # fmt: skip
    part.delete()
