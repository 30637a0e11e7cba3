"""Gebietsreform: Reihen laufen über neue Grenzen, ehrlich gekennzeichnet und ohne ein Geheimnis zu verraten."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import kleinstadt
from sozialraum import auditing, municipality, pipeline
from sozialraum import release as releases
from sozialraum.conversions import unfounded
from sozialraum.disclosure.versions import refuse_second_version
from sozialraum.errors import DisclosureError, SozialraumError
from sozialraum.indicators.recoded import is_recoded, recode_values
from sozialraum.recoding import cleaned
from sozialraum.tables import Status

REFORM = """\
umrechnen_auf = "2025"

[[gebiete.umstiege]]
from = "2024"
to = "2025"
level = "bezirk"
file = "gebiete/umstieg.csv"
from_column = "alt"
to_column = "neu"
share_column = "anteil"
basis = "addresses"
residents = "einwohner"

[[gebiete.versionen]]
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"
valid_until = "2024-12-31"
"""
SECOND = """
[[gebiete.versionen]]
id = "2025"
label = "Gebietsstand 2025"
valid_from = "2025-01-01"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/bezirke_2025.csv"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"
code = "id"
name = "name"

[kennzahlen]
"""
NEW = {
    "011": "Altstadt",
    "014": "Neustadt-West",
    "015": "Hafen und Neustadt-Ost",
    "021": "Nordend",
    "022": "Südhang",
    "023": "Au",
}
# Der winzige Anteil von 011 an 014 stammt aus ungenauen Linien.
SHARES = """\
alt;neu;anteil
011;011;0,996
011;014;0,004
012;014;0,6
012;015;0,4
013;015;1
021;021;1
022;022;1
023;022;0,3
023;023;0,7
"""
CHANGE = """
[anstieg_2j]
label = "Veränderung der Bevölkerung"
definition = "Veränderung gegenüber dem Vorjahr."
kind = "change"
of = "einwohnerzahl"
years = 1
unit = "%"
topic = "bevoelkerung"
source = "einwohnerregister"
"""


def reform(folder: Path, *, shares: str = SHARES, people: str | None = None) -> Path:
    """Kleinstadt nach einer Reform am 1. Januar 2025: 012 und 023 sind geteilt, alle anderen Bezirke bleiben ganz."""
    old = """
[[gebiete.versionen]]
id = "2024"
label = "Gebietsstand 2024"
valid_from = "2015-01-01"
"""
    settings = kleinstadt.KOMMUNE.replace(old.strip() + "\n", REFORM).replace(
        "[kennzahlen]\n", SECOND.lstrip()
    )
    kleinstadt.put(folder, "kommune.toml", settings)
    lines = ["id;name;parent", *(f"{code};{name};{code[:2]}" for code, name in NEW.items())]
    kleinstadt.put(folder, "gebiete/bezirke_2025.csv", "\n".join(lines) + "\n")
    kleinstadt.put(folder, "gebiete/umstieg.csv", shares)
    kleinstadt.put(folder, "kennzahlen/eigene.toml", CHANGE)
    rows = [f"{code};{band};{200 + 10 * i}" for code in NEW for i, band in enumerate(kleinstadt.BANDS)]
    kleinstadt.put(
        folder,
        "lieferungen/einwohnerregister/einwohner_2025.csv",
        people
        or "\n".join(["Bezirk;Alter;Anzahl", *rows, *(f"ohne;{band};3" for band in kleinstadt.BANDS)]) + "\n",
    )
    return folder


def computed(folder: Path) -> pd.DataFrame:
    """Die inneren Werte mit allem, was daraus folgt."""
    result = pipeline.run(municipality.read(folder))
    return pd.concat([result.values, result.derived(result.values, result.counts)], ignore_index=True)


def one(values: pd.DataFrame, area: str, indicator: str = "einwohnerzahl", *, version: str = "2025",
        period: str = "2024-12-31", level: str = "bezirk") -> pd.Series:  # fmt: skip
    rows = values[
        (values["area"] == area) & (values["indicator"] == indicator) & (values["version"] == version)
        & (values["period"] == period) & (values["level"] == level)
    ]  # fmt: skip
    assert len(rows) == 1
    return rows.iloc[0]


def total(area: str) -> int:
    return sum(kleinstadt.PEOPLE[area][:3])


def test_a_whole_area_stays_counted_and_a_part_is_estimated(town: Path) -> None:
    """Ein ganz übernommener Bezirk bleibt gezählt; was einen Teil eines geteilten enthält, ist geschätzt."""
    values = computed(reform(town))
    whole, part, mixed = (one(values, area) for area in ("011", "014", "015"))

    assert (whole["value"], whole["status"]) == (total("011"), Status.OK)
    assert whole["notes"] == "umgerechnet auf Gebietsstand 2025, ganze Gebiete"
    assert part["value"] == pytest.approx(0.6 * total("012"))
    assert mixed["value"] == pytest.approx(0.4 * total("012") + total("013"))
    assert {part["status"], mixed["status"]} == {Status.ESTIMATED}
    assert part["notes"] == "umgerechnet auf Gebietsstand 2025, geschätzt nach Adressen"


def test_the_sliver_is_dropped(town: Path) -> None:
    """Ein Anteil unter einem Prozent teilt keinen Bezirk; er käme aus ungenauen Linien."""
    assert one(computed(reform(town)), "011")["status"] == Status.OK


def test_totals_stay_and_upper_areas_are_estimated_only_where_their_boundary_moved(town: Path) -> None:
    """Die Summe bleibt; Stadtteile, deren Grenze gleich blieb, sind weiter gezählt, ebenso die Stadt und „nz“."""
    values = computed(reform(town))
    bezirke = [one(values, area)["value"] for area in (*NEW, "nz")]

    assert sum(bezirke) == pytest.approx(sum(map(total, kleinstadt.PEOPLE)), abs=1e-9)
    for area, level in (
        ("01", "stadtteil"),
        ("02", "stadtteil"),
        (kleinstadt.AGS, "kommune"),
        ("nz", "bezirk"),
    ):
        new, old = one(values, area, level=level), one(values, area, version="2024", level=level)
        assert (new["value"], new["status"]) == (old["value"], Status.OK)


def test_a_rate_is_computed_from_converted_counts(town: Path) -> None:
    """Ein Anteil entsteht aus umgerechnetem Zähler und Nenner, nie aus dem Mittel der alten Anteile; ohne Vertrauensbereich."""
    row = one(computed(reform(town)), "015", "arbeitslosenanteil")
    people, unemployed = (0.4 * kleinstadt.PEOPLE["012"][i] + kleinstadt.PEOPLE["013"][i] for i in (1, 3))

    assert row["value"] == pytest.approx(100 * unemployed / people)
    assert row["status"] == Status.ESTIMATED
    assert pd.isna(row["lower"])
    assert pd.isna(row["upper"])
    assert not pd.isna(one(computed(town), "011", "arbeitslosenanteil")["lower"])


def test_a_missing_part_never_becomes_a_number(town: Path) -> None:
    """Fehlt ein beteiligter Bezirk in der Lieferung, fehlt der umgerechnete Wert; die übrigen stehen da."""
    reform(town)
    kleinstadt.put(
        town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", kleinstadt.unemployed_csv({"013": "..."})
    )
    values = computed(town)

    assert one(values, "015", "arbeitslosenanteil")["status"] == Status.MISSING
    assert pd.isna(one(values, "015", "arbeitslosenanteil")["value"])
    assert one(values, "014", "arbeitslosenanteil")["status"] == Status.ESTIMATED


def test_a_change_bridges_the_reform_and_says_so(town: Path) -> None:
    """Eine Veränderung über die Reform hinweg trägt den Hinweis; nur ganze Gebiete sind gezählt, alle anderen geschätzt."""
    values = computed(reform(town))
    states = {area: one(values, area, "anstieg_2j", period="2025-12-31") for area in NEW}

    assert {area for area, row in states.items() if row["status"] == Status.OK} == {"011", "021"}
    assert {row["status"] for row in states.values()} == {Status.OK, Status.ESTIMATED}
    assert all(row["notes"] == "über den Wechsel des Gebietsstands hinweg" for row in states.values())
    assert states["011"]["value"] == pytest.approx((630 / total("011") - 1) * 100)
    assert one(values, "011", "anstieg_2j", version="2024")["notes"] == ""


def test_without_the_setting_nothing_is_converted(town: Path) -> None:
    """Umgerechnet wird nur, wenn die Kommune es verlangt; dann gibt es auch keine Veränderung über die Reform."""
    reform(town)
    settings = (town / "kommune.toml").read_text("utf-8").replace('umrechnen_auf = "2025"\n', "")
    kleinstadt.put(town, "kommune.toml", settings)
    values = computed(town)

    assert not is_recoded(values).any()
    assert set(values.loc[values["version"] == "2025", "period"]) == {"2025-12-31"}
    assert values[(values["indicator"] == "anstieg_2j") & (values["version"] == "2025")].empty


def test_the_way_back_weighs_by_residents(town: Path) -> None:
    """Zurück auf alte Grenzen zählt ein Teil so viel, wie dort Menschen wohnten."""
    reform(town)
    settings = (
        (town / "kommune.toml")
        .read_text("utf-8")
        .replace('umrechnen_auf = "2025"', 'umrechnen_auf = ["2024", "2025"]')
    )
    kleinstadt.put(town, "kommune.toml", settings)
    values = computed(town)
    part = 0.4 * total("012") / (0.4 * total("012") + total("013"))

    back = one(values, "012", version="2024", period="2025-12-31")
    assert back["value"] == pytest.approx(630 + part * 630)
    assert back["status"] == Status.ESTIMATED
    assert (
        one(values, kleinstadt.AGS, version="2024", period="2025-12-31", level="kommune")["value"]
        == 6 * 630 + 9
    )


NEXT_REFORM = """\
[[gebiete.umstiege]]
from = "2025"
to = "2026"
level = "bezirk"
file = "gebiete/umstieg_2026.csv"
from_column = "alt"
to_column = "neu"
share_column = "anteil"
basis = "dwellings"

[[gebiete.versionen]]
id = "2024"
"""
THIRD = """
[[gebiete.versionen]]
id = "2026"
label = "Gebietsstand 2026"
valid_from = "2026-01-01"

[[gebiete.versionen.ebenen]]
id = "bezirk"
label = "Bezirk"
plural = "Bezirke"
file = "gebiete/bezirke_2026.csv"
code = "id"
name = "name"
parent = "parent"

[[gebiete.versionen.ebenen]]
id = "stadtteil"
label = "Stadtteil"
plural = "Stadtteile"
file = "gebiete/stadtteile.geojson"
code = "id"
name = "name"

[kennzahlen]
"""


def second_reform(folder: Path) -> Path:
    """Eine zweite Reform am 1. Januar 2026: 014 und 015 werden wieder ein Bezirk, 022 wird geteilt; 2025 fehlt jede Zahl."""
    reform(folder)
    (folder / "lieferungen/einwohnerregister/einwohner_2025.csv").unlink()
    settings = (folder / "kommune.toml").read_text("utf-8")
    settings = settings.replace('umrechnen_auf = "2025"', 'umrechnen_auf = "2026"').replace(
        'residents = "einwohner"\n', ""
    )
    settings = settings.replace('[[gebiete.versionen]]\nid = "2024"\n', NEXT_REFORM, 1)
    settings = settings.replace(
        'valid_from = "2025-01-01"\n', 'valid_from = "2025-01-01"\nvalid_until = "2025-12-31"\n'
    )
    kleinstadt.put(folder, "kommune.toml", settings.replace("[kennzahlen]\n", THIRD.lstrip(), 1))
    new = {"011": "Altstadt", "016": "Neustadt und Hafen", "021": "Nordend", "024": "Südhang-West", "025": "Südhang-Ost", "023": "Au"}  # fmt: skip
    lines = ["id;name;parent", *(f"{code};{name};{code[:2]}" for code, name in new.items())]
    kleinstadt.put(folder, "gebiete/bezirke_2026.csv", "\n".join(lines) + "\n")
    shares = (
        "alt;neu;anteil\n011;011;1\n014;016;1\n015;016;1\n021;021;1\n022;024;0,25\n022;025;0,75\n023;023;1\n"
    )
    kleinstadt.put(folder, "gebiete/umstieg_2026.csv", shares)
    return folder


def test_a_series_runs_over_two_reforms(town: Path) -> None:
    """Über zwei Reformen werden die Anteile multipliziert; was geteilt und wieder zusammengelegt wurde, ist nicht geschätzt."""
    values = computed(second_reform(town))
    joined, part = one(values, "016", version="2026"), one(values, "024", version="2026")

    assert (joined["value"], joined["status"]) == (total("012") + total("013"), Status.OK)
    assert part["value"] == pytest.approx(0.25 * (total("022") + 0.3 * total("023")))
    assert (part["status"], part["notes"]) == (
        Status.ESTIMATED,
        "umgerechnet auf Gebietsstand 2026, geschätzt nach Anteilen verschiedener Herkunft",
    )
    everybody = sum(map(total, kleinstadt.PEOPLE))
    assert one(values, kleinstadt.AGS, version="2026", level="kommune")["value"] == everybody


def test_a_release_over_two_reforms_is_founded_on_what_it_prints(town: Path) -> None:
    """Auch über zwei Reformen folgt jeder umgerechnete Wert einer Freigabe aus ihren eigenen Zahlen und Anteilen."""
    second_reform(town)
    kleinstadt.put(
        town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", kleinstadt.unemployed_csv({"013": "2"})
    )
    path, values = published(town)

    assert unfounded(releases.read(path)) == []
    assert is_recoded(values).any()
    shares = pd.read_csv(path / "umstieg.csv", dtype=str)
    assert ("2024", "2026") in set(zip(shares["from_version"], shares["to_version"], strict=True))
    hidden = one(values, "016", "arbeitslosenanteil", version="2026")
    assert (hidden["status"], pd.isna(hidden["numerator"])) == (Status.SUPPRESSED, True)
    pipeline.write_values(pipeline.run(municipality.read(town)))
    assert auditing.audit(path, values=town / "werte").findings == []


INDEX = """
[lage]
label = "Lage"
edition = "1"
level = "bezirk"
version = "2025"
period = "2024-12-31"
minimum_areas = 6
components = [{ indicator = "anteil_65plus" }, { indicator = "arbeitslosenanteil" }]

[[lage.classes.status]]
label = "eins"
upper = 0.0
[[lage.classes.status]]
label = "zwei"
"""


@pytest.mark.parametrize(("line", "rated"), [("", 0), ("recoded = true\n", 6)])
def test_an_index_uses_converted_values_only_when_its_block_says_so(
    town: Path, line: str, rated: int
) -> None:
    """Ein Index nimmt umgerechnete Werte nur, wenn seine Ausgabe es sagt."""
    reform(town)
    kleinstadt.put(town, "indizes/lage.toml", INDEX.replace('edition = "1"\n', f'edition = "1"\n{line}'))
    values = computed(town)

    assert (values.loc[values["indicator"] == "lage_status", "status"] == Status.OK).sum() == rated


# -- the release ---------------------------------------------------------------------------------------------------------


def published(folder: Path, name: str = "eins") -> tuple[Path, pd.DataFrame]:
    path = pipeline.release(municipality.read(folder), name).release.path
    return path, pd.read_parquet(path / "werte.parquet")


@pytest.fixture
def hiding(town: Path) -> Path:
    """Kleinstadt nach der Reform, im Bezirk 013 gab es 2024 nur zwei Arbeitslose."""
    reform(town)
    kleinstadt.put(
        town, "lieferungen/ba_arbeitsmarkt/arbeitslose_2024.csv", kleinstadt.unemployed_csv({"013": "2"})
    )
    return town


def test_what_is_hidden_stays_hidden_on_the_new_areas(hiding: Path) -> None:
    """Ein umgerechneter Wert steht nur da, wo kein beteiligtes Gebiet gesperrt ist; er folgt aus Veröffentlichtem."""
    path, values = published(hiding)
    shares = pd.read_csv(path / "umstieg.csv", dtype={"from": str, "to": str})
    rows = values[
        (values["indicator"] == "arbeitslosenanteil")
        & (values["period"] == "2024-12-31")
        & (values["level"] == "bezirk")
    ]
    old = rows[rows["version"] == "2024"].set_index("area")
    new = rows[rows["version"] == "2025"].set_index("area")
    hidden = set(old.index[old["status"] == Status.SUPPRESSED])

    assert "013" in hidden
    assert len(hidden) > 1
    for area, parts in shares.groupby("to"):
        is_hidden = bool(hidden & set(parts["from"]))
        assert (new.loc[area, "status"] == Status.SUPPRESSED) == is_hidden
        if is_hidden:
            assert new.loc[area, ["numerator", "value", "lower", "upper"]].isna().all()
        else:
            expected = sum(old.loc[p["from"], "numerator"] * p["share"] for _, p in parts.iterrows())
            assert new.loc[area, "numerator"] == pytest.approx(expected)


def test_converted_values_of_a_release_are_a_function_of_the_release(hiding: Path) -> None:
    """Wer nur die Freigabe hat, erhält aus ihren gezählten Werten genau ihre umgerechneten: Sie verraten nichts Neues."""
    _, values = published(hiding)
    town = municipality.read(hiding)
    again = recode_values(
        values[~is_recoded(values)], town.catalogue.indicators, {g.version: g for g in town.geographies},
        town.crosswalks, town.recode_to,
    ).values  # fmt: skip
    key = ["area", "level", "version", "period", "indicator"]
    shown = values[is_recoded(values)].sort_values(key, ignore_index=True)

    assert len(shown) > 0
    columns = [*key, "numerator", "denominator", "value", "status", "notes"]
    pd.testing.assert_frame_equal(
        shown[columns], again.sort_values(key, ignore_index=True)[columns], check_dtype=False
    )


def test_the_attack_finds_nothing(hiding: Path) -> None:
    """Die Prüfung von außen und mit den inneren Werten besteht auch mit zwei Gebietsständen."""
    path, _ = published(hiding)
    pipeline.write_values(pipeline.run(municipality.read(hiding)))
    audited = auditing.audit(path, values=hiding / "werte")

    assert audited.findings == []
    assert audited.hidden > 0


def test_a_converted_value_that_does_not_follow_from_printed_ones_is_found(
    hiding: Path, tmp_path: Path
) -> None:
    """Stünde ein umgerechneter Wert aus gesperrten Zahlen in der Freigabe, fände ihn die Prüfung von außen."""
    path, values = published(hiding)
    release = releases.read(path)
    assert unfounded(release) == []

    leaked = shutil.copytree(path, tmp_path / "leck")
    hidden = (
        (values["area"] == "015")
        & (values["indicator"] == "arbeitslosenanteil")
        & (values["period"] == "2024-12-31")
    )
    assert values.loc[hidden, "numerator"].isna().all()
    values.loc[hidden, "numerator"] = 0.4 * kleinstadt.PEOPLE["012"][3] + 2
    values.to_parquet(leaked / "werte.parquet")
    (finding,) = unfounded(replace(release, path=leaked))
    assert (
        "folgt nicht aus veröffentlichten Werten: arbeitslose in bezirk 015 (2024-12-31, 2025)"
        in finding.message
    )


def test_the_release_tells_of_the_break_and_of_the_weights(town: Path) -> None:
    """Der Katalog nennt den Bruch der Reihe und die umgerechneten Zeiträume, umstieg.csv die Anteile."""
    path, _ = published(reform(town))
    indicator = next(
        i
        for i in json.loads((path / "katalog.json").read_text("utf-8"))["indicators"]
        if i["id"] == "einwohnerzahl"
    )
    shares = pd.read_csv(path / "umstieg.csv", dtype=str)

    reason = "neue Grenzen: Gebietsstand 2025 statt Gebietsstand 2024"
    assert indicator["breaks"] == [{"period": "2025-12-31", "reason": reason}]
    assert indicator["recoded"] == {"2025": ["2023-12-31", "2024-12-31"]}
    assert list(shares.columns) == ["from", "to", "from_version", "to_version", "share", "basis"]
    assert shares.loc[shares["from"] == "012", ["to", "share", "basis"]].to_numpy().tolist() == [
        ["014", "0.6", "addresses"],
        ["015", "0.4", "addresses"],
    ]
    assert shares.groupby("from")["share"].apply(lambda s: s.astype(float).sum()).tolist() == pytest.approx(
        [1.0] * 6
    )
    assert releases.verify(path, None) == []


def test_one_period_is_never_released_on_two_versions(town: Path) -> None:
    """Wer alte Jahre neu auszählen lässt und beide Stände freigibt, macht Differenzen errechenbar: abgelehnt."""
    reform(town)
    published(town, "eins")
    for old in (town / "lieferungen" / "einwohnerregister").glob("einwohner_202[34].csv"):
        old.unlink()
    (town / "journal" / "lieferungen.json").unlink()
    recipe = kleinstadt.PEOPLE_RECIPE.replace('level = "bezirk"', 'level = "bezirk"\nversion = "2025"')
    kleinstadt.put(town, "lieferungen/einwohnerregister/rezept.toml", recipe)
    content = (town / "lieferungen/einwohnerregister/einwohner_2025.csv").read_text("utf-8")
    kleinstadt.put(town, "lieferungen/einwohnerregister/einwohner_2024.csv", content + "\n")

    with pytest.raises(
        DisclosureError, match=r"2024-12-31 liegt auf mehreren Gebietsständen vor: 2024, 2025"
    ):
        pipeline.release(municipality.read(town), "zwei")


def test_two_versions_in_one_delivery_are_refused_unless_public_already(town: Path) -> None:
    """Auch zwei Stände in einer Freigabe werden abgelehnt; bereits veröffentlichte Zahlen dürfen auf beiden stehen."""
    catalogue = municipality.read(town).catalogue
    old = kleinstadt.counts(("011", "arbeitslose", 5), ("012", "arbeitslose", 7))
    both = pd.concat([old, old.assign(version="2025")])

    refuse_second_version(old, catalogue)
    refuse_second_version(both.assign(variable="einwohner_mss"), catalogue)
    with pytest.raises(DisclosureError, match=r"2024, 2025"):
        refuse_second_version(both, catalogue)


# -- reading the key -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "becomes", "told"),
    [
        ("021;021;1\n", "", "1 Gebiete fehlen: 021"),
        ("021;021;1\n", "021;021;0,8\n", "Die Anteile des Gebiets 021 ergeben zusammen 0,800 statt 1"),
        ("021;021;1\n", "021;099;1\n", "Das Gebiet gibt es in diesem Gebietsstand nicht"),
        ("021;021;1\n", "021;021;1\n21;021;1\n", "Das Gebiet gibt es in diesem Gebietsstand nicht"),
        ("021;021;1\n", "021;021;0,5\n021;021;0,5\n", "Das Paar 021 → 021 kommt zweimal vor"),
        ("021;021;1\n", "021;021;viel\n", "Der Anteil ist keine Zahl von 0 bis 1"),
        ("021;021;1\n", "021;021;1,5\n", "Der Anteil ist keine Zahl von 0 bis 1"),
        ("alt;neu;anteil", "alt;neu;gewicht", "Die Spalte „anteil“ fehlt; vorhanden: alt, neu, gewicht"),
    ],
)  # fmt: skip
def test_a_key_that_would_lose_people_is_refused(town: Path, found: str, becomes: str, told: str) -> None:
    """Ein Umstiegsschlüssel, der Fälle verlöre oder verdoppelte, wird mit Ort und Grund abgelehnt."""
    assert found in SHARES
    with pytest.raises(SozialraumError, match=told):
        municipality.read(reform(town, shares=SHARES.replace(found, becomes)))


@pytest.mark.parametrize(
    ("found", "becomes", "told"),
    [
        ('to = "2025"\n', 'to = "2026"\n', "Den Gebietsstand „2026“ gibt es nicht"),
        (
            'umrechnen_auf = "2025"',
            'umrechnen_auf = "2026"',
            "umrechnen_auf: Den Gebietsstand „2026“ gibt es nicht",
        ),
        ('level = "bezirk"\n', 'level = "block"\n', "keine Ebene „block“"),
        ('basis = "addresses"', 'basis = "Adressen"', "basis"),
        ('residents = "einwohner"', 'residents = "leute"', "Das Merkmal „leute“ gibt es im Katalog nicht"),
        ('umstieg.csv"', 'fehlt.csv"', "Der Umstiegsschlüssel fehlt"),
        ('from = "2024"\nto = "2025"', 'from = "2024"\nto = "2024"', "zweimal derselbe Gebietsstand"),
    ],
)
def test_wrong_settings_are_told(town: Path, found: str, becomes: str, told: str) -> None:
    """Falsche Angaben zum Umstieg werden benannt."""
    reform(town)
    settings = (town / "kommune.toml").read_text("utf-8")
    assert found in settings
    kleinstadt.put(town, "kommune.toml", settings.replace(found, becomes, 1))
    with pytest.raises(SozialraumError, match=told):
        municipality.read(town)


def test_shares_of_residents_are_rounded_to_whole_per_cent() -> None:
    """Genaue Anteile nach Einwohnerzahl verrieten, wie viele Menschen in einem kleinen Stück wohnen."""
    shares = pd.DataFrame({"from": ["1", "1"], "to": ["a", "b"], "share": [2 / 301, 299 / 301]})

    assert cleaned(shares, "population")["share"].tolist() == pytest.approx([0.01, 0.99, 1.0])
    assert cleaned(shares, "addresses")["to"].tolist() == ["a", "b", "nz"]
