"""`celwacht serve` does not show readers what is not for them: a trial, or a confidential folder."""

import pytest
from celwacht.publish.commands import serve_command
from celwacht.publish.review import ledger_file
from celwacht.publish.store import store
from click.testing import CliRunner


@pytest.fixture
def serve(monkeypatch):
    """Runs the command up to the point where it would listen."""

    def listening(host, port):
        raise SystemExit(77)

    monkeypatch.setattr(serve_command, "listening", listening)
    return lambda *args: CliRunner().invoke(serve_command.serve, [str(a) for a in args])


def test_a_folder_on_trial(serve, tmp_path):
    """Refused with the reason and the remedy; with --trial, to this machine alone and with a word."""
    ledger_file.mark(tmp_path, ledger_file.TRIAL, store.Disk())
    (tmp_path / "releases").mkdir()
    refused = serve(tmp_path)
    assert refused.exit_code == 2 and "published to on trial" in refused.output and "--trial" in refused.output
    shown = serve(tmp_path, "--trial")
    assert shown.exit_code == 77 and shown.output == "ON TRIAL: not in the ledger, and not for readers.\n"
    assert serve(tmp_path, "--trial", "--host", "0.0.0.0").exit_code == 2


def test_an_official_folder_is_served_without_a_word(serve, tmp_path):
    ledger_file.mark(tmp_path, ledger_file.OFFICIAL, store.Disk())
    (tmp_path / "releases").mkdir()
    assert (serve(tmp_path).exit_code, serve(tmp_path).output) == (77, "")


def test_a_confidential_folder(serve, tmp_path):
    (tmp_path / "vault").mkdir()
    refused = serve(tmp_path)
    assert refused.exit_code == 2 and "confidential data folder" in refused.output


def test_an_empty_folder_says_so(serve, tmp_path):
    assert "no published set yet" in serve(tmp_path).output
