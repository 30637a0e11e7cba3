"""Method sheet and stability sheet of an index edition: what is said, from the computed edition (Methodenblatt, Stabilitätsblatt)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sozialraum import periods
from sozialraum.catalogue.recipe import IndexClass
from sozialraum.indices import explain, sensitivity, wording
from sozialraum.indices.classify import limits_of
from sozialraum.indices.compute import Edition
from sozialraum.indices.sensitivity import Stability, Variants
from sozialraum.products import draw
from sozialraum.products.draw import AreaMark, Atlas
from sozialraum.products.draw.ranks import RankRow, rank_chart, rank_text
from sozialraum.products.report.content import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Column,
    Document,
    Figure,
    Note,
    Paragraph,
    Row,
    Table,
)

STABLE_FROM = 0.95
ROWS = 60
TOP = 12
HINT = "Der Index gibt nur Hinweise. Ob in einem Gebiet etwas zu tun ist, lässt sich aus ihm allein nicht beurteilen; das Wissen der Menschen vor Ort muss hinzukommen."


@dataclass(frozen=True)
class Reading:
    """A computed edition with the words around it: labels of indicators, names of areas, sender, state of the data."""

    edition: Edition
    labels: Mapping[str, str]
    sources: Mapping[str, str]
    names: Mapping[str, str]
    level: str
    author: str
    data: str
    date: str
    protected: bool
    atlas: Atlas | None = None
    variants: Variants = field(init=False)
    stability: Stability = field(init=False)

    def __post_init__(self) -> None:
        # Both sheets rest on the same thorough variants; they are drawn once.
        outcome = self.edition.status
        object.__setattr__(
            self, "variants", sensitivity.variants(outcome, sensitivity.thorough(outcome.recipe))
        )
        object.__setattr__(self, "stability", self.variants.stability())

    @property
    def title(self) -> str:
        """Name and edition, the edition only once."""
        index = self.edition.index
        return index.label if index.edition in index.label else f"{index.label}, Ausgabe {index.edition}"

    @property
    def unstable(self) -> int:
        """Areas that change their class in more than one of twenty variants."""
        return int((self.stability.share < STABLE_FROM).sum())

    def label(self, indicator: str) -> str:
        """How a component is called."""
        own = {c.indicator: c.label for c in self.edition.index.components}
        return own.get(indicator) or self.labels.get(indicator, indicator)

    def name(self, area: str) -> str:
        """Name of an area."""
        return self.names.get(area, area)


def number(value: float, decimals: int = 2) -> str:
    """A figure in German notation."""
    return "" if np.isnan(value) else draw.number(float(value), decimals)


def percent(share: float) -> str:
    """A share in whole per cent; under one rounds down."""
    return draw.number(np.floor(100 * share + 1e-9), 0, unit="%")


def text(words: str, title: str = "") -> Paragraph | Note:
    """A paragraph; with a title a remark set apart."""
    return Note(words, title) if title else Paragraph(words)


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: frozenset[int] = frozenset(),
          widths: Sequence[float] = ()) -> Table:  # fmt: skip
    """A table of texts; `numeric` are the columns set to the right, `widths` parts of the page."""
    shares = list(widths) or [1.0] * len(heads)
    columns = [Column(head, number in numeric, share) for number, (head, share) in enumerate(zip(heads, shares, strict=True))]  # fmt: skip
    return Table(caption, columns, [Row([Cell(cell) for cell in row]) for row in rows])


def _chapter(title: str, blocks: Sequence[Block]) -> Chapter:
    return Chapter(re.sub(r"\W+", "-", title.lower()).strip("-"), title, blocks)


def _short(reading: Reading) -> str:
    index = reading.edition.index
    return index.label if index.edition in index.label else f"{index.label} {index.edition}"


def _document(reading: Reading, kind: str, lead: str, chapters: Sequence[Chapter]) -> Document:
    first: list[Block] = [Paragraph(lead, lead=True)]
    if not reading.protected:
        first.append(Note("Aus ungeschützten Werten gerechnet: nur für den Dienstgebrauch der statistischen Stelle, nicht weitergeben.", "Nur intern"))  # fmt: skip
    head, *others = chapters
    opened = Chapter(head.id, head.title, head.blocks)
    return Document(
        title=f"{kind}: {_short(reading)}", kind=kind, subject=reading.title, author=reading.author, date=reading.date,
        data_state=periods.label(reading.edition.index.period), release=reading.data, fingerprint=reading.edition.index.digest(),
        chapters=[Chapter("ueberblick", "Überblick", first), opened, *others], name=kind.lower(), internal=not reading.protected,
    )  # fmt: skip


# -- method sheet ----------------------------------------------------------------------------------------------------


def method_sheet(reading: Reading) -> Document:
    """How an edition is made, who chose what and why, how sure it is, and what it does not say."""
    index = reading.edition.index
    lead = index.description or f"Der Index fasst {len(index.components)} Kennzahlen zu einem Wert und einer Klasse je Gebiet zusammen."  # fmt: skip
    return _document(
        reading, "Methodenblatt", lead,
        [
            _chapter("Auf einen Blick", [_facts(reading), text(HINT, "Grenze")]),
            _chapter("Bausteine", list(_components(reading))),
            _chapter("Rechenweg", [Bullets(wording.steps(index)), *_formula(reading)]),
            _chapter("Klassen", [_classes(reading)]),
            _chapter("Wer was warum gewählt hat", [_choices(reading)]),
            _chapter("Wie sicher die Einteilung ist", list(_certainty(reading))),
            _chapter("Was die Gebiete an ihren Platz bringt", list(_contributions(reading))),
            *_left_out(reading),
            _chapter("Was der Index nicht sagt", [Bullets(_limits(reading))]),
            _chapter("Quellen und Literatur", [Bullets(_literature(reading))]),
        ],
    )  # fmt: skip


def _facts(reading: Reading) -> Table:
    edition, index = reading.edition, reading.edition.index
    rated, all_areas = len(edition.status.areas), len(edition.candidates)
    side = "hohe Belastung" if index.orientation == "burden" else "günstige Lage"
    rows = [
        ("Gebiete", f"{reading.level}, {rated} von {all_areas} bewertet"),
        ("Stichtag", periods.label(index.period)),
        ("Dynamik", f"Veränderung in {index.dynamic_years} Jahren" if edition.dynamic is not None else "nicht gerechnet"),
        ("Ein hoher Wert heißt", side),
        ("Rang 1", "höchste Belastung" if index.orientation == "burden" else "günstigste Lage"),
        ("Vorlage", index.preset or "keine"),
        ("Daten", reading.data),
        ("Kennung der Methode", index.method_id()),
    ]  # fmt: skip
    return table("Eckpunkte der Ausgabe", ("Angabe", "Inhalt"), rows, widths=(1, 2.6))


def _components(reading: Reading) -> Iterator[Table | Paragraph | Note]:
    outcome, index = reading.edition.status, reading.edition.index
    found = explain.structure(outcome)
    weights = outcome.fitted.weights
    dimensions = {d.id: d.label or d.id for d in index.dimensions}
    rows = []
    for j, c in enumerate(index.components):
        rows.append(
            (
                reading.label(c.indicator), dimensions.get(c.dimension, ""), "umgekehrt" if c.direction < 0 else "wie gemessen",
                number(weights[j]), number(found.influence.iloc[j]), reading.sources.get(c.indicator, ""),
            )
        )  # fmt: skip
    columns = ["Kennzahl", "Dimension", "Richtung", "Gewicht", "Zusammenhang mit dem Index", "Quelle"]
    keep = [k for k in range(6) if k != 1 or dimensions]
    yield table(
        "Bausteine mit Gewicht und wirklichem Einfluss",
        [columns[k] for k in keep],
        [[row[k] for k in keep] for row in rows],
        frozenset(place for place, k in enumerate(keep) if k in (3, 4)),
        [(2.2, 1.2, 1.1, 0.8, 1.2, 2.0)[k] for k in keep],
    )
    if dimensions:
        own = [(dimensions[d.id], number(outcome.weights[d.id])) for d in index.dimensions]
        yield table("Gewichte der Dimensionen", ("Dimension", "Gewicht"), own, frozenset({1}), (3, 1))
    yield text("Das Gewicht ist gewählt; der Zusammenhang (Korrelation von −1 bis 1) sagt, wie stark der Baustein den Index wirklich bestimmt.")  # fmt: skip


def _formula(reading: Reading) -> Iterator[Paragraph | Note]:
    formula = wording.formula(reading.edition.index)
    if formula:
        yield text(formula, "Formel")
    if reading.edition.status.notes:
        yield text("; ".join(reading.edition.status.notes) + ".", "Behandelte Ausreißer")


def _classes(reading: Reading) -> Table:
    outcome, index = reading.edition.status, reading.edition.index
    counted = Counter(outcome.classes)
    found = limits_of(outcome.score.to_numpy(float), index.classes, index.classes.status)
    rows = [(c.label, _limit(found, k, c), str(counted[c.label])) for k, c in enumerate(index.classes.status)]
    return table("Statusklassen", ("Klasse", "Wert", "Gebiete"), rows, frozenset({2}), (1.4, 1.6, 0.8))


def _limit(limits: np.ndarray, place: int, c: IndexClass) -> str:
    del c
    if place == 0:
        return f"bis {number(limits[0])}" if len(limits) else "alle"
    low = f"über {number(limits[place - 1])}"
    return low if place >= len(limits) else f"{low} bis {number(limits[place])}"


def _choices(reading: Reading) -> Table | Paragraph | Note:
    choices = reading.edition.index.choices
    if not choices:
        return text("Es ist nicht festgehalten, wer Bausteine, Gewichte und Klassen gewählt hat und warum. Ergänzen Sie „choices“ in der Ausgabe, bevor der Index in einem Gremium beraten wird.", "Fehlt")  # fmt: skip
    rows = [(c.subject, c.decided_by + (f", {draw.date_text(c.date)}" if c.date else ""), c.reason) for c in choices]  # fmt: skip
    return table("Entscheidungen", ("Was", "Wer, wann", "Warum"), rows, widths=(1.2, 1.2, 2.4))


def _certainty(reading: Reading) -> Iterator[Paragraph | Note | Table]:
    rated = len(reading.edition.status.areas)
    if reading.unstable:
        yield text(f"{reading.unstable} von {rated} Gebieten wechseln in mehr als 5 Prozent der {reading.variants.scores.shape[0]:,} Rechenvarianten ihre Klasse. Für sie ist die Einteilung auch eine Frage der Rechenweise.".replace(",", "."))  # fmt: skip
    else:
        yield text(f"Alle {rated} Gebiete behalten ihre Klasse in mindestens 95 Prozent der Rechenvarianten.")
    yield _single(reading)
    yield text("Durchgespielt sind andere Gewichte, Normierungen und Zusammenfassungen, das Weglassen je eines Bausteins und der Zufall der Messung. Alles Weitere steht im Stabilitätsblatt.")  # fmt: skip


def _single(reading: Reading) -> Table:
    changes = sensitivity.single_changes(reading.edition.status)
    rows = [
        (reading.label(str(name)), str(row["double"]), str(row["without"]))
        for name, row in changes.iterrows()
    ]
    return table(
        "Gebiete, die ihre Klasse wechseln, wenn ein Baustein …",
        ("Baustein", "doppelt zählt", "weggelassen wird"), rows, frozenset({1, 2}), (2.4, 1, 1),
    )  # fmt: skip


def _contributions(reading: Reading) -> Iterator[Paragraph | Note | Table]:
    outcome = reading.edition.status
    parts = explain.contributions(outcome)
    kind = (
        ""
        if outcome.recipe.is_linear
        else " Weil sich die Bausteine hier nicht einfach addieren, sind es Shapley-Werte."
    )
    yield text(f"Der Beitrag sagt, um wie viel ein Baustein ein Gebiet über das mittlere Gebiet hebt (+) oder darunter senkt (−).{kind}")  # fmt: skip
    order = outcome.score.sort_values(ascending=False, kind="stable").index[:TOP]
    heads = ["Gebiet", "Index", *(reading.label(str(name)) for name in parts.columns)]
    rows = [
        (reading.name(area), number(outcome.score[area]), *(draw.number(float(x), 2, sign=True) for x in parts.loc[area]))
        for area in order
    ]  # fmt: skip
    yield table(f"Die {len(rows)} Gebiete mit dem höchsten Wert", heads, rows, frozenset(range(1, len(heads))), (1.8, 0.8, *(1.0 for _ in parts.columns)))  # fmt: skip


def _left_out(reading: Reading) -> Iterator[Chapter]:
    edition = reading.edition
    gone = edition.candidates.difference(edition.status.areas, sort=False)
    if not len(gone):
        return
    reasons: dict[str, list[str]] = {}
    for area in gone:
        if area in edition.reasons:
            why = edition.reasons[area]
        else:
            why = "ein Baustein ist gesperrt" if area in edition.hidden else "ein Baustein fehlt"
        reasons.setdefault(why, []).append(reading.name(str(area)))
    rows = [(why, ", ".join(names)) for why, names in sorted(reasons.items(), key=lambda item: -len(item[1]))]
    yield _chapter("Nicht bewertete Gebiete", [table("Nicht bewertet", ("Grund", "Gebiete"), rows, widths=(1.2, 2))])  # fmt: skip


def _limits(reading: Reading) -> list[str]:
    index = reading.edition.index
    found = [
        "Er beschreibt Gebiete, nicht Menschen: In einem Gebiet mit hohem Wert leben auch Menschen ohne jede Benachteiligung.",
        "Er vergleicht Gebiete innerhalb der Kommune. Verbessert sich die Lage überall, ändert sich der Index nicht.",
        "Gewichte sind Entscheidungen, keine Messungen.",
        "Er enthält nur, wofür es Zahlen gibt. Was nicht gemessen wird, kommt nicht vor.",
    ]
    if not index.frame:
        found.append("Werte zweier Ausgaben lassen sich in der Höhe nicht vergleichen, Klassen und Ränge nur bei gleicher Methode.")  # fmt: skip
    return [*found, HINT]


def _literature(reading: Reading) -> list[str]:
    index = reading.edition.index
    sources = sorted({reading.sources.get(c.indicator, "") for c in index.components} - {""})
    found = [f"Daten: {source}" for source in sources]
    if index.literature:
        found.append(index.literature)
    return [*found, "OECD (2008), Handbook on Constructing Composite Indicators", "Saisana, Saltelli und Tarantola (2005), Journal of the Royal Statistical Society A 168:307–323"]  # fmt: skip


# -- stability sheet -------------------------------------------------------------------------------------------------


def stability_sheet(reading: Reading) -> Document:
    """How much of an edition is choice: map, rank ranges, which choice matters, how the components hang together."""
    rated = len(reading.edition.status.areas)
    kept = rated - reading.unstable
    lead = f"{kept} von {rated} Gebieten behalten ihre Klasse in mindestens 95 Prozent der Rechenvarianten, {reading.unstable} nicht."  # fmt: skip
    return _document(
        reading, "Stabilitätsblatt", lead,
        [
            _chapter("Klassen auf der Karte", list(_map(reading))),
            _chapter("Rangspannen", list(_rank_ranges(reading))),
            _chapter("Welche Wahl am meisten bewegt", list(_sobol(reading))),
            _chapter("Ein Baustein mehr oder weniger", [_single(reading)]),
            _chapter("Wie die Bausteine zusammenhängen", list(_structure(reading))),
            _chapter("Alle bewerteten Gebiete", [_areas(reading)]),
        ],
    )  # fmt: skip


def _css(place: int, number_of_classes: int) -> str:
    """Class colours from light to dark, whatever the number of classes."""
    return f"q{1 + round(4 * place / max(number_of_classes - 1, 1))}"


def _map(reading: Reading) -> Iterator[Figure | Paragraph | Note]:
    edition, outcome = reading.edition, reading.edition.status
    classes = outcome.recipe.classes.status
    colours = [_css(k, len(classes)) for k in range(len(classes))]
    layer = reading.atlas.levels.get(edition.index.level) if reading.atlas else None
    if layer is None or not layer.shapes or reading.atlas is None:
        yield text("Zu diesen Gebieten liegt keine Geometrie vor; die Tabelle am Ende enthält alles.")
        return
    share = dict(zip(outcome.areas, reading.stability.share, strict=True))
    marks = []
    for area, place in zip(outcome.areas, outcome.places, strict=True):
        status = "unreliable" if share[area] < STABLE_FROM else "ok"
        marks.append(AreaMark(str(area), colours[place], status, classes[place].label))
    gone = edition.candidates.difference(outcome.areas, sort=False)
    marks += [AreaMark(str(area), "qn", "not_meaningful", "nicht bewertet") for area in gone]
    counted = Counter(outcome.classes)
    words = ", ".join(f"{c.label}: {counted[c.label]}" for c in classes)
    title = f"Statusklassen, {periods.label(edition.index.period)}"
    alt = f"Karte der Gebiete nach Statusklasse. {words}. {reading.unstable} Gebiete sind gepunktet: nah an einer Klassengrenze."
    svg = draw.choropleth(layer, marks, width=reading.atlas.width, height=reading.atlas.height, title=title, description=alt, interactive=False)  # fmt: skip
    key = [(css, "ok", f"{classes[k].label}: {counted[classes[k].label]}") for k, css in enumerate(colours)]
    key.append((colours[len(colours) // 2], "unreliable", f"nah an einer Klassengrenze: {reading.unstable}"))
    if len(gone):
        key.append(("qn", "not_meaningful", f"nicht bewertet: {len(gone)}"))
    yield Figure(str(svg), alt, f"{title}. Muster: Die Klasse wechselt in mehr als 5 Prozent der Varianten.", width=0.8, key=key)  # fmt: skip


def _rank_ranges(reading: Reading) -> Iterator[Figure | Paragraph | Note]:
    outcome, found = reading.edition.status, reading.stability
    classes = outcome.recipe.classes.status
    order = np.argsort(found.rank, kind="stable")
    shown = order[:ROWS]
    rows = [
        RankRow(reading.name(str(outcome.areas[i])), found.rank[i], found.lower[i], found.upper[i], _css(int(outcome.places[i]), len(classes)))
        for i in shown
    ]  # fmt: skip
    yield text("Der Balken reicht über die Ränge in 95 Prozent der Varianten, der Strich ist der veröffentlichte Rang. Überdecken sich zwei Balken weit, lässt sich nicht sagen, welches Gebiet weiter vorn liegt.")  # fmt: skip
    alt = rank_text(rows)
    svg = rank_chart(rows, len(outcome.areas), title="Rangspannen", description=alt)
    rest = "" if len(order) <= ROWS else f" Gezeigt sind die ersten {ROWS} von {len(order)}."
    yield Figure(str(svg), alt, f"Rang 1 ist {'die höchste Belastung' if outcome.recipe.orientation == 'burden' else 'die günstigste Lage'}; Farben wie auf der Karte.{rest}")  # fmt: skip


def _sobol(reading: Reading) -> Iterator[Table | Paragraph | Note]:
    outcome = reading.edition.status
    found = sensitivity.sobol(outcome).sort_values("total", ascending=False)
    rows = [
        (wording.CHOICES[str(choice)], percent(row["first"]), percent(row["total"])) for choice, row in found.iterrows()
    ]  # fmt: skip
    yield text("Anteil an der Unruhe der Ränge: allein, und zusammen mit den anderen Wahlen (Sobol-Indizes, auf etwa fünf Prozentpunkte genau).")  # fmt: skip
    yield table("Was die Ränge verschiebt", ("Wahl", "allein", "mit Wechselwirkung"), rows, frozenset({1, 2}), (2.4, 1, 1))  # fmt: skip
    errors = outcome.inputs.errors
    if errors is None or not (errors.to_numpy() > 0).any():
        yield text("Für die Bausteine sind keine Vertrauensbereiche bekannt; der Zufall der Messung ist nicht durchgespielt.", "Hinweis")  # fmt: skip


def _structure(reading: Reading) -> Iterator[Table | Paragraph | Note]:
    outcome = reading.edition.status
    found = explain.structure(outcome)
    names = [reading.label(str(name)) for name in found.correlation.columns]
    if len(names) < 2:
        yield text("Ein einziger Baustein hängt mit keinem anderen zusammen.")
        return
    matrix, loaded = found.correlation.to_numpy(float), found.loadings.to_numpy(float)
    letters = [str(k + 1) for k in range(len(names))]
    rows = [
        (f"{k + 1} {names[k]}", *(number(float(matrix[k, j])) if j <= k else "" for j in range(len(names))), number(found.influence.iloc[k]))
        for k in range(len(names))
    ]  # fmt: skip
    yield table("Korrelation der Bausteine", ("Baustein", *letters, "Index"), rows, frozenset(range(1, len(names) + 2)), (2.6, *(0.7 for _ in letters), 0.8))  # fmt: skip
    for one, other, r in found.redundant:
        yield text(f"„{reading.label(one)}“ und „{reading.label(other)}“ sagen fast dasselbe (Korrelation {number(r)}); zusammen zählt das Thema doppelt.", "Doppelt")  # fmt: skip
    for one, other, r in found.against:
        yield text(f"„{reading.label(one)}“ und „{reading.label(other)}“ laufen gegeneinander (Korrelation {number(r)}) und heben sich im Index teilweise auf.", "Gegenläufig")  # fmt: skip
    share = found.roots / found.roots.sum()
    shown = min(3, len(share))
    heads = ("Baustein", *(f"Hauptkomponente {k + 1}" for k in range(shown)))
    loadings = [(names[j], *(number(float(loaded[j, k])) for k in range(shown))) for j in range(len(names))]  # fmt: skip
    loadings.append(("erklärter Anteil", *(percent(float(share[k])) for k in range(shown))))
    yield table("Ladungen der Bausteine auf die Hauptkomponenten", heads, loadings, frozenset(range(1, shown + 1)), (2.2, *(1.0 for _ in range(shown))))  # fmt: skip
    yield text(f"Die erste Hauptkomponente erklärt {percent(float(share[0]))} der Unterschiede; Cronbachs Alpha {number(found.alpha)}. {_reading_of(float(share[0]))}")  # fmt: skip


def _reading_of(share: float) -> str:
    if share >= 0.6:
        return "Die Bausteine messen im Wesentlichen dasselbe."
    if share >= 0.4:
        return "Die Bausteine haben einen gemeinsamen Kern, daneben misst jeder Eigenes."
    return "Die Bausteine messen Verschiedenes; eine einzige Zahl verdeckt das."


def _areas(reading: Reading) -> Table:
    outcome, found = reading.edition.status, reading.stability
    figures = pd.DataFrame({"score": outcome.score, "class": outcome.classes, "share": found.share, "low": found.lower, "high": found.upper, "rank": found.rank})  # fmt: skip
    ordered = figures.sort_values("rank", kind="stable")
    rows = [
        (reading.name(str(area)), str(row["class"]), number(row["score"]), f"{row['rank']:.0f}", f"{row['low']:.0f} bis {row['high']:.0f}", percent(row["share"]))
        for area, row in ordered.iterrows()
    ]  # fmt: skip
    heads = ("Gebiet", "Klasse", "Wert", "Rang", "Spanne", "behält die Klasse in")
    return table("Wert, Klasse, Rang mit Spanne und Stabilität", heads, rows, frozenset({2, 3, 4, 5}), (2.2, 1.2, 0.8, 0.7, 1.1, 1.2))  # fmt: skip
