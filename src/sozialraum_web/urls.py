"""All addresses: the installation's own first, then everything below a municipality."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from sozialraum_web.bodies.views.tasks import mail_link, no_more_mails
from sozialraum_web.portal.views import start

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "sozialraum: Verwaltung der Installation"
admin.site.site_title = "sozialraum"

handler403 = "sozialraum_web.portal.errors.forbidden"
handler404 = "sozialraum_web.portal.errors.not_found"
handler500 = "sozialraum_web.portal.errors.server_error"

urlpatterns = [
    path("", start.municipalities, name="municipalities"),
    path("konto/", include("allauth.account.urls")),
    path("konto/zweifaktor/", include("allauth.mfa.urls")),
    *(
        [
            path("konto/einmal/", include("allauth.socialaccount.urls")),
            path("konto/", include("allauth.socialaccount.providers.openid_connect.urls")),
        ]
        if settings.SOCIALACCOUNT_PROVIDERS
        else []
    ),
    path("verwaltung/", admin.site.urls),
    path("mitteilungen/aus/<str:word>/", no_more_mails, name="no_more_mails"),
    path("mitteilungen/<str:word>/", mail_link, name="mail_link"),
    path("<slug:kommune>/", include("sozialraum_web.portal.urls")),
    path("<slug:kommune>/", include("sozialraum_web.atlas.urls")),
    path("<slug:kommune>/planung/", include("sozialraum_web.bodies.urls")),
    path("<slug:kommune>/planung/", include("sozialraum_web.planning.urls")),
    path("<slug:kommune>/", include("sozialraum_web.reports.urls")),
]
