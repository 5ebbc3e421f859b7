"""Mail that waits is handed to a mail server: none in the way of another, none over and over, over the line that was asked for and no other."""

import re
import smtplib
import time
from dataclasses import replace

import pytest
from celwacht.publish.cli import celwacht
from celwacht.publish.portal.keeping import posting
from celwacht.publish.portal.keeping.posting import MailServer, Postman, Unsent, post
from click.testing import CliRunner

from tests.portal.made import Office
from tests.portal.mailbox import Mailbox
from tests.portal.test_live import certificate


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.fixture
def box():
    with Mailbox() as made:
        yield made


def put(office, *names):
    for name in names:
        office.portal.outbox.put(f"{name}@example.nl", "Onderwerp", f"Aan {name}\n.\n.. een punt\n")
        office.clock.at += 1


def at(box, **more):
    return MailServer("127.0.0.1", box.port, "none", **more)


def receivers(box):
    return [to.split("@")[0] for _, to, _ in box.taken]


def left(office):
    return sorted(one.to.split("@")[0] for one in office.portal.outbox.messages())


def aside(office):
    return {one.to.split("@")[0]: why for one, why in office.portal.outbox.failed()}


def test_all_goes_out_once_oldest_first_and_whole(office, box):
    put(office, "a", "b", "c")
    assert post(office.portal, at(box)).taken == 3 and post(office.portal, at(box)).taken == 0
    assert receivers(box) == ["a", "b", "c"] and left(office) == [] and aside(office) == {}
    sender, _, content = box.taken[0]
    text = content.decode()
    assert sender == "portal@example.nl" and "\r\n..\r\n... een punt\r\n" in text  # dots as the protocol doubles them
    assert re.search(r"^Date: Sat, 01 Aug 2026 12:00:00 \+0000\r$", text, re.M) and re.search(
        r"^Message-ID: <\w{24}@example.nl>\r$", text, re.M
    )


REFUSALS = [("RCPT weg@example.nl", "550 no such"), (". weg@example.nl", "554 no")]
LATER = [
    ("RCPT weg@example.nl", "450 full"),
    (". weg@example.nl", "451 later"),
    ("RCPT weg@example.nl", "421 closing"),
    ("RCPT weg@example.nl", "break"),
]


@pytest.mark.parametrize(("when", "told"), REFUSALS)
def test_what_is_refused_is_put_aside_and_told_and_keeps_no_other(office, box, when, told):
    put(office, "a", "weg", "b")
    box.replies = {when: told}
    done = post(office.portal, at(box))
    assert receivers(box) == ["a", "b"] and (done.taken, done.aside) == (2, 1) and left(office) == []
    assert told[:3] in aside(office)["weg"] and "no such" not in aside(office)["weg"]  # the server's own words may name somebody
    (line,) = [one for one in office.portal.log.lines() if one["what"] == "mail failed"]
    assert told[:3] in line["why"] and "weg" not in str(line)
    box.replies = {}
    office.clock.at += 6 * 86400
    assert office.portal.outbox.again() == 1 and post(office.portal, at(box)).taken == 1 and receivers(box)[-1] == "weg"


@pytest.mark.parametrize(("when", "told"), LATER)
def test_what_cannot_be_taken_now_waits_and_keeps_no_other(office, box, when, told):
    """Also where the server breaks off at its name: every time, for as long as it likes."""
    put(office, "a", "weg", "b")
    box.replies = {when: told}
    assert post(office.portal, at(box)).taken == 2 and receivers(box) == ["a", "b"]
    for _ in range(3):
        assert post(office.portal, at(box)).taken == 0 and left(office) == ["weg"]
    box.replies = {}
    assert post(office.portal, at(box)).taken == 1 and aside(office) == {}
    put(office, "weg")
    box.replies = {when: told}
    office.clock.at += posting.LONGEST
    assert post(office.portal, at(box)).aside == 1 and "over" in aside(office)["weg"]


def test_what_nobody_knows_is_sent_twice_at_most_under_one_number(office, box):
    """The line breaks after the last byte, time after time: two are there, which every reader of mail sees to be one; the others leave."""
    put(office, "weg", "b")
    box.replies = {". weg@example.nl": "break"}
    for _ in range(5):
        post(office.portal, at(box))
    assert receivers(box).count("weg") == 2 and receivers(box).count("b") == 1
    assert "twice nobody knew" in aside(office)["weg"]
    first, second = [text for text in box.texts() if "Aan weg" in text]
    assert first == second


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [False, True])
def test_a_death_in_a_hand_over_sends_no_third(office, box, monkeypatch, after):
    """Before the server has it, or before it is noted: the next process sends it once more, and the one after that not."""
    plain = smtplib.SMTP.data

    def dying(self, content):
        if after:
            plain(self, content)
        raise Killed

    put(office, "weg")
    monkeypatch.setattr(smtplib.SMTP, "data", dying)
    for _ in range(4):
        try:
            post(office.portal, at(box))
        except Killed:
            pass
    assert len(box.taken) == (2 if after else 0) and "weg" in aside(office) and left(office) == []


def test_a_death_before_the_hand_over_counts_for_nothing(office, box, monkeypatch):
    put(office, "weg")
    for _ in range(4):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(smtplib.SMTP, "rcpt", lambda *_: (_ for _ in ()).throw(Killed))
            post(office.portal, at(box))
    assert post(office.portal, at(box)).taken == 1


def test_what_is_over_is_not_sent(office, box):
    """A code of ten minutes that waited longer is of no use, and not sent; its message is removed in time."""
    office.portal.outbox.put("kwijt@example.nl", "Code", "AAAA\n", 600)
    office.clock.at += 600
    done = post(office.portal, at(box))
    assert done.aside == 1 and box.taken == [] and "over" in aside(office)["kwijt"]
    office.clock.at += 30 * 86400
    office.portal.outbox.remove_old(office.portal.now())
    assert aside(office) == {} and list((office.folder / "portal/outbox/failed").iterdir()) == []


@pytest.mark.parametrize("reply", ["530 log in first", "421 closing", "451 not from you"])
def test_a_server_that_takes_nothing_from_us_puts_nothing_aside(office, box, reply):
    put(office, "a", "b")
    box.replies = {"MAIL": reply}
    with pytest.raises(Unsent, match=reply[:3]):
        post(office.portal, at(box))
    assert left(office) == ["a", "b"] and aside(office) == {}


def test_two_senders_send_nothing_twice(office, box):
    put(office, "a")
    with office.portal.outbox.one_sender() as mine:
        assert mine and post(office.portal, at(box)) is None
    assert post(office.portal, at(box)).taken == 1


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    certificate(folder)
    return folder


def test_over_tls_and_with_a_login_as_asked(office, keys, monkeypatch):
    """The certificate must be right, STARTTLS must be there, the password must fit: nothing goes over any other line."""
    with Mailbox(keys, ("portal", "geheim")) as secret, Mailbox() as open_one:
        put(office, "a")
        where = MailServer("127.0.0.1", secret.port, user="portal", password="geheim")
        assert "geheim" not in repr(where)
        with pytest.raises(Unsent, match="its certificate is not right"):
            post(office.portal, where)
        monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
        with pytest.raises(Unsent, match=r"does not take this login \(535\)"):
            post(office.portal, replace(where, password="fout"))
        with pytest.raises(Unsent, match="STARTTLS"):
            post(office.portal, replace(where, port=open_one.port))
        with pytest.raises(Unsent, match="530"):
            post(office.portal, replace(where, user=""))
        assert secret.taken == open_one.taken == [] and left(office) == ["a"]
        assert post(office.portal, where).taken == 1 and secret.encrypted == [True]


def test_the_process_that_serves_sends_beside_its_answers(office, box, monkeypatch):
    """What is put in leaves by itself; a server that is not there is told once and tried again, later each time."""
    monkeypatch.setattr(posting, "EVERY", 0.01)
    monkeypatch.setattr(posting, "AT_MOST", 0.02)
    said, closed = [], at(box)
    put(office, "a")
    post_man = Postman(office.portal, replace(closed, port=1), said.append)
    post_man.start()
    while not said:
        post_man.join(0.01)
    post_man._where = closed
    while not box.taken:
        post_man.join(0.01)
    post_man.stop()
    post_man.join(5)
    assert not post_man.is_alive() and len(said) == 1 and "takes nothing" in said[0] and receivers(box) == ["a"]
    assert [one["why"] for one in office.portal.log.lines() if one["what"] == "mail waits"] == [
        "it is not there or does not answer (ConnectionRefusedError)"
    ]


def test_the_office_sends_by_hand_and_sees_what_failed(office, box, tmp_path):
    def told(*more):
        return CliRunner().invoke(celwacht, ["portal", "send", str(tmp_path / "portal"), "--key", str(tmp_path / "portal.key"), *more])

    office.clock.at = time.time()  # the command goes by the clock of the machine
    put(office, "a", "weg")
    assert "waits" in told().output and "2 messages wait, 0 failed" in told().output
    box.replies = {"RCPT weg@example.nl": "550 no"}
    smtp = ("--smtp", f"127.0.0.1:{box.port}", "--smtp-tls", "none")
    done = told(*smtp)
    assert done.exit_code == 0 and "1 messages were sent" in done.output and "1 could not be sent" in done.output
    assert "weg@example.nl" in told().output and "receiver 550" in told().output
    box.replies = {}
    done = told("--again", *smtp)
    assert "1 messages that failed wait once more" in done.output and "1 messages were sent" in done.output
    put(office, "b")
    refused = told("--smtp", "127.0.0.1:1", "--smtp-tls", "none")
    assert refused.exit_code == 1 and "takes nothing" in str(refused.exception) and "1 messages wait" in str(refused.exception)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--smtp", "mail.example.nl"], "write the server and its port"),
        (["--smtp", "mail.example.nl:0"], "write the server and its port"),
        (["--smtp", "mail.example.nl:25", "--smtp-user", "a"], "go together"),
        (["--smtp-user", "a", "--smtp-password", "secret"], "name it with --smtp"),
        (["--smtp", "mail.example.nl:25", "--smtp-tls", "none", "--smtp-user", "a", "--smtp-password", "secret"], "for everybody to read"),
        (["--smtp", "mail.example.nl:25", "--smtp-user", "a", "--smtp-password", "nowhere"], "cannot be read"),
        (["--smtp", "mail.example.nl:25", "--smtp-user", "a", "--smtp-password", "empty"], "is empty"),
    ],
)
def test_what_cannot_be_meant_is_told(office, tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret").write_text("geheim\n")
    (tmp_path / "empty").write_text("\n")
    told = CliRunner().invoke(celwacht, ["portal", "send", "portal", "--key", "portal.key", *options])
    assert told.exit_code == 2 and said in told.output and "geheim" not in told.output
