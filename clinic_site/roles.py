"""Staff roles as groups, each with just what it needs."""

from django.contrib.auth.models import Group, Permission

CONTENT = (
    "page treatment condition article locationtreatment otherpage source alsocalled ataglance "
    "section callout carecard doanddont definition table risk evidence question figure calltoaction"
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

ROLES: dict[str, list[str]] = {
    "Front desk": DESK,
    "Editor": [*WRITING, *_all([*FACTS, *FRAME], "view")],
    "Reviewer": [*WRITING, *PUBLISHING, *_all(FACTS, "view"), *_all(FRAME, "view", "add", "change", "delete")],
    "Manager": [
        *DESK,
        "appointments.see_every_location",
        *_all(FACTS, "view", "add", "change"),
        *_all(["recipient", "openinghours", "closure"], "delete"),
        *_all([*CONTENT, "image"], "view"),
        *_all(FRAME, "view", "add", "change", "delete"),
    ],
    "Auditor": [
        "appointments.view_auditentry",
        "appointments.view_appointmentrequest",
        "appointments.see_every_location",
    ],
}


def _permission(name: str) -> Permission:
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def create_roles() -> None:
    """Make every role, or bring it back to what is written here; accounts keep their roles."""
    for role, names in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([_permission(name) for name in names])
