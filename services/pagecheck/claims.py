"""What no page claims, and the words that are true instead (content-facts §4)."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from services.pagecheck.claim import Claim
from services.pagecheck.reading import CITATION, TOKEN, sentences
from services.pagecheck.values import Finding, Level, PageText

SHORT_TERM = _("Nobody can promise that. Say “may ease pain for some people in the short term”.")
UNSUPPORTED = _("No research supports this. Say “researchers are still studying how it works”.")
RISKS = _("Nothing is free of risk. Give the risks in numbers instead.")
TWITCH = _("A twitch proves nothing. Say “you may feel a brief twitch; not everyone does”.")
OTHERS = _("Do not speak ill of others. Say “clinicians do not all agree”.")
NUMBNESS = _("Numbness may be a warning sign. Say “numbness or weakness needs a check-up”, and add the care cards.")
NO_VOICES = _("Testimonials and ratings are against privacy and advertising rules. Leave this out.")
NO_SOURCE = _("This count has no source. Leave it out.")
MILLIONS = _(
    "This figure is of 2002 and counts all long-lasting muscle and joint disorders. "
    "Leave it out, or quote it exactly, with its year and source."
)
WHERE_FROM = _("Say whose research and of which year, with its number in the list of sources, or leave it out.")

QUICK = r"(?:quick|fast|rapid|instant|immediate)(?:ly)?"
CARE = r"(?:treatments?|therap(?:y|ies)|care|clinics?|results?|relief|solution|option|choice|way|method|technique)"
TISSUE = r"(?:tissues?|muscles?|fibers?|tendons?|ligaments?)"
KNOT = r"(?:knots?|trigger points?|(?:tight|sore) (?:muscles?|spots?|bands?))"
NUMB = r"(?:numb(?:ness|ing|ed|s)?|tingl(?:es?|ing)|weak(?:ness)?)"
SIGN = r"(?:means?|shows?|proves?|confirms?|tells?|indicates?|signals?|good sign|sign that)"
DOCTOR = (
    r"(?:doctors?|physicians?|clinicians?|chiropractors?|surgeons?|specialists?|therapists?|providers?|clinics?|"
    r"practitioners?|professionals?|practices)"
)
SOME_DOCTORS = rf"\b(?:many|most|some|other|few|your|even) (?:\w+ ){{0,2}}{DOCTOR}\b"
SEE = r"(?:recogni[sz]e|know|understand|notice|look for|believe|listen|diagnose|learn|take \w+ seriously)"
RESEARCH = r"(?:research|stud(?:y|ies)|science|findings|trials?|evidence)"
PATIENTS = r"(?:patients?|clients?|customers?)"

CLAIMS = [
    Claim("promise-cure", r"\bcur(?:e|es|ed|ing|able|ative)\b", SHORT_TERM),
    Claim(
        "promise-gone",
        r"\b(?:go|goes|going|gone|went) away\b|\bstay(?:s|ed|ing)? (?:away(?! from)|gone)\b|\bfor good(?=[.,;!?]|$)"
        r"|\bnever (?:comes? back|returns?)\b|\bonce and for all\b|\bget rid of\b"
        r"|\b(?:permanent|lasting|long-term|complete|total)(?:ly)? (?:pain )?relief\b"
        r"|\b(?:eliminat|eradicat|banish|eras)(?:e|es|ed|ing) (?:\w+ ){0,2}(?:pain|knots?|trigger points?)\b",
        SHORT_TERM,
        # soreness after treatment does go away
        unless=r"^(?!.*\b(?:pain|knots?|trigger points?|symptoms?)\b).*\b(?:sore(?:ness)?|bruis\w+|cramp\w*)\b",
    ),
    Claim("promise-pain-free", r"\bpain[- ]?free\b|\bfree (?:of|from) pain\b|\bpainless(?:ly)?\b", SHORT_TERM),
    Claim("promise-guarantee", r"\bguarante(?:e|es|ed|eing)\b|\bmirac(?:les?|ulous\w*)\b|\b100\s?% \w+", SHORT_TERM),
    Claim("promise-proven", r"\b(?:proven|proved)\b|\bproves? (?:to|that|effective)\b", SHORT_TERM),
    Claim(
        "promise-breakthrough",
        r"\bbreakthroughs?\b(?! pain)|\brevolutionary\b|\bcutting[- ]edge\b|\bstate[- ]of[- ]the[- ]art\b"
        r"|\bgame[- ]chang\w+",
        SHORT_TERM,
    ),
    Claim(
        "promise-quick-and-effective",
        rf"\b(?:{QUICK}|highly|very|extremely|incredibly|remarkably)(?:,| and|, and)? effective(?:ly|ness)?\b"
        r"|\beffective(?:ly)?(?:,| and|, and) (?:quick|fast|rapid|lasting|permanent)(?:ly)?\b"
        rf"|\b(?:{QUICK}|effective) (?:pain )?(?:relief|results?|cure|fix)\b",
        SHORT_TERM,
    ),
    Claim(
        "promise-superlative",
        r"\b(?:best|most effective|most advanced|leading|top[- ]rated|number one|#1|unmatched|world[- ]class"
        rf"|superior) (?:\w+ )?{CARE}\b",
        SHORT_TERM,
    ),
    Claim(
        "promise-safe",
        r"\bsafe(?:ly|r|st)?\b|\brisk[- ]free\b|\bno (?:known )?(?:risks?|side effects?)\b",
        RISKS,
        unless=r"\b(?:if|whether) (?:\w+ ){1,4}(?:is|are|was) safe\b|\bno risks? (?:numbers?|count)",
    ),
    Claim("mechanism-scar-tissue", r"\bscar(?:red)? tissues?\b", UNSUPPORTED),
    Claim("mechanism-toxins", r"\btoxins?\b|\bdetox\w*", UNSUPPORTED, unless=r"\bbotulinum\b"),
    Claim(
        "mechanism-heals-tissue",
        rf"\bheal(?:s|ed|ing)?\b[^.;]{{0,40}}\b{TISSUE}\b|\btissues?\b[^.;]{{0,20}}\bheal(?:s|ed|ing)?\b"
        rf"|\b(?:cut|torn|damaged|injured) {TISSUE}\b[^.;]{{0,30}}\b(?:repair|regenerat|regrow)\w*",
        UNSUPPORTED,
    ),
    Claim(
        "mechanism-pain-cycle",
        r"\b(?:break|breaks|breaking|broke|broken|interrupt\w*|stop|stops|stopping|end|ends|ending|escap\w+)"
        r"(?:\s+[\w'-]+){0,4}\s+cycles?\b",
        UNSUPPORTED,
    ),
    Claim(
        "twitch-as-proof",
        rf"\btwitch\w*\b[^.]{{0,60}}\b{SIGN}\b"
        r"|\b(?:went in|right (?:spot|place)|correct(?:ly)?|proper(?:ly)?|success\w*)\b[^.]{0,40}"
        r"\b(?:when|if|by|because|once|as)\b[^.]{0,40}\btwitch\w*",
        TWITCH,
        unless=rf"\btwitch\w*\b[^.]{{0,40}}(?:\bnot|n't|\bnever|\bneither)\b[^.]{{0,20}}\b{SIGN}\b",
    ),
    Claim(
        "disparages-others",
        rf"{SOME_DOCTORS}[^.]{{0,40}}(?:\b(?:do|does|did|may|will|can) not\b|n't\b|\bnever\b|\bfail(?:s|ed)? to\b"
        rf"|\bcannot\b)[^.]{{0,15}}\b{SEE}"
        rf"|\bfew (?:\w+ ){{0,2}}{DOCTOR} (?:\w+ )?{SEE}"
        rf"|{SOME_DOCTORS} (?:\w+ )?(?:overlook|miss|ignore|dismiss|misdiagnose|neglect)"
        r"|\b(?:overlooked|missed|ignored|dismissed|misdiagnosed|not recogni[sz]ed|unrecogni[sz]ed) by "
        rf"(?:\w+ ){{0,2}}{DOCTOR}|\b(?:unlike|better than) (?:other|most|many) (?:\w+ ){{0,2}}{DOCTOR}",
        OTHERS,
        deniable=False,
    ),
    Claim(
        "numbness-as-knot",
        rf"\b{NUMB}\b[^.]{{0,60}}\b(?:just|only|simply|merely|nothing (?:but|more)|caused by|comes? from|due to"
        rf"|signs? of|because of|result of|symptoms? of)\b[^.]{{0,25}}\b{KNOT}\b"
        rf"|\b{KNOT}\b[^.]{{0,40}}\b(?:causes?|leads? to|creates?|produces?|brings?|explains?|results? in"
        r"|symptoms? (?:are|include)|include)\b[^.]{0,40}\bnumb(?:ness)?\b",
        NUMBNESS,
        unless=r"(?:\bnot|n't|\bnever)\b[^.]{0,30}\b(?:just|only|simply|from|knot|muscle|assume|put)",
    ),
    Claim(
        "trigger-point-count",
        rf"\b620\b|\b(?:hundreds|\d{{3,6}}) (?:of )?(?:\w+ )?{KNOT}\b",
        NO_SOURCE,
        deniable=False,
    ),
    Claim(
        "23-million",
        r"\b23(?:\.\d)? ?(?:million|m)\b|\b23,\d{3},\d{3}\b|\btwenty[- ]three million\b",
        MILLIONS,
        unless=r"\b2002\b.*\b(?:disorders|musculoskeletal)\b|\b(?:disorders|musculoskeletal)\b.*\b2002\b",
        deniable=False,
    ),
    Claim(
        "undated-research",
        rf"\b(?:recent|new|newer|newest|latest|modern|emerging) (?:\w+ )?{RESEARCH}\b"
        r"|(?<!\bwhat )\b(?:research|studies|science|experts?) (?:has |have |now )?"
        r"(?:shows?|shown|proves?|confirms?|says?|suggests?|agrees?)\b",
        WHERE_FROM,
        unless=rf"{CITATION.pattern}|\b(?:19|20)\d\d\b",
    ),
    Claim(
        "testimonial",
        r"\btestimonials?\b|\bsuccess stor(?:y|ies)\b|[★⭐✭✩]|\bstar ratings?\b|\brated (?:\d|five|four|the|number)"
        r"|\b(?:\d(?:\.\d)?|one|two|three|four|five|full)[- ]stars?\b|\bchanged my life\b"
        r"|\b(?:\d\.\d|4|5) ?(?:out of|/) ?5\b(?! \w)|\b\d\.\d ?(?:out of|/) ?10\b(?! \w)"
        rf"|\b(?:{PATIENTS}|google|yelp|online)(?:'s?)? (?:reviews?|ratings?|love|rave|stories)\b"
        rf"|\b(?:reviews?|stories|words) (?:from|by|of) (?:our |happy |real )*{PATIENTS}\b"
        rf"|\b(?:happy|satisfied) {PATIENTS}\b|\bmy pain (?:is|was|has)\b[^.]{{0,15}}\bgone\b"
        r"|\bI (?:would |can )?(?:highly |really )?recommend\b",
        NO_VOICES,
    ),
]


def claims_can_be_kept(page: PageText) -> Iterator[Finding]:
    """No promise, no superlative, no mechanism that research does not support."""
    for text in page.texts:
        for sentence in sentences(TOKEN.sub("this", text.words)):
            for claim in CLAIMS:
                if quote := claim.quote(sentence):
                    yield Finding(claim.rule, Level.WARNING, str(claim.message), text.where, quote)
