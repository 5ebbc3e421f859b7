"""The page of a checker of outputs in a browser: nothing that axe sees, light and dark, wide and narrow, and nothing of an output that runs."""

from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.outputs import page, states
from celwacht.publish.outputs.check import checked
from celwacht.publish.outputs.checkers import Checker
from celwacht.publish.outputs.folder import read_folder

from tests.browser.test_access import axe, faults  # noqa: F401
from tests.publish.outputs.test_check import COUNTS, folder

HOSTILE = "<script>document.title='x'</script>"


def test_the_page_of_a_checker(browser, axe, tmp_path):  # noqa: F811
    """With an output of each verdict, votes and a hostile title."""
    files = {"a.csv": "geslacht,n\nV,4\nM,30\n", "b.csv": "geslacht,n\nV,40\nM,30\n", "m.txt": "x"}
    entries = [{"file": "a.csv", "counts": COUNTS, "title": HOSTILE}, {"file": "b.csv", "counts": {**COUNTS, "period": "2023HJ01"}}]
    own = folder(tmp_path / "f", files, *entries, {"file": "m.txt", "statbarn": "Shape"})
    (tmp_path / "data").mkdir()
    came, request = read_folder(own), states.request_of(tmp_path / "data", "proef", b"k" * 32)
    found = checked(came, "u_proef", read_policy("strict"), None)
    request.folder.mkdir()
    page.keep(request, own, found)
    states.submit(request, came, {a.output.file: a.verdict for a in found.answers}, "0" * 64)
    states.vote(states.request_of(tmp_path / "data", "proef", b"k" * 32), "m.txt", Checker("smit", "M. Smit", "", False), True, "seen")
    text = page.page(states.request_of(tmp_path / "data", "proef", b"k" * 32), came)
    (tmp_path / "page.html").write_text(text, "utf-8")
    for scheme, width in (("light", 1280), ("dark", 360)):
        opened = browser.new_page(viewport={"width": width, "height": 850}, color_scheme=scheme)
        opened.goto((tmp_path / "page.html").as_uri())
        assert faults(opened, axe) == [] and HOSTILE in opened.inner_text("body") and opened.title() != "x"
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        opened.screenshot(path=str(tmp_path / f"{width}.png"), full_page=True)
        opened.close()
