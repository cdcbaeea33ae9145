"""Where somebody is signed in, in words they know."""

import pytest

from clinic_site.devices import in_words

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{WINDOWS} {WEBKIT} Chrome/150.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0", "Edge, Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/150.0.0.0 Safari/537.36 OPR/110.0", "Opera, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/19.0 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "CriOS/150.0 Mobile/15E148 Safari/604.1",
            "Chrome, iPhone",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 "
            "Safari/605.1.15",
            "Safari, Mac",
        ),
        (f"Mozilla/5.0 (Linux; Android 16; Pixel 10) {WEBKIT} Chrome/150.0 Mobile Safari/537.36", "Chrome, Android"),
        (
            f"Mozilla/5.0 (Linux; Android 16; K) {WEBKIT} SamsungBrowser/29.0 Chrome/150.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/150.0.0.0 Safari/537.36", "Chrome, ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "A browser without a name"),
    ],
)
def test_a_browser_is_named_by_itself_and_its_system(user_agent, words):
    assert in_words(user_agent) == words
