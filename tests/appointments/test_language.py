"""The patient's side in two languages (R10): the address alone says which."""

import pytest
from django.utils import translation

from appointments.language import spoken
from tests.builders import make_request
from tests.markup import Document

pytestmark = pytest.mark.django_db


class TestR10Language:
    @pytest.mark.parametrize(
        ("path", "lang"), [("/request-appointment/", "en-us"), ("/es/request-appointment/", "es")]
    )
    def test_the_page_names_its_language(self, client, clinic, path, lang):
        assert Document(client.get(path)).one("html").attrs["lang"] == lang

    def test_no_other_language_is_served_whatever_the_browser_likes(self, client, clinic):
        response = client.get("/request-appointment/", headers={"accept-language": "es"})
        assert Document(response).one("html").attrs["lang"] == "en-us"
        assert "Accept-Language" not in response.get("Vary", "")

    def test_the_link_to_ones_own_request_is_in_the_language_of_the_form(self, client, clinic):
        asked = make_request()
        asked.language = "es"
        assert asked.patient_path.startswith("/es/my-request/")
        assert client.get(asked.patient_path).status_code == 200

    def test_a_language_the_site_no_longer_speaks_falls_back(self, clinic):
        asked = make_request()
        asked.language = "tlh"
        assert spoken("tlh") == "en-us"
        assert asked.patient_path.startswith("/my-request/")

    def test_the_language_of_one_answer_never_reaches_the_next(self, client, clinic):
        client.get("/es/request-appointment/")
        assert translation.get_language() == "en-us"
