"""`celwacht factsheets`: the files are those of the server, and only of what is public."""

from celwacht.publish.cli import celwacht
from celwacht.publish.serve.pages import pages
from celwacht.publish.store.shelf import Shelf
from click.testing import CliRunner

from tests.serve import live
from tests.serve.pages.test_area_pages import KERN, REFERRED


def test_the_files_are_those_of_the_server(tmp_path):
    """To the byte, one per region; a region that is not there is told; a set under embargo gives nothing."""
    out, to = tmp_path / "out", tmp_path / "papers"
    live.publish(out, KERN, REFERRED)
    run = lambda *args: CliRunner().invoke(celwacht, ["factsheets", str(out), str(to), *args])
    done = run("--csv", "--region", "GM0106", "--region", "JZ04")
    assert done.exit_code == 0 and "2 fact sheets, 0 reports" in done.output
    made = pages.Pages(Shelf.open(out))
    shown = made.shown()
    assert (to / "gebied" / "GM0106.pdf").read_bytes() == made._sheet(shown, "GM0106")
    assert sorted(p.name for p in (to / "gebied").iterdir()) == ["GM0106.csv", "GM0106.pdf", "JZ04.csv", "JZ04.pdf"]
    assert run("--region", "GM9999").exit_code != 0
    later = tmp_path / "later"
    live.publish(later, KERN, release_moment="2999-06-01T00:00:00+02:00")
    nothing = CliRunner().invoke(celwacht, ["factsheets", str(later), str(tmp_path / "none")])
    assert nothing.exit_code == 0 and "0 fact sheets, 0 reports" in nothing.output
