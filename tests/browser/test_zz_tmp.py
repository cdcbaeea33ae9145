import pytest
pytestmark = pytest.mark.browser
from tests.browser.patient import *
def test_a(open_page, site, sign_in):
  for js in (False, True):
    p = open_page(java_script_enabled=js)
    p.goto("/request-appointment/"); t0=p.locator("[name=form_token]").input_value(); fill_in(p); press(p, "Check your answers")
    press(p, "Send request"); ref=reference_on(p)
    print("one", site.query("select count(*) from appointments_appointmentrequest"))
    try: p.go_back()
    except Exception as e: print(str(e)[:80])
    try:
        r=p.reload(); print("RELOAD", r and r.status, p.url, p.locator("h1").inner_text())
    except Exception as e: print("RELOAD", str(e)[:80], p.url)
    try:
        p.go_back()
    except Exception as e: print(str(e)[:80])
    print(p.url); t1=p.locator("[name=form_token]").input_value()
    print("token same", t0==t1, p.locator("[name=full_name]").input_value())
    press(p, "Check your answers")
    press(p, "Send request"); ref2=reference_on(p)
    print("two", js, ref, ref2, site.query("select count(*) from appointments_appointmentrequest"))
