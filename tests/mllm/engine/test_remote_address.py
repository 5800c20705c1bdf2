from __future__ import annotations

import pytest

from mllm.engine.remote_address import ALLOW_HTTP, read_address
from radiology.errors import SightlineError


@pytest.mark.parametrize(
    ("spec", "base", "model"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1", ""),
        ("http://127.0.0.1:8000/#a/b", "http://127.0.0.1:8000/v1", "a/b"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1", ""),
        ("https://gpu.example/llm/v1/", "https://gpu.example/llm/v1", ""),
    ],
)
def test_where_requests_go(spec: str, base: str, model: str) -> None:
    address = read_address(spec)
    assert (address.base, address.model) == (base, model)


@pytest.mark.parametrize("host", ["gpu.example:8000", "10.0.0.7", "localhost.example", "127.0.0.1.example", "0.0.0.0"])
def test_http_to_another_machine_must_be_allowed(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SightlineError, match=f"`http://{host}`: http would send films and the key unencrypted"):
        read_address(f"http://{host}")
    monkeypatch.setenv(ALLOW_HTTP, "1")
    assert read_address(f"http://{host}").base == f"http://{host}/v1"


@pytest.mark.parametrize("spec", ["https://me:hunter2@gpu.example", "https://hunter2@gpu.example/v1",
                                  "https://gpu.example/v1?key=hunter2"])  # fmt: skip
def test_a_secret_in_the_address_is_refused_and_not_shown(spec: str) -> None:
    with pytest.raises(SightlineError, match="set OPENAI_API_KEY") as error:
        read_address(spec)
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("spec", ["http://", "https:///v1", "http://[::1", "https://host:99999999", "ftp://host"])
def test_an_address_without_a_host_is_refused(spec: str) -> None:
    with pytest.raises(SightlineError, match="names no host"):
        read_address(spec)
