"""Rules as data: what they hide, which is the stricter, and the file in which a municipality writes its own (Regeln)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kleinstadt
from sozialraum import municipality
from sozialraum.catalogue import Catalogue, shipped
from sozialraum.catalogue.loader import check
from sozialraum.catalogue.model import Rule, Source, Variable
from sozialraum.catalogue.own_rules import with_own_rules
from sozialraum.disclosure import rules
from sozialraum.errors import CatalogueError, SozialraumError

PLAIN = Rule(id="eine", label="Eine")


def rule(**changes: object) -> Rule:
    return PLAIN.model_copy(update=changes)


def test_dominance_compares_the_largest_contributions_with_the_whole() -> None:
    """Two of 100 make 85: exactly the limit is allowed, more is not."""
    largest = np.array([[50.0, 35.0, 5.0], [50.0, 36.0, 5.0], [86.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    totals = np.array([100.0, 100.0, 100.0, 0.0])
    by_two = rule(dominance_n=2, dominance_k=85.0)
    assert rules.dominated(totals, largest, by_two).tolist() == [False, True, True, False]
    assert not rules.dominated(totals, largest, PLAIN).any()


def test_the_p_percent_rule_asks_how_well_the_second_knows_the_first() -> None:
    """The rest 100 - 80 - 13 = 7 is less than 10 per cent of 80; a rest of exactly 8 is enough."""
    largest = np.array([[80.0, 13.0], [80.0, 12.0]])
    assert rules.estimable(np.array([100.0, 100.0]), largest, rule(p_percent=10.0)).tolist() == [True, False]


def test_the_strictest_demand_of_each_wins() -> None:
    one = rule(minimum_count=10, dominance_n=1, dominance_k=50.0)
    other = rule(id="zwei", minimum_denominator=100, p_percent=10.0, dominance_n=2, dominance_k=85.0)
    both = one.joined(other)
    assert (both.minimum_count, both.minimum_denominator, both.p_percent) == (10, 100, 10.0)
    # What both together demand is satisfied: two contributors, and not above the smaller share.
    assert (both.dominance_n, both.dominance_k) == (2, 50.0)
    assert both == other.joined(one).model_copy(update={"id": both.id, "label": both.label})


def test_what_one_owner_published_is_judged_by_the_other() -> None:
    public = rule(id="frei", published=True)
    assert public.joined(PLAIN) is PLAIN
    assert PLAIN.joined(public) is PLAIN


def test_several_profiles_of_a_source_count_together() -> None:
    source = Source(id="q", label="Q", provider="P", profile=("eine", "zwei"))
    catalogue = Catalogue(
        sources={"q": source}, rules={"eine": PLAIN, "zwei": rule(id="zwei", minimum_count=5)}
    )
    assert catalogue.rule_of("q").minimum_count == 5


def test_a_remainder_of_nobody_counts_only_where_everybody_is_disclosive() -> None:
    counts, whole = np.array([8.0, 7.0, 5.0]), np.array([8.0, 8.0, 8.0])
    assert rules.remainder(counts, whole, PLAIN).tolist() == [False, True, False]
    assert rules.remainder(counts, whole, rule(whole_is_disclosive=True)).tolist() == [True, True, False]


# -- the file of a municipality ----------------------------------------------------------------------------------------


def own(folder: Path, text: str) -> Catalogue:
    (folder / "geheimhaltung.toml").write_text(text, "utf-8")
    return with_own_rules(shipped(), folder)


def test_a_municipality_names_only_what_differs(tmp_path: Path) -> None:
    changed = own(tmp_path, "[kommunal]\nminimum_count = 5\n")
    assert changed.rules["kommunal"].minimum_count == 5
    assert changed.rules["kommunal"].minimum_population == 300
    assert changed.rule_of("einwohnerregister").minimum_count == 5


def test_a_municipality_assigns_profiles(tmp_path: Path) -> None:
    text = '[streng]\nlabel = "Streng"\nminimum_count = 7\n\n[quellen]\neinwohnerregister = ["kommunal", "streng"]\n'
    found = own(tmp_path, text).rule_of("einwohnerregister")
    assert (found.minimum_count, found.minimum_population) == (7, 300)


def test_without_the_file_nothing_changes(tmp_path: Path) -> None:
    assert with_own_rules(shipped(), tmp_path) is shipped()


def test_less_is_asked_only_with_a_rule_to_rest_on(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="verlangt weniger"):
        own(tmp_path, "[ba]\nminimum_count = 3\n")
    text = '[ba]\nminimum_count = 3\ncitation = "Vertrag vom 01.02.2025, § 4"\n'
    assert own(tmp_path, text).rules["ba"].minimum_count == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[kommunal]\nminimum_count = 0\n", "mindestens 1"),
        ('[kommunal]\nminimum_count = "fünf"\n', "Zahl"),
        ("[kommunal]\nminimun_count = 5\n", "unbekannt"),
        ("[neu]\nminimum_count = 5\n", "label"),
        ("kommunal = 5\n", "kein Block"),
        ("[kommunal]\ndominance_n = 2\n", "gehören zusammen"),
        ("[veroeffentlicht]\nminimum_population = 300\n", "kann nichts verlangen"),
        ('[quellen]\neinwohnerregister = "gibtesnicht"\n', "nicht gibt"),
        ('[quellen]\nunbekannt = "ba"\n', "gibt es nicht"),
        ('[quellen]\neinwohnerregister = []\n', "nicht gibt"),
        ("[kommunal\n", "TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_german(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CatalogueError) as error:
        own(tmp_path, text)
    assert any(told in finding.message for finding in error.value.findings)
    assert all(finding.file == "geheimhaltung.toml" for finding in error.value.findings)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as error:
        own(
            tmp_path, '[kommunal]\nminimum_count = 0\n\n[ba]\nminimum_count = 2\n\n[quellen]\nnichts = "ba"\n'
        )
    assert len(error.value.findings) == 3


def test_a_source_without_a_profile_stops_the_municipality(tmp_path: Path) -> None:
    folder = kleinstadt.write(tmp_path / "stadt")
    kleinstadt.put(folder, "geheimhaltung.toml", '[quellen]\neinwohnerregister = ""\n')
    with pytest.raises(SozialraumError, match="Profil"):
        municipality.read(folder)


# -- contributions ----------------------------------------------------------------------------------------------------


def with_amounts(**of_the_largest: object) -> Catalogue:
    source = Source(id="q", label="Q", provider="P", profile="betraege")
    amount = Variable(
        id="ausgaben",
        label="Ausgaben",
        source="q",
        magnitude=True,
        contributors="faelle",
        largest=("erster", "zweiter"),
    )
    known = {"published": (), **of_the_largest}
    variables = {v.id: v for v in (amount, *(Variable.model_validate({"id": n, "label": n, "source": "q", **known}) for n in ("erster", "zweiter")))}  # fmt: skip
    return Catalogue(sources={"q": source}, variables=variables, rules=shipped().rules)


def test_contributions_for_judging_are_never_shown() -> None:
    assert check(with_amounts()) == []
    assert len(check(with_amounts(published=((),)))) == 2


def test_a_rule_on_contributions_needs_them() -> None:
    catalogue = with_amounts()
    amount = catalogue.variables["ausgaben"].model_copy(update={"largest": ("erster",)})
    found = check(
        Catalogue(
            sources=catalogue.sources,
            variables={**catalogue.variables, "ausgaben": amount},
            rules=catalogue.rules,
        )
    )
    assert "die größten 2 Beiträge" in found[0].message
