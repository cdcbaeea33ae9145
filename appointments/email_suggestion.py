"""“gmial.com → gmail.com?”: what an email address was probably meant to be. Only ever suggested, no database."""

# Where most patients have their mail.
COMMON = tuple(
    """
    gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com live.com msn.com comcast.net att.net verizon.net
    sbcglobal.net bellsouth.net cox.net charter.net ymail.com rocketmail.com protonmail.com proton.me googlemail.com
    yahoo.es hotmail.es outlook.es yahoo.com.mx hotmail.com.mx yahoo.co.uk hotmail.co.uk
    """.split()
)
# One letter from the above, and real.
ALSO_REAL = frozenset(
    "mail.com email.com gmx.com gmx.net me.com mac.com aim.com aon.com live.ca live.co.uk live.de live.fr live.nl "
    "yahoo.ca yahoo.de yahoo.fr yahoo.it yahoo.in hotmail.ca hotmail.de hotmail.fr hotmail.it outlook.de outlook.fr "
    "outlook.it cox.com att.com".split()
)
# Endings that do not exist, each a slip of the finger from one that does.
ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "vom", "xom", "cpm", "cim", "clm", "om", "comn"), "com"),
    **dict.fromkeys(("nett", "ner", "ent", "nte", "netr"), "net"),
    **dict.fromkeys(("ogr", "orgg", "prg", "rog"), "org"),
}


def _is_one_slip(typed: str, meant: str) -> bool:
    """One letter wrong, missing or too many, or two neighbours swapped."""
    if len(typed) == len(meant):
        wrong = [n for n, pair in enumerate(zip(typed, meant, strict=True)) if pair[0] != pair[1]]
        if len(wrong) == 1:
            return True
        first, last = wrong[0], wrong[-1]
        return len(wrong) == 2 and last == first + 1 and typed[first : last + 1] == meant[first : last + 1][::-1]
    short, long = sorted((typed, meant), key=len)
    return len(long) - len(short) == 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _better(domain: str) -> str:
    """The domain that was meant; the same one when nothing better is known."""
    name, _dot, ending = domain.rpartition(".")
    mended = f"{name}.{ENDINGS.get(ending, ending)}"
    if mended in COMMON or mended in ALSO_REAL:
        return mended
    return next((common for common in COMMON if _is_one_slip(mended, common)), mended)


def suggest(email: str) -> str:
    """The address that was probably meant; empty when there is nothing to suggest."""
    local, _at, domain = email.rpartition("@")
    typed = domain.lower()
    if not local or "." not in typed or typed in COMMON or typed in ALSO_REAL:
        return ""
    better = _better(typed)
    return "" if better == typed else f"{local}@{better}"
