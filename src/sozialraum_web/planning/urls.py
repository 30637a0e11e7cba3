"""Addresses of planning inside a municipality, below `planung/`."""

from django.urls import path, register_converter

from sozialraum_web.planning.kinds import KINDS
from sozialraum_web.planning.views import (
    actors,
    exports,
    goals,
    imports,
    measures,
    money,
    needs,
    overview,
    participation,
    personal,
    reform,
    trail,
    writing,
)


class KindConverter:
    """The word of a kind of record."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(KindConverter, "art")

urlpatterns = [
    path("", overview.overview, name="planning"),
    path("oeffentlich/", overview.public, name="planning_public"),
    path("rat/", overview.council, name="planning_council"),
    path("zyklen/<int:number>/", overview.cycle, name="cycle"),
    path("befunde/", needs.finding_list, name="findings"),
    path("befunde/beteiligung/", participation.take_over, name="participation"),
    path("befunde/<int:number>/", needs.finding, name="finding"),
    path("bedarfe/", needs.need_list, name="needs"),
    path("bedarfe/<int:number>/", needs.need, name="need"),
    path("bedarfe/<int:number>/entscheiden/", needs.decide, name="decide_need"),
    path("ziele/", goals.goal_list, name="goals"),
    path("ziele/<int:number>/", goals.goal, name="goal"),
    path("ziele/<int:number>/zielwert/", goals.new_target, name="new_target"),
    path("ziele/<int:number>/zielwert/<int:pk>/", goals.change_target, name="change_target"),
    path("ziele/<int:number>/schritt/", goals.step_done, name="step_done"),
    path("leitbild/<int:number>/", goals.mission, name="mission"),
    path("massnahmen/", measures.measure_list, name="measures"),
    path("massnahmen/liste/", imports.upload, name="upload_list"),
    path("massnahmen/liste/<int:pk>/", imports.confirm, name="confirm_list"),
    path("massnahmen/mehrere/", measures.many, name="change_measures"),
    path("massnahmen/<int:number>/", measures.measure, name="measure"),
    path("massnahmen/<int:number>/sachstand/", measures.report, name="report_status"),
    path("mittel/", money.money_page, name="money"),
    path("akteure/", actors.organisation_list, name="organisations"),
    path("akteure/<int:number>/", actors.organisation, name="organisation"),
    path("personendaten/", personal.rules, name="personal_data"),
    path("meine-daten.json", personal.own, name="own_data"),
    path("gebietsreform/", reform.reform, name="reform"),
    path("export/", exports.offered, name="exports"),
    path("export/aktionsplan.<str:ending>", exports.action_plan, name="action_plan"),
    path("export/massnahmen.xlsx", exports.measures, name="measures_file"),
    path("export/planung.json", exports.everything, name="planning_json"),
    path("export/termine.ics", exports.calendar, name="planning_calendar"),
    path("entwurf/", writing.keep_draft, name="keep_draft"),
    path("verlauf/", trail.trail, name="trail"),
    path("<art:art>/<int:number>/zuruecksetzen/", trail.roll_back, name="roll_back"),
    path("verlauf/<int:pk>/zuruecknehmen/", writing.undo, name="undo"),
    path("<art:art>/neu/", writing.new, name="new_record"),
    path("<art:art>/<int:number>/aendern/", writing.edit, name="edit_record"),
    path("<art:art>/<int:number>/entfernen/", writing.remove, name="remove_record"),
    path("<art:art>/<int:number>/verlauf/", writing.history, name="history"),
    path("<art:art>/<int:number>/beschluss/", goals.resolve, name="resolve"),
    path("<art:art>/<int:number>/<slug:teil>/neu/", writing.part, name="new_part"),
    path("<art:art>/<int:number>/<slug:teil>/<int:pk>/", writing.part, name="edit_part"),
    path("<art:art>/<int:number>/<slug:teil>/<int:pk>/entfernen/", writing.part_removed, name="remove_part"),
]
