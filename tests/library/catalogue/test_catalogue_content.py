"""What the shipped catalogue says: every figure explained, every reference kept, nobody judged for who they are."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from sozialraum import periods
from sozialraum.catalogue import Indicator, Kind, Polarity, Variable, shipped
from sozialraum.catalogue.loader import check
from sozialraum.musterstadt.counts import AGE_BANDS

CATALOGUE = shipped()
INDICATORS = list(CATALOGUE.indicators.values())
COUNTED = [indicator for indicator in INDICATORS if not indicator.published]
VARIABLES = list(CATALOGUE.variables.values())
# Composition of a population: no value of these is better or worse than another.
COMPOSITION = {"bevoelkerung", "haushalte", "zuwanderung", "wohnen"}
GENERIC_MASCULINE = re.compile(
    r"\b(?:Ausländer|Einwohner|Bürger|Arbeitnehmer|Empfänger|Leistungsempfänger|Rentner|Schüler|Studenten|Migranten"
    r"|Senioren|Bewohner|Nutzer|Ärzte|Lehrer|Planer|Flüchtlinge?|Behinderte)(?:n|s)?\b"
)
PAIRED = re.compile(r"\b\w+innen und \w+|\b\w+ und \w+innen\b")
JUDGING = re.compile(
    r"Problem(?:viertel|gebiet|lage)|Brennpunkt|sozial schwach|bildungsfern|Asylant|Überfremdung|Ghetto", re.I
)


def each(items: list[Indicator]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("indicator", items, ids=lambda indicator: indicator.id)


def is_person_neutral(text: str) -> bool:
    """Whether a text names persons without the masculine form alone; paired forms are fine."""
    return not GENERIC_MASCULINE.search(PAIRED.sub("", text))


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("Anteil der Ausländer an den Einwohnern", False),
        ("Einwohnerinnen und Einwohner je Hektar", True),
        ("Leistungsberechtigte je 100 Personen", True),
    ],
)
def test_the_masculine_form_alone_is_found(text: str, neutral: bool) -> None:
    assert is_person_neutral(text) is neutral


def test_no_reference_leads_nowhere() -> None:
    assert check(CATALOGUE) == []


def test_every_kind_occurs() -> None:
    assert {indicator.kind for indicator in INDICATORS} == set(Kind)


@each(INDICATORS)
def test_an_indicator_says_what_it_is_and_what_it_does_not_say(indicator: Indicator) -> None:
    assert indicator.definition.endswith(".")
    assert len(indicator.definition) > 40
    assert indicator.caveat.endswith(".")
    assert len(indicator.caveat) > 60
    assert indicator.label != indicator.caveat
    assert indicator.unit
    assert indicator.topic in CATALOGUE.topics


@each(INDICATORS)
def test_an_indicator_has_the_metadata_that_others_ask_for(indicator: Indicator) -> None:
    source = CATALOGUE.sources[indicator.source]
    assert indicator.english
    assert indicator.smallest_level
    assert source.provider
    assert source.rhythm
    assert CATALOGUE.rule_of(indicator.source).label
    for selection in (indicator.numerator, indicator.denominator):
        assert selection is None or CATALOGUE.variables[selection.variable].concept
    for known in indicator.breaks:
        periods.parse(known.period)


def test_there_are_at_least_sixty_indicators_from_counts() -> None:
    assert len(COUNTED) >= 60


@each(INDICATORS)
def test_a_short_label_fits_into_a_table(indicator: Indicator) -> None:
    assert 0 < len(indicator.short) <= 40


@each(INDICATORS)
def test_composition_of_a_population_is_never_judged(indicator: Indicator) -> None:
    if indicator.topic in COMPOSITION:
        assert indicator.polarity is Polarity.NEUTRAL


@each(INDICATORS)
def test_words_are_neutral_towards_persons(indicator: Indicator) -> None:
    for text in (indicator.label, indicator.short, indicator.definition, indicator.caveat):
        assert is_person_neutral(text), text
        assert not JUDGING.search(text), text


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.id)
def test_variables_and_their_labels_are_neutral_and_complete(variable: Variable) -> None:
    assert variable.concept
    assert variable.unit
    assert is_person_neutral(f"{variable.label}. {variable.concept}")
    assert not variable.subset_of or variable.subset_of in CATALOGUE.variables
    assert not variable.contributors or variable.contributors in CATALOGUE.variables


@each([i for i in COUNTED if i.kind in (Kind.SHARE, Kind.RATE, Kind.RATIO)])
def test_unit_and_multiplier_say_the_same(indicator: Indicator) -> None:
    units = {"%": 100, "je 100": 100, "je 1.000": 1000, "je 10.000": 10_000, "Personen je ha": 1}

    assert units[indicator.unit] == indicator.per


@each([i for i in COUNTED if i.kind is Kind.SHARE])
def test_a_share_is_part_of_its_whole(indicator: Indicator) -> None:
    numerator, denominator = indicator.numerator, indicator.denominator
    assert numerator is not None
    assert denominator is not None
    above = numerator.variable
    while above != denominator.variable and CATALOGUE.variables[above].subset_of:
        above = CATALOGUE.variables[above].subset_of

    assert above == denominator.variable


@each([i for i in COUNTED if i.kind is not Kind.CHANGE])
def test_age_limits_fit_the_bands_of_the_register(indicator: Indicator) -> None:
    starts = {band.rstrip("+").split("-")[0] for band in AGE_BANDS}
    ends = {band.split("-")[-1] for band in AGE_BANDS}
    for selection in (indicator.numerator, indicator.denominator):
        for age in selection.dimension("age") if selection and selection.variable == "einwohner" else ():
            assert age.rstrip("+").split("-")[0] in starts
            assert age.endswith("+") or age.split("-")[-1] in ends


@each([i for i in COUNTED if i.kind is Kind.CHANGE])
def test_a_change_rests_on_an_indicator_with_another_kind(indicator: Indicator) -> None:
    assert CATALOGUE.indicators[indicator.of].kind is not Kind.CHANGE
    assert str(indicator.years) in indicator.label


def test_small_areas_have_no_unemployment_rate() -> None:
    assert not [i.id for i in INDICATORS if "Arbeitslosenquote" in i.label]
    assert "Arbeitslosenquote" in CATALOGUE.indicators["arbeitslosenanteil"].caveat


def test_groups_of_the_employment_agency_are_named() -> None:
    assert "LB" in CATALOGUE.indicators["sgb2_quote"].definition
    assert "PERS" in CATALOGUE.indicators["kinder_sgb2"].definition
    assert "NEF" in CATALOGUE.indicators["kinder_sgb2"].caveat


def test_names_of_benefits_change_while_the_legal_code_stays() -> None:
    entitled = CATALOGUE.variables["sgb2_leistungsberechtigte"]
    names = sorted(entitled.names, key=lambda name: name.valid_from)

    assert entitled.legal_code == "SGB II"
    assert [name.label for name in names] == ["Arbeitslosengeld II und Sozialgeld", "Bürgergeld"]
    assert all(earlier.valid_until < later.valid_from for earlier, later in pairwise(names))


def test_the_pyramid_is_published_for_larger_areas_only() -> None:
    residents = CATALOGUE.variables["einwohner"]

    assert set(residents.published) == {(), ("age", "sex")}
    assert residents.levels_of(("age", "sex"), ["block", "quartier", "kommune"]) == ("quartier", "kommune")
    by_age = {variable.id for variable in VARIABLES if set(variable.published) - {()}}
    assert by_age == {"einwohner", "sterbefaelle"}


def test_deaths_by_age_are_published_for_the_whole_town_only() -> None:
    deaths = CATALOGUE.variables["sterbefaelle"]

    assert deaths.published == (("age",),)
    assert deaths.levels_of(("age",), ["block", "quartier", "kommune"]) == ("kommune",)


def test_one_movement_stays_unpublished_so_that_years_cannot_be_balanced() -> None:
    residents = CATALOGUE.variables["einwohner"]
    used = {s.variable for i in CATALOGUE.indicators.values() for s in (i.numerator, i.denominator) if s}

    shown = {name for name in residents.flows if name in used or CATALOGUE.variables[name].published}
    assert shown < set(residents.flows)


def test_every_source_names_its_rule_its_law_and_its_terms() -> None:
    for source in CATALOGUE.sources.values():
        rule = CATALOGUE.rule_of(source.id)
        assert source.population_concept
        assert source.rhythm
        assert source.licence
        assert source.citation
        assert source.legal_basis or rule.published


def test_rules_are_those_of_their_owners() -> None:
    rules = CATALOGUE.rules

    assert (rules["kommunal"].minimum_count, rules["kommunal"].minimum_population) == (3, 300)
    assert rules["ba"].minimum_count == 10
    assert "mindestens 3" in rules["ba"].note
    assert rules["gesundheit"].minimum_denominator == 20
    assert rules["veroeffentlicht"].published
    assert all(rule.complement for rule in rules.values() if not rule.published)
    assert all(rule.note and rule.citation for rule in rules.values())
