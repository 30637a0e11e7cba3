"""What the command line asks of the site: serve, trust a key, import a release (Betrieb)."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sozialraum.errors import Finding, SozialraumError

if TYPE_CHECKING:
    from sozialraum_web.accounts.models import Municipality

WORKERS = 2
TICK = 300  # seconds
LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class DemoLogin:
    """A made-up person of the demonstration."""

    email: str
    name: str
    role: str
    password: str


DEMO_PEOPLE = (
    ("amira@demo.example", "Amira (Sozialplanung)", "sozialplanung"),
    ("sabine@demo.example", "Sabine (Statistikstelle)", "statistik"),
    ("tobias@demo.example", "Tobias (Freier Träger)", "traeger"),
    ("alex@demo.example", "Alex (Administration)", "administration"),
)

DEMO_CONTACTS = (
    ("Sozialplanung", "Sozialbericht, Planung, Maßnahmen", "kommune"),
    ("Statistikstelle", "Kennzahlen, Daten, Geheimhaltung", "kommune"),
    ("Stadtteilkoordination Rosenhöhe", "Angebote vor Ort, Stadtteilkonferenz", "kommune"),
    ("Beratung zur Sozialplanung", "Aufbau und Weiterentwicklung kommunaler Sozialplanung", "land"),
)


def serve(
    data: Path,
    releases: Sequence[Path] = (),
    host: str = "127.0.0.1",
    port: int = 8000,
    demo: bool = False,
    trust_releases: bool = False,
) -> None:
    """Prepare the data folder, import the given releases and serve the site until interrupted.

    Keys of the releases are trusted only with `demo` or `trust_releases`; else they must be known already.
    Raises SozialraumError with every finding.
    """
    if demo and host not in LOCAL:
        raise SozialraumError(
            Finding(
                "Die Vorführung mit Muster-Anmeldungen ist nur auf diesem Rechner erlaubt.",
                remedy="Lassen Sie --host weg oder starten Sie ohne Vorführung.",
                value=host,
            )
        )
    prepare(data)
    slugs = [_import(path, trust=demo or trust_releases) for path in releases]
    logins = demo_logins(slugs) if demo else []
    if demo:
        demo_planning(slugs)
    delete_expired()
    _announce(host, port, slugs, logins)
    threading.Thread(target=_keep_time, name="Erinnern und Versenden", daemon=True).start()
    _run(host, port)


def trust(key: str, data: Path, municipality: str, yes: bool) -> str:
    """Show the fingerprint of a key and, with `yes`, believe it for one municipality; returns what happened."""
    from sozialraum import release

    public_key = release.read_public_key(key)
    fingerprint = release.fingerprint(public_key)
    if not yes:
        return (
            f"Fingerabdruck: {fingerprint}\n"
            "Vergleichen Sie ihn mit der freigebenden Stelle, zum Beispiel am Telefon. Stimmt er, "
            f"bestätigen Sie: sozialraum trust {public_key} --municipality {municipality} --yes"
        )
    prepare(data, static=False)
    from sozialraum_web.monitoring import services

    services.trust_key(services.municipality(municipality), public_key)
    return f"Der Schlüssel {fingerprint} gilt jetzt für „{municipality}“."


def tenants(preset: str, data: Path, towns: Sequence[str], district: str = "") -> str:
    """Set up a Kreis and its towns after a model; each is given as `address=Name`. Raises SozialraumError."""
    prepare(data, static=False)
    from sozialraum_web.accounts.presets import set_up

    top = district.partition("=") if district else None
    named = {slug.strip(): name.strip() for slug, _sep, name in (town.partition("=") for town in towns)}
    made = set_up(preset, named, (top[0].strip(), top[2].strip()) if top else None)
    return "Eingerichtet: " + ", ".join(f"{row.name} (/{row.slug}/)" for row in made)


def import_release(release: Path, data: Path) -> str:
    """Import a release into the site's data folder; returns a German sentence, raises SozialraumError."""
    prepare(data, static=False)
    from sozialraum_web.monitoring import services

    return services.import_release(release).text


def prepare(data: Path, static: bool = True) -> None:
    """Set Django up on a data folder: folder, key, database, static files."""
    folder = data.resolve()
    os.environ["SOZIALRAUM_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sozialraum_web.settings")
    import django
    from django.conf import settings

    django.setup()
    if Path(settings.DATA) != folder:
        raise RuntimeError("Django is already set up on another data folder")
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    if static:
        collect_static()


def collect_static() -> None:
    """Copy, name and compress static files, only when they changed."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / "stand.txt"
    state = _static_state()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == state:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state, encoding="ascii")


def _static_state() -> str:
    """A hash over names, sizes and times of all static files."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _import(path: Path, trust: bool) -> str:
    from sozialraum import release
    from sozialraum_web.monitoring import services

    content = release.read(path)
    if trust:
        services.trust_key(services.municipality(content.municipality), content.public_key)
    return services.import_release(path).release.municipality.slug


def demo_logins(slugs: Sequence[str]) -> list[DemoLogin]:
    """Made-up people with new random passwords, members of all given municipalities."""
    from sozialraum_web.accounts.models import Municipality, Role, User
    from sozialraum_web.accounts.services import invite

    logins = []
    for email, name, role in DEMO_PEOPLE:
        password = secrets.token_urlsafe(12)
        for slug in slugs:
            invite(email, name, Municipality.objects.get(slug=slug), Role(role))
        if slugs:
            user = User.objects.get(email=email)
            user.set_password(password)
            user.save(update_fields=["password"])
            logins.append(DemoLogin(email, name, role, password))
    return logins


def delete_expired() -> None:
    """Delete personal data past their date; the same run as the command of that name."""
    from django.utils import timezone

    from sozialraum_web.planning import retention

    retention.delete_expired(timezone.now())


def pass_on_questions() -> None:
    """Pass on questions the mail server refused, delete those past their date."""
    from django.utils import timezone

    from sozialraum_web.portal import contacts

    contacts.turn(timezone.now())


def tick() -> None:
    """What happens every few minutes: remind of what is due, send what waits, delete what is past its date."""
    from django.core.management import call_command
    from django.db import close_old_connections

    close_old_connections()
    call_command("send_notices", verbosity=0, stdout=io.StringIO())
    delete_expired()
    pass_on_questions()
    close_old_connections()


def _keep_time() -> None:
    """Beside the served site, so that a town needs no other service; a failure is logged and the next turn tries again."""
    while True:
        time.sleep(TICK)
        try:
            tick()
        except Exception:
            logging.getLogger("sozialraum").exception("Erinnern und Versenden ist fehlgeschlagen")


def demo_planning(slugs: Sequence[str]) -> None:
    """The made-up planning and bodies of the synthetic town, once."""
    from django.utils import timezone

    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.bodies import demo as bodies
    from sozialraum_web.planning import demo as planning

    for municipality in Municipality.objects.filter(slug__in=slugs):
        planning.load(municipality, timezone.localdate())
        bodies.load(municipality, timezone.localdate())
        demo_contacts(municipality)


def demo_contacts(municipality: Municipality) -> None:
    """Made-up functions to ask."""
    from sozialraum_web.portal.models import Contact

    if Contact.objects.filter(municipality=municipality).exists():
        return
    for position, (name, topic, scope) in enumerate(DEMO_CONTACTS, 1):
        Contact.objects.create(
            municipality=municipality,
            position=position,
            name=name,
            topic=topic,
            scope=scope,
            mail=f"anfrage{position}@demo.example",
        )


def _announce(host: str, port: int, slugs: Sequence[str], logins: Sequence[DemoLogin]) -> None:
    from sozialraum_web.accounts.models import Municipality

    base = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    known = slugs or list(Municipality.objects.values_list("slug", flat=True))
    print(f"Die Seite läuft: {base}")
    for slug in dict.fromkeys(known):
        print(f"  {base}{slug}/")
    if logins:
        print("Muster-Anmeldungen, nur für diese Vorführung:")
        for login in logins:
            print(f"  {login.email:<24} {login.password}   {login.name}")
    print("Beenden mit Strg+C.", flush=True)


def _run(host: str, port: int) -> None:
    """Two worker processes; no access log, it would name readers."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "sozialraum_web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=4,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
