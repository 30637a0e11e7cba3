"""The two long tables, COUNTS (Grundzahlen) and VALUES (Kennzahlen), and the states of a figure (Zeichenerklärung)."""

from __future__ import annotations

from enum import StrEnum

from sozialraum.words import Words, mark

DIMENSIONS = ("age", "sex", "nationality")
TOTAL = "insgesamt"
NOT_ASSIGNABLE = "nz"
NOT_ASSIGNABLE_LABEL = mark("räumlich nicht zuordenbar")
MUNICIPALITY_LEVEL = "kommune"
# The level of areas beyond the municipality that it compares itself with: district, region, state.
COMPARISON_LEVEL = "vergleich"

COUNTS_KEY = ("area", "level", "version", "period", "variable", *DIMENSIONS)
COUNTS_COLUMNS = (*COUNTS_KEY, "count", "status")

VALUES_KEY = ("area", "level", "version", "period", "indicator")
VALUES_COLUMNS = (
    *VALUES_KEY,
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "status",
    "class",
    "notes",
)


class Status(StrEnum):
    """Why a figure shows or does not show; the order is the order of precedence."""

    SUPPRESSED = "suppressed"
    MISSING = "missing"
    NOT_MEANINGFUL = "not_meaningful"
    UNRELIABLE = "unreliable"
    ESTIMATED = "estimated"
    PROVISIONAL = "provisional"
    NONE = "none"
    OK = "ok"

    @property
    def sign(self) -> str:
        """The printed sign of German official statistics; empty for a plain figure."""
        return SIGNS[self]

    @property
    def label(self) -> str:
        """The state in words, in German."""
        return LABELS[self]

    @property
    def has_value(self) -> bool:
        """Whether a figure stands beside this state."""
        return self not in (Status.SUPPRESSED, Status.MISSING, Status.NOT_MEANINGFUL)


SIGNS: dict[Status, str] = {
    Status.OK: "",
    Status.NONE: "–",
    Status.MISSING: "...",
    Status.SUPPRESSED: ".",
    Status.UNRELIABLE: "/",
    Status.ESTIMATED: "s",
    Status.PROVISIONAL: "p",
    Status.NOT_MEANINGFUL: "x",
}

LABELS: dict[Status, str] = Words(
    {
        Status.OK: mark("gezählt"),
        Status.NONE: mark("genau null"),
        Status.MISSING: mark("nicht geliefert"),
        Status.SUPPRESSED: mark("gesperrt (Statistikgeheimnis)"),
        Status.UNRELIABLE: mark("zu wenige Fälle für eine verlässliche Aussage"),
        Status.ESTIMATED: mark("geschätzt oder umgerechnet"),
        Status.PROVISIONAL: mark("vorläufig"),
        Status.NOT_MEANINGFUL: mark("Aussage nicht sinnvoll"),
    }
)

PRECEDENCE = {status: rank for rank, status in enumerate(Status)}


def strongest(statuses: list[Status]) -> Status:
    """The state that wins when several figures are put together."""
    return min(statuses, key=PRECEDENCE.__getitem__, default=Status.OK)
