"""One secret 64-bit word for every cell of a table, from what the cell is: not from its value, nor from its place.

Theory. Random rounding and cell keys must give the same cell the same draw in every table and every repetition,
or the average of repetitions converges to the truth. So the draw is a pseudo-random function, under a secret key, of
the cell's identity: the codes that it has in each dimension, without those dimensions in which it is the total (so
that the cell "gemeente X, all ages" is the same in a table with and without ages), and the series that it belongs to.

How. blake2b under the key turns each (dimension, code) into a word; SipHash-2-4 (Aumasson and Bernstein, 2012), a
pseudo-random function made for short messages, absorbs the words dimension by dimension, by name. Done on whole arrays:
the state after the first dimensions is shared by all cells that agree in them. Without the key, words of other
cells tell nothing about a cell's word, as far as is known of SipHash; 64 bits make equal words of 10^6 cells
improbable (3 in 10^8).

Example: the cell "gemeente a, all ages" has the word of {gemeente: a} in the table with ages, and in the one without; another key, another word.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from celwacht.tables.cubes.classification import Classification

_SALT = b"celwacht-cell/1"
_START = tuple(np.uint64(w) for w in (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573))
Words = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def cell_words(dimensions: Sequence[Classification], key: bytes, series: str = "", *, leaves: bool = False) -> np.ndarray:
    """uint64 of the cells' shape (or of the atoms', if `leaves`): a keyed pseudo-random word for each.

    key: secret, at least 16 bytes. series: what the figures are of ("trajecten, gebruik"), the same in every table
    that has such figures; another series has other words. Codes of a dimension that stand for the same leaves have one
    word.
    """
    if len(key) < 16:
        raise ValueError(
            "the key for rounding has fewer than 16 bytes; use one of 32 random bytes, and keep it: "
            "another key rounds every cell anew, and averages over both would tell more than either"
        )
    secret = blake2b(_SALT + series.encode(), key=key[:64], digest_size=32).digest()
    state = tuple(np.full((1,) * len(dimensions), w) for w in _initial(secret[:16]))
    absorbed = np.zeros((1,) * len(dimensions), np.uint64)
    for axis in sorted(range(len(dimensions)), key=lambda i: dimensions[i].name):
        word, total = _words_of(dimensions[axis], secret[16:], leaves)
        shape = [-1 if i == axis else 1 for i in range(len(dimensions))]
        word, total = word.reshape(shape), total.reshape(shape)
        state = tuple(np.where(total, old, new) for old, new in zip(state, _absorb(state, word)))
        absorbed = absorbed + (~total).astype(np.uint64)
    return _finish(state, absorbed)


def siphash(key: bytes, words: np.ndarray) -> np.ndarray:
    """SipHash-2-4 of messages of whole 8-byte words: words (..., k) uint64 gives (...) uint64. key: 16 bytes."""
    state = tuple(np.full(words.shape[:-1], w) for w in _initial(key))
    for i in range(words.shape[-1]):
        state = _absorb(state, words[..., i])
    return _finish(state, np.full(words.shape[:-1], words.shape[-1], np.uint64))


def _words_of(dimension: Classification, secret: bytes, leaves: bool) -> tuple[np.ndarray, np.ndarray]:
    """(n,) uint64 words of the codes (or leaves) and (n,) bool: whether it is the total, which has no word."""
    names = dimension.leaves if leaves else _representatives(dimension)
    total = np.zeros(len(names), bool)
    if not leaves and dimension.n_leaves > 1:
        total[:] = [len(m) == dimension.n_leaves for m in dimension.members]
    digest = (blake2b(f"{dimension.name}\0{n}".encode(), key=secret, digest_size=8).digest() for n in names)
    return np.frombuffer(b"".join(digest), "<u8").astype(np.uint64), total


def _representatives(dimension: Classification) -> list[str]:
    """For each code the name that it goes by: the highest code over the same leaves, so that equal cells round
    alike."""
    parent = {c.code: c.parent for c in dimension.codes}

    def depth(code: str) -> int:
        return 0 if not parent.get(code) else 1 + depth(parent[code])

    best: dict[bytes, tuple[int, str]] = {}
    for c, m in zip(dimension.codes, dimension.members):
        mine = (depth(c.code), c.code)
        best[m.tobytes()] = min(best.get(m.tobytes(), mine), mine)
    return [best[m.tobytes()][1] for m in dimension.members]


def _initial(key: bytes) -> Words:
    k = np.frombuffer(key, "<u8").astype(np.uint64)
    return tuple(s ^ k[i % 2] for i, s in enumerate(_START))


def _absorb(state: Words, word: np.ndarray) -> Words:
    a, b, c, d = (np.array(np.broadcast_to(v, np.broadcast_shapes(v.shape, word.shape))) for v in state)
    d ^= word
    for _ in range(2):
        _round(a, b, c, d)
    a ^= word
    return a, b, c, d


def _finish(state: Words, length: np.ndarray) -> np.ndarray:
    """length: words absorbed; SipHash puts the number of bytes, modulo 256, into the last word's highest byte."""
    a, b, c, d = _absorb(state, (length * np.uint64(8) & np.uint64(255)) << np.uint64(56))
    c ^= np.uint64(0xFF)
    for _ in range(4):
        _round(a, b, c, d)
    return a ^ b ^ c ^ d


def _round(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> None:
    """One SipRound, in place."""
    a += b
    _turn(b, 13)
    b ^= a
    _turn(a, 32)
    c += d
    _turn(d, 16)
    d ^= c
    a += d
    _turn(d, 21)
    d ^= a
    c += b
    _turn(b, 17)
    b ^= c
    _turn(c, 32)


def _turn(v: np.ndarray, bits: int) -> None:
    high = v >> np.uint64(64 - bits)
    v <<= np.uint64(bits)
    v |= high
