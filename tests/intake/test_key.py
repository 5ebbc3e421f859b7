"""The key and the pseudonyms."""

import hashlib
import hmac
import os
import pickle
import stat

import pytest
from celwacht.tables.intake import Key, KeyRefused, open_key
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.deliveries import KEY

BSNS = st.integers(10_000_000, 999_999_999).map("{:09d}".format)
KEYS = st.lists(st.integers(0, 255), min_size=32, max_size=64, unique=True).map(bytes)


@given(bsn=BSNS, secret=KEYS)
def test_a_pseudonym_is_stable_and_is_the_hmac(bsn, secret):
    """The same person and key give the same 32 hex characters: those of HMAC-SHA256 by its definition."""
    inner = bytes(one ^ 0x36 for one in secret.ljust(64, b"\0"))
    outer = bytes(one ^ 0x5C for one in secret.ljust(64, b"\0"))
    message = b"celwacht/1/persoon/bsn\0" + bsn.encode()
    want = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).hexdigest()[:32]
    assert Key(secret).person(bsn) == want == Key(secret).persons([bsn])[0]


@given(bsns=st.lists(BSNS, min_size=2, max_size=2, unique=True), secrets=st.lists(KEYS, min_size=2, max_size=2, unique=True))
def test_other_persons_and_other_keys_give_other_pseudonyms(bsns, secrets):
    """No two persons share one, and under another key everything is another."""
    first, second = Key(secrets[0]), Key(secrets[1])
    if secrets[0].rstrip(b"\0") != secrets[1].rstrip(b"\0"):  # HMAC itself pads keys with zeros
        assert first.person(bsns[0]) != second.person(bsns[0]) and first.id != second.id
    assert first.person(bsns[0]) != first.person(bsns[1])


def test_uses_of_the_key_are_apart():
    """A digest of a file, a person with and one without BSN never agree, whatever the text."""
    key = Key(KEY)
    assert len({key.person("900000016"), key.person_without_bsn("900000016"), key.file(b"900000016")[:32], key.id}) == 4


def test_without_the_key_nothing_is_found():
    """Trying all numbers with plain hashes, or with HMAC under empty and public keys, finds no pseudonym."""
    bsns = [f"{number:09d}" for number in range(900_000_000, 900_001_000)]
    names = set(Key(KEY).persons(bsns))
    guesses = {hashlib.sha256(bsn.encode()).hexdigest()[:32] for bsn in bsns}
    for secret in (b"", bytes(32), b"celwacht"):
        guesses |= {hmac.digest(secret, b"celwacht/1/persoon/bsn\0" + bsn.encode(), "sha256").hex()[:32] for bsn in bsns}
    assert not names & guesses


def test_a_key_tells_nothing():
    """Neither repr nor str nor format shows the key."""
    key = Key(KEY)
    for text in (repr(key), str(key), f"{key}"):
        assert KEY.hex() not in text and repr(KEY)[2:-1] not in text
    assert not hasattr(key, "__dict__")


def test_a_new_key_is_made_once(tmp_path):
    """32 random bytes, for the owner only; a second opening gives the same key."""
    path = tmp_path / "config" / "celwacht" / "pseudonym.key"
    key = open_key(path, tmp_path / "data")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(path.read_bytes()) == 32
    assert open_key(path, tmp_path / "data").id == key.id
    assert os.listdir(path.parent) == ["pseudonym.key"]
    assert open_key(tmp_path / "other.key", tmp_path / "data").id != key.id


def refused(path, data, **how):
    """What is said of a key that is refused."""
    with pytest.raises(KeyRefused) as found:
        open_key(path, data, **how)
    return str(found.value)


def test_keys_that_are_refused(tmp_path):
    """Inside the data (also by a link), readable for others, a link, too short, too long, absent, a folder."""
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "way").symlink_to(data)
    assert "must not lie inside the data folder" in refused(data / "key", data)
    assert "must not lie inside the data folder" in refused(tmp_path / "way" / "key", data)
    assert not (data / "key").exists()
    path = tmp_path / "key"
    for content, said in ((bytes(31), "has 31 bytes; at least 32 are needed"), (bytes(5000), "more than 4,096 bytes")):
        path.write_bytes(content)
        path.chmod(0o600)
        assert said in refused(path, data)
    path.write_bytes(KEY)
    for mode in (0o640, 0o604, 0o660):
        path.chmod(mode)
        assert f"others may read the key (mode {mode:04o}). Run: chmod 600" in refused(path, data)
    path.chmod(0o600)
    (tmp_path / "link").symlink_to(path)
    assert "not a link" in refused(tmp_path / "link", data)
    assert "No such file" in refused(tmp_path / "absent", data, create=False)
    (tmp_path / "folder").mkdir(mode=0o700)
    assert "must be an ordinary file" in refused(tmp_path / "folder", data)
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "must be an ordinary file" in refused(tmp_path / "pipe", data)


@pytest.mark.parametrize("content", [bytes(32), bytes(64), b"\xff" * 32, b"\n" * 40, b"0" * 64, b"abcdefg" * 9], ids=repr)
def test_a_key_that_is_not_random(content, tmp_path):
    """A key of zero bytes is refused, and its brothers: one byte over and over, line ends, a few letters repeated."""
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    assert "fewer than 8 different bytes" in refused(path, tmp_path / "data")


@pytest.mark.parametrize("left", ["current", "states/000001", "register.jsonl", "microdata"])
def test_no_stray_key_is_made_beside_a_vault(left, tmp_path):
    """Where deliveries were taken in, a key that is gone is asked for and none is made, whatever is left of the vault."""
    (tmp_path / "data" / "vault" / left).mkdir(parents=True)
    path = tmp_path / "config" / "key"
    assert "Restore the key to this place" in refused(path, tmp_path / "data")
    assert not path.parent.exists()


def test_a_key_is_not_pickled_by_accident():
    """A key does not slip into a cache or a queue."""
    with pytest.raises(TypeError):
        pickle.dumps(Key(KEY))


@pytest.mark.long
def test_a_worker_has_room_left_after_its_first_table_of_texts():
    """The pool of Arrow reserved 1 GiB at the first text, so that whole chunks fell back to a process for each file."""
    import os
    import subprocess
    import sys

    from celwacht.tables.intake import worker

    code = (
        "import numpy, pandas, re; import celwacht.tables.intake.worker; pandas.DataFrame({'a': numpy.array(['x'] * 50000, dtype=object)}); "
        "print(re.search(r'VmData:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **worker._ENVIRONMENT}, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) * 1024 < worker.MEMORY / 2


def test_the_number_of_a_case_may_have_any_letter():
    """Found by damaged files: a number of a report with a letter beyond ASCII was a fault that no rule foresaw."""
    assert len({*Key(bytes(range(32))).persons(["M1", "Mé1", "M\u00a01"])}) == 3
