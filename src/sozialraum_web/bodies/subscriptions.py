"""Tell those who subscribed to an area or field when something there changes (Abonnements)."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _

from sozialraum_web.exchange.models import Notice, Subscription
from sozialraum_web.exchange.services import notify
from sozialraum_web.planning.kinds import KINDS
from sozialraum_web.planning.permissions import Reader
from sozialraum_web.records.models import Change, Record
from sozialraum_web.records.services import record_of

TOLD: Final = frozenset({"befunde", "bedarfe", "ziele", "massnahmen"})


def on_change(sender: Any, instance: Change, created: bool, **_options: Any) -> None:  # noqa: ARG001 - a signal's signature
    """After an entry in the history: tell subscribers who may read the record, each once per version."""
    if not created or instance.kind not in TOLD:
        return
    rows = list(Subscription.objects.filter(municipality=instance.municipality).select_related("user"))
    record = record_of(instance) if rows else None
    if record is None:
        return
    wanted = keys(record)
    for row in rows:
        if row.key in wanted and row.user_id != instance.actor_id and _reads(row.user, record):
            subject = _("%(kind)s %(action)s: %(title)s") % {"kind": record._meta.verbose_name, "action": instance.get_action_display(), "title": record}  # fmt: skip
            notify(record.municipality, row.user, Notice.Kind.NEWS, f"neues:{instance.kind}:{instance.number}:{instance.version}", subject, instance.note, record.address)  # fmt: skip


def keys(record: Record) -> set[str]:
    """What a record belongs to, as subscriptions name it."""
    found = set()
    if getattr(record, "field_id", None):
        found.add(f"feld:{record.field.number}")  # type: ignore[attr-defined]
    if hasattr(record, "areas"):
        found |= {f"gebiet:{area.key}" for area in record.areas.all()}
    if hasattr(record, "targets"):
        found |= {f"gebiet:{target.area.key}" for target in record.targets.select_related("area")}
    return found


def _reads(user: Any, record: Record) -> bool:
    kind = KINDS[record.KIND]
    rows = kind.model._default_manager.filter(pk=record.pk)
    return kind.visible(rows, Reader(user, record.municipality)).exists()
