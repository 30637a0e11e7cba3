"""A recipe in German sentences: how it is computed, step by step, for the method sheet (Rechenweg in Worten)."""

from __future__ import annotations

from sozialraum.catalogue.recipe import Component, Dimension, Index, IndexClasses, Recipe

TRANSFORMS = {
    "log": "logarithmiert",
    "log1p": "um 1 erhöht und logarithmiert",
    "sqrt": "durch die Quadratwurzel gestaucht",
    "box_cox": "nach Box und Cox umgeformt",
}
SCALES = {
    "z_score": "als Abweichung in Standardabweichungen ausgedrückt (z-Wert)",
    "min_max": "zwischen kleinstem und größtem Wert eingeordnet (Min–Max)",
    "rank": "durch seinen Rang ersetzt",
    "borda": "durch die Zahl der Gebiete darunter ersetzt",
    "percentile_rank": "durch seinen Prozentrang ersetzt",
    "exponential": "als Rang exponentiell gespreizt, so dass hohe Belastung stärker zählt",
    "distance_to_maximum": "als Abstand zum größten Wert ausgedrückt",
    "distance_to_reference": "als Abstand zum Bezugswert ausgedrückt",
    "distance_to_target": "als Grad der Annäherung an den Zielwert ausgedrückt",
    "fraction_of_maximum": "als Anteil am größten Wert ausgedrückt",
    "signed_chi_squared": "als χ² mit Vorzeichen gegen den Anteil der ganzen Kommune ausgedrückt",
    "none": "unverändert übernommen",
}
WEIGHTS = {
    "given": "Die Gewichte sind gesetzt.",
    "equal": "Alle zählen gleich.",
    "pca": "Die Gewichte sind die Ladungen auf die gemeinsame Hauptkomponente.",
    "factor": "Die Gewichte folgen aus rotierten Faktoren.",
    "optimised": "Die Gewichte sind so bestimmt, dass jeder Baustein gleich stark mit dem Ergebnis zusammenhängt.",
    "benefit_of_the_doubt": "Jedes Gebiet erhält die Gewichte, mit denen es am höchsten liegt, ohne dass ein Gebiet über 1 käme.",
}
SUMS = {
    "sum": "mit ihren Gewichten addiert",
    "arithmetic": "als gewichtetes Mittel zusammengefasst",
    "geometric": "als gewichtetes geometrisches Mittel zusammengefasst",
    "harmonic": "als gewichtetes harmonisches Mittel zusammengefasst",
    "median": "durch ihren gewichteten Median zusammengefasst",
    "mazziotta_pareto": "als Mittel mit einem Aufschlag für ungleiche Verteilung zusammengefasst (Mazziotta und Pareto)",
    "copeland": "ohne Ausgleich verglichen: Gezählt wird, wie viele Gebiete nach Gewicht der Bausteine unterlegen sind (Copeland)",
}
ENDS = {
    "sd": "Die Summe wird durch ihre Standardabweichung geteilt.",
    "z_score": "Das Ergebnis wird noch einmal standardisiert.",
    "min_max": "Das Ergebnis wird zwischen kleinstem und größtem Wert eingeordnet.",
    "percentile_rank": "Das Ergebnis wird durch seinen Prozentrang ersetzt.",
    "none": "",
}
FORMULAS = {
    "z_score": "z = (x − m) / s",
    "min_max": "n = a + (b − a) · (x − min) / (max − min)",
    "percentile_rank": "P = (Rang − 1) / (N − 1)",
    "exponential": "E = −23 · ln(1 − R · (1 − e^(−100/23)))",
    "signed_chi_squared": "n = ± ln(χ² + 1)",
}
SUM_FORMULAS = {
    "sum": "S = Σ w · n",
    "arithmetic": "S = Σ w · n / Σ w",
    "geometric": "S = exp(Σ w · ln n / Σ w)",
    "harmonic": "S = Σ w / Σ (w / n)",
    "mazziotta_pareto": "S = M ± Var / M",
}
CHOICES = {
    "normalise": "Normierung",
    "aggregate": "Zusammenfassung",
    "factors": "Gewichte",
    "left_out": "Weglassen eines Bausteins",
    "errors": "Zufall der Messung",
}


def steps(recipe: Recipe) -> list[str]:
    """The way from the components to the class, one sentence per step."""
    found = [*_gaps(recipe), *_outliers(recipe), _scale(recipe), *_dimensions(recipe), _sum(recipe)]
    if ENDS[recipe.scale]:
        found.append(ENDS[recipe.scale])
    if isinstance(recipe, Index) and recipe.frame:
        found.append("Mitte, Streuung und Gewichte sind auf einem früheren Stand eingefroren, damit Werte über die Zeit vergleichbar bleiben.")  # fmt: skip
    found.append(class_rule(recipe.classes))
    return found


def formula(recipe: Recipe) -> str:
    """The short formula of normalisation and sum."""
    parts = [FORMULAS.get(recipe.normalise, ""), SUM_FORMULAS.get(recipe.aggregate, "")]
    if recipe.scale == "sd":
        parts.append("Index = S / s(S)")
    return "; ".join(part for part in parts if part)


def _gaps(recipe: Recipe) -> list[str]:
    fill = {
        "mean": "das Mittel der Gebiete",
        "median": "der Median der Gebiete",
        "group_mean": "das Mittel der größeren Fläche",
    }
    if recipe.impute != "none":
        return [f"Fehlt ein Baustein, wird {fill[recipe.impute]} eingesetzt."]
    if recipe.gap_rule == "available":
        return [f"Fehlt ein Baustein, zählt er wie das Mittel der übrigen dieses Gebiets; nötig sind mindestens {max(recipe.minimum_available, 1)}."]  # fmt: skip
    return ["Bewertet werden nur Gebiete, für die alle Bausteine vorliegen."]


def _outliers(recipe: Recipe) -> list[str]:
    names = {c.transform for c in recipe.components if c.transform}
    found = [
        f"{', '.join(f'„{label(c)}“' for c in recipe.components if c.transform == name)} {'wird' if _single(recipe, name) else 'werden'} {TRANSFORMS[name]}."
        for name in sorted(names)
    ]
    if recipe.outliers.method == "winsorise":
        then = ", sonst logarithmiert" if recipe.outliers.then else ""
        found.append(f"Sehr schiefe Bausteine werden behandelt: Höchstens {recipe.outliers.points} äußerste Werte werden auf den nächsten gesetzt{then}.")  # fmt: skip
    return found


def _single(recipe: Recipe, name: str) -> bool:
    return sum(c.transform == name for c in recipe.components) == 1


def _scale(recipe: Recipe) -> str:
    text = f"Jeder Baustein wird {SCALES[recipe.normalise]}"
    if recipe.normalise == "z_score":
        centre = "dem ungewichteten Mittel der bewerteten Gebiete" if recipe.centre == "area_mean" else "dem Wert der ganzen Kommune"  # fmt: skip
        spread = "Grundgesamtheit, geteilt durch N" if recipe.ddof == 0 else "Stichprobe, geteilt durch N − 1"
        text += f", gemessen von {centre}; Standardabweichung der {spread}"
    turned = [label(c) for c in recipe.components if c.direction < 0]
    own = [f"„{label(c)}“ wird {SCALES[c.normalise]}" for c in recipe.components if c.normalise]
    if turned:
        text += f". Umgedreht wird {', '.join(f'„{name}“' for name in turned)}"
    return ". ".join([text, *own]) + "."


def _dimensions(recipe: Recipe) -> list[str]:
    if not recipe.dimensions:
        return []
    names = ", ".join(f"„{d.label or d.id}“" for d in recipe.dimensions)
    text = f"Zuerst werden die Bausteine in Dimensionen zusammengefasst: {names}."
    again = [d for d in recipe.dimensions if d.normalise]
    if again:
        text += " " + " ".join(f"„{_name(d)}“ wird dann {SCALES[d.normalise or 'none']}." for d in again)
    return [text]


def _name(d: Dimension) -> str:
    return d.label or d.id


def _sum(recipe: Recipe) -> str:
    what = "Dimensionen" if recipe.dimensions else "Bausteine"
    return f"Die {what} werden {SUMS[recipe.aggregate]}. {WEIGHTS[recipe.weights]}"


def class_rule(rule: IndexClasses) -> str:
    """How the classes are cut."""
    return {
        "limits": "Feste Grenzen teilen das Ergebnis in Klassen; ein Wert auf der Grenze gehört zur unteren.",
        "quantiles": f"Die Klassen fassen gleich große Anteile der Gebiete (Quantil Typ {rule.quantile_type}).",
        "ranks": "Die Klassen werden vom höchsten Rang an abgezählt.",
        "natural_breaks": "Die Grenzen liegen dort, wo die Werte innerhalb der Klassen am wenigsten streuen (natürliche Klassen).",
    }[rule.by]


def label(component: Component) -> str:
    """How a component is called where the catalogue is not at hand."""
    return component.label or component.indicator
