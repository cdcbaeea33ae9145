"""What no page claims (content-facts §4): each claim in several forms, and our own words beside it."""

import pytest

from services.pagecheck.claims import CLAIMS
from tests.services.page_texts import emergency_card, page, rules, saying, section

FIRES = {
    "promise-cure": [
        "It cures knots.",
        "A cure for back pain.",
        "Not only a cure, but a joy.",
        "No doubt it cures you.",
    ],
    "promise-gone": [
        "The pain goes away and stays away.",
        "Watch your pain go away.",
        "The knot is gone for good.",
        "It gives lasting relief.",
        "Get rid of your knots.",
        "We eliminate your pain.",
        "The pain and the soreness go away.",
    ],
    "promise-pain-free": [
        "Live pain-free.",
        "Want to be pain free?",
        "Do you want a life free of pain?",
        "It is painless.",
    ],
    "promise-guarantee": ["We guarantee relief.", "It works miracles.", "It is 100% effective."],
    "promise-proven": ["A proven treatment.", "It has been proven to work.", "It is clinically proven."],
    "promise-breakthrough": ["A breakthrough in care.", "State-of-the-art care.", "It is revolutionary."],
    "promise-quick-and-effective": [
        "It is quick and effective.",
        "A fast, effective treatment.",
        "Needling is highly effective.",
        "Enjoy effective relief.",
        "Quick relief from pain.",
        "It works quickly and effectively.",
    ],
    "promise-superlative": ["The best treatment for knots.", "The most effective therapy.", "A leading clinic."],
    "promise-safe": ["It is safe.", "Needling is safer than pills.", "We needle safely.", "It has no side effects."],
    "mechanism-scar-tissue": ["It breaks up scar tissue."],
    "mechanism-toxins": ["Water flushes out toxins.", "A detox for your muscles."],
    "mechanism-heals-tissue": [
        "The body heals the cut tissue.",
        "The tissue then heals.",
        "Torn fibers are repaired.",
    ],
    "mechanism-pain-cycle": ["It breaks the cycle.", "This interrupts the pain-spasm-pain cycle."],
    "twitch-as-proof": [
        "A twitch means it went in right.",
        "A local twitch response shows that the needle is in the right spot.",
        "We know it is in the right place when the muscle twitches.",
    ],
    "disparages-others": [
        "Many doctors don't recognize this.",
        "Most physicians do not know about trigger points.",
        "Few doctors recognize knots.",
        "Knots are often overlooked by other clinicians.",
        "Unlike other clinics, we listen.",
    ],
    "numbness-as-knot": [
        "Numbness is often just a knot.",
        "Numbness may be caused by a trigger point.",
        "Trigger points can cause tingling or numbness.",
    ],
    "trigger-point-count": ["There are 620 possible points.", "You have hundreds of trigger points."],
    "23-million": ["23 million people hurt.", "Some 23 million Americans have disorders, including trigger points."],
    "undated-research": ["Recent research supports it.", "New studies look good.", "Research shows that it helps."],
    "testimonial": [
        "Read our testimonials.",
        "We have five stars.",
        "★★★★★",
        "Rated 4.9/5 by those who know.",
        "Our patients love it.",
        "“I highly recommend them.”",
    ],
}
SILENT = {
    "promise-cure": [
        "It is not a cure.",
        "There is no cure.",
        "We never promise a cure.",
        "A secure door.",
        "Is it a cure?",
    ],
    "promise-gone": [
        "The pain may not go away.",
        "Soreness goes away in about three days.",
        "Stay away from hard exercise.",
        "A stool for good posture.",
    ],
    "promise-pain-free": ["We cannot promise that you will be pain-free.", "Is it painless?"],
    "promise-guarantee": ["Nobody can guarantee that."],
    "promise-proven": ["It has not been proven.", "An unproven idea."],
    "promise-breakthrough": ["Tell us about breakthrough pain."],
    "promise-quick-and-effective": ["We do not know if it is effective.", "There is no quick fix."],
    "promise-superlative": ["The best time to call is in the morning.", "No treatment is the best choice for all."],
    "promise-safe": [
        "Is it safe?",
        "It is not safe for everyone.",
        "Ask if dry needling is safe for you.",
        "Your safety.",
    ],
    "mechanism-scar-tissue": ["It does not break up scar tissue.", "A scar on the skin."],
    "mechanism-toxins": ["It does not flush toxins.", "Botulinum toxin is a medicine."],
    "mechanism-heals-tissue": ["Most people heal with time.", "We work on the muscle and its tissue."],
    "mechanism-pain-cycle": ["You may ride a cycle.", "Cycling is good exercise."],
    "twitch-as-proof": [
        "You may feel a brief twitch; not everyone does.",
        "A twitch is not needed for benefit.",
        "A twitch does not mean that it went in right.",
        "Your right shoulder may twitch.",
    ],
    "disparages-others": [
        "Clinicians do not all agree.",
        "Clinicians do not agree well when they examine the same person.",
        "Your doctor may want to know.",
        "Some clinics do not treat children.",
    ],
    "numbness-as-knot": ["Do not put numbness down to a knot.", "Numbness or weakness needs a check-up."],
    "trigger-point-count": ["We look for trigger points.", "We look for one or two trigger points."],
    "23-million": ["In 2002, 23 million people had long-lasting musculoskeletal disorders [1]."],
    "undated-research": [
        "A study of 2017 found less pain.",
        "New research found less pain [2].",
        "What research says",
        "Researchers are still studying how it works.",
    ],
    "testimonial": ["We do not use testimonials.", "A review of 12 trials [1].", "We look at 5 out of 10 days."],
}


def named(text: str) -> list[str]:
    """Rules that fire on a page with this sentence and the advice that numbness asks for."""
    return rules(saying(text, "A doctor should look at numbness."))


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in FIRES.items() for text in texts])
def test_a_claim_is_found(rule, text):
    assert rule in named(text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in SILENT.items() for text in texts])
def test_honest_words_are_left_alone(rule, text):
    assert rule not in named(text)


def test_every_claim_has_examples_both_ways():
    assert set(FIRES) == set(SILENT) == {claim.rule for claim in CLAIMS}


@pytest.mark.parametrize("field", ["title", "summary", "description"])
def test_claims_are_found_above_the_text_too(field):
    assert rules(page(**{field: "A cure for knots"})) == ["promise-cure"]


def test_claims_are_found_in_headings():
    assert rules(page(parts=(section("A cure"), *page().parts))) == ["promise-cure"]


@pytest.mark.parametrize("typed", ["pain‑free", "pain-fr\u00adee", "pain&nbsp;free", "<b>pain</b>-free", "PAIN-FREE"])
def test_a_claim_is_found_however_it_is_set(typed):
    assert rules(saying(f"Be {typed}.")) == ["promise-pain-free"]


# --- Numbness -----------------------------------------------------------------------------------------
NUMB = section("Feeling", "<p>You may feel numb.</p>")
ADVICE = section("Feeling", "<p>Numbness needs a check-up.</p>")


def test_numbness_needs_its_urgent_words():
    assert rules(page(parts=(NUMB, *page().parts))) == ["numbness-without-urgent-help"]


def test_numbness_with_a_check_up_and_the_card_is_fine():
    assert rules(page(parts=(NUMB, ADVICE, *page().parts))) == []


@pytest.mark.parametrize(("parts", "fires"), [((NUMB, ADVICE), True), ((ADVICE, emergency_card()), False)])
def test_numbness_needs_the_emergency_card(parts, fires):
    found = rules(page(kind="other", parts=parts))
    assert ("numbness-without-urgent-help" in found) is fires


def test_a_number_is_not_numbness():
    assert rules(saying("Write down the number of days.")) == []
