"""Addresses for the tests of the look: the style page alone."""

from django.urls import path

from sozialraum_ui.style_page import style_page

urlpatterns = [path("", style_page)]
