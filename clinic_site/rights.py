"""What an account may do, read in one query: every staff page asks."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class RightsBackend(ModelBackend):
    """Django's own, which asks twice: for rights of the account and for those of its roles."""

    def get_all_permissions(self, user_obj, obj=None):
        if user_obj.is_active and obj is None and not user_obj.is_superuser and not hasattr(user_obj, "_perm_cache"):
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).order_by()
            names = given.values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}
        return super().get_all_permissions(user_obj, obj)
