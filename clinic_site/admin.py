"""Staff accounts in the admin, as a manager thinks of them: who, what they do, where, and whether they may sign in."""

from collections.abc import Callable
from functools import wraps

from allauth.account import admin as allauth_account
from allauth.mfa import admin as allauth_mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as allauth_sessions
from django.contrib import admin, messages
from django.contrib.auth import admin as stock
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from appointments import invitations
from appointments.models import Message
from clinic_site import roles, staff_verbs
from clinic_site.account_forms import AccountForm
from services import facts, moments

# The stock pages set other people's passwords and rights (roles are written in roles.py); allauth's show secrets.
for model in (
    stock.User,
    stock.Group,
    allauth_mfa.Authenticator,
    allauth_account.EmailAddress,
    allauth_sessions.UserSession,
):
    admin.site.unregister(model)


def _when(at) -> str:
    zone = facts.current().zone
    return moments.moment(at, zone, timezone.localdate(timezone=zone))


def invite(request: HttpRequest, account) -> None:
    """A new link, which ends the old password."""
    if not account.is_active or not account.email:
        messages.error(request, _("An account needs an email address and must be allowed to sign in to get a link."))
        return
    staff_verbs.invite(account, request.user)
    messages.success(request, _("A link to set a password is on its way to {email}.").format(email=account.email))


def reset_second_factor(request: HttpRequest, account) -> None:
    """The lost phone opens nothing any more."""
    staff_verbs.reset_second_factor(account, request.user)
    messages.success(request, _("The second factor of {name} is off.").format(name=account.get_username()))


class RoleFilter(admin.RelatedFieldListFilter):
    """By role, as everything else here says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("role")


@admin.register(get_user_model())
class StaffAdmin(admin.ModelAdmin):
    """Nobody gives more than they may (clinic_site/roles.py); nobody is deleted: the access record names them."""

    form = AccountForm
    list_display = ["person", "email", "roles", "locations", "is_active", "last_sign_in", "second_factor"]
    list_display_links = ["person"]
    list_filter = ["is_active", ("groups", RoleFilter)]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["-is_active", "first_name", "last_name", "username"]
    actions = None
    change_form_template = "admin/auth/user/staff_form.html"
    change_list_template = "admin/auth/user/staff_list.html"

    def get_queryset(self, request):
        has_second_factor = Exists(Authenticator.objects.filter(user=OuterRef("pk")))
        accounts = super().get_queryset(request).annotate(has_second_factor=has_second_factor)
        return accounts.prefetch_related("groups", "location_access__location")

    def get_fieldsets(self, request, obj=None):
        """Person, work, and, once there is an account, how they sign in."""
        rights = ["is_superuser"] if request.user.is_superuser else []
        person = {"fields": ["first_name", "last_name", "email", "username"]}
        work = {"fields": ["groups", "locations", *rights]}
        if obj is None:
            return [(_("Person"), person), (_("Work"), work)]
        state = {"fields": ["is_active", "invitation", "last_sign_in", "second_factor"]}
        return [(_("Person"), person), (_("Work"), work), (_("Sign-in"), state)]

    def get_readonly_fields(self, request, obj=None):
        return ["username", "invitation", "last_sign_in", "second_factor"] if obj else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def get_urls(self):
        """The account page's own buttons."""
        verbs = {"invite": invite, "reset_second_factor": reset_second_factor}
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(self.on_account(verb)), name=f"auth_user_{name}")
            for name, verb in verbs.items()
        ]
        return own + super().get_urls()

    def on_account(self, verb: Callable) -> Callable:
        """A view that applies `verb` to an account that whoever asks may change."""

        @wraps(verb)
        @require_POST
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            account = self.get_object(request, str(pk))
            if account is None:
                raise Http404
            if not self.has_change_permission(request, account):
                raise PermissionDenied
            verb(request, account)
            return redirect("admin:auth_user_change", pk)

        return view

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Staff accounts"), **(extra_context or {})})

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": _("Invite a colleague"), **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(
            request, object_id, form_url, {"title": _("Staff account"), **(extra_context or {})}
        )

    def save_model(self, request, obj, form, change):
        """Keep what became of the account; a new one is invited once its roles are stored."""
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            staff_verbs.switched(obj, request.user)
        if others := [name for name in form.changed_data if name != "is_active"]:
            staff_verbs.note(request.user, obj, " ".join(others))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            invite(request, form.instance)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or roles.may_manage(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def person(self, account):
        return account.get_full_name() or account.get_username()

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, account):
        names = [_("Administrator")] if account.is_superuser else []
        return ", ".join([*names, *(group.name for group in account.groups.all())])

    @admin.display(description=gettext_lazy("locations"))
    def locations(self, account):
        return ", ".join(access.location.name for access in account.location_access.all())

    @admin.display(description=gettext_lazy("last sign-in"), ordering="last_login")
    def last_sign_in(self, account):
        return _when(account.last_login) if account.last_login else _("Never")

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, account):
        return account.has_second_factor

    @admin.display(description=gettext_lazy("link to set a password"))
    def invitation(self, account):
        """Where the last mail stands, and whether it was used."""
        if not invitations.is_open(account):
            return _("Has a password") if account.has_usable_password() else _("None: the account is switched off")
        last = Message.objects.inviting(account).first()
        if last is None:
            return _("None: send one below")
        return f"{last.get_status_display()}, {_when(last.sent_at or last.created_at)}"
