"""Addresses of reports inside a municipality."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sozialraum_web.reports import views


class Deed(StringConverter):
    """What can be done to a report."""

    regex = "fortsetzen|veroeffentlichen|zurueckziehen|loeschen"


register_converter(Deed, "deed")

urlpatterns = [
    path("berichte/", views.reports, name="reports"),
    path("berichte/neu/", views.builder, name="report_builder"),
    path("berichte/texte/", views.texts, name="report_texts"),
    path("berichte/vorschau/<str:key>/<int:number>.png", views.page, name="report_page"),
    path("berichte/<int:pk>/", views.report, name="report"),
    path("berichte/<int:pk>/datei", views.file, name="report_file"),
    path("berichte/<int:pk>/<deed:deed>/", views.change, name="change_report"),
]
