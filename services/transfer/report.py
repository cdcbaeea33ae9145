"""What an import did, or would do, in the words of the console."""

from dataclasses import dataclass, field

from services.transfer.values import Values


@dataclass
class Report:
    """Names of records; `changed` says which of their values."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: int = 0
    signed: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)

    def compare(self, name: str, stored: Values | None, wanted: Values) -> list[str]:
        """Note the record; the names of the values to write, all of them when it is new."""
        if stored is None:
            self.new.append(name)
            return list(wanted)
        differing = [each for each in wanted if wanted[each] != stored.get(each)]
        if differing:
            self.changed.append(f"{name}: {', '.join(differing)}")
        else:
            self.same += 1
        return differing

    @property
    def is_empty(self) -> bool:
        """Whether the site is as it was."""
        return not (self.new or self.changed or self.signed or self.published)

    def lines(self) -> list[str]:
        """One line for each record, then the sum."""
        lists = {
            "new": self.new,
            "changed": self.changed,
            "signed": self.signed,
            "published": self.published,
            "not published": self.held_back,
        }
        lines = [f"{word:<13} {name}" for word, names in lists.items() for name in names]
        return [*lines, f"{len(self.new)} new, {len(self.changed)} changed, {self.same} as they were."]
