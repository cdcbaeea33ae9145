"""Rich text that is clean whichever way it is saved."""

import re

from django_prose_editor.fields import ProseEditorField, create_sanitizer

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "HardBreak": True,
    "Link": {"protocols": ["http", "https", "mailto", "tel"], "enableTarget": False},
}
TABLES = {"Table": True, "TableRow": True, "TableHeader": True, "TableCell": True}


TAG_WITH_ATTRIBUTES = re.compile(r"<(?:ol|a)\b[^>]*>")
NEEDLESS = re.compile(r' (?:data-type="[^"]*"|type="(?![aAiI]")[^"]*"|start="(?:1|null)?"|title="")')


def without_needless_attributes(html: str) -> str:
    """Sanitised HTML without what the editor adds to lists and links: `<ol type="null">` is not even valid."""
    return TAG_WITH_ATTRIBUTES.sub(lambda tag: NEEDLESS.sub("", tag[0]), html)


class Prose(ProseEditorField):
    """Sanitises on every save: the editor's own field does so only in `full_clean()`."""

    def __init__(self, *args, with_tables: bool = False, **kwargs):
        self.with_tables = with_tables
        kwargs["extensions"] = {**EXTENSIONS, **TABLES} if with_tables else EXTENSIONS
        kwargs["sanitize"] = [without_needless_attributes, create_sanitizer]  # the last one comes first
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        """The editor knows the usual protocols itself, and warns when it is told again; the server allows four."""
        extensions = {**self.config["extensions"], "Link": {"enableTarget": False}}
        return super().formfield(config={**self.config, "extensions": extensions}, **kwargs)

    def deconstruct(self):
        """Leave the editor's options out of migrations: they do not change the column."""
        name, _path, args, kwargs = super().deconstruct()
        for option in ("config", "extensions", "sanitize", "preset"):
            kwargs.pop(option, None)
        return name, "services.prose.Prose", args, kwargs

    def pre_save(self, model_instance, add):
        """Store the sanitised HTML and give it back to the instance."""
        html = self.sanitize(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, html)
        return html
