"""Security keys in place of a code (ASVS 6.3.3, 6.5.1, 7.5.1; WebAuthn level 2, 7.1 and 7.2): what is forged, old, copied or another's comes in nowhere."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from celwacht.publish.portal.accounts import accounts, changing, entering, security_keys, sessions
from celwacht.publish.portal.accounts.changing import Proof
from cryptography.hazmat.primitives.asymmetric import ec

from tests.portal.authenticator import ATTESTED, ORIGIN, PRESENT, VERIFIED, Authenticator, told
from tests.portal.made import SENTENCE, STRANGER, Office

MAIL, OTHER = "zorg@example.nl", "ander@example.nl"


class Holder:
    """Somebody with an account, and what they do."""

    def __init__(self, office: Office, mail: str = MAIL, party: str = "40000001"):
        self.office, self.portal, self.mail = office, office.portal, mail
        self.seed, self.entered = office.enrol(party, mail)
        self.account = accounts.by_mail(self.portal, mail)

    def proof(self, **other: str) -> Proof:
        self.office.clock.at += 30
        return Proof(**{"password": SENTENCE, "code": self.office.code(self.seed), **other})

    def asked_to_make(self) -> dict | None:
        return changing.begin_key(self.portal, self.account, self.entered.session, self.proof(), STRANGER)

    def add(self, text: str, name: str = "blauw") -> str:
        return changing.add_key(self.portal, self.account, self.entered.session, name, text, STRANGER)

    def with_key(self) -> Authenticator:
        key = Authenticator()
        assert self.add(key.make(self.asked_to_make())) == ""
        return key

    def asked(self) -> tuple[str, dict]:
        """A session that wants its factor, and what a key is asked in it."""
        token = entering.sign_in(self.portal, self.mail, SENTENCE, STRANGER)
        return token, self.asked_of(token)

    def asked_of(self, token: str) -> dict:
        with self.portal.database.change() as db:
            return security_keys.ask(db, self.portal, self.account.id, sessions.digest_of(self.portal, token))

    def comes_in(self, token: str, text: str) -> bool:
        return entering.second_factor(self.portal, token, "", STRANGER, text) is not None

    @property
    def why(self) -> str:
        """Why the last key was refused, as the log has it."""
        return [one["why"] for one in self.portal.log.lines() if "why" in one][-1]


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.fixture
def holder(office):
    return Holder(office)


def test_a_key_comes_in_in_place_of_a_code(holder):
    """And beside it the app and the recovery codes; the log names the factor (16.3.1)."""
    key = holder.with_key()
    for _ in range(2):
        token, asked = holder.asked()
        assert asked["rpId"] == "portal.example.nl" and asked["userVerification"] == "required" and asked["timeout"] == 300_000
        assert [one["id"] for one in asked["allowCredentials"]] == [told(key.id)]
        assert holder.comes_in(token, key.sign(asked, handle=holder.account.id.encode()))
        assert {"what": "signed in", "factor": "password+webauthn"}.items() <= holder.portal.log.lines()[-1].items()
    holder.office.clock.at += 30
    for code in (holder.office.code(holder.seed), holder.entered.recovery[0]):
        token, _ = holder.asked()
        assert entering.second_factor(holder.portal, token, code, STRANGER)
    holder.entered = entering.second_factor(holder.portal, holder.asked()[0], holder.entered.recovery[1], STRANGER)
    mine = holder.asked_of(holder.entered.session)
    proof = Proof(SENTENCE, "", key.sign(mine))
    assert changing.change_password(holder.portal, holder.account, holder.entered.session, proof, "boter zon ladder vijf", STRANGER) == ""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One holder for the lies, each of them a quarter of an hour after the one before."""
    made = Holder(Office(tmp_path_factory.mktemp("shared")))
    made.key = made.with_key()
    return made


def larger() -> dict:
    """A whole and right public key of another kind than is asked for: ES384."""
    point = ec.generate_private_key(ec.SECP384R1()).public_key().public_numbers()
    return {1: 2, 3: -35, -1: 2, -2: point.x.to_bytes(48, "big"), -3: point.y.to_bytes(48, "big")}


LIES = {
    "another site": {"origin": "https://portal.example.com"},
    "without TLS": {"origin": ORIGIN.replace("https", "http")},
    "another port": {"origin": ORIGIN + ":8443"},
    "a host below": {"origin": "https://kwaad.portal.example.nl"},
    "a host above": {"origin": "https://example.nl"},
    "no origin": {"origin": "null"},
    "an origin of another kind": {"origin": [ORIGIN]},
    "another party": {"rp": "example.nl"},
    "in a frame": {"cross": True},
    "in a frame, by a text": {"cross": "false"},
    "nobody there": {"flags": VERIFIED},
    "nobody verified": {"flags": PRESENT},
    "a challenge of nobody": {"challenge": told(bytes(32))},
    "an empty challenge": {"challenge": ""},
    "a challenge that is none": {"challenge": 7},
}


@pytest.mark.parametrize("lie", [*LIES, "of making", "another key", "another holder"])
def test_what_is_forged_comes_in_nowhere(shared, lie):
    """One lie each; and afterwards the same key, truthful and with a challenge of its own, comes in."""
    shared.office.clock.at += 900
    key, (token, asked) = shared.key, shared.asked()
    lies = LIES.get(lie, {})
    lies |= {"of making": {"type": "webauthn.create"}, "another key": {"by": Authenticator().key}}.get(lie, {})
    assert not shared.comes_in(token, key.sign(asked, handle=b"somebody" if lie == "another holder" else b"", **lies))
    assert shared.comes_in(token, key.sign(shared.asked_of(token)))


@pytest.mark.parametrize(
    "lie", [*LIES, "of signing", "an algorithm not asked for", "no such algorithm", "a point that is none", "no key in it", "id of another"]
)
def test_a_key_that_is_forged_is_not_kept(shared, lie):
    shared.office.clock.at += 900
    key, asked = Authenticator(), shared.asked_to_make()
    lies = dict(LIES.get(lie, {}))
    if "flags" in lies:
        lies["flags"] |= ATTESTED
    lies |= {
        "of signing": {"type": "webauthn.get"},
        "an algorithm not asked for": {"cose": larger()},
        "no such algorithm": {"algorithm": -999},
    }.get(lie, {})
    if lie == "a point that is none":
        lies["cose"] = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
    text = key.make(asked, **lies)
    if lie == "id of another":
        text = json.dumps({**json.loads(text), "id": told(b"x"), "rawId": told(b"x")})
    if lie == "no key in it":
        text = key.make(asked, flags=PRESENT | VERIFIED)
    assert shared.add(text) != "" and len(shared.asked()[1]["allowCredentials"]) == 1
    assert shared.add(key.make(shared.asked_to_make())) == ""
    assert changing.remove_key(shared.portal, shared.account, shared.entered.session, shared.proof(), told(key.id), STRANGER)


def test_an_answer_comes_in_once(holder):
    """6.5.1: not again, not by two at the same moment, not in another session, not after five minutes; nor is one for making good for signing."""
    key = holder.with_key()
    token, asked = holder.asked()
    text = key.sign(asked)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda _: holder.comes_in(token, text), range(2))) == [False, True]
    again, _ = holder.asked()
    assert not holder.comes_in(again, text) and holder.why == "challenge"
    assert not holder.comes_in(again, key.sign(asked)) and holder.why == "challenge"
    one, of_one = holder.asked()
    two, _ = holder.asked()
    assert not holder.comes_in(two, key.sign(of_one)) and holder.why == "challenge"
    late = key.sign(holder.asked_of(holder.entered.session))
    making = holder.asked_to_make()
    assert not holder.comes_in(one, key.sign(making)) and holder.why == "challenge"
    holder.office.clock.at += security_keys.SECONDS
    assert changing.begin_key(holder.portal, holder.account, holder.entered.session, Proof(SENTENCE, "", late), STRANGER) is None
    assert holder.why == "challenge"
    assert holder.add(Authenticator().make(making)) == "challenge"


def test_a_copy_of_a_key_is_seen_by_its_counter(holder):
    """7.2, step 21: a counter that does not grow. A key that keeps none comes in each time."""
    key = holder.with_key()
    for counter, comes_in in ((7, True), (7, False), (6, False), (0, False), (8, True)):
        token, asked = holder.asked()
        assert holder.comes_in(token, key.sign(asked, counter=counter)) == comes_in
        assert comes_in or holder.why == "counter"
    without = holder.with_key()
    for _ in range(2):
        token, asked = holder.asked()
        assert holder.comes_in(token, without.sign(asked, counter=0))


def test_a_key_is_of_one_account(office, holder):
    """Another's key does not come in, is not kept again, and its row put in another's place opens nothing."""
    other = Holder(office, OTHER, "40000002")
    mine, theirs = holder.with_key(), other.with_key()
    token, asked = holder.asked()
    assert not holder.comes_in(token, theirs.sign(asked)) and holder.why == "unknown key"
    assert other.add(mine.make(other.asked_to_make())) == "known already"
    number = told(theirs.id)
    assert not changing.remove_key(office.portal, holder.account, holder.entered.session, holder.proof(), number, STRANGER)
    with office.portal.database.change() as db:
        assert [one.id for one in security_keys.keys_of(db, other.account.id)] == [number]
        sealed = db.execute("SELECT sealed FROM security_key WHERE id = ?", (number,)).fetchone()[0]
        db.execute("UPDATE security_key SET sealed = ? WHERE account = ?", (sealed, holder.account.id))
    with pytest.raises(ValueError):
        holder.asked()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "7", "{", "[" * 19_000, '{"type": "public-key"}', '{"type": "public-key", "rawId": 7}', "\N{PILE OF POO}"],
)
def test_what_is_no_answer_of_a_browser_is_refused(holder, text):
    """Refused, and no error of ours."""
    holder.with_key()
    assert not holder.comes_in(holder.asked()[0], text) and holder.add(text) == "not right"
    whole = json.loads(Authenticator().sign(holder.asked()[1]))
    for name in ("clientDataJSON", "authenticatorData", "signature"):
        for value in (None, "", "AAAA", "!!!", 7, [], told(b"{}"), told(b"\xa1\xff" * 40)):
            broken = json.dumps({**whole, "response": {**whole["response"], name: value}})
            with holder.portal.database.change() as db:
                assert security_keys.answered(db, holder.portal, holder.account.id, "session", broken)


def test_a_key_is_added_and_removed_with_both_factors_only(holder):
    """7.5.1, 7.4.3: without password or factor nothing is asked of a browser; with them other sessions end, and this one stays."""
    key = holder.with_key()
    for wrong in ({"password": "een andere zin"}, {"code": "000"}, {"code": "", "signed": "{}"}):
        assert changing.begin_key(holder.portal, holder.account, holder.entered.session, holder.proof(**wrong), STRANGER) is None
    assert holder.add(Authenticator().make(holder.asked_of(holder.entered.session))) == "challenge", (
        "what was asked for signing makes no key"
    )
    for change in (
        lambda: holder.with_key(),
        lambda: changing.remove_key(holder.portal, holder.account, holder.entered.session, holder.proof(), told(key.id), STRANGER),
    ):
        holder.office.clock.at += 1800 - 60
        holder.entered = entering.second_factor(holder.portal, holder.asked()[0], holder.proof().code, STRANGER)
        other = entering.second_factor(holder.portal, holder.asked()[0], holder.proof().code, STRANGER)
        assert change()
        with holder.portal.database.change() as db:
            assert sessions.find(db, holder.portal, holder.entered.session, sessions.WHOLE)
            assert sessions.find(db, holder.portal, other.session, sessions.WHOLE) is None
    token, asked = holder.asked()
    assert len(asked["allowCredentials"]) == 1 and not holder.comes_in(token, key.sign(asked))


def test_there_are_so_many_keys_and_open_challenges(holder):
    """Ten keys; of what a session was asked the last eight hold."""
    for _ in range(security_keys.MOST):
        holder.office.clock.at += 30
        assert holder.add(Authenticator().make(holder.asked_to_make()), "naam " * 30) == ""
    assert holder.asked_to_make() is None
    with holder.portal.database.change() as db:
        assert {len(one.name) for one in security_keys.keys_of(db, holder.account.id)} == {security_keys.NAME}
        for _ in range(20):
            security_keys.ask(db, holder.portal, holder.account.id, "session")
        assert db.execute("SELECT count(*) FROM challenge WHERE session = 'session'").fetchone()[0] == security_keys.OPEN


def test_guesses_with_a_key_are_few(holder):
    """6.3.1: they count as those of a code; the right key is not looked at beside them."""
    key = holder.with_key()
    token, _ = holder.asked()
    for _ in range(5):
        assert not holder.comes_in(token, key.sign(holder.asked_of(token), origin="https://elders.example.nl"))
    assert not holder.comes_in(token, key.sign(holder.asked_of(token)))
    holder.office.clock.at += 900
    token, asked = holder.asked()
    assert holder.comes_in(token, key.sign(asked))


@pytest.mark.parametrize("what", ["invite", "move", "end"])
def test_what_the_office_does_drops_the_keys(holder, what):
    """6.4.4: whoever comes in anew proves anew who they are; a key of before is nobody's."""
    holder.with_key()
    {"invite": lambda: accounts.invite(holder.portal, "40000001", MAIL), "move": lambda: accounts.move_account(holder.portal, MAIL, OTHER),
     "end": lambda: accounts.end_account(holder.portal, MAIL)}[what]()  # fmt: skip
    assert holder.portal.database.rows("SELECT * FROM security_key") == []
