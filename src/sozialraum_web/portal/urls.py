"""Addresses of the portal inside a municipality."""

from django.urls import path

from sozialraum_web.portal.views import area, contacts, data, members, receiving, start, static, towns

urlpatterns = [
    path("", start.start, name="start"),
    path("suche/", start.find, name="search"),
    path("gebiete/<str:ebene>/<str:code>/", area.profile, name="area"),
    path("daten/", data.data, name="data"),
    path("daten/auswahl.<str:form>", data.selection, name="selection"),
    path("daten/<str:name>", data.file, name="file"),
    path("barrierefreiheit/", static.fixed, {"seite": "barrierefreiheit"}, name="accessibility"),
    path("barrierefreiheit/melden/", static.report_barrier, name="report_barrier"),
    path("barrierefreiheit/meldungen/", members.barriers, name="barriers"),
    path("datenschutz/", static.fixed, {"seite": "datenschutz"}, name="privacy"),
    path("impressum/", static.fixed, {"seite": "impressum"}, name="imprint"),
    path("methoden/", static.fixed, {"seite": "methoden"}, name="methods"),
    path("hilfe/", static.fixed, {"seite": "hilfe"}, name="help"),
    path("freigaben/", members.releases, name="releases"),
    path("freigaben/einspielen/", receiving.take_in, name="take_in_release"),
    path("freigaben/schluessel/", receiving.confirm_key, name="confirm_key"),
    path("freigaben/zugang/", receiving.tokens, name="upload_tokens"),
    path("freigaben/annehmen/", receiving.accept, name="accept_release"),
    path("freigaben/<str:name>/zeigen/", members.choose_release, name="choose_release"),
    path("rechte/", members.rights, name="rights"),
    path("ansicht/", members.begin_preview, name="begin_preview"),
    path("ansicht/beenden/", members.end_preview, name="end_preview"),
    path("ansprechpersonen/", contacts.contact_list, name="contacts"),
    path("ansprechpersonen/neu/", contacts.edit, name="new_contact"),
    path("ansprechpersonen/<int:pk>/frage/", contacts.ask, name="ask_contact"),
    path("ansprechpersonen/<int:pk>/aendern/", contacts.edit, name="edit_contact"),
    path("ansprechpersonen/<int:pk>/entfernen/", contacts.remove, name="remove_contact"),
    path("gemeinden/", towns.board, name="towns"),
    path("mitglieder/", members.members, name="members"),
    path("mitglieder/<int:pk>/entfernen/", members.remove_member, name="remove_member"),
]
