"""Lebenserwartung und standardisierte Raten als Kennzahlen: aus Tabellen nach Alter, in der Freigabe nur aus gezeigten."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

import kleinstadt
from sozialraum import municipality, pipeline
from sozialraum.catalogue.model import Indicator
from sozialraum.indicators.by_age import compute_by_age
from sozialraum.indicators.life_expectancy import life_expectancy
from sozialraum.indicators.standardise import direct, esp2013
from sozialraum.tables import Status

AGES = ("0-14", "15-64", "65+")
PEOPLE = {"0-14": 3000.0, "15-64": 12_000.0, "65+": 4000.0}
DEATHS = {"0-14": 3.0, "15-64": 30.0, "65+": 180.0}


def indicator(kind: str = "life_expectancy", **more: object) -> Indicator:
    words = {"id": "k", "label": "K", "definition": "x", "topic": "gesundheit", "source": "einwohnerregister"}
    return Indicator.model_validate(
        {**words, "kind": kind, "events": "sterbefaelle", "persons": "einwohner", "ages": AGES, **more}
    )


def tables(
    deaths: dict[str, float | None], people: dict[str, float | None] | None = None, **states: Status
) -> pd.DataFrame:
    """Both tables by age for one district; `states` gives the state of the deaths of a band (b0, b1, b2)."""
    parts = []
    for at, band in enumerate(AGES):
        state = [states[f"b{at}"]] if f"b{at}" in states else []
        parts.append(kleinstadt.counts(("011", "sterbefaelle", deaths[band], *state), age=band))
        parts.append(kleinstadt.counts(("011", "einwohner", (people or PEOPLE)[band]), age=band))
    return pd.concat(parts, ignore_index=True)


def one(counts: pd.DataFrame, **more: object) -> dict[str, object]:
    values, findings = compute_by_age(counts, [indicator(**more)])
    assert not findings
    (row,) = values.to_dict("records")
    return row


def test_life_expectancy_is_that_of_the_library() -> None:
    """Die Kennzahl ist die Lebenserwartung der Bibliothek, mit Grenzen."""
    row = one(tables(DEATHS))
    found = life_expectancy(list(DEATHS.values()), list(PEOPLE.values()), [0, 15, 65])

    assert (row["value"], row["lower"], row["upper"]) == tuple(float(part) for part in found[:3])
    assert (row["status"], row["notes"]) == (Status.OK, "")


def test_a_standardised_rate_is_that_of_the_library() -> None:
    """Die Kennzahl ist die direkt standardisierte Rate, mal `per`."""
    row = one(tables(DEATHS), kind="standardised_rate", per=1000)
    found = direct(list(DEATHS.values()), list(PEOPLE.values()), esp2013([0, 15, 65]))

    assert (row["value"], row["lower"], row["upper"]) == pytest.approx(
        tuple(float(part) * 1000 for part in found[:3])
    )


def test_events_where_nobody_lives_have_no_value_and_say_so() -> None:
    """Sterbefälle eines Gebiets, zu dem keine Bevölkerung geliefert ist, ergeben „nicht geliefert“ und keinen Absturz."""
    strays = pd.concat([kleinstadt.counts(("012", "sterbefaelle", DEATHS[band]), age=band) for band in AGES])
    values, findings = compute_by_age(pd.concat([tables(DEATHS), strays], ignore_index=True), [indicator()])

    assert not findings
    assert values.set_index("area")["status"].to_dict() == {"011": Status.OK, "012": Status.MISSING}
    assert np.isnan(values.set_index("area").loc["012", "value"])


@pytest.mark.parametrize(
    ("deaths", "people", "states", "status", "notes"),
    [
        ({"0-14": None}, {}, {"b0": Status.SUPPRESSED}, Status.SUPPRESSED, ""),
        ({"15-64": None}, {}, {}, Status.MISSING, ""),
        ({}, {"65+": None}, {}, Status.MISSING, ""),
        ({}, {}, {"b1": Status.PROVISIONAL}, Status.PROVISIONAL, ""),
        ({"0-14": 0}, {}, {}, Status.OK, ""),
        ({"65+": 0}, {}, {}, Status.NOT_MEANINGFUL, "kein Sterbefall in der höchsten Altersgruppe"),
        ({}, {"0-14": 30, "15-64": 400, "65+": 300}, {}, Status.NOT_MEANINGFUL, "höchstens 5.000 Personen: zu wenige für eine Lebenserwartung"),
    ],
)  # fmt: skip
def test_each_gap_has_its_state(
    deaths: dict[str, float], people: dict[str, float], states: dict[str, Status], status: Status, notes: str
) -> None:
    """Eine gesperrte Altersgruppe sperrt den Wert, eine fehlende lässt ihn fehlen; Regeln stehen im Vermerk."""
    row = one(tables({**DEATHS, **deaths}, {**PEOPLE, **people}, **states))

    assert (row["status"], row["notes"]) == (status, notes)
    assert np.isnan(row["value"]) == (status in (Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL))  # type: ignore[call-overload]


def test_fewer_than_ten_events_have_no_rate() -> None:
    """Unter zehn Ereignissen gibt es keine standardisierte Rate."""
    row = one(tables({"0-14": 1, "15-64": 2, "65+": 6}), kind="standardised_rate")

    assert row["status"] == Status.NOT_MEANINGFUL
    assert row["notes"] == "weniger als zehn Ereignisse: keine standardisierte Rate"


def test_other_age_bands_are_told() -> None:
    """Passen die gelieferten Altersgruppen nicht, sagt ein Befund es; ohne Tabellen geschieht nichts."""
    values, findings = compute_by_age(tables(DEATHS), [indicator(ages=("0-17", "18+"))])
    assert values.empty
    assert "lässt sich aus den gelieferten Gruppen nicht bilden" in findings[0].message
    assert compute_by_age(kleinstadt.counts(("011", "einwohner", 5)), [indicator()])[0].empty


@pytest.mark.parametrize("ages", [(), ("0+",), ("0-14", "16+"), ("0-14", "15-64"), ("5-14", "15+"), ("0-14", "15+", "80+"), ("alt",)])  # fmt: skip
def test_age_bands_have_no_gaps(ages: tuple[str, ...]) -> None:
    """Altersgruppen beginnen bei 0, haben keine Lücke und ein offenes Ende."""
    with pytest.raises(ValidationError, match="Altersgruppen"):
        indicator(ages=ages)


# --- through the gate ---------------------------------------------------------------------------------------------------

CATALOGUE = """\
[einwohner]
label = "Bevölkerung"
source = "einwohnerregister"
dimensions = ["age"]
published = [[], ["age"]]
published_levels = { "age" = ["kommune"] }
"""
INDICATORS = """\
[leben]
label = "Lebenserwartung"
definition = "x"
kind = "life_expectancy"
events = "sterbefaelle"
persons = "einwohner"
ages = ["0-14", "15-64", "65+"]
topic = "gesundheit"
source = "einwohnerregister"

[sterben]
label = "Sterberate"
definition = "x"
kind = "standardised_rate"
events = "sterbefaelle"
persons = "einwohner"
ages = ["0-14", "15-64", "65+"]
per = 1000
topic = "gesundheit"
source = "einwohnerregister"

[leben_wandel]
label = "Veränderung der Lebenserwartung"
definition = "x"
kind = "change"
of = "leben"
years = 1
topic = "gesundheit"
source = "einwohnerregister"
"""
RECIPE = """\

[[tabelle]]
files = "gestorbene.csv"
level = "kommune"
area = "Gemeinde"
period = { column = "Stichtag" }
dimensions = { age = "Alter" }
spalten = [{ column = "Zahl", variable = "sterbefaelle" }]
"""
# Of the later year one child has died: that count must stay hidden.
DIED = {"2023-12-31": (4, 21, 60), "2024-12-31": (1, 18, 66)}


@pytest.fixture
def prepared(town: Path) -> Path:
    kleinstadt.put(town, "kennzahlen/variables.toml", CATALOGUE)
    kleinstadt.put(town, "kennzahlen/eigene.toml", INDICATORS)
    active = kleinstadt.KOMMUNE.replace(
        '"arbeitslosenanteil"', '"arbeitslosenanteil", "leben", "sterben", "leben_wandel"'
    )
    kleinstadt.put(town, "kommune.toml", active)
    folder = "lieferungen/einwohnerregister"
    kleinstadt.put(town, f"{folder}/rezept.toml", kleinstadt.PEOPLE_RECIPE + RECIPE)
    lines = [
        f"{period};{kleinstadt.AGS};{band};{n}"
        for period, died in DIED.items()
        for band, n in zip(AGES, died, strict=True)
    ]
    kleinstadt.put(town, f"{folder}/gestorbene.csv", "\n".join(["Stichtag;Gemeinde;Alter;Zahl", *lines, ""]))
    return town


def test_inside_every_year_has_its_value(prepared: Path) -> None:
    """Innen wird aus allen Fallzahlen gerechnet, auch die Veränderung."""
    result = pipeline.run(municipality.read(prepared))
    values = result.derived(result.values, result.counts)
    rows = values[values["indicator"] == "leben"].set_index("period")
    people = [sum(kleinstadt.PEOPLE[area][at] for area in kleinstadt.PEOPLE) for at in range(3)]

    for period, died in DIED.items():
        found = life_expectancy(died, people, [0, 15, 65])
        assert rows.loc[period, "value"] == pytest.approx(float(found.value))
    change = values[values["indicator"] == "leben_wandel"].iloc[0]
    assert change["value"] == pytest.approx(rows["value"].iloc[1] - rows["value"].iloc[0])
    assert change["lower"] < change["value"] < change["upper"]


def test_a_release_computes_only_from_what_it_prints(prepared: Path) -> None:
    """Wo die Freigabe eine Altersgruppe sperrt, gibt es keinen Wert; wo sie alle zeigt, ist er aus ihnen nachzurechnen."""
    release = pipeline.release(municipality.read(prepared), "eins").release
    values, counts = (pq.read_table(path).to_pandas() for path in (release.values, release.counts))
    deaths = counts[(counts["variable"] == "sterbefaelle") & (counts["period"] == "2024-12-31")]
    assert deaths.loc[deaths["age"] == "0-14", "status"].tolist() == ["suppressed"]

    for name in ("leben", "sterben"):
        status = values[values["indicator"] == name].set_index("period")["status"].to_dict()
        assert status == {"2023-12-31": "ok", "2024-12-31": "suppressed"}
    hidden = values[
        (values["status"] == "suppressed") & values["indicator"].isin(["leben", "sterben", "leben_wandel"])
    ]
    assert hidden[["value", "lower", "upper", "numerator", "denominator"]].isna().all(axis=None)
    assert values.loc[values["indicator"] == "leben_wandel", "status"].tolist() == ["suppressed"]

    again, _ = compute_by_age(counts, [indicator(id="leben")])
    shown = values[values["indicator"] == "leben"].set_index("period")["value"]
    assert again.set_index("period")["value"].to_dict() == pytest.approx(shown.to_dict(), nan_ok=True)
    (told,) = [entry for entry in release.catalogue["indicators"] if entry["id"] == "leben"]
    assert (told["counts"], told["interval"]) == ({}, "silcocks")
