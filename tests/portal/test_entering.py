"""Accounts, factors, sessions and guesses: ASVS 5.0 by number, against the functions, with a clock that the test moves."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from celwacht.publish.portal.accounts import accounts, changing, entering, guesses, one_time, passwords, sessions
from celwacht.publish.portal.accounts.changing import Proof
from celwacht.publish.portal.accounts.entering import Visitor
from celwacht.publish.portal.keeping.portal_folder import open_portal
from celwacht.tables.problems import ProblemsFound

from tests.portal.made import SENTENCE, STRANGER, Office

MAIL = "zorg@example.nl"


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037")],
)
def test_codes_are_those_of_the_standard(second, code):
    """RFC 6238, appendix B: eight digits there, of which ours are the last six."""
    assert one_time.code_at(b"12345678901234567890", second // 30) == code[-6:]


@pytest.mark.parametrize(
    ("password", "why"),
    [("kort", "short"), ("x" * 201, "long"), ("password1234", "guessable"), ("zorg@example.nl", "guessable"), (SENTENCE, ""), ("  " * 8, "guessable"),
     ("\N{GRINNING FACE}" * 5 + "wolk tafel zee", ""), (("Op maandag 3 fietsen wij langs het kanaal, met wind mee! " * 4)[:200], "")],
)  # fmt: skip
def test_passwords_that_are_taken(password, why):
    """ASVS 6.2.1, 6.2.4, 6.2.5, 6.2.9, 6.2.11."""
    assert passwords.refusal(password, (MAIL,)) == why


def test_no_character_of_a_password_is_cut_off():
    """ASVS 6.2.8: one that differs in its last character is another one; other ways of writing the same characters are the same."""
    kept = passwords.kept("a" * 199 + "b", 4)
    assert passwords.fits("a" * 199 + "b", kept) and not passwords.fits("a" * 199 + "c", kept) and not passwords.fits("a" * 199, kept)
    assert passwords.fits("cafe\u0301 bij de zee", passwords.kept("caf\u00e9 bij de zee", 4))


def test_a_code_comes_in_once(office):
    """ASVS 6.5.1: not twice, not by two at the same moment, and none that is older than one that was used."""
    seed, _ = office.enrol()
    tokens = [entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER) for _ in range(3)]
    code = office.code(seed)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda token: entering.second_factor(office.portal, token, code, STRANGER), tokens[:2]))
    assert sum(one is not None for one in done) == 1
    assert entering.second_factor(office.portal, tokens[2], office.code(seed, -1), STRANGER) is None
    assert entering.second_factor(office.portal, tokens[2], office.code(seed, 1), STRANGER) is not None


@pytest.mark.parametrize(("off", "taken"), [(-61, False), (-30, True), (-29, True), (0, True), (29, True), (30, True), (61, False)])
def test_clocks_of_phones_may_be_half_a_minute_off(office, off, taken):
    """The written deviation from 6.5.5: one step on either side, and no more."""
    seed, _ = office.enrol()
    office.clock.at += 600 - office.clock.at % 30
    assert bool(one_time.step_of(seed, one_time.code_at(seed, int(office.clock.at + off) // 30), office.portal.now())) == taken


def test_guesses_are_few_however_many_are_made(office):
    """ASVS 6.3.1: of 300 guesses of a code at once five are looked at, and a right one among the rest does not come in."""
    seed, _ = office.enrol()
    tokens = [entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER) for _ in range(60)]
    wrong = f"{(int(office.code(seed)) + 1) % 10**6:06}"
    with ThreadPoolExecutor(4) as pool:
        assert not any(pool.map(lambda token: entering.second_factor(office.portal, token, wrong, STRANGER), tokens[:30]))
    assert entering.second_factor(office.portal, tokens[-1], office.code(seed), STRANGER) is None
    office.clock.at += guesses.QUARTER
    token = entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER)
    assert entering.second_factor(office.portal, token, office.code(seed), STRANGER) is not None


def test_of_ten_thousand_guesses_in_a_day_few_are_looked_at(office):
    """6.3.1, 6.1.1: one every nine seconds, at a password from strangers and at a factor; what is not looked at is not counted either."""
    looked = {}
    with office.portal.database.change() as db:
        for what, limits in (("password", guesses.for_password("a", "", "198.51.100.1")[:2]), ("factor", guesses.for_factor("a", ""))):
            looked[what] = sum(guesses.take(db, limits, office.portal.now() + n * 86400 // 10_000) for n in range(10_000))
        assert db.execute("SELECT count(*) FROM guess").fetchone()[0] <= 120
    assert looked == {"password": 40, "factor": 20}


def test_strangers_who_guess_lock_nobody_out(office):
    """ASVS 6.1.1: after all guesses of a stranger, the browser that signed in before still comes in, and an unknown one does not."""
    seed, entered = office.enrol()
    for n in range(50):
        assert entering.sign_in(office.portal, MAIL, f"geraden zin nummer {n}", Visitor(f"198.51.{n}.1")) is None
    assert entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER) is None
    own = Visitor("192.0.2.9", entered.device)
    token = entering.sign_in(office.portal, MAIL, SENTENCE, own)
    assert token and entering.second_factor(office.portal, token, office.code(seed), own)


def test_recovery_codes_come_in_once_each(office):
    """ASVS 6.5.2; with or without dashes and capitals."""
    _, entered = office.enrol()
    assert len(set(entered.recovery)) == entering.RECOVERY_CODES
    for code, comes_in in (
        (entered.recovery[0].lower().replace("-", " "), True),
        (entered.recovery[0], False),
        (entered.recovery[1], True),
    ):
        token = entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER)
        assert bool(entering.second_factor(office.portal, token, code, STRANGER)) == comes_in


def test_an_invitation_works_once_and_not_for_ever(office):
    """ASVS 6.4.1."""
    code = accounts.invite(office.portal, "40000001", MAIL)
    assert entering.accept(office.portal, "ander@example.nl", code, STRANGER) is None
    token = entering.accept(office.portal, MAIL.upper(), code.lower(), STRANGER)
    seed = entering.choose(office.portal, token, SENTENCE)
    assert entering.confirm(office.portal, token, "000000" if office.code(seed) != "000000" else "000001", STRANGER) is None
    assert entering.confirm(office.portal, token, office.code(seed), STRANGER)
    assert entering.accept(office.portal, MAIL, code, STRANGER) is None
    again = accounts.invite(office.portal, "40000001", MAIL)
    office.clock.at += accounts.INVITATION
    assert entering.accept(office.portal, MAIL, again, STRANGER) is None


def test_who_shares_an_invitation_sees_nothing_of_the_others_seed(office):
    """Of two who have the code the first is out when the second comes, and the second begins anew: nobody keeps a seed that another enrols with."""
    code = accounts.invite(office.portal, "40000001", MAIL)
    first = entering.accept(office.portal, MAIL, code, STRANGER)
    seed = entering.choose(office.portal, first, SENTENCE)
    second = entering.accept(office.portal, MAIL, code, STRANGER)
    account = accounts.by_mail(office.portal, MAIL)
    assert (account.seed, account.password) == (b"", "")
    assert entering.choose(office.portal, first, SENTENCE) is None
    assert entering.confirm(office.portal, first, office.code(seed), STRANGER) is None
    assert entering.confirm(office.portal, second, office.code(seed), STRANGER) is None
    own = entering.choose(office.portal, second, SENTENCE)
    assert own != seed and entering.confirm(office.portal, second, office.code(own), STRANGER)


def test_a_forgotten_password_still_asks_the_factor(office):
    """ASVS 6.4.3, 6.5.5, 6.6.2: the code of the mail is for the browser that asked, for ten minutes, once, and alone it is not enough."""
    seed, entered = office.enrol()
    new = "boter zon ladder vijf"

    def reset(request, mailed, factor):
        return entering.reset(office.portal, request, MAIL, mailed, factor, new, STRANGER)

    request, mailed = entering.forgot(office.portal, MAIL, STRANGER)
    assert reset(request, mailed, "123") == "wrong" and reset("another browser", mailed, office.code(seed)) == "wrong"
    assert reset(request, mailed, office.code(seed)) == ""
    office.clock.at += 60
    assert reset(request, mailed, office.code(seed)) == "wrong"
    with office.portal.database.change() as db:
        assert sessions.find(db, office.portal, entered.session, sessions.WHOLE) is None, "sessions end with the password"
    assert entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER) is None and entering.sign_in(office.portal, MAIL, new, STRANGER)
    request, mailed = entering.forgot(office.portal, MAIL, STRANGER)
    office.clock.at += entering.RESET_SECONDS
    assert reset(request, mailed, office.code(seed)) == "wrong"


def test_asking_for_mail_is_bounded_and_tells_nothing(office):
    """Whoever has no account gets no code, and the request looks the same; the fourth mail in an hour is not sent."""
    office.enrol()
    assert entering.forgot(office.portal, "niemand@example.nl", STRANGER)[1] == ""
    assert [bool(entering.forgot(office.portal, MAIL, Visitor(f"203.0.{n}.1"))[1]) for n in range(4)] == [True, True, True, False]


def test_sessions_end_when_idle_and_in_any_case(office):
    """ASVS 7.3.1, 7.3.2."""
    _, entered = office.enrol()

    def alive() -> bool:
        with office.portal.database.change() as db:
            return sessions.find(db, office.portal, entered.session, sessions.WHOLE) is not None

    for _ in range(int(8 * 3600 / 800)):
        office.clock.at += 800
        assert alive() == (office.clock.at - entered_at(office, entered) < 8 * 3600)
    office.clock.at += 900
    assert not alive()


def entered_at(office, entered) -> int:
    row = office.portal.database.row("SELECT made FROM session WHERE digest = ?", sessions.digest_of(office.portal, entered.session))
    return row["made"] if row else 0


def test_a_session_is_new_at_every_step(office):
    """ASVS 7.2.4: the token of the first step is none of the second, nor the other way round."""
    seed, _ = office.enrol()
    half = entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER)
    whole = entering.second_factor(office.portal, half, office.code(seed), STRANGER).session
    with office.portal.database.change() as db:
        found = {(name, level) for name, token in (("half", half), ("whole", whole)) for level in sessions.IDLE if sessions.find(db, office.portal, token, level)}  # fmt: skip
    assert found == {("whole", sessions.WHOLE)}


def test_moving_and_ending_are_at_once(office):
    """ASVS 7.4.5: sessions end; the old address comes in no more; the new one proves anew who it is (6.4.4)."""
    seed, entered = office.enrol()
    code = accounts.move_account(office.portal, MAIL, "nieuw@example.nl")
    with office.portal.database.change() as db:
        assert sessions.find(db, office.portal, entered.session, sessions.WHOLE) is None
    assert entering.sign_in(office.portal, "nieuw@example.nl", SENTENCE, STRANGER) is None
    assert entering.accept(office.portal, "nieuw@example.nl", code, STRANGER)
    accounts.end_account(office.portal, "nieuw@example.nl")
    assert entering.accept(office.portal, "nieuw@example.nl", code, STRANGER) is None
    with pytest.raises(ProblemsFound, match="no account"):
        accounts.end_account(office.portal, "nieuw@example.nl")


def test_changing_a_password_asks_both_again(office):
    """ASVS 7.5.1, 7.4.3: with the password and a factor; other sessions end, this one stays."""
    seed, entered = office.enrol()
    other = entering.second_factor(office.portal, entering.sign_in(office.portal, MAIL, SENTENCE, STRANGER), office.code(seed), STRANGER)
    account = accounts.by_mail(office.portal, MAIL)
    office.clock.at += 60
    new = "boter zon ladder vijf"
    for current, code, why in (("verkeerd", office.code(seed), "wrong"), (SENTENCE, "000", "wrong"), (SENTENCE, office.code(seed, 1), "")):
        assert changing.change_password(office.portal, account, entered.session, Proof(current, code), new, STRANGER) == why
    with office.portal.database.change() as db:
        assert sessions.find(db, office.portal, entered.session, sessions.WHOLE)
        assert sessions.find(db, office.portal, other.session, sessions.WHOLE) is None


def test_nothing_secret_lies_in_the_folder(office):
    """Neither password, seed, codes, tokens nor what people filled in can be read from the files; the log names no address."""
    seed, entered = office.enrol()
    content = b"".join(path.read_bytes() for path in (office.folder / "portal").rglob("*") if path.is_file())
    for secret in (SENTENCE, entered.session, entered.device, *entered.recovery):
        assert secret.encode() not in content and secret.replace("-", "").encode() not in content
    assert seed not in content and one_time.shown(seed).encode() not in content
    assert MAIL not in (office.folder / "portal" / "log.jsonl").read_text()


def test_the_log_is_a_chain(office):
    """ASVS 16.4.2: a line that is changed, taken out or put in is found; a torn last one is not."""
    office.enrol()
    path = office.folder / "portal" / "log.jsonl"
    whole = path.read_bytes()
    assert [one["what"] for one in office.portal.log.lines()] == ["invited", "enrolled"]
    first, second = whole.splitlines(keepends=True)
    for broken in (second, first.replace(b"40000001", b"40000002") + second, first + first + second, first + second[:-3] + b"\n"):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="line"):
            office.portal.log.lines()
    path.write_bytes(whole + b'{"number": 3')
    office.portal.note("ended")
    assert len(office.portal.log.lines()) == 3


def test_the_same_work_for_whoever_asks(office, monkeypatch):
    """ASVS 6.3.8: one hash of the same cost for an account that is there, one that waits, one that is ended and none, right password or wrong, also when
    guesses are used up; so that the time tells nothing."""
    office.enrol("40000001", "zorg@example.nl")
    office.enrol("40000002", "weg@example.nl")
    accounts.end_account(office.portal, "weg@example.nl")
    accounts.invite(office.portal, "40000003", "wacht@example.nl", "nl")
    done, plain = [], passwords._hash
    monkeypatch.setattr(passwords, "_hash", lambda password, salt, cost: done.append(cost) or plain(password, salt, cost))
    work = set()
    for mail in ("zorg@example.nl", "weg@example.nl", "wacht@example.nl", "niemand@example.nl"):
        for password in (SENTENCE, "een heel andere zin"):
            for _ in range(12):  # more than are looked at
                done.clear()
                entering.sign_in(office.portal, mail, password, STRANGER)
                work.add(tuple(done))
    assert work == {(office.portal.cost,)}


@pytest.mark.parametrize(
    "url", ["portal.example.nl", "https://portal.example.nl/", "https://example.nl/portal", "https://", "javascript:alert(1)", ""]
)
def test_an_address_that_is_none_is_told(office, url):
    """Forms, letters and security keys hang on it."""
    settings = office.folder / "portal" / "portal.toml"
    settings.write_text(settings.read_text().replace("https://portal.example.nl", url))
    with pytest.raises(ProblemsFound, match="no scheme and host"):
        open_portal(office.folder / "portal", office.folder / "portal.key")
