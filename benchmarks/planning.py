"""Planning with a hundred thousand measures in ten municipalities of fifty people each: server time of every page.

`python -m benchmarks.planning` fills an empty site with made-up towns and asks each page as a planner, without a network.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.lines import Line, median_of, tell

TOWNS, PEOPLE, MEASURES = 10, 50, 10_000
GOALS, NEEDS, FINDINGS, ORGANISATIONS = 60, 80, 200, 80
BUDGET, RUNS = 0.3, 5
PAGES = (
    "", "oeffentlich/", "rat/", "befunde/", "befunde/1/", "bedarfe/", "bedarfe/1/", "ziele/", "ziele/1/", "massnahmen/",
    "massnahmen/?seite=100", "massnahmen/?q=5000", "massnahmen/?gebiet=bezirk:0102&stand=umsetzung", "massnahmen/?achtung=still",
    "massnahmen/?ansicht=tafel", "massnahmen/?ansicht=karte", "massnahmen/?ansicht=zeit", "massnahmen/1/", "massnahmen/1/aendern/",
    "massnahmen/neu/?ziel=1", "massnahmen/1/verlauf/", "mittel/?ebene=bezirk", "akteure/", "akteure/1/", "zyklen/1/", "export/",
)  # fmt: skip
TODAY = date(2026, 6, 1)


def fill(data: Path, releases: Path) -> None:
    """Ten towns with a release each, their people and their plans."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    import probestadt
    from sozialraum_web import commands

    commands.prepare(data, static=False)
    from sozialraum_web.monitoring import services

    for number in range(TOWNS):
        town = probestadt.Town(f"stadt{number}", f"Stadt {number}", f"0599901{number}")
        owner = services.municipality(town.id, town.name, "Stadt")
        services.trust_key(owner, probestadt.public_key(town))
        services.import_release(probestadt.write(releases / town.id, town))
        _plan(owner)


def _plan(town: Any) -> None:
    """People, goals, needs, findings, organisations and measures of a town, in bulk."""
    from django.db import transaction

    from sozialraum_web.accounts.models import Membership, User
    from sozialraum_web.organisations.models import Organisation
    from sozialraum_web.planning.models import Finding, Funding, Goal, Measure, Milestone, Need
    from sozialraum_web.planning.services.cycles import start_cycle
    from sozialraum_web.records.models import Area

    def many(model: Any, count: int, **make: Any) -> list[Any]:
        rows = [
            model(
                municipality=town,
                number=n,
                title=f"{model.KIND} {n} von {town}",
                **{k: v(n) for k, v in make.items()},
            )
            for n in range(1, count + 1)
        ]
        return list(model.objects.bulk_create(rows, batch_size=2000))

    with transaction.atomic():
        users = User.objects.bulk_create(
            [User(email=f"person{n}@{town.slug}.example", password="!") for n in range(PEOPLE)]
        )
        Membership.objects.bulk_create(
            [Membership(user=user, municipality=town, role="sozialplanung") for user in users]
        )
        areas = Area.objects.bulk_create(
            [
                Area(
                    municipality=town, version="2024", level="bezirk", code=f"0{code}", name=f"Gebiet {code}"
                )
                for code in range(101, 113)
            ]
        )
        seen = ("intern", "rat", "oeffentlich")
        organisations = many(Organisation, ORGANISATIONS)
        goals = many(
            Goal,
            GOALS,
            visibility=lambda n: seen[n % 3],
            resolution=lambda n: f"{n}/26",
            resolved=lambda _n: TODAY,
        )
        needs = many(Need, NEEDS, state=lambda n: ("vermutet", "bestaetigt", "beschlossen")[n % 3])
        findings = many(
            Finding,
            FINDINGS,
            kind=lambda _n: "kennzahl",
            indicator=lambda _n: "sgb2_quote",
            indicator_label=lambda _n: "SGB-II-Quote",
            period=lambda _n: "2022-12-31",
            value=lambda _n: 8.0,
            lower=lambda _n: 7.0,
            upper=lambda _n: 9.0,
            status=lambda _n: "ok",
            audience=lambda _n: "öffentlich",
        )
        Finding.areas.through.objects.bulk_create(
            [Finding.areas.through(finding=row, area=areas[row.number % 12]) for row in findings]
        )
        Need.findings.through.objects.bulk_create(
            [Need.findings.through(need=row, finding=findings[row.number]) for row in needs]
        )
        statuses = list(Measure.Status.values)
        measures = many(
            Measure,
            MEASURES,
            status=lambda n: statuses[n % len(statuses)],
            responsible=lambda n: organisations[n % ORGANISATIONS],
            start=lambda n: TODAY - timedelta(days=n % 2000),
            visibility=lambda n: seen[n % 3],
            light=lambda n: ("plan", "achten", "stockt")[n % 3],
            reported=lambda n: TODAY - timedelta(days=n % 300),
        )
        Measure.areas.through.objects.bulk_create(
            [
                Measure.areas.through(measure=row, area=areas[(row.number + step) % 12])
                for row in measures
                for step in (0, 5)
            ],
            batch_size=5000,
        )
        Measure.goals.through.objects.bulk_create(
            [Measure.goals.through(measure=row, goal=goals[row.number % GOALS]) for row in measures],
            batch_size=5000,
        )
        Milestone.objects.bulk_create(
            [
                Milestone(
                    measure=row,
                    title=f"Schritt {step}",
                    due=TODAY + timedelta(days=100 * step - row.number % 300),
                )
                for row in measures
                for step in (0, 1, 2)
            ],
            batch_size=5000,
        )
        Funding.objects.bulk_create(
            [
                Funding(
                    measure=row,
                    year=year,
                    amount=1000 + row.number,
                    department=organisations[row.number % ORGANISATIONS],
                )
                for row in measures
                for year in (2025, 2026)
            ],
            batch_size=5000,
        )
        start_cycle(town, users[0], {"title": "Zyklus", "start": TODAY})


def measure() -> list[Line]:
    """One line per page: the median server time for a planner of one of the towns."""
    from django.conf import settings
    from django.test import Client

    from sozialraum_web.accounts.models import User
    from sozialraum_web.planning.models import Measure

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    total = Measure.objects.count()
    client = Client()
    client.force_login(
        User.objects.get(email="person7@stadt5.example"),
        "allauth.account.auth_backends.AuthenticationBackend",
    )
    lines = []
    for page in PAGES:
        url = f"/stadt5/planung/{page}"
        assert client.get(url).status_code == 200, url
        lines.append(
            Line(
                f"planung/{page}",
                median_of(lambda url=url: client.get(url), RUNS),
                BUDGET,
                note=f"{total} Maßnahmen",
            )
        )
    return lines


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        fill(folder / "daten", folder / "freigaben")
        tell(measure())
