"""“gmial.com → gmail.com?” is suggested and never insisted on (R4)."""

import pytest

from appointments.email_suggestion import ALSO_REAL, COMMON, suggest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pat@gmial.com", "pat@gmail.com"),
        ("pat@gmai.com", "pat@gmail.com"),
        ("pat@gmaill.com", "pat@gmail.com"),
        ("pat@gnail.com", "pat@gmail.com"),
        ("pat@gmail.con", "pat@gmail.com"),
        ("pat@gmail.co", "pat@gmail.com"),
        ("pat@gmial.con", "pat@gmail.com"),
        ("Pat.Sample+knee@GMIAL.com", "Pat.Sample+knee@gmail.com"),
        ("pat@yaho.com", "pat@yahoo.com"),
        ("pat@yahooo.com", "pat@yahoo.com"),
        ("pat@hotmial.com", "pat@hotmail.com"),
        ("pat@hotmail.cmo", "pat@hotmail.com"),
        ("pat@outlok.com", "pat@outlook.com"),
        ("pat@iclould.com", "pat@icloud.com"),
        ("pat@comcast.nte", "pat@comcast.net"),
        ("pat@patient.con", "pat@patient.com"),
        ("pat@clinic.ogr", "pat@clinic.org"),
        ('"odd@local"@gmial.com', '"odd@local"@gmail.com'),
    ],
)
def test_r4_a_slip_of_the_finger_is_found(typed, meant):
    assert suggest(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "pat",
        "@gmial.com",
        "pat@",
        "pat@localhost",
        "pat@patient.example",
        "pat@university.edu",
        "pat@cox.com",
        "pat@email.com",
        "pat@mail.co.uk",
        "pat@xn--bcher-kva.example",
        "pat@бücher.example",
        "pat@" + "a" * 250 + ".com",
    ],
)
def test_r4_nothing_is_suggested_where_nothing_is_wrong(typed):
    assert suggest(typed) == ""


@pytest.mark.parametrize("domain", [*COMMON, *sorted(ALSO_REAL)])
def test_r4_a_real_domain_is_left_alone(domain):
    assert suggest(f"pat@{domain}") == ""
