"""Every address of the site."""

from allauth.account import views as allauth_views
from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from clinic_site import health, other_sessions, staff_session
from clinic_site.home import home
from clinic_site.set_password import set_password
from services import media
from services.feeds import SITEMAPS

# Before admin.site.urls is read: the admin's own sign-in would bypass throttle and second factor.
admin.site.login = secure_admin_login(admin.site.login)
# The same for its sign-out, which would leave no trace in the access record.
admin.site.logout = allauth_views.logout

urlpatterns = [
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", health.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    re_path(
        r"^media/images/(?P<key>[0-9a-f]{32})/(?P<width>[0-9]{1,4})\.(?P<extension>avif|webp|jpg|png)$",
        media.picture,
        name="picture",
    ),
    # Before the admin's own addresses, which take everything under theirs.
    path("admin/services/reports/", include("services.admin.reports")),
    path("admin/", admin.site.urls),
    # Only what staff need: allauth's sign-up and reset pages would mail whoever is named.
    path("accounts/login/", allauth_views.login, name="account_login"),
    path("accounts/logout/", allauth_views.logout, name="account_logout"),
    path("accounts/inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("accounts/set-password/<str:link>/", set_password, name="set_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/sessions/<int:pk>/end/", other_sessions.end, name="end_session"),
    path("accounts/session/", staff_session.seconds_left, name="staff_session"),
    # The patient's side in Spanish is under /es/; the clinic's own pages are in the language they were written in.
    *i18n_patterns(path("", include("appointments.urls")), prefix_default_language=False),
    path("", include("services.urls")),
]

handler400 = "clinic_site.errors.bad_request"
handler403 = "clinic_site.errors.permission_denied"
handler404 = "clinic_site.errors.not_found"
handler500 = "clinic_site.errors.server_error"
