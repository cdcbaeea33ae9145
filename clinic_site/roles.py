"""Staff roles as groups, each with just what it needs, and who may give which."""

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

from services.models import Location

CONTENT = (
    "page treatment condition article locationtreatment otherpage source alsocalled ataglance "
    "section callout carecard doanddont definition comparison table risk evidence question figure calltoaction"
).split()
FRAME = ["redirect", "menuitem", "banner"]
FACTS = ["clinic", "location", "recipient", "openinghours", "closure", "category"]


def _all(models: list[str], *verbs: str) -> list[str]:
    return [f"services.{verb}_{model}" for model in models for verb in verbs]


DESK = [
    "appointments.view_appointmentrequest",
    "appointments.change_appointmentrequest",
    "appointments.view_message",
]
WRITING = [
    *_all(CONTENT, "view", "add", "change", "delete"),
    *_all(["category"], "view", "add"),
    *_all(["image"], "view", "add", "change"),
]
# A picture that somebody no longer agrees to must go, with its files.
PUBLISHING = [*_all(["publication"], "view", "add"), *_all(["image"], "delete"), "services.review_page"]
# Whose accounts: see MAY_GIVE.
ACCOUNTS = ["auth.view_user", "auth.add_user", "auth.change_user"]

ROLES: dict[str, list[str]] = {
    "Front desk": DESK,
    "Editor": [*WRITING, *_all([*FACTS, *FRAME], "view")],
    "Reviewer": [*WRITING, *PUBLISHING, *_all(FACTS, "view"), *_all(FRAME, "view", "add", "change", "delete")],
    "Manager": [
        *DESK,
        "appointments.see_every_location",
        "appointments.hear_of_overdue",
        "appointments.export_appointmentrequest",
        "appointments.hold_appointmentrequest",
        *_all(FACTS, "view", "add", "change"),
        *_all(["recipient", "openinghours", "closure"], "delete"),
        *_all([*CONTENT, "image"], "view"),
        *_all(FRAME, "view", "add", "change", "delete"),
        *ACCOUNTS,
    ],
    "Auditor": [
        "appointments.view_auditentry",
        "appointments.view_appointmentrequest",
        "appointments.see_every_location",
    ],
}

# Who oversees managers, or is one, is chosen by an administrator.
MAY_GIVE: dict[str, list[str]] = {"Manager": ["Front desk", "Editor", "Reviewer"]}

# Roles that see the requests of every location, and those that see some of them.
EVERYWHERE = {role for role, names in ROLES.items() if "appointments.see_every_location" in names}
BY_LOCATION = {role for role, names in ROLES.items() if "appointments.view_appointmentrequest" in names} - EVERYWHERE


def given_by(user) -> QuerySet[Group]:
    """The roles that `user` may give and take: all of them for an administrator."""
    if user.is_superuser:
        return Group.objects.order_by("pk")
    own = user.groups.values_list("name", flat=True)
    return Group.objects.filter(name__in=[role for name in own for role in MAY_GIVE.get(name, [])]).order_by("pk")


def locations_given_by(user) -> QuerySet[Location]:
    """The locations that `user` may give access to: their own, or every one."""
    if user.has_perm("appointments.see_every_location"):
        return Location.objects.order_by("name")
    return locations_of(user)


def locations_of(account) -> QuerySet[Location]:
    """The locations that `account` works for."""
    return Location.objects.filter(staff_access__user=account.pk).order_by("name")


def may_manage(user, account) -> bool:
    """Whether all that `account` has is for `user` to give: nobody changes their equals, or themselves."""
    if user.is_superuser:
        return True
    return not (
        account == user
        or account.is_superuser
        or account.user_permissions.exists()
        or account.groups.exclude(pk__in=given_by(user).order_by().values("pk")).exists()
        or locations_of(account).exclude(pk__in=locations_given_by(user).order_by().values("pk")).exists()
    )


def _permission(name: str) -> Permission:
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def create_roles() -> None:
    """Make every role, or bring it back to what is written here; accounts keep their roles."""
    for role, names in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([_permission(name) for name in names])
