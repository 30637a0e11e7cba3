"""The web process stays light: what needs pandas, GEOS or a solver never gets in; distribution functions may."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import probestadt

HEAVY = [
    "pandas",
    "pyogrio",
    "geopandas",
    # the functions of tested trends (scipy.special) are allowed, solvers and matrices are not
    "scipy.stats",
    "scipy.sparse",
    "scipy.spatial",
    "scipy.optimize",
    "highspy",
    "narwhals",
    "pyproj",
    "shapely",
    "libpysal",
    "typst",
    "sozialraum_inside",
    "sozialraum.deliveries",
    "sozialraum.pipeline",
]
# of its own; pages of shared libraries differ between machines and are shared between workers
MEGABYTES = 120
SCRIPT = """
import json, sys
from sozialraum_web.wsgi import application
from django.test import Client
from django.conf import settings
settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
client = Client(headers={"host": "localhost"})
codes = [client.get(f"/probestadt/{path}").status_code for path in ("", "atlas/", "gebiete/bezirk/0101/", "index/lage_2024/", "kennzahlen/arbeitslosenanteil/", "daten/auswahl.csv")]
memory = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("RssAnon"))
print(json.dumps({"codes": codes, "modules": sorted(sys.modules), "megabytes": memory / 1024}))
"""


def run(script: str, data: Path) -> str:
    """Run a script in a process of its own on a data folder."""
    environment = {
        **os.environ,
        "SOZIALRAUM_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "sozialraum_web.settings",
    }
    environment.pop("SOZIALRAUM_DATABASE", None)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made by the commands the command line calls."""
    folder = tmp_path_factory.mktemp("betrieb")
    release = probestadt.write(tmp_path_factory.mktemp("freigabe"))
    out = run(
        f"""
from pathlib import Path
from sozialraum_web import commands
data = Path({str(folder)!r})
print(commands.trust({probestadt.public_key()!r}, data, "probestadt", False))
print(commands.trust({probestadt.public_key()!r}, data, "probestadt", True))
print(commands.import_release(Path({str(release)!r}), data))
print(commands.import_release(Path({str(release)!r}), data))
""",
        folder,
    )
    assert "Vergleichen Sie ihn" in out
    assert "gilt jetzt für „probestadt“" in out
    assert "eingespielt" in out
    assert "unverändert" in out
    return folder


def test_light_process(data: Path) -> None:
    found = json.loads(run(SCRIPT, data).splitlines()[-1])
    assert found["codes"] == [200] * 6
    loaded = {name for name in HEAVY if name in found["modules"]}
    assert loaded == set()
    assert found["megabytes"] < MEGABYTES


def test_the_key_of_the_installation_is_its_owner_s_only(data: Path) -> None:
    file = data / "schluessel.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text()) > 60


def test_sqlite_writes_ahead(data: Path) -> None:
    out = run(
        "import django; django.setup()\nfrom django.db import connection\nc = connection.cursor(); c.execute('PRAGMA journal_mode'); print(c.fetchone()[0])",
        data,
    )
    assert out.strip() == "wal"


def test_static_files_are_collected_once(tmp_path: Path) -> None:
    script = f"""
import time
from pathlib import Path
from sozialraum_web import commands
commands.prepare(Path({str(tmp_path)!r}))
stamp = Path({str(tmp_path)!r}) / "statisch" / "stand.txt"
first = stamp.stat().st_mtime_ns
commands.collect_static()
print(stamp.stat().st_mtime_ns == first, (stamp.parent / "staticfiles.json").exists())
"""
    assert run(script, tmp_path).split() == ["True", "True"]


def test_demonstrations_stay_on_this_machine(tmp_path: Path) -> None:
    from sozialraum.errors import SozialraumError
    from sozialraum_web import commands

    with pytest.raises(SozialraumError, match="nur auf diesem Rechner"):
        commands.serve(tmp_path, host="0.0.0.0", demo=True)


def test_demo_people_get_new_passwords(db: None) -> None:
    from django.contrib.auth.hashers import check_password

    from sozialraum_web import commands
    from sozialraum_web.accounts.models import Membership, User

    first, second = commands.demo_logins(["probestadt"]), commands.demo_logins(["probestadt"])
    assert {login.email for login in first} == {login.email for login in second}
    assert {login.password for login in first}.isdisjoint(login.password for login in second)
    for login in second:
        assert check_password(login.password, User.objects.get(email=login.email).password)
    assert Membership.objects.filter(municipality__slug="probestadt").count() == len(second)
    assert commands.demo_logins([]) == []


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("", "django.db.backends.sqlite3", Path("/d/sozialraum.sqlite3")),
        ("postgres://u:p%40ss@db:5433/sozial", "django.db.backends.postgresql", "sozial"),
    ],
)
def test_database_by_one_address(url: str, engine: str, name: object) -> None:
    from sozialraum_web.settings import _database

    found = _database(url, Path("/d"))
    assert (found["ENGINE"], found["NAME"]) == (engine, name)
    if url:
        assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("u", "p@ss", "db", "5433")


def test_other_databases_are_refused() -> None:
    from sozialraum_web.settings import _database

    with pytest.raises(ValueError, match="postgres://"):
        _database("mysql://x", Path("/d"))


def test_queries_reach_nothing_outside_the_data_folder(site: Path) -> None:
    import duckdb

    from sozialraum_web.monitoring.queries import connection

    with pytest.raises(duckdb.Error):
        connection().execute("SELECT * FROM read_csv('/etc/passwd')").fetchall()
    with pytest.raises(duckdb.Error):
        connection().execute("SET enable_external_access = true")
    with pytest.raises(duckdb.Error):
        connection().execute("INSTALL spatial")


def test_a_report_is_made_by_a_process_that_ends(data: Path) -> None:
    out = run(
        """
import django; django.setup()
import time
from sozialraum_web.accounts.models import Municipality
from sozialraum_web.monitoring.models import Release
from sozialraum_web.reports import making
from sozialraum_web.reports.models import Report
town = Municipality.objects.get(slug="probestadt")
report = Report.objects.create(
    municipality=town, release=Release.objects.get(municipality=town, current=True),
    title="Profil", template="gebietsprofil", level="bezirk", areas=["0101"], format="html",
)
making.start()
for _ in range(200):
    report.refresh_from_db()
    if not report.is_open:
        break
    time.sleep(0.1)
print(report.state, report.path.is_file(), "typst" in __import__("sys").modules)
for _ in range(100):
    if not making.is_running():
        break
    time.sleep(0.1)
print(making.is_running())
""",
        data,
    )
    assert out.split() == ["fertig", "True", "False", "False"]
