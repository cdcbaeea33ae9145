"""Near names, phones and addresses are found by index, for hints of duplicates."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Left, Lower, Replace


def skeleton():
    text = Lower("full_name")
    for letter in "aeiouyh áéíóúÁÉÓ":
        text = Replace(text, Value(letter), Value(""))
    for letters, plain in {"ñ": "n", "ll": "l", "nn": "n", "rr": "r", "ss": "s", "tt": "t"}.items():
        text = Replace(text, Value(letters), Value(plain))
    return Left(text, 40)


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0014_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex("appointmentrequest", "request_phone"),
        migrations.RemoveIndex("appointmentrequest", "request_email"),
        migrations.RemoveIndex("changedanswers", "changed_answers_email"),
        migrations.AddField(
            "appointmentrequest",
            "name_skeleton",
            models.GeneratedField(
                db_persist=True, expression=skeleton(), output_field=models.CharField(max_length=40)
            ),
        ),
        migrations.AddIndex("appointmentrequest", models.Index(fields=["phone", "-created_at"], name="request_phone")),
        migrations.AddIndex(
            "appointmentrequest",
            models.Index(Lower("email"), models.F("created_at").desc(), name="request_email"),
        ),
        migrations.AddIndex(
            "appointmentrequest", models.Index(fields=["name_skeleton", "-created_at"], name="request_name")
        ),
        migrations.AddIndex("changedanswers", models.Index(Lower("email"), name="changed_answers_email")),
    ]
