"""New, change, remove, history, undo and drafts of every kind of record and part (Schreiben, Verlauf, Rückgängig)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sozialraum.errors import SozialraumError
from sozialraum_ui.parts import Link
from sozialraum_web.monitoring.access import NotFound, enter
from sozialraum_web.planning import permissions
from sozialraum_web.planning.forms import PartForm, RecordForm
from sozialraum_web.planning.frame import Desk, demand, desk, found, render
from sozialraum_web.planning.kinds import KINDS, PARTS, Kind, Part
from sozialraum_web.planning.models import Cycle, Finding, Goal, Measure, Need
from sozialraum_web.planning.patterns import give_steps, patterns
from sozialraum_web.planning.permissions import reader_of
from sozialraum_web.planning.sentences import finding_title
from sozialraum_web.planning.services import cycles, findings, goals, measures
from sozialraum_web.planning.services.parts import remove_part, save_part
from sozialraum_web.records import services as records
from sozialraum_web.records.models import Change, Draft, Record

LARGEST_DRAFT = 60_000


def kind_of(art: str) -> Kind:
    """The kind of an address; NotFound for other words."""
    if art not in KINDS:
        raise NotFound(_("Diese Art von Eintrag gibt es nicht."))
    return KINDS[art]


# -- new and change -----------------------------------------------------------------------------------------------------


@desk()
def new(here: Desk, art: str) -> HttpResponse:
    """An empty form, filled in as far as the address says where the person came from."""
    kind, request = kind_of(art), here.request
    demand(request, kind.may_create(here.reader))
    kept, note = {}, ""
    if kind.model is Finding and request.GET.get("kennzahl"):
        try:
            kept = _evidence(here, request.GET)
        except SozialraumError as error:
            raise NotFound(error.findings[0].message, error.findings[0].remedy, ((_("Zum Atlas"), here.place.base + "atlas/"),)) from error  # fmt: skip
        note = finding_title(here.place, kept)
    initial = {
        **prefilled(here, kind.model, request.GET),
        **({"title": note, "kind": "kennzahl"} if kept else {}),
    }
    form = form_for(here, kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            record = create(here, kind, {**form.data_for_services, **kept})
        except SozialraumError as error:
            _tell(form, error)
        else:
            forget(here)
            messages.success(request, _("„%s“ ist angelegt.") % record)
            return redirect(f"{_address(here, kind, record)}?gespeichert={_last(record)}")
    return _form_page(here, kind, form, kind.new, evidence=kept)


def _evidence(here: Desk, query: Mapping[str, str]) -> dict[str, Any]:
    return findings.evidence(
        here.place,
        query.get("kennzahl", ""),
        query.get("gebiet", ""),
        query.get("jahr", ""),
        query.get("stand", ""),
    )


def prefilled(here: Desk, model: type[Record], query: Mapping[str, str]) -> dict[str, Any]:
    """What follows from the link that led here: a need from its finding, a goal from its need, a measure from its goal."""
    initial: dict[str, Any] = {}
    for name, source, target in (
        ("befund", Finding, "findings"),
        ("bedarf", Need, "needs"),
        ("ziel", Goal, "goals"),
    ):
        number = query.get(name, "")
        row = (
            permissions.visible(source._default_manager.all(), here.reader).filter(number=number).first()
            if number.isascii() and number.isdigit() and len(number) < 9
            else None
        )
        if row is None or not hasattr(model, target):
            continue
        initial[target] = [row.pk]
        initial["field"] = row.field_id  # type: ignore[attr-defined]
        if hasattr(row, "areas") and hasattr(model, "areas"):
            initial["areas"] = [area.key for area in row.areas.all()]
        if isinstance(row, Goal) and model is Measure:
            areas = {target_row.area.key for target_row in row.targets.filter(removed=None)}
            initial["areas"] = initial.get("areas") or sorted(areas)
            initial["needs"] = [need.pk for need in row.needs.all()]
        if isinstance(row, Need):
            initial["target_group"] = row.target_group
    if model is Measure and (pattern := patterns().get(query.get("vorlage", ""))):
        initial |= {"title": pattern.title, "text": pattern.text, "target_group": pattern.target_group}
    if (area := query.get("gebiet", "")) and "kennzahl" not in query:
        initial["areas"] = [area]
    return initial


def create(here: Desk, kind: Kind, data: Mapping[str, Any]) -> Record:
    """Write a new record through the service of its kind."""
    actor, town = here.reader.user, here.place.municipality
    if kind.make is not None:
        return kind.make(here, data)
    if kind.model is Finding:
        return findings.record_finding(here.place, actor, data)
    if kind.model is Cycle:
        return cycles.start_cycle(town, actor, data)
    check(None, kind, data)
    record = records.create(kind.model, town, actor, data)
    if isinstance(record, Measure) and (pattern := patterns().get(here.request.GET.get("vorlage", ""))):
        give_steps(record, pattern)
    return record


def check(record: Record | None, kind: Kind, data: Mapping[str, Any]) -> None:
    """What must hold over several fields."""
    if kind.model is Goal:
        goals.check_parent(record if isinstance(record, Goal) else None, data["rank"], data.get("parent"))
    if kind.model is Measure:
        measures.check_dates(data.get("start"), data.get("end"))


@desk()
def edit(here: Desk, art: str, number: int) -> HttpResponse:
    """Change a record; what others changed meanwhile is merged, or shown side by side."""
    kind = kind_of(art)
    record = found(here, kind.model, number, kind.visible)
    demand(here.request, kind.may_edit(here.reader, record))
    form = form_for(here, kind, instance=record)
    conflict: list[records.Difference] = []
    if here.request.method == "POST" and form.is_valid():
        try:
            written = change(here, kind, record, form)
        except records.ConflictError as error:
            conflict = error.differences
            _tell(form, error)
        except SozialraumError as error:
            _tell(form, error)
        else:
            forget(here)
            _told(here, record, written)
            mark = f"?gespeichert={written.change.pk}" if written.change else ""
            return redirect(f"{_address(here, kind, record)}{mark}")
    return _form_page(here, kind, form, _("%s ändern") % record, record=record, conflict=conflict)


def change(here: Desk, kind: Kind, record: Record, form: RecordForm) -> records.Written:
    """Write the changes of a form through the service of its kind."""
    data, version = form.data_for_services, form.cleaned_data.get("version")
    decided = frozenset(here.request.POST.getlist("entschieden")) & set(data)
    check(record, kind, data)
    if kind.alter is not None:
        return kind.alter(record, here.reader.user, data, version, touched=decided)
    if isinstance(record, Finding):
        return findings.change_finding(record, here.reader.user, data, version, touched=decided)
    if isinstance(record, Goal):
        return goals.change_goal(record, here.reader.user, data, version, touched=decided)
    return records.change(record, here.reader.user, data, version, touched=decided)


def _told(here: Desk, record: Record, written: records.Written) -> None:
    if written.merged:
        names = ", ".join(f"„{type(record)._meta.get_field(name).verbose_name}“" for name in written.merged)  # type: ignore[union-attr]
        messages.info(
            here.request,
            _("Inzwischen hatte eine andere Person %s geändert. Beide Änderungen sind zusammengeführt.")
            % names,
        )
    if written.change:
        messages.success(here.request, _("Gespeichert."))
    elif not written.merged:
        messages.info(here.request, _("Es war nichts zu ändern."))


def form_for(here: Desk, kind: Kind, **options: Any) -> RecordForm:
    """The form of a kind, with what was typed: just now, or in a draft."""
    if here.request.method == "POST":
        return kind.form(here, here.request.POST, **options)
    draft = draft_of(here)
    if draft is None:
        return kind.form(here, **options)
    form = kind.form(here, **options)
    for name, field in form.fields.items():
        typed = draft.data.get(name)
        many = isinstance(form.initial.get(name), list) or (hasattr(field, "choices") and getattr(field.widget, "allow_multiple_selected", False))  # fmt: skip
        form.initial[name] = (typed or []) if many else (typed[0] if typed else "")
    form.draft = draft  # type: ignore[attr-defined]
    return form


def _form_page(
    here: Desk,
    kind: Kind,
    form: RecordForm,
    title: Any,
    *,
    record: Record | None = None,
    evidence: Mapping[str, Any] | None = None,
    conflict: list[records.Difference] | None = None,
) -> HttpResponse:
    section = here.url(*([kind.section] if kind.section else []))
    context = {
        "form": form,
        "question": kind.question,
        "record": record,
        "kind": kind,
        "evidence": evidence,
        "conflict": conflict or [],
        "decided": [item.name for item in conflict or []],
        "patterns": _offered_patterns(here) if kind.model is Measure and record is None else [],
        "draft": getattr(form, "draft", None),
        "draft_key": here.request.get_full_path(),
        "quotable": not {"text", "story", "what_works"}.isdisjoint(form.fields),
        "draft_url": here.url("entwurf"),
        "remove_url": here.url(kind.slug, record.number, "entfernen") if record else "",
        "back": _address(here, kind, record) if record else section,
    }
    return render(
        here,
        "planning/form.html",
        kind.section,
        str(title),
        context,
        trail=[(str(kind.model._meta.verbose_name_plural), section)],
        status=409 if conflict else 200,
    )


def _offered_patterns(here: Desk) -> list[Link]:
    """Measures to start from, as links that keep where the person came from."""
    query = here.request.GET.copy()
    chosen = query.pop("vorlage", [""])[-1]
    kept = {name: str(value) for name, value in query.items()}
    return [
        Link(
            row.title,
            here.url("massnahmen", "neu", **{**kept, "vorlage": row.key}),
            current=row.key == chosen,
        )
        for row in patterns().values()
    ]


def _tell(form: Any, error: SozialraumError) -> None:
    for finding in error.findings:
        form.add_error(None, f"{finding.message} {finding.remedy}".strip())


def _address(here: Desk, kind: Kind, record: Record) -> str:
    if kind.own_page:
        return here.url(kind.slug, record.number)
    return here.url(kind.section)


def _last(record: Record) -> int:
    entry = records.history(record).first()
    return entry.pk if entry else 0


# -- remove, history, undo ----------------------------------------------------------------------------------------------


@desk()
def remove(here: Desk, art: str, number: int) -> HttpResponse:
    """Ask, then take out of sight; what hangs on it is named first."""
    kind = kind_of(art)
    record = found(here, kind.model, number, kind.visible)
    demand(here.request, kind.may_edit(here.reader, record))
    hanging = hangs_on(record)
    if here.request.method == "POST":
        entry = records.remove(record, here.reader.user, here.request.POST.get("grund", "")[:300])
        messages.success(here.request, _("„%s“ ist entfernt und lässt sich zurückholen.") % record)
        return redirect(f"{here.url(*([kind.section] if kind.section else []))}?gespeichert={entry.pk}")
    context = {"record": record, "hanging": hanging, "back": _address(here, kind, record), "question": ""}
    return render(here, "planning/remove.html", kind.section, _("%s entfernen?") % record, context)


def hangs_on(record: Record) -> list[tuple[str, int]]:
    """Kinds of visible records that point here, with their number: they stay, and keep the name."""
    rows = []
    for relation in record._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, Record) and relation.get_accessor_name():
            count = model._default_manager.filter(removed=None, **{relation.field.name: record}).count()
            if count:
                rows.append((str(model._meta.verbose_name_plural), count))
    return rows


@desk()
def history(here: Desk, art: str, number: int) -> HttpResponse:
    """Who changed what, newest first."""
    kind = kind_of(art)
    demand(here.request, permissions.can_see_history(here.reader))
    record = found(here, kind.model, number, kind.visible)
    entries = [_entry(entry, kind.model) for entry in records.history(record).select_related("actor")[:200]]
    context = {"record": record, "entries": entries, "question": _("Wer hat wann was geändert?"), "may_undo": kind.may_edit(here.reader, record)}  # fmt: skip
    trail = [(str(kind.model._meta.verbose_name_plural), here.url(kind.section)), (str(record), _address(here, kind, record))]  # fmt: skip
    return render(here, "planning/history.html", kind.section, _("Verlauf"), context, trail=trail)


def _entry(entry: Change, model: type[Record]) -> dict[str, Any]:
    return {"entry": entry, "rows": changed_fields(entry, model)}


def changed_fields(entry: Change, model: type[Record]) -> list[tuple[str, str, str]]:
    """What an entry changed in words: field, before, after."""
    known = {field.name for field in model.content_fields()}
    return [
        (
            str(model._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
            records.readable(model, name, entry.before.get(name)),
            records.readable(model, name, value),
        )
        for name, value in entry.after.items()
        if name in known and (entry.action != Change.Action.CREATED or value not in (None, "", []))
    ]


@require_POST
def undo(request: HttpRequest, kommune: str, pk: int) -> HttpResponse:
    """Take back one change."""
    return _undo(request, kommune, pk)


@desk()
def _undo(here: Desk, pk: int) -> HttpResponse:
    entry = Change.objects.filter(municipality=here.place.municipality, pk=pk).first()
    record = records.record_of(entry) if entry else None
    demand(here.request, here.reader.user is not None)
    if entry is None or record is None or entry.kind not in KINDS:
        raise NotFound(_("Diese Änderung gibt es nicht."))
    kind = KINDS[entry.kind]
    demand(here.request, kind.may_edit(here.reader, record))
    try:
        record = records.undo(entry, here.reader.user)
        messages.success(here.request, _("Zurückgenommen."))
    except SozialraumError as error:
        messages.error(here.request, str(error))
    gone = record.removed is not None
    return redirect(
        here.url(*([kind.section] if kind.section else [])) if gone else _address(here, kind, record)
    )


def saved_change(here: Desk) -> Change | None:
    """The change this person just made, so that the page can offer to take it back."""
    mark = here.request.GET.get("gespeichert", "")
    if here.reader.user is None or not (mark.isascii() and mark.isdigit() and len(mark) < 15):
        return None
    return Change.objects.filter(
        municipality=here.place.municipality, pk=int(mark), actor=here.reader.user, undone=False
    ).first()


# -- drafts -------------------------------------------------------------------------------------------------------------


@require_POST
def keep_draft(request: HttpRequest, kommune: str) -> HttpResponse:
    """Keep what stands in a form, without touching any record."""
    place = enter(request, kommune)
    reader = reader_of(request, place.municipality)
    if reader.user is None:
        return JsonResponse({"kept": False}, status=403)
    key, data = request.POST.get("entwurf", "")[:120], _typed(request.POST)
    if not key or len(str(data)) > LARGEST_DRAFT:
        return JsonResponse({"kept": False}, status=413)
    if "verwerfen" in request.POST:
        Draft.objects.filter(municipality=place.municipality, user=reader.user, key=key).delete()
        return redirect(key) if key.startswith(f"{place.base}planung/") else redirect(place.base)
    Draft.objects.update_or_create(
        municipality=place.municipality, user=reader.user, key=key, defaults={"data": data}
    )
    return JsonResponse({"kept": True})


def _typed(query: QueryDict) -> dict[str, list[str]]:
    return {name: values for name, values in query.lists() if name not in ("entwurf", "csrfmiddlewaretoken")}


def draft_of(here: Desk) -> Draft | None:
    """This person's draft of this form."""
    if here.reader.user is None:
        return None
    key = here.request.get_full_path()[:120]
    return Draft.objects.filter(municipality=here.place.municipality, user=here.reader.user, key=key).first()


def forget(here: Desk) -> None:
    """A form that was sent needs no draft any more."""
    if (draft := draft_of(here)) is not None:
        draft.delete()


# -- parts --------------------------------------------------------------------------------------------------------------


def _part(art: str, teil: str) -> Part:
    if (art, teil) not in PARTS:
        raise NotFound(_("Diesen Bestandteil gibt es nicht."))
    return PARTS[art, teil]


@desk()
def part(here: Desk, art: str, number: int, teil: str, pk: int = 0) -> HttpResponse:
    """Add or change a part of a record; `pk` 0 is a new one."""
    told = _part(art, teil)
    record = found(here, told.kind.model, number, told.kind.visible)
    demand(here.request, told.kind.may_edit(here.reader, record))
    row = _row(told, record, pk) if pk else told.model(**{told.relation: record})
    initial = (
        {"step": here.request.GET.get("stufe", "")} if here.request.GET.get("stufe") and not pk else None
    )
    form: PartForm = told.form(here, record, here.request.POST or None, instance=row, initial=initial)
    if here.request.method == "POST" and form.is_valid():
        save_part(record, row, here.reader.user, form.cleaned_data)
        messages.success(here.request, _("Gespeichert."))
        return redirect(f"{here.url(art, number)}#{teil}")
    context = {
        "form": form,
        "record": record,
        "row": row if pk else None,
        "back": f"{here.url(art, number)}#{teil}",
        "remove_url": here.url(art, number, teil, pk, "entfernen") if pk else "",
        "question": "",
    }
    trail = [(str(record), here.url(art, number))]
    title = str(told.new) if not pk else _("%s ändern") % told.model._meta.verbose_name
    return render(here, "planning/part.html", told.kind.section, title, context, trail=trail)


def _row(told: Part, record: Record, pk: int) -> models.Model:
    row = told.model._default_manager.filter(**{told.relation: record, "pk": pk}).first()
    if row is None:
        raise NotFound(_("Diesen Bestandteil gibt es hier nicht."))
    return row


@require_POST
def part_removed(
    request: HttpRequest, kommune: str, art: str, number: int, teil: str, pk: int
) -> HttpResponse:
    """Take a part away."""
    return _part_removed(request, kommune, art, number, teil, pk)


@desk()
def _part_removed(here: Desk, art: str, number: int, teil: str, pk: int) -> HttpResponse:
    told = _part(art, teil)
    record = found(here, told.kind.model, number, told.kind.visible)
    demand(here.request, told.kind.may_edit(here.reader, record))
    remove_part(record, _row(told, record, pk), here.reader.user)
    messages.success(here.request, _("Entfernt; der Inhalt steht im Verlauf."))
    return redirect(f"{here.url(art, number)}#{teil}")
