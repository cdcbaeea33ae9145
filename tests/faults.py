"""Things that go wrong, at the place where they go wrong."""

from django.db import OperationalError, connection

SECRET = "canary-in-an-exception"


def database_down():
    """While this lasts, every query fails as it does when the server is gone."""

    def refuse(execute, sql, params, many, context):
        raise OperationalError(SECRET)

    return connection.execute_wrapper(refuse)
