"""Taking releases in: only signed, untouched releases of the right town, all or nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import probestadt
from probestadt import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A new release of the public town."""
    return probestadt.write(tmp_path, Town(release="neu-1"))


def traces(site: Path) -> set[str]:
    """Every file in the data folder."""
    return {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}


@pytest.fixture
def clean(site: Path):
    """Takes away what a successful import leaves on disk."""
    before = traces(site)
    yield before
    for name in ("releases", "karten"):
        shutil.rmtree(site / name / "probestadt" / "neu-1", ignore_errors=True)
    assert traces(site) == before


def refuse(folder: Path, words: str, site: Path, before: set[str]) -> None:
    """An import that fails with these words and leaves nothing behind."""
    from sozialraum.errors import ReleaseError
    from sozialraum_web.monitoring.models import Release
    from sozialraum_web.monitoring.services import import_release

    rows = Release.objects.count()
    with pytest.raises(ReleaseError, match=words):
        import_release(folder)
    assert Release.objects.count() == rows
    assert traces(site) == before


def test_import_shows_the_new_release_and_is_idempotent(folder: Path, clean: set[str]) -> None:
    from sozialraum_web.monitoring.models import Release
    from sozialraum_web.monitoring.services import import_release

    first, second = import_release(folder), import_release(folder)
    assert (first.changed, second.changed) == (True, False)
    assert second.text == "Probestadt, Freigabe neu-1: unverändert."
    current = Release.objects.get(municipality__slug="probestadt", current=True)
    assert (current.name, current.audience, current.indicators) == ("neu-1", "öffentlich", 5)
    assert (current.maps / "2024.json").is_file()
    assert not (current.maps / "2015.json").exists()


def test_a_release_of_another_audience_does_not_replace_the_public_one(
    tmp_path: Path, clean: set[str]
) -> None:
    from sozialraum_web.monitoring.models import Release
    from sozialraum_web.monitoring.services import import_release

    import_release(probestadt.write(tmp_path, Town(release="neu-1", audience="intern")))
    shown = set(
        Release.objects.filter(municipality__slug="probestadt", current=True).values_list("name", flat=True)
    )
    assert shown == {"2025-01", "neu-1"}


def test_unknown_key(tmp_path: Path, site: Path, clean: set[str]) -> None:
    folder = probestadt.write(tmp_path, Town(release="neu-1", key=probestadt.OTHER_KEY))
    refuse(folder, "Schlüssel der freigebenden Stelle ist hier nicht bekannt", site, clean)


def test_tampered_file(folder: Path, site: Path, clean: set[str]) -> None:
    text = (folder / "werte.csv").read_text("utf-8")
    (folder / "werte.csv").write_text(text.replace("0101", "0102", 1), "utf-8")
    refuse(folder, "werte.csv: Die Datei wurde nach der Freigabe verändert", site, clean)


def test_tampered_protocol(folder: Path, site: Path, clean: set[str]) -> None:
    content = json.loads((folder / "protokoll.json").read_text("utf-8"))
    content["audience"] = "intern"
    (folder / "protokoll.json").write_text(json.dumps(content), "utf-8")
    refuse(folder, "Unterschrift passt nicht", site, clean)


def test_missing_and_additional_files(folder: Path, site: Path, clean: set[str]) -> None:
    (folder / "mehr.txt").write_text("x", "utf-8")
    refuse(folder, "gehört nicht zur unterschriebenen Freigabe", site, clean)
    (folder / "mehr.txt").unlink()
    (folder / "hierarchie.csv").unlink()
    refuse(folder, "hierarchie.csv", site, clean)


def test_no_release_at_all(tmp_path: Path, site: Path, clean: set[str]) -> None:
    refuse(tmp_path, "In diesem Ordner liegt keine Freigabe", site, clean)


def test_unknown_municipality(tmp_path: Path, site: Path, clean: set[str]) -> None:
    folder = probestadt.write(tmp_path, Town("fremdstadt", "Fremdstadt"))
    refuse(folder, "„fremdstadt“ ist auf dieser Seite noch nicht bekannt", site, clean)


def test_key_of_one_town_signs_for_no_other(tmp_path: Path, site: Path, clean: set[str]) -> None:
    folder = probestadt.write(tmp_path, Town("internstadt", "Internstadt", release="neu-1"))
    refuse(folder, "nicht bekannt", site, clean)


def test_expected_municipality(folder: Path, clean: set[str]) -> None:
    from sozialraum.errors import ReleaseError
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.monitoring.services import import_release

    with pytest.raises(ReleaseError, match="gehört zu „probestadt“, nicht zu „internstadt“"):
        import_release(folder, expected=Municipality.objects.get(slug="internstadt"))


def test_other_content_under_a_known_name(tmp_path: Path, site: Path, clean: set[str]) -> None:
    folder = probestadt.write(tmp_path, Town(offset=2.0))
    refuse(folder, "bereits eine andere Freigabe", site, clean)


@pytest.mark.parametrize("name", ["../../boese", "a/b", ".versteckt"])
def test_names_that_lead_elsewhere(tmp_path: Path, site: Path, clean: set[str], name: str) -> None:
    from sozialraum import release as releases

    town = Town(release=name)
    folder = releases.write(
        tmp_path, "ordner", probestadt.protocol(town), lambda target: probestadt.fill(target, town), town.key
    ).path
    refuse(folder, "Name der Freigabe ist nicht zulässig", site, clean)


def test_links_are_refused(folder: Path, site: Path, clean: set[str]) -> None:
    (folder / "geheim.csv").symlink_to("/etc/hostname")
    refuse(folder, "keine Verknüpfungen", site, clean)


def test_a_failure_in_the_middle_leaves_nothing(
    folder: Path, site: Path, clean: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum_web.monitoring import services

    def fail(_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(services, "show_release", fail)
    with pytest.raises(RuntimeError):
        services.import_release(folder)
    assert traces(site) == clean


def test_keys_must_be_keys() -> None:
    from sozialraum.errors import ReleaseError
    from sozialraum_web.monitoring.services import municipality, trust_key

    with pytest.raises(ReleaseError, match="kein öffentlicher Schlüssel"):
        trust_key(municipality("probestadt"), "nichts")


@pytest.mark.parametrize("slug", ["konto", "verwaltung", "statisch", "Groß", "a/b"])
def test_reserved_and_wrong_addresses(slug: str) -> None:
    from sozialraum.errors import ReleaseError
    from sozialraum_web.monitoring.services import municipality

    with pytest.raises(ReleaseError):
        municipality(slug)


def test_show_release_again(folder: Path, clean: set[str]) -> None:
    from sozialraum_web.monitoring.models import Release
    from sozialraum_web.monitoring.services import import_release, show_release

    import_release(folder)
    show_release(Release.objects.get(municipality__slug="probestadt", name="2025-01"))
    assert Release.objects.get(municipality__slug="probestadt", current=True).name == "2025-01"


def test_an_older_release_is_kept_but_not_shown(tmp_path: Path, clean: set[str]) -> None:
    from sozialraum_web.monitoring.models import Release
    from sozialraum_web.monitoring.services import import_release

    old = probestadt.write(tmp_path, Town(release="neu-1", created="2025-01-01T00:00:00+00:00"))
    assert import_release(old).text.endswith("Gezeigt wird weiterhin eine andere Freigabe.")
    shown = Release.objects.get(municipality__slug="probestadt", current=True)
    assert shown.name == "2025-01"
    assert Release.objects.filter(name="neu-1", current=False).exists()
