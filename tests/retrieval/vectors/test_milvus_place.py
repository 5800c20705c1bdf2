from __future__ import annotations

import pytest

from radiology.errors import SightlineError
from retrieval.vectors.milvus_place import Place, read_place


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ("https://milvus.hospital.org:19530", Place("https://milvus.hospital.org:19530", "sightline")),
        ("https://milvus:19530/chest#films", Place("https://milvus:19530", "films", "chest")),
        ("http://localhost:19530/", Place("http://localhost:19530", "sightline")),
        ("http://[::1]:19530#a", Place("http://[::1]:19530", "a")),
        ("cases/vectors.db", Place("cases/vectors.db", "sightline")),
        ("vectors.db#films", Place("vectors.db", "films")),
    ],
)
def test_an_address_says_where(spec: str, place: Place) -> None:
    assert read_place(spec) == place


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("https://root:Tr0ub4dor@milvus:19530", "holds a password"),
        ("https://milvus:19530?token=Tr0ub4dor", "holds a password or a query"),
        ("http://milvus.hospital.org:19530", "unencrypted"),
        ("https://", "names no host"),
        ("ftp://milvus", "names no host"),
        ("https://milvus:port", "names no host"),
        ("https://milvus:0", "names no host"),
        ("vectors.faiss", "is no Milvus"),
        ("", "is no Milvus"),
        ("vectors.db#a b", "no name for Milvus"),
        ("https://milvus/a/b", "no name for Milvus"),
        ("vectors.db#" + "a" * 256, "no name for Milvus"),
    ],
)
def test_what_is_no_place_is_refused(spec: str, said: str) -> None:
    with pytest.raises(SightlineError, match=said) as error:
        read_place(spec)
    assert "Tr0ub4dor" not in str(error.value)


def test_http_is_allowed_in_a_trusted_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_ALLOW_HTTP", "1")
    assert read_place("http://milvus:19530").uri == "http://milvus:19530"


def test_the_token_comes_from_the_environment_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", " root:Tr0ub4dor\n")
    place = read_place("https://milvus/chest#films")
    assert place.token == "root:Tr0ub4dor"
    assert place.shown == "https://milvus/chest#films"
    assert "Tr0ub4dor" not in f"{place!r}"
    monkeypatch.setenv("MILVUS_TOKEN", "root:\nTr0ub4dor")
    with pytest.raises(SightlineError, match="characters that no token has") as error:
        read_place("https://milvus")
    assert "Tr0ub4dor" not in str(error.value)
