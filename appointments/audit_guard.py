"""Has the database itself refuse to change or remove what the access record holds.

A migration that alters one of these tables takes the guard down first and puts it up again after:
SQLite makes the table anew, and its triggers would be gone.
"""

# HIPAA asks for six years (45 CFR 164.316(b)(2)(i)); older rows may be removed, never changed.
YEARS = 6
TABLES = ("appointments_auditentry", "appointments_auditedrequest", "appointments_auditseal")
REFUSAL = "the access record is append-only"

POSTGRESQL = f"""
CREATE FUNCTION appointments_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{YEARS} years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '{REFUSAL}';
END $$
"""


def statements(vendor: str) -> list[str]:
    """SQL that puts the guard up."""
    if vendor == "postgresql":
        rule = "CREATE TRIGGER {0}_guard BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION {1}()"
        return [POSTGRESQL, *(rule.format(table, "appointments_audit_guard") for table in TABLES)]
    abort = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    is_young = f"julianday(OLD.at) >= julianday('now', '-{YEARS} years')"
    return [
        statement
        for table in TABLES
        for statement in (
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {abort}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {is_young} {abort}",
        )
    ]


def undoing_statements(vendor: str) -> list[str]:
    """SQL that takes the guard down: for migrations, and for tests that empty their tables."""
    if vendor == "postgresql":
        return ["DROP FUNCTION IF EXISTS appointments_audit_guard() CASCADE"]
    return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")]
