"""A delivery against the one before it: new, changed, gone, jumps, a definition that may have changed (Differenzbericht)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sozialraum import periods
from sozialraum.catalogue import Catalogue
from sozialraum.errors import Finding, Severity
from sozialraum.tables import COUNTS_KEY, DIMENSIONS, NOT_ASSIGNABLE, TOTAL

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
ERRORS: Final = 3.0  # standard errors of the difference of two counts
RELEVANT: Final = 0.10  # smaller changes are told by nobody, however large the counts
TABLE: Final = ["variable", "version", "level", *DIMENSIONS]
COLUMNS: Final = (
    "variable",
    *DIMENSIONS,
    "version",
    "level",
    "area",
    "earlier",
    "period",
    "before",
    "after",
    "kind",
)
SHOWN: Final = 4


class Change(NamedTuple):
    """One cell of one table in two periods; `kind` is `neu`, `entfallen`, `Sprung` or `geändert`."""

    area: str
    before: float
    after: float
    kind: str
    file: str
    sheet: str
    row: int | None


def between_periods(rows: pd.DataFrame, catalogue: Catalogue) -> tuple[list[Finding], pd.DataFrame]:
    """Compare each table with the same table one period earlier.

    `rows` are COUNTS as delivered with `file`, `sheet` and `row`. Returns warnings about the newest period of each
    variable as a whole, the strongest areas named, and a table with `COLUMNS` of every cell of every table and period
    that is new, gone or jumps.
    """
    findings: list[Finding] = []
    listed: list[dict[str, object]] = []
    for key, table in rows.groupby(TABLE, sort=False):
        name = dict(zip(TABLE, key, strict=True))
        known = catalogue.variables.get(str(name["variable"]))
        if known is None or known.magnitude:
            continue
        # A doubled cell is a finding of its own.
        single = table.drop_duplicates(["area", "period"])
        ordered = sorted(single["period"].unique(), key=periods.parse)
        for earlier, period in pairwise(ordered):
            if periods.parse(earlier).kind is not periods.parse(period).kind:
                continue
            before = single[single["period"] == earlier].set_index("area")
            after = single[single["period"] == period].set_index("area")
            changes = list(_changes(before, after))
            if period == ordered[-1] and _is_widest(name, single, rows):
                findings += _told(f"{known.label}{_of(name)}", earlier, period, before, after, changes)
            listed += [
                {**name, "area": c.area, "earlier": earlier, "period": period, "before": c.before, "after": c.after, "kind": c.kind}
                for c in changes
            ]  # fmt: skip
    return findings, pd.DataFrame(listed, columns=list(COLUMNS))


def _is_widest(name: Mapping[str, object], table: pd.DataFrame, rows: pd.DataFrame) -> bool:
    """Whether a table speaks of all cases of its variable: groups are told only where no total is delivered."""
    if all(name[d] == TOTAL for d in DIMENSIONS):
        return True
    same = rows[(rows["variable"] == name["variable"]) & (rows["version"] == name["version"])]
    return not (same[list(DIMENSIONS)] == TOTAL).all(axis=1).any() and len(table) > 0


def _of(name: Mapping[str, object]) -> str:
    dims = [str(name[d]) for d in DIMENSIONS if name[d] != TOTAL]
    return f" ({', '.join(dims)})" if dims else ""


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Change]:
    earlier = before["count"].rename("count_before")
    both = pd.concat([earlier, after[["count", "file", "sheet", "row"]]], axis=1)
    both = both[_is_odd(both["count_before"].to_numpy(float), both["count"].to_numpy(float))]
    for row in both.rename_axis("area").reset_index().to_dict("records"):
        was, is_now = float(row["count_before"]), float(row["count"])
        number = None if pd.isna(row["row"]) else int(row["row"])
        yield Change(
            str(row["area"]), was, is_now, _kind(was, is_now), str(row["file"]), str(row["sheet"]), number
        )


def _is_odd(was: Floats, is_now: Floats) -> Flags:
    """Cells that are new, gone or jump."""
    return np.asarray((np.isnan(was) != np.isnan(is_now)) | is_jump(was, is_now), dtype=np.bool_)


def _kind(was: float, is_now: float) -> str:
    if math.isnan(was):
        return "neu"
    return "entfallen" if math.isnan(is_now) else "Sprung"


def is_jump(was: ArrayLike, is_now: ArrayLike) -> Flags:
    """Whether counts differ by more than three standard errors of their difference (Poisson) and by over ten per cent.

    Counts of one shape; NaN is no jump. The variance of the difference of two independent Poisson counts is their sum;
    0.5 is added so that a step from 0 has one.
    """
    one, other = np.asarray(was, dtype=float), np.asarray(is_now, dtype=float)
    difference = np.abs(other - one)
    clear = difference > ERRORS * np.sqrt(one + other + 0.5)
    return np.asarray(clear & (difference > RELEVANT * np.maximum(one, other)), dtype=np.bool_)


def _told(
    label: str,
    earlier: str,
    period: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    changes: Sequence[Change],
) -> Iterator[Finding]:
    span = f"von {periods.label(earlier)} auf {periods.label(period)}"
    first = after.iloc[0]
    file, sheet = str(first["file"]), str(first["sheet"])
    shared = before["count"].dropna().index.intersection(after["count"].dropna().index)
    same = before.loc[shared, "count"].to_numpy(float), after.loc[shared, "count"].to_numpy(float)
    if len(shared) >= 10 and same[0].sum() >= 100 and np.array_equal(*same):
        yield Finding(
            f"„{label}“ hat {span} in allen {len(shared)} Gebieten genau dieselben Werte.",
            "Prüfen Sie, ob dieselbe Tabelle zweimal geliefert wurde.", severity=Severity.WARNING, file=file, sheet=sheet,
        )  # fmt: skip
        return
    if _is_redefined(*same):
        yield Finding(
            f"„{label}“ ändert sich {span} fast überall in dieselbe Richtung: zusammen {_n(same[0].sum())} → {_n(same[1].sum())}.",
            "Fragen Sie nach, ob sich Definition, Abgrenzung oder Verfahren geändert haben; dann gehört ein Bruch in die Reihe.",
            severity=Severity.WARNING, file=file, sheet=sheet,
        )  # fmt: skip
        return
    for kind, words, remedy in (
        ("Sprung", "springt", "Fragen Sie nach, ob die Werte stimmen; ein bekannter Grund gehört als Anmerkung zum Gebiet."),
        ("entfallen", "fehlt jetzt", "Fragen Sie nach, ob die Werte gesperrt, vergessen oder entfallen sind."),
    ):  # fmt: skip
        found = sorted(
            (c for c in changes if c.kind == kind and c.area != NOT_ASSIGNABLE), key=_size, reverse=True
        )
        if found and (kind != "entfallen" or len(found) > 0.1 * len(before)):
            areas = "einem Gebiet" if len(found) == 1 else f"{len(found)} Gebieten"
            yield Finding(f"„{label}“ {words} {span} in {areas}: {_shown(found)}.", remedy,
                          row=found[0].row, severity=Severity.WARNING, file=file, sheet=sheet)  # fmt: skip


def _is_redefined(was: np.ndarray, is_now: np.ndarray) -> bool:
    """Whether nearly all areas move the same way and the total moves by more than a fifth."""
    if len(was) < 6 or was.sum() < 50:
        return False
    moved = np.sign(is_now - was)
    one_way = max((moved > 0).mean(), (moved < 0).mean())
    return bool(one_way >= 0.85 and abs(is_now.sum() - was.sum()) > 0.2 * was.sum())


def _size(change: Change) -> float:
    return float(abs(np.nan_to_num(change.after) - np.nan_to_num(change.before)))


def _shown(changes: Sequence[Change]) -> str:
    texts = [f"{c.area} ({_n(c.before)} → {_n(c.after)})" for c in changes[:SHOWN]]
    more = f" und {len(changes) - SHOWN} weitere" if len(changes) > SHOWN else ""
    return ", ".join(texts) + more


def _n(value: float) -> str:
    return "…" if math.isnan(value) else f"{value:,.0f}".replace(",", ".")


def since_last_run(now: pd.DataFrame, last: pd.DataFrame) -> tuple[list[Finding], pd.DataFrame]:
    """What changed in periods that were already there at the last `run`: a new version of a delivery.

    Both are COUNTS as delivered. Returns one warning per variable and period, and every changed, new or gone cell.
    """
    key = list(COUNTS_KEY)
    known = last[["variable", "period"]].drop_duplicates()
    again = now.merge(known, on=["variable", "period"])
    both = again[[*key, "count", "status"]].merge(
        last[[*key, "count", "status"]], on=key, how="outer", suffixes=("", "_last")
    )
    equal = (both["count"] == both["count_last"]) | (both["count"].isna() & both["count_last"].isna())
    # What is no longer there at all belongs to a file that was taken away; `check` tells that by its name.
    still = (
        both[["variable", "period"]]
        .apply(tuple, axis=1)
        .isin(set(now[["variable", "period"]].itertuples(index=False, name=None)))
    )
    changed = both[(~equal | (both["status"] != both["status_last"])) & still]
    findings = [
        Finding(
            f"„{variable}“ ({periods.label(str(period))}): {len(group)} Werte sind anders als beim letzten Lauf, zum Beispiel Gebiet {group.iloc[0]['area']}: {_n(float(group.iloc[0]['count_last']))} → {_n(float(group.iloc[0]['count']))}.",
            "Ist es eine berichtigte Lieferung, ist alles gut; sonst prüfen Sie Rezept und korrekturen.toml.",
            severity=Severity.WARNING,
        )
        for (variable, period), group in changed.groupby(["variable", "period"], sort=False)
    ]  # fmt: skip
    table = changed.rename(columns={"count_last": "before", "count": "after"}).assign(
        earlier=changed["period"], kind="geändert"
    )
    return findings, table.reindex(columns=list(COLUMNS))


def twice(files: Iterable[tuple[str, str]]) -> list[Finding]:
    """Files of the same content under two names, from (name, checksum)."""
    seen: dict[str, str] = {}
    findings = []
    for name, checksum in files:
        first = seen.setdefault(checksum, name)
        if first != name:
            findings.append(
                Finding(f"Die Datei ist dieselbe wie {first}.", "Nehmen Sie eine der beiden aus dem Ordner; vermutlich fehlt eine andere Lieferung.", file=name)
            )  # fmt: skip
    return findings


def odd_years(rows: pd.DataFrame) -> list[Finding]:
    """Files whose name says another year than their periods, while the other files of the kind agree with theirs.

    `rows` need `file` and `period`; files of one kind differ only in digits of their names.
    """
    found: dict[str, dict[str, int]] = {}
    for file, group in rows.groupby("file", sort=False):
        year = re.search(r"(?<!\d)(?:19|20)\d{2}(?!\d)", str(file).rpartition("/")[2])
        ends = {periods.parse(str(p)).end.year for p in group["period"].unique()}
        if year and len(ends) == 1:
            kind = re.sub(r"\d+", "#", str(file))
            found.setdefault(kind, {})[str(file)] = int(year[0]) - ends.pop()
    findings = []
    for offsets in found.values():
        usual = max(set(offsets.values()), key=list(offsets.values()).count)
        findings += [
            Finding(
                f"Der Dateiname nennt ein anderes Jahr als der Inhalt ({'später' if offset > usual else 'früher'} als bei den anderen Dateien).",
                "Prüfen Sie, ob die richtige Datei unter diesem Namen liegt.", file=file, severity=Severity.WARNING,
            )
            for file, offset in offsets.items()
            if offset != usual and len(offsets) > 2
        ]  # fmt: skip
    return findings
