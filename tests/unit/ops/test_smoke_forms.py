"""The smoke test's reader sees what a browser without JavaScript would send."""

import httpx
import pytest

from insureweb.ops.smoke.forms import Button, read_page
from insureweb.ops.smoke.visitor import Page, StepFailed

PAGE = """
<a href="/policies/BD1/">Policy  <b>BD1</b></a>
<form method="post" action="next/?a=1&amp;b=2">
  <input type="hidden" name="csrfmiddlewaretoken" value="x">
  <input name="age" value="30"><input type="file" name="photo">
  <input type="radio" name="plan" value="basic"><input type="radio" name="plan" value="premium" checked>
  <input type="checkbox" name="agree"><input name="off" value="no" disabled>
  <select name="class"><option value="1">One</option><option value="2" selected>Two</option></select>
  <select name="first"><option value="a">A</option><option value="b">B</option></select>
  <textarea name="note">hello &amp; bye</textarea>
  <button name="do" value="save">Save</button><button type="button" name="never">No</button>
</form>
<form><input type="hidden" name="q"></form>
<div role="alert">Please <b>choose</b> a plan</div>
"""


@pytest.fixture
def page() -> Page:
    request = httpx.Request("GET", "http://house/apply/")
    return Page.of(httpx.Response(200, html=PAGE, request=request))


def test_a_form_holds_what_it_would_send(page: Page) -> None:
    form = page.form("age", "plan")
    assert form.action == "http://house/apply/next/?a=1&b=2"
    assert form.values == {
        "csrfmiddlewaretoken": ["x"],
        "age": ["30"],
        "plan": ["premium"],
        "class": ["2"],
        "first": ["a"],
        "note": ["hello & bye"],
    }
    assert form.choices["plan"] == ["basic", "premium"]
    assert form.choices["agree"] == ["on"]
    assert form.buttons == [Button("do", "save")]
    assert form.kinds["photo"] == "file"
    assert "off" not in form.names


def test_links_carry_address_and_words(page: Page) -> None:
    assert page.links == [("http://house/policies/BD1/", "Policy BD1")]
    assert page.link(r"/policies/(\w+)/") == "http://house/policies/BD1/"


def test_a_failed_step_repeats_what_the_page_complained_about(page: Page) -> None:
    with pytest.raises(StepFailed, match="Please choose a plan"):
        page.form("nothing")
    with pytest.raises(StepFailed, match="does not show"):
        page.found("no such (thing)")


def test_a_form_that_is_not_for_people_is_recognised() -> None:
    forms, _links = read_page(PAGE, "http://house/")
    assert [form.is_for_people for form in forms] == [True, False]
