"""Kreis and towns: four models as presets, what each side sees of the other, one person with different roles in three places."""

from __future__ import annotations

from typing import Any

import planung
import pytest
from test_bodies import person
from test_rights import log_in

from sozialraum.errors import SozialraumError

TOWNS = {"probestadt": "Probestadt", "doppelstadt": "Doppelstadt"}
DISTRICT = ("internstadt", "Kreis Musterland")


def family(model: str) -> dict[str, Any]:
    from sozialraum_web.accounts.presets import set_up

    return {row.slug: row for row in set_up(model, TOWNS, DISTRICT)}


@pytest.mark.django_db
def test_a_single_town_stays_by_itself() -> None:
    from sozialraum_web.accounts.presets import set_up

    (town,) = set_up("einzeln", {"neustadt": "Neustadt"})
    assert (town.district, town.hosted, town.name) == (None, False, "Neustadt")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "named", "district", "said"),
    [
        ("gibtsnicht", TOWNS, DISTRICT, "gibt es nicht"),
        ("gastgeber", TOWNS, None, "gehört ein Kreis"),
        ("einzeln", {"a": "A"}, DISTRICT, "hat keinen Kreis"),
        ("einzeln", TOWNS, None, "genau eine"),
        ("gemischt", {}, DISTRICT, "keine Gemeinde"),
        ("gemischt", {"Groß Stadt": "x"}, DISTRICT, "Kleinbuchstaben"),
        ("gemischt", {"verwaltung": "x"}, DISTRICT, "vergeben"),
        ("gemischt", {"internstadt": "x"}, DISTRICT, "nicht zugleich"),
    ],
)
def test_wrong_orders_write_nothing(model: str, named: dict[str, str], district: Any, said: str) -> None:
    from sozialraum_web.accounts.models import Municipality
    from sozialraum_web.accounts.presets import set_up

    before = Municipality.objects.count()
    with pytest.raises(SozialraumError, match=said):
        set_up(model, named, district)
    assert Municipality.objects.count() == before
    assert not Municipality.objects.exclude(district=None).exists()


# model → may a planner of a town read the internal release of the Kreis; may the administration of the Kreis manage accounts there
MODELS = {"gastgeber": (False, True), "kreisdaten": (True, False), "gemischt": (True, True)}


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_grants(model: str) -> None:
    family(model)
    reads, manages = MODELS[model]
    planner = log_in(person("anna", "sozialplanung", "probestadt"))
    assert planner.get("/internstadt/atlas/").status_code == (200 if reads else 404)
    provider = log_in(person("tom", "traeger", "probestadt"))
    assert provider.get("/internstadt/atlas/").status_code == 404
    admin = log_in(person("alex", "administration", "internstadt"))
    assert admin.get("/probestadt/mitglieder/").status_code == (200 if manages else 403)
    # managing accounts gives no right to figures, and the town manages nothing at the Kreis
    assert admin.get("/doppelstadt/planung/massnahmen/1/").status_code == 404
    local = log_in(person("lea", "administration", "probestadt"))
    assert local.get("/internstadt/mitglieder/").status_code == 403


@pytest.mark.django_db
def test_a_town_sees_its_own_and_what_is_shared() -> None:
    family("gastgeber")
    for slug in ("probestadt", "doppelstadt", "internstadt"):
        planung.fill(slug, f"Eigen-{slug}")
    for slug in ("probestadt", "internstadt"):
        made = planung.fill(slug, f"Geteilt-{slug}", "oeffentlich")
        for kind in ("cycle", "goal", "measure", "need"):
            row = made[kind]
            row.visibility = "kreis"
            row.save()
    planner = log_in(person("anna", "sozialplanung", "doppelstadt"))
    text = planner.get("/probestadt/planung/massnahmen/").content.decode()
    assert "Geteilt-probestadt" in text
    assert "Eigen-probestadt" not in text
    # the overview of a town names what the Kreis shares
    from sozialraum_web.monitoring.models import Release

    Release.objects.filter(municipality__slug="internstadt").update(audience="öffentlich")
    overview = planner.get("/doppelstadt/planung/").content.decode()
    assert "Geteilt von Internstadt" in overview or "Geteilt von Kreis" in overview
    assert "Geteilt-internstadt Zyklus" in overview
    assert "Eigen-internstadt" not in overview
    # strangers, the public, providers of a town: nothing of it
    for reader in (person("tom", "traeger", "doppelstadt"), person("fremd", "politik", "doppelstadt")):
        assert (
            "Geteilt-probestadt Maßnahme"
            not in log_in(reader).get("/probestadt/planung/massnahmen/").content.decode()
        )
    # and nobody changes what another town wrote
    number = made["measure"].number
    assert planner.get(f"/internstadt/planung/massnahmen/{number}/aendern/").status_code in (403, 404)


@pytest.mark.django_db
def test_the_board_shows_every_town_and_nothing_that_is_not_shared() -> None:
    family("gastgeber")
    planung.fill("probestadt", "Geheim")
    shared = planung.fill("doppelstadt", "Geteilt")
    shared["cycle"].visibility = shared["measure"].visibility = "kreis"
    shared["cycle"].save()
    shared["measure"].save()
    client = log_in(person("karl", "sozialplanung", "internstadt"))
    page = client.get("/internstadt/gemeinden/").content.decode()
    assert "Probestadt" in page
    assert "Geteilt Zyklus" in page
    assert "Geheim" not in page
    assert (
        log_in(person("anna", "sozialplanung", "probestadt")).get("/internstadt/gemeinden/").status_code
        == 403
    )


@pytest.mark.django_db
def test_one_person_with_different_roles_in_three_places() -> None:
    from sozialraum_web.accounts.models import Membership, Municipality
    from sozialraum_web.planning.permissions import Reader, can_plan, can_read_all, can_read_council

    who = person("maria", "sozialplanung", "probestadt")
    for slug, role in (("doppelstadt", "politik"), ("internstadt", "traeger")):
        Membership.objects.create(user=who, municipality=Municipality.objects.get(slug=slug), role=role)
    found = {
        slug: [predicate(Reader(who, Municipality.objects.get(slug=slug))) for predicate in (can_plan, can_read_all, can_read_council)]
        for slug in ("probestadt", "doppelstadt", "internstadt")
    }  # fmt: skip
    assert found == {
        "probestadt": [True, True, True],
        "doppelstadt": [False, False, True],
        "internstadt": [False, False, False],
    }


@pytest.mark.django_db
def test_the_command_sets_up_a_district(tmp_path: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from sozialraum import cli
    from sozialraum_web import commands

    monkeypatch.setattr(commands, "prepare", lambda *_args, **_options: None)
    told = [
        "tenants",
        "gemischt",
        "--district",
        "kreis=Kreis Neu",
        "--town",
        "aheim=Aheim",
        "--town",
        "bheim=Beheim",
    ]
    assert cli.main([*told, "--data", str(tmp_path)]) == 0
    assert "Kreis Neu (/kreis/), Aheim (/aheim/), Beheim (/bheim/)" in capsys.readouterr().out
    assert cli.main(["tenants", "gemischt", "--town", "cheim=C", "--data", str(tmp_path)]) != 0
