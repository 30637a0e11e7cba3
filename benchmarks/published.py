"""Published indices computed again: preset × published × ours × largest deviation (python -m benchmarks.published [--json | --tabelle]).

The data are those at $SOZIALRAUM_TESTDATEN; recipes that the software does not ship lie in tests/published.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sozialraum.catalogue.loader import preset_recipe, read_recipes, shipped
from sozialraum.catalogue.recipe import Index, IndexClass, Recipe
from sozialraum.indices import chain
from sozialraum.indices.chain import Inputs, Outcome, calculate
from sozialraum.indices.classify import matrix_group
from sozialraum.indices.tree import climb, rescaled

RECIPES = Path(__file__).parents[1] / "tests" / "published"
Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Check:
    """One published column beside ours; `allowed` is the deviation that the source itself explains (`note`)."""

    preset: str
    what: str
    areas: int
    published: str
    ours: str
    deviation: float
    allowed: float
    wrong: int = 0
    allowed_wrong: int = 0
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the deviation is the expected one or less."""
        return self.deviation <= self.allowed and self.wrong <= self.allowed_wrong


def figures(preset: str, what: str, published: Any, ours: Any, allowed: float, note: str = "") -> Check:
    """Compare figures; shown is the area with the largest value."""
    a, b = np.asarray(published, float), np.asarray(ours, float)
    there = np.isfinite(a)
    if np.isnan(b[there]).any():
        raise ValueError(f"{preset}: areas without our value")
    top = int(np.nanargmax(a))
    shown = (f"{x:.6g}" for x in (a[top], b[top]))
    return Check(
        preset, what, int(there.sum()), *shown, float(np.abs(a - b)[there].max()), allowed, note=note
    )


def ranks(preset: str, what: str, published: Any, ours: Any, allowed: float, note: str = "") -> Check:
    """Compare ranks: the largest shift, and how many areas are shifted."""
    a, b = np.asarray(published, float), np.asarray(ours, float)
    off = np.abs(a - b)
    return Check(preset, what, len(a), "Rang", "Rang", float(off.max()), allowed, int((off > 0).sum()), len(a), note)  # fmt: skip


def words(preset: str, what: str, published: Sequence[Any], ours: Sequence[Any], allowed: int = 0, note: str = "") -> Check:  # fmt: skip
    """Compare classes."""
    a, b = [str(x) for x in published], [str(x) for x in ours]
    assert len(a) == len(b)
    wrong = sum(x != y for x, y in zip(a, b, strict=True))
    return Check(preset, what, len(a), f"{len(set(a))} Klassen", f"{len(set(b))} Klassen", 0.0, 0.0, wrong, allowed, note)  # fmt: skip


@cache
def recipes(name: str) -> dict[str, Recipe]:
    """Recipes of the tests."""
    return read_recipes(RECIPES / f"{name}.toml")


def computed(recipe: Recipe, table: pd.DataFrame, **more: Any) -> Outcome:
    """The index over the columns that the recipe names."""
    return calculate(Inputs(table[recipe.names].astype(float), **more), recipe)


@cache
def rda(path: Path) -> Any:
    """The first object of an R workspace."""
    import rdata

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return next(iter(rdata.read_rda(str(path)).values()))


# -- Berlin ----------------------------------------------------------------------------------------------------------

Z_COLUMNS = ("id", "inhabitants", "s1", "s2", "s3", "s4", "sum", "index", "class", "d1")
STATUS = {"1": "hoch", "2": "mittel", "3": "niedrig", "4": "sehr niedrig"}
DYNAMIC = {"+": "positiv", "+/-": "stabil", "-": "negativ", "1": "positiv", "3": "stabil", "5": "negativ"}


def halves(index: Index, status: pd.DataFrame, change: pd.DataFrame) -> tuple[Outcome, Outcome]:
    """Status and dynamics of an edition over areas × components, in the order of its components."""
    tables = [t.set_axis(index.names, axis=1).astype(float) for t in (status, change)]
    return calculate(Inputs(tables[0]), index), calculate(Inputs(tables[1]), index, classes=index.classes.dynamic)  # fmt: skip


def dynamic_words(index: Index, outcome: Outcome) -> list[str]:
    """Classes of the dynamics."""
    classes: Sequence[IndexClass] = index.classes.dynamic
    return [classes[p].label for p in outcome.places]


def mss(data: Path, year: int) -> Iterator[Check]:
    """Monitoring Soziale Stadtentwicklung, editions 2013 to 2017."""
    folder, index = data / "berlin-mss" / str(year), shipped().indices[f"mss_{year}"]
    out = pd.read_csv(folder / f"mss-{year}-1-planning-areas.csv", dtype=str).set_index("id")
    raw = pd.read_csv(folder / f"mss-{year}-2-1-planning-areas.csv", dtype={"id": str}).set_index("id")
    left_out = {e.area for e in index.exclusions}
    raw = raw[(raw["inhabitants"] >= index.exclude_below) & ~raw.index.isin(left_out)]
    columns = list(raw.columns[1:])
    status, change = halves(index, raw[columns[:4]], raw[columns[4:]])
    table = pd.read_csv(folder / f"mss-{year}-3-districts.csv", dtype={0: str}, header=0, names=Z_COLUMNS, index_col=False)  # fmt: skip
    table = table[table["class"].isin(STATUS.values())].set_index("id")
    name = f"MSS Berlin {year}"
    ours = status.normalised.set_axis(["s1", "s2", "s3", "s4"], axis=1).loc[table.index]
    yield figures(name, "z-Werte", table[["s1", "s2", "s3", "s4"]].astype(float).to_numpy().ravel(), ours.to_numpy().ravel(), 1e-5)  # fmt: skip
    yield figures(name, "Statusindex", table["index"].astype(float), status.score.loc[table.index], 1e-5)
    there = out.loc[status.areas]
    yield words(name, "Statusklassen", [STATUS[x] for x in there["status_index"]], status.classes)
    yield words(name, "Dynamikklassen", [DYNAMIC[x] for x in there["dynamic_index"]], dynamic_words(index, change))  # fmt: skip
    groups = [matrix_group(STATUS[s], DYNAMIC[d]) for s, d in zip(there["status_index"], there["dynamic_index"], strict=True)]  # fmt: skip
    yield words(name, "Gruppen (Status × Dynamik)", groups, [matrix_group(s, d) for s, d in zip(status.classes, dynamic_words(index, change), strict=True)])  # fmt: skip


def mss_2021(data: Path) -> Iterator[Check]:
    """Monitoring Soziale Stadtentwicklung, edition 2021; printed with two decimals."""
    index, folder = shipped().indices["mss_2021"], data / "berlin-mss"
    raw = pd.read_csv(folder / "2021-wfs/mss_2021_index_indikatoren.csv", dtype={"PLR_ID": str}).set_index("PLR_ID")  # fmt: skip
    raw = raw[raw["KOM"] == "gültig"].sort_index()
    out = pd.read_csv(folder / "2021-wfs/mss_2021_indizes.csv", dtype=str)
    out = out.assign(PLR_ID=out["PLR_ID"].str.zfill(8)).set_index("PLR_ID").loc[raw.index]
    status, change = halves(index, raw[["S1", "S3", "S4"]], raw[["D1", "D3", "D4"]])
    names = ("id", "name", "ew", "z1", "z3", "z4", "sum", "status", "class", "d1", "d3", "d4", "dsum", "dynamic", "dclass")  # fmt: skip
    printed = pd.read_csv(folder / "2021-tabellen/mss_2021_index-indikatoren_z-werte_plr.csv", sep=";", dtype=str, header=0, names=names, encoding="utf-8-sig", index_col=False)  # fmt: skip
    printed = printed.assign(id=printed["id"].str.zfill(8)).set_index("id").reindex(raw.index)
    name, half = "MSS Berlin 2021", 0.005 + 1e-5
    note = "auf zwei Stellen gedruckt"
    for what, ours in (("status", status), ("dynamic", change)):
        label = {"status": "Statusindex", "dynamic": "Dynamikindex"}[what]
        yield figures(name, label, printed[what].str.replace(",", ".").astype(float), ours.score, half, note)
    yield words(name, "Statusklassen", out["SI_V"], status.classes)
    yield words(name, "Dynamikklassen", [DYNAMIC[str(x)] for x in out["DI_N"]], dynamic_words(index, change))
    groups = [text.replace(" ,", ",") for text in out["SDI_V"]]
    yield words(name, "Gruppen (Status × Dynamik)", groups, [matrix_group(s, d) for s, d in zip(status.classes, dynamic_words(index, change), strict=True)])  # fmt: skip


def gssa(data: Path) -> Iterator[Check]:
    """Gesundheits- und Sozialstrukturatlas: both indices of 2022 from their factors."""
    raw = pd.read_csv(data / "berlin-gssa/gssa_2022_planungsraeume.csv", dtype={"plrID": str})
    raw = raw.dropna(subset=["GESIx_2022"]).rename(columns=lambda c: c.removesuffix("_2022"))
    for preset, column in (("gssa_esix", "ESIx"), ("gssa_gesix", "GESIx")):
        ours = computed(preset_recipe(preset), raw)
        yield figures("GSSA Berlin 2022", column, raw[column], ours.score, 1e-6)


# -- GISD ------------------------------------------------------------------------------------------------------------


def gisd_classes(data: Path) -> Iterator[Check]:
    """Fifths, tenths and steps from the published score, year by year."""
    table = pd.read_csv(data / "gisd/GISD_Bund_Kreis.csv", dtype={"kreis_id": str})
    for name, column in (("gisd_fuenftel", "gisd_5"), ("gisd_zehntel", "gisd_10"), ("gisd_stufen", "gisd_k")):
        recipe, ours, published = recipes("gisd")[name], list[str](), list[str]()
        for _, year in table.groupby("year"):
            ours += computed(recipe, year).classes
            published += year[column].astype(str).tolist()
        yield words("GISD Kreise 1998 bis 2021", column, published, ours)


INKAR = {
    "akademischer_abschluss": "B_BeschaeftigtemitakadAbschluss",
    "ohne_berufsabschluss": "B_BeschaeftigteohneAbschluss",
    "schulabgang_ohne_abschluss": "B_SchulabgaengerohneAbschluss",
    "beschaeftigtenquote": "A_BeschaeftigtenquoteKreis",
    "arbeitslose": "A_ArbeitslosigkeitKreis",
    "erwerbsfaehige": "A_ErwerbsfaehigeBevoelkerungKreis",
    "bruttoverdienst": "A_Bruttoverdienst",
    "haushaltseinkommen": "E_Haushaltseinkommen",
    "schuldnerquote": "E_Schuldnerquote",
}


def inkar(data: Path) -> pd.DataFrame:
    """The tables of INKAR as (Kreis, year) × variable."""
    found = {}
    for name, file in INKAR.items():
        with contextlib.redirect_stdout(io.StringIO()):
            sheet = pd.read_excel(
                data / f"inkar-kreise/{file}.xls", header=None, dtype=object, engine="calamine"
            )
        body = sheet.iloc[2:].set_index(0)
        years = sheet.iloc[1, 3:].astype(str)
        values = body.iloc[:, 2:].apply(pd.to_numeric, errors="coerce").set_axis(years, axis=1)
        found[name] = values.stack()
    table = pd.DataFrame(found)
    table["arbeitslose"] = 100 * table["arbeitslose"] / table["erwerbsfaehige"]
    table.index.names = ["kreis_id", "year"]
    return _without_east_west(table.drop(columns="erwerbsfaehige"), "ohne_berufsabschluss")


def _without_east_west(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """In the east a vocational degree was the rule: eastern Kreise are lowered by the gap of the year's means, as the RKI does."""
    east = pd.Series(table.index.get_level_values("kreis_id").str[:2] >= "11", index=table.index)
    means = table[column].groupby([east.rename("east"), table.index.get_level_values("year")]).mean()
    gap = (means[True] - means[False]).reindex(table.index.get_level_values("year")).to_numpy()
    return table.assign(**{column: table[column] - np.where(east, gap, 0.0)})


def gisd_score(data: Path) -> Iterator[Check]:
    """The score of 2021 from eight of its nine components: loadings over all years, scale of the year."""
    table = inkar(data).dropna()
    base = preset_recipe("gisd")
    recipe = preset_recipe(
        "gisd", [c.model_dump() for c in base.components if c.indicator != "einkommensteuer"]
    )
    pooled = computed(recipe, table).fitted._replace(score=None)
    year = table.xs("2021", level="year")
    ours = calculate(Inputs(year[recipe.names]), recipe, frozen=pooled)
    published = pd.read_csv(data / "gisd/GISD_Bund_Kreis.csv", dtype={"kreis_id": str})
    published = published[published["year"] == 2021].set_index("kreis_id").loc[year.index]
    r = float(np.corrcoef(published["gisd_score"], ours.score)[0, 1])
    note = f"Korrelation {r:.3f}; ohne Einkommensteuer und Bereinigung der Schulreformen, Hauptkomponente nur über 2012 bis 2021".replace(".", ",")  # fmt: skip
    yield figures("GISD Kreise 2021", "Wert aus INKAR", published["gisd_score"], ours.score, 0.25, note)
    same = [a == b[0] for a, b in zip(published["gisd_5"].astype(str), ours.classes, strict=True)]
    yield Check("GISD Kreise 2021", "Fünftel aus INKAR", len(same), "5 Klassen", "5 Klassen", 0.0, 0.0, same.count(False), 150, note)  # fmt: skip


# -- other countries -------------------------------------------------------------------------------------------------

UK = (
    ("imd_2019", "England IMD 2019", "imd2019_england_lsoa11", 2, 0),
    ("wimd_2019", "Wales WIMD 2019", "imd2019_wales_lsoa11", 0, 9),
    ("simd_2020", "Schottland SIMD 2020", "imd2020_scotland_dz11", 7, None),
    ("simd_2016", "Schottland SIMD 2016", "imd2016_scotland_dz11", 7, None),
    ("simd_2012", "Schottland SIMD 2012", "imd2012_scotland_dz01", 1, None),
    ("nimdm_2017", "Nordirland NIMDM 2017", "imd2017_northern_ireland_soa01", 5, None),
)
ROUNDED = "die veröffentlichten Ränge der Teilbereiche sind gerundet oder geteilt"


def uk(data: Path) -> Iterator[Check]:
    """Indices of multiple deprivation from the ranks of their domains."""
    for key, name, file, off, deciles in UK:
        table = rda(data / f"uk-imd/{file}.rda")
        table = table.dropna(subset=["IMD_rank"])
        ours = computed(recipes("imd")[key], table)
        if "IMD_score" in table:
            yield figures(name, "Wert", table["IMD_score"], ours.score, 1e-8)
        yield ranks(name, "Rang", table["IMD_rank"], ours.rank, off, ROUNDED if off else "")
        if deciles is not None:
            note = "die Veröffentlichung teilt nicht genau zu Zehnteln" if deciles else ""
            yield words(name, "Zehntel", table["IMD_decile"].astype(int), ours.classes, deciles, note)


TOWNSEND: dict[int, tuple[str, str, Callable[[pd.DataFrame], dict[str, pd.Series]]]] = {
    2011: ("Dataset-_2011_UK_Local_Authority.csv", "Scores-_2011_UK_Local_Authority.csv", lambda t: {
        "arbeitslos": t.F248 / t.F244, "ohne_auto": t.F991 / t.F989, "ueberbelegt": (t.F2081 + t.F2083) / t.F2075,
        "nicht_eigentum": (t.F2357 + t.F2362 + t.F2368) / t.F2347}),
    2001: ("Dataset-_2001_UK_Local_Authority.csv", "Scores-_2001_UK_Local_Authority.csv", lambda t: {
        "arbeitslos": t.cs0210046 / t.cs0210010, "ohne_auto": t.ks0170002 / t.ks0170001,
        "ueberbelegt": (t.cs0520013 + t.cs0520017) / t.cs0520001,
        "nicht_eigentum": (t.ks0180005 + t.ks0180006 + t.ks0180007 + t.ks0180008) / t.ks0180001}),
    1991: ("Dataset-_1991_UK_District.csv", "Scores-_1991_UK_District.csv", lambda t: {
        "arbeitslos": t.l080134 / t.l080020, "ohne_auto": t.l210003 / t.l210002, "ueberbelegt": (t.l230004 + t.l230005) / t.l230001,
        "nicht_eigentum": 1 - (t.l200002 + t.l200003) / t.l200001}),
}  # fmt: skip


def townsend(data: Path) -> Iterator[Check]:
    """Townsend scores; rows are matched by their order, because the keys are not unique."""
    for year, (inputs, scores, shares) in TOWNSEND.items():
        table = pd.DataFrame(shares(pd.read_csv(data / "uk-townsend" / inputs))) * 100
        published = pd.read_csv(data / "uk-townsend" / scores)
        ours = computed(recipes("townsend")[f"townsend_{year}"], table)
        name = f"Townsend {year}"
        yield figures(name, "Wert", published["TDS"], ours.score, 1e-8)
        if year == 2011:
            yield words(name, "Fünftel", published["quintile"].astype(int), ours.classes)


def svi(data: Path) -> Iterator[Check]:
    """Social Vulnerability Index: percentile ranks of components, themes and the whole."""
    table = pd.read_csv(data / "us-svi/SVI2018_US_COUNTY.csv", dtype={"FIPS": str}).replace(-999, np.nan)
    recipe = recipes("svi")["svi_2018"]
    ours, name = computed(recipe, table), "CDC SVI 2018"
    # One county has no poverty rate: it counts in the ranks of its other components and themes, but has no index.
    scaled = chain.on_one_scale(table[recipe.names].to_numpy(float), recipe)[0]
    epl = table[[n.replace("EP_", "EPL_") for n in recipe.names]].to_numpy(float)
    yield figures(name, "Prozentränge (EPL)", epl.ravel(), scaled.ravel(), 1e-12)
    sums = climb(ours.tree, scaled, ours.fitted.weights, recipe)[:, :4]
    spl, rpl = (table[[f"{kind}_THEME{k}" for k in (1, 2, 3, 4)]].to_numpy(float) for kind in ("SPL", "RPL"))
    yield figures(name, "Themen (SPL)", spl.ravel(), sums.ravel(), 1e-12)
    ranked = np.column_stack([rescaled(sums[:, k], "percentile_rank", recipe) for k in range(4)])
    yield figures(name, "Rang der Themen (RPL)", rpl.ravel(), ranked.ravel(), 1e-12)
    rated = table.loc[ours.areas]
    yield figures(name, "Index (RPL_THEMES)", rated["RPL_THEMES"], ours.score, 1e-12)


def asem_inputs(data: Path) -> tuple[Any, Inputs]:
    """The built COINr object and its denominated indicators with their groups."""
    coin = rda(data / "coinr-asem/ASEM_COIN.rda")
    meta, raw = coin["Input"]["IndMeta"], coin["Data"]["Raw"].set_index("UnitCode")
    denominators = coin["Input"]["Denominators"].set_index("UnitCode").loc[raw.index]
    names = list(meta["IndCode"])
    values = raw[names].astype(float)
    for code, denominator in zip(meta["IndCode"], meta["Denominator"], strict=True):
        if isinstance(denominator, str) and denominator in denominators:
            values[code] = values[code] / denominators[denominator]
    return coin, Inputs(values, groups=raw["Group_EurAsia"])


def asem(data: Path) -> Iterator[Check]:
    """COINr's sample, step by step."""
    coin, inputs = asem_inputs(data)
    recipe, name = recipes("asem")["asem"], "COINr ASEM"
    inputs = Inputs(inputs.values[recipe.names], groups=inputs.groups)
    ours = calculate(inputs, recipe)
    steps = (("Denominated", "Nenner", inputs.values), ("Imputed", "Lücken (Gruppenmittel)", ours.imputed),
             ("Treated", "Ausreißer", ours.treated), ("Normalised", "Min–Max", ours.normalised), ("Aggregated", "Dimensionen und Index", ours.nodes))  # fmt: skip
    for step, label, table in steps:
        columns = recipe.names if step != "Aggregated" else ours.tree.columns
        published = coin["Data"][step].set_index("UnitCode").loc[inputs.values.index]
        theirs = published[[c or "Index" for c in columns]].to_numpy(float)
        scale = np.maximum(np.nanmax(np.abs(theirs), axis=0, initial=0.0), 1.0)
        with np.errstate(invalid="ignore"):  # R's NA is a signalling NaN
            yield figures(
                name, label, (theirs / scale).ravel(), (table.to_numpy(float) / scale).ravel(), 1e-12
            )


PRESETS: tuple[Callable[[Path], Iterator[Check]], ...] = (
    lambda data: mss(data, 2013), lambda data: mss(data, 2015), lambda data: mss(data, 2017), mss_2021, gssa, gisd_classes, gisd_score,
    uk, townsend, svi, asem,
)  # fmt: skip


def checks(data: Path) -> list[Check]:
    """Every published index beside ours."""
    return [check for preset in PRESETS for check in preset(data)]


def number(x: float) -> str:
    """A deviation in German notation, rounded up to one digit."""
    if x < 1e-12:
        return "0" if x == 0 else "unter 10^-12"
    exponent = int(np.floor(np.log10(x)))
    return f"{int(np.ceil(x / 10.0**exponent - 1e-9))} · 10^{exponent}" if exponent < -3 else f"{x:.3g}".replace(".", ",")  # fmt: skip


def table(found: Sequence[Check]) -> str:
    """The table of the handbook."""
    rows = [
        "| Index | Spalte | Gebiete | größte Abweichung | falsch | Bemerkung |",
        "|---|---|---|---|---|---|",
    ]
    for c in found:
        areas, wrong = (f"{n:,}".replace(",", ".") for n in (c.areas, c.wrong))
        rows.append(f"| {c.preset} | {c.what} | {areas} | {number(c.deviation)} | {wrong} | {c.note} |")
    return "\n".join(rows)


def data_folder() -> Path:
    """Where the open data lie."""
    return Path(os.environ.get("SOZIALRAUM_TESTDATEN", "/nirgends"))


def main() -> int:
    """Print the table; 1 when a deviation is larger than its source explains."""
    found = checks(data_folder())
    if "--tabelle" in sys.argv:
        print(table(found))
    elif "--json" in sys.argv:
        print(json.dumps([{**asdict(c), "holds": c.holds} for c in found], ensure_ascii=False, indent=1))
    else:
        print(f"{'Index':27}{'Spalte':31}{'Gebiete':>8}{'veröffentlicht':>16}{'gerechnet':>14}{'Abweichung':>12}{'falsch':>8}  hält")  # fmt: skip
        for c in found:
            print(f"{c.preset:27}{c.what:31}{c.areas:8}{c.published:>16}{c.ours:>14}{c.deviation:12.2g}{c.wrong:8}  {'ja' if c.holds else 'NEIN'}  {c.note}")  # fmt: skip
    return 0 if all(c.holds for c in found) else 1


if __name__ == "__main__":
    sys.exit(main())
