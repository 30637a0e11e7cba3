"""Made-up planning of the synthetic town, written through the same services people use (Musterplanung)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from sozialraum.products import catalogue as catalogues
from sozialraum_web.accounts.models import Municipality, Role, User
from sozialraum_web.monitoring.access import Place
from sozialraum_web.monitoring.models import Release
from sozialraum_web.organisations.models import Offer, Organisation
from sozialraum_web.planning.models import (
    Assumption,
    Criterion,
    Field,
    Funding,
    Goal,
    LogicStep,
    Measure,
    Milestone,
    Mission,
    Need,
    Score,
    Target,
)
from sozialraum_web.planning.sentences import finding_title
from sozialraum_web.planning.services import cycles, findings, goals, measures
from sozialraum_web.records import services as records
from sozialraum_web.records.areas import areas_of_keys
from sozialraum_web.records.models import Change

FOLDER: Final = Path(__file__).parent
OPEN: Final = 99
MONTH: Final = 30.44

Entry = Mapping[str, Any]


def load(municipality: Municipality, today: date) -> int:
    """Write the made-up planning of a municipality that has one and no records yet; returns the number of measures."""
    file = FOLDER / f"{municipality.slug}.toml"
    release = Release.objects.filter(municipality=municipality, current=True).order_by("audience").last()
    if not file.exists() or release is None or Change.objects.filter(municipality=municipality).exists():
        return 0
    release.municipality = municipality
    place = Place(municipality, release, catalogues.load(release.folder))
    with transaction.atomic():
        return _Loader(place, tomllib.loads(file.read_text("utf-8")), today).load()


class _Loader:
    """Keeps what was written by its key in the file, so that later entries can name it."""

    def __init__(self, place: Place, content: Mapping[str, Sequence[Entry]], today: date) -> None:
        self.place, self.content, self.today = place, content, today
        self.town = place.municipality
        self.actor = User.objects.filter(
            memberships__municipality=self.town, memberships__role=Role.PLANNER
        ).first()
        self.made: dict[str, dict[str, Any]] = {}

    def load(self) -> int:
        """Everything in the order of the chain."""
        self._simple("organisations", Organisation, self._organisation)
        self._simple("offers", Offer, self._offer)
        self._simple("fields", Field, self._plain)
        self._simple("criteria", Criterion, self._plain)
        self._simple("missions", Mission, self._plain)
        self._cycles()
        self._findings()
        self._needs()
        self._goals()
        return self._measures()

    def day(self, months: int) -> date:
        """A date some months from today."""
        return self.today + timedelta(days=round(months * MONTH))

    def keep(self, kind: str, entry: Entry, row: Any) -> None:
        self.made.setdefault(kind, {})[str(entry.get("key") or entry.get("title"))] = row

    def named(self, kind: str, keys: Sequence[str]) -> list[Any]:
        return [self.made[kind][key] for key in keys]

    def _simple(self, kind: str, model: Any, data: Any) -> None:
        for position, entry in enumerate(self.content[kind]):
            row = records.create(model, self.town, self.actor, data(entry, position))
            self.keep(kind, entry, row)

    def _plain(self, entry: Entry, position: int) -> Entry:
        data = {name: value for name, value in entry.items() if name != "key"}
        if "weight" not in data and "record" not in data:
            data |= {"position": position, "visibility": "oeffentlich"}
        elif "weight" in data:
            data["visibility"] = "rat"
        return data

    def _organisation(self, entry: Entry, _position: int) -> Entry:
        people = list(User.objects.filter(email__in=entry.get("people", [])))
        plain = {name: entry[name] for name in ("title", "kind", "place", "contact") if name in entry}
        return {**plain, "areas": self._areas(entry), "people": people, "visibility": "oeffentlich"}

    def _offer(self, entry: Entry, _position: int) -> Entry:
        plain = {name: value for name, value in entry.items() if name not in ("organisation", "areas")}
        return {**plain, "organisation": self.made["organisations"][entry["organisation"]], "areas": self._areas(entry), "visibility": "oeffentlich"}  # fmt: skip

    def _areas(self, entry: Entry) -> list[Any]:
        return areas_of_keys(self.place, entry.get("areas", []))

    def _cycles(self) -> None:
        for entry in self.content["cycles"]:
            plain = {
                name: value for name, value in entry.items() if name not in ("key", "done", "start", "end")
            }
            start, end = self.day(entry["start"]), self.day(entry["end"])
            row = cycles.start_cycle(self.town, self.actor, {**plain, "start": start, "end": end})
            self.keep("cycles", entry, row)
            phases = list(row.phases.all())
            step = (end - start) / len(phases)
            for number, phase in enumerate(phases):
                phase.due = start + step * (number + 1)
                if number < entry["done"]:
                    phase.done = min(phase.due, self.today - timedelta(days=20))
                elif number == entry["done"]:
                    phase.due = max(phase.due, self.today + timedelta(days=40))
                phase.save()

    def _findings(self) -> None:
        for entry in self.content["findings"]:
            data: dict[str, Any] = {"visibility": entry.get("visibility", "intern"), "field": self.made["fields"][entry["field"]]}  # fmt: skip
            if "indicator" in entry:
                kept = findings.evidence(self.place, entry["indicator"], entry["area"], entry["period"])
                data |= {**kept, "title": finding_title(self.place, kept)}
            else:
                data |= {name: entry[name] for name in ("kind", "title", "text", "source")}
                data |= {"observed": self.day(entry["observed"]), "areas": self._areas(entry)}
            self.keep("findings", entry, findings.record_finding(self.place, self.actor, data))

    def _needs(self) -> None:
        for entry in self.content["needs"]:
            plain = {name: entry[name] for name in ("title", "target_group", "text", "offers_text", "gap_number", "gap_unit", "gap_text") if name in entry}  # fmt: skip
            links = {
                "areas": self._areas(entry),
                "findings": self.named("findings", entry["findings"]),
                "offers": self.named("offers", entry.get("offers", [])),
                "field": self.made["fields"][entry["field"]],
                "visibility": entry.get("visibility", "intern"),
            }
            row = records.create(Need, self.town, self.actor, {**plain, **links})
            self.keep("needs", entry, row)
            for key, (points, reason) in entry.get("scores", {}).items():
                Score.objects.create(
                    need=row, criterion=self.made["criteria"][key], points=points, reason=reason
                )
            for state, months, body, reason, resolution in entry["decisions"]:
                findings.decide_need(row, self.actor, state, self.day(months), body, reason, resolution)

    def _goals(self) -> None:
        for entry in self.content["goals"]:
            plain = {name: entry[name] for name in ("title", "rank", "text", "attainable", "story", "what_works", "next_step", "next_owner") if name in entry}  # fmt: skip
            links = {
                "parent": self.made.get("goals", {}).get(entry.get("parent", "")),
                "field": self.made["fields"][entry["field"]],
                "cycle": self.made["cycles"].get(entry.get("cycle", "")),
                "responsible": self.made["organisations"].get(entry.get("responsible", "")),
                "needs": self.named("needs", entry.get("needs", [])),
                "next_due": self.day(entry["next_due"]) if "next_due" in entry else None,
                "visibility": entry["visibility"],
            }
            row = records.create(Goal, self.town, self.actor, {**plain, **links})
            self.keep("goals", entry, row)
            self._resolve(row, entry)
            row.refresh_from_db()
            for indicator, key, period, change, year in entry.get("targets", []):
                self._target(row, indicator, key, period, change, year)

    def _target(self, goal: Goal, indicator: str, key: str, period: str, change: float, year: int) -> None:
        data = goals.target_data(self.place, goal, indicator, key, 0.0, year, until=period)
        data["value"] = round(max(0.0, data["baseline"] + change), data["decimals"])
        records.create(Target, self.town, self.actor, data)

    def _resolve(self, row: Goal | Measure, entry: Entry) -> None:
        if "resolution" in entry:
            number, day, body = entry["resolution"]
            goals.resolve(row, self.actor, number, min(day, self.today), body)

    def _measures(self) -> int:
        for entry in self.content["measures"]:
            plain = {
                name: entry[name] for name in ("title", "text", "status", "target_group") if name in entry
            }
            links = {
                "field": self.made["fields"][entry["field"]],
                "goals": self.named("goals", entry.get("goals", [])),
                "needs": self.named("needs", entry.get("needs", [])),
                "areas": self._areas(entry),
                "responsible": self.made["organisations"][entry["responsible"]],
                "partners": self.named("organisations", entry.get("partners", [])),
                "start": self.day(entry["start"]) if "start" in entry else None,
                "end": self.day(entry["end"]) if "end" in entry else None,
                "visibility": entry.get("visibility", "intern"),
            }
            row = records.create(Measure, self.town, self.actor, {**plain, **links})
            self._resolve(row, entry)
            row.refresh_from_db()
            self._parts(row, entry)
        return len(self.content["measures"])

    def _parts(self, row: Measure, entry: Entry) -> None:
        for offset, amount, source, state, department in entry.get("money", []):
            Funding.objects.create(measure=row, year=self.today.year + offset, amount=amount, source=source, state=state, department=self.made["organisations"][department])  # fmt: skip
        for title, due, done in entry.get("milestones", []):
            Milestone.objects.create(measure=row, title=title, due=self.day(due), done=None if done == OPEN else self.day(done))  # fmt: skip
        for step, title, aim, actual, unit, people, indicator in entry.get("steps", []):
            own = {} if indicator else {"aim": aim, "actual": actual, "as_of": self.day(-2)}
            LogicStep.objects.create(measure=row, step=step, title=title, unit=unit, people=people, indicator=indicator, **own)  # fmt: skip
        for step, text, evidence in entry.get("assumptions", []):
            Assumption.objects.create(measure=row, step=step, text=text, evidence=evidence)
        for months, text in entry.get("reports", []):
            measures.report_status(row, self.actor, self.day(months), text, self.today)
