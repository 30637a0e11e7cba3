"""Viele Auskünfte hintereinander: Was alle erlaubten zusammen verraten, zählt ein Angreifer Zahl für Zahl durch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import kleinstadt
from sozialraum.catalogue import shipped
from sozialraum.disclosure import gate, ledger
from sozialraum.disclosure.compose import compose_all
from sozialraum.disclosure.enumeration import whole_numbered
from sozialraum.disclosure.history import Earlier
from sozialraum.disclosure.ledger import Request
from sozialraum.disclosure.period_counts import Plan
from sozialraum.tables import MUNICIPALITY_LEVEL

PERIOD, KEY, MINIMUM = "2024-12-31", "geburten", 3
AREAS = tuple(kleinstadt.BEZIRKE)
QUARTERS = sorted({area[:2] for area in AREAS})
SMALL = st.lists(st.integers(0, 9), min_size=len(AREAS), max_size=len(AREAS))
CUSTOM = st.lists(
    st.sets(st.sampled_from(AREAS), min_size=1, max_size=5).map(lambda s: tuple(sorted(s))),
    min_size=1,
    max_size=8,
)


def plan() -> Plan:
    return Plan(
        shipped(), {"geburtenrate": shipped().indicators["geburtenrate"]}, {"2024": kleinstadt.geography()}
    )


def delivered(births: Sequence[int]) -> pd.DataFrame:
    people = kleinstadt.counts(*((area, "einwohner", 1000.0) for area in AREAS), period=PERIOD)
    rows = [(area, KEY, float(n)) for area, n in zip(AREAS, births, strict=True)]
    return pd.concat([people, kleinstadt.counts(*rows, period=PERIOD)], ignore_index=True)


def released(counts: pd.DataFrame) -> tuple[Earlier, list[tuple[str, ...]]]:
    """A release of the town: what the journal remembers, and the sums over districts that it prints."""
    [guarded] = gate.guard_all(list(compose_all(counts, plan())), gate.Effort())
    assert guarded.audit.verdict == gate.PASSED
    cells = [
        (key, bool(hidden))
        for key, hidden, printable in zip(
            guarded.composed.keys, guarded.hidden, guarded.system.publishable, strict=True
        )
        if printable
    ]
    texts = [{key.text for key, hidden in cells if hidden is state} for state in (False, True)]
    sums = [_below(key.level, key.area) for key, hidden in cells if key.key == KEY and not hidden]
    return Earlier(counts, frozenset(texts[0]), frozenset(texts[1])), sums


def _below(level: str, area: str) -> tuple[str, ...]:
    return tuple(
        a
        for a in AREAS
        if level == MUNICIPALITY_LEVEL or a == area or (level == "stadtteil" and a[:2] == area)
    )


def possible(births: Sequence[int], sums: Sequence[tuple[str, ...]]) -> np.ndarray | None:
    """Every table of births that fits the known sums, by counting through them."""
    rows = np.array([[float(area in group) for area in AREAS] for group in dict.fromkeys(sums)])
    known = rows.any(axis=0)
    tables = whole_numbered(rows[:, known], rows @ np.array(births, float), limit=20_000)
    if tables is None:
        return None
    # In areas that no sum mentions any number is possible.
    full = np.full((len(tables), len(AREAS)), np.inf)
    full[:, known] = tables
    return full


@settings(max_examples=40, deadline=None)
@given(births=SMALL, wanted=CUSTOM)
def test_granted_answers_together_narrow_no_small_count(
    births: list[int], wanted: list[tuple[str, ...]]
) -> None:
    counts = delivered(births)
    remembered, sums = released(counts)
    earlier = [remembered]
    for areas in wanted:
        answer = ledger.request([Request("2024", PERIOD, "bezirk", areas, KEY)], counts, plan(), earlier)
        if answer.allowed:
            assert answer.values == (sum(births[AREAS.index(a)] for a in areas),)
            assert answer.granted is not None
            earlier.append(answer.granted)
            sums.append(areas)
    tables = possible(births, sums)
    if tables is None:
        return  # Mehr als 20.000 Möglichkeiten: weit genug.
    for place, area in enumerate(AREAS):
        if 0 < births[place] < MINIMUM:
            assert tables[:, place].max() >= MINIMUM, area
            assert np.isinf(tables[:, place]).any() or np.ptp(tables[:, place]) >= MINIMUM, area


@settings(max_examples=25, deadline=None)
@given(births=SMALL, wanted=st.sets(st.sampled_from(AREAS), min_size=1, max_size=4))
def test_what_is_offered_instead_is_granted(births: list[int], wanted: set[str]) -> None:
    counts = delivered(births)
    remembered, _ = released(counts)
    answer = ledger.request(
        [Request("2024", PERIOD, "bezirk", tuple(sorted(wanted)), KEY)], counts, plan(), [remembered]
    )
    if not answer.allowed and answer.alternative:
        assert ledger.request(answer.alternative, counts, plan(), [remembered]).allowed
    if not answer.allowed:
        assert answer.reason
        assert answer.values == ()
