"""Made-up bodies of the synthetic town, written through the same services people use (Mustergremien)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from sozialraum_web.accounts.models import Municipality, Role, User
from sozialraum_web.bodies.models import AgendaItem, Attendance, Body, Meeting, Member, Paper, Station
from sozialraum_web.bodies.services import decisions, meetings
from sozialraum_web.bodies.services.decisions import Draft, record_station
from sozialraum_web.bodies.services.tasks import give
from sozialraum_web.exchange.services import comment
from sozialraum_web.organisations.models import Organisation
from sozialraum_web.planning.models import Measure, Need
from sozialraum_web.records import services as records

FOLDER: Final = Path(__file__).parent
Entry = Mapping[str, Any]


def load(municipality: Municipality, today: date) -> int:
    """Write the made-up bodies of a municipality that has a file and no bodies yet; returns the number of meetings."""
    file = FOLDER / f"{municipality.slug}.toml"
    if not file.exists() or Body.objects.filter(municipality=municipality).exists():
        return 0
    with transaction.atomic():
        return _Loader(municipality, tomllib.loads(file.read_text("utf-8")), today).load()


class _Loader:
    """Keeps the bodies by their key in the file, so that later entries can name them."""

    def __init__(self, town: Municipality, content: Mapping[str, Sequence[Entry]], today: date) -> None:
        self.town, self.content, self.today = town, content, today
        self.actor = User.objects.filter(
            memberships__municipality=town, memberships__role=Role.PLANNER
        ).first()
        self.bodies: dict[str, Body] = {}

    def load(self) -> int:
        """Bodies, meetings, papers, tasks, comments."""
        for entry in self.content["bodies"]:
            self._body(entry)
        for entry in self.content["meetings"]:
            self._meeting(entry)
        for entry in self.content["papers"]:
            self._paper(entry)
        for entry in self.content["tasks"]:
            measure = self._of(Measure, entry.get("measure", ""))
            give(self.town, self.actor, {"title": entry["title"], "user": self._user(entry["user"]), "due": self.day(entry["due"]), "measure": measure})  # fmt: skip
        for entry in self.content["comments"]:
            author, record = self._user(entry["user"]), self._of(Measure, entry["measure"])
            if author is not None and record is not None:
                comment(record, author, entry["text"])
        return len(self.content["meetings"])

    def day(self, days: int) -> date:
        """A date some days from today."""
        return self.today + timedelta(days=days)

    def _of(self, model: Any, title: str) -> Any:
        return (
            model.objects.filter(municipality=self.town, title=title, removed=None).first() if title else None
        )

    def _user(self, email: str) -> User | None:
        return User.objects.filter(email=email).first() if email else None

    def _body(self, entry: Entry) -> None:
        plain = {name: entry[name] for name in ("title", "kind", "mandate", "decides", "rhythm", "quorum") if name in entry}  # fmt: skip
        links = {
            "parent": self.bodies.get(entry.get("parent", "")),
            "office": self._of(Organisation, entry.get("office", "")),
            "visibility": entry.get("visibility", "intern"),
        }
        body = meetings.found_body(self.town, self.actor, {**plain, **links})
        self.bodies[entry["key"]] = body
        for name, role, organisation, email in entry.get("members", []):
            Member.objects.create(body=body, name=name, role=role, organisation=self._of(Organisation, organisation), user=self._user(email))  # fmt: skip

    def _meeting(self, entry: Entry) -> None:
        day = self.day(entry["day"])
        day -= timedelta(days=max(0, day.weekday() - 3))  # the Thursday before a weekend
        start = datetime.combine(day, time(entry["hour"]), tzinfo=timezone.get_current_timezone())
        body = self.bodies[entry["body"]]
        data = {
            "body": body,
            "start": start,
            "place": entry["place"],
            "visibility": entry.get("visibility", "intern"),
        }
        meeting = meetings.plan_meeting(self.town, self.actor, data)
        if entry["state"] == Meeting.State.PLANNED:
            return
        for member in meetings.serving(body, meeting.day):
            missing = member.name in entry.get("absent", [])
            there = Attendance.State.EXCUSED if missing else Attendance.State.PRESENT
            Attendance.objects.create(meeting=meeting, member=member, state=there)
        for point in entry.get("items", []):
            self._point(meeting, point)
        for state in (Meeting.State.HELD, *([Meeting.State.APPROVED] if entry["state"] == Meeting.State.APPROVED else [])):  # fmt: skip
            meeting = records.change(meeting, self.actor, {"state": state}).record

    def _point(self, meeting: Meeting, point: Entry) -> None:
        item = AgendaItem.objects.get(meeting=meeting, position=point["point"])
        item.record, item.edited_by = point["record"], self.actor
        item.save()
        tasks = [{"title": title, "user": self._user(email), "due": self.day(days)} for title, email, days in point.get("tasks", [])]  # fmt: skip
        if "decision" in point:
            yes, no, abstained = point["votes"]
            decisions.decide(meeting, item, self.actor, Draft(point["decision"], label=point["label"], yes=yes, no=no, abstained=abstained, tasks=tasks))  # fmt: skip
        else:
            for data in tasks:
                give(self.town, self.actor, {**data, "item": item, "body": meeting.body})

    def _paper(self, entry: Entry) -> None:
        plain = {name: entry[name] for name in ("title", "label", "text", "reason", "visibility")}
        needs = [need for title in entry["needs"] if (need := self._of(Need, title)) is not None]
        paper = records.create(Paper, self.town, self.actor, {**plain, "office": self._of(Organisation, entry["office"]), "needs": needs})  # fmt: skip
        for number, (body, task, days, result) in enumerate(entry["stations"], 1):
            station = Station.objects.create(paper=paper, position=number, body=self.bodies[body], task=task, day=self.day(days))  # fmt: skip
            if result != Station.Result.OPEN:
                record_station(station, self.actor, result, self.day(days))
