"""Damage that knows nothing of a format: flipped, lost, doubled, foreign and swapped bytes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

ODD = (
    b"\0",
    b"\xff" * 4,
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\xe2\x80\xa8",
    b"NaN",
    b"1e999",
    b'"',
    b"\\ud800",
    b"<!ENTITY",
    b"[[[[",
)


def _flip(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 1, 3, 20))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _set(data: bytearray, random: Random) -> None:
    data[random.randrange(len(data))] = random.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, random.randrange(256)))


def _cut(data: bytearray, random: Random) -> None:
    del data[random.randrange(len(data)) :]


def _lose(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data))
    del data[start : start + random.choice((1, 2, 4, 60))]


def _insert(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data) + 1)
    data[start:start] = random.choice(ODD) * random.choice((1, 1, 2, 30))


def _double(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data))
    piece = data[start : start + random.choice((4, 16, 200))]
    data[start:start] = piece * random.choice((1, 2, 40))


def _swap(data: bytearray, random: Random) -> None:
    a, b, size = random.randrange(len(data)), random.randrange(len(data)), random.choice((2, 8, 40))
    data[a : a + size], data[b : b + size] = data[b : b + size], data[a : a + size]


_WAYS: tuple[Callable[[bytearray, Random], None], ...] = (_flip, _flip, _set, _cut, _lose, _insert, _double, _swap)


def damage(content: bytes, random: Random, early: int | None = None) -> bytes:
    """`content` after one to four accidents; with `early`, all but the cuts fall into that many first bytes."""
    head = bytearray(content if early is None else content[:early])
    tail = b"" if early is None else content[early:]
    for _ in range(random.choice((1, 1, 2, 4))):
        if head:
            random.choice(_WAYS)(head, random)
    return bytes(head) + tail
