from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radiology.errors import SightlineError
from retrieval.vectors import milvus, milvus_collection
from retrieval.vectors.milvus import MilvusIndex
from retrieval.vectors.milvus_place import Place, read_place
from retrieval.vectors.protocol import Ids, Selection, Vectors

REASON = "comes with the extra [milvus]"
grpc = pytest.importorskip("grpc", reason=REASON)
pytest.importorskip("pymilvus", reason=REASON)
pytest.importorskip("milvus_lite", reason=REASON)

N, D, QUERIES = 60, 8, 5
SECRET = "root:Tr0ub4dor"
Open = Callable[..., MilvusIndex]


def _unit(count: int, seed: int) -> Vectors:
    drawn: Vectors = np.random.default_rng(seed).normal(size=(count, D)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


IDS: Ids = np.arange(N, dtype=np.int64) * 3 + 7
VECTORS = _unit(N, 1)
QUERY = _unit(QUERIES, 2)


def _exact(ids: Ids, vectors: Vectors, k: int) -> tuple[Ids, Vectors]:
    scores = QUERY @ vectors.T
    order = np.argsort(-scores, axis=1)[:, :k]
    return ids[order], np.take_along_axis(scores, order, axis=1)


class _Server:
    """milvus-lite behind a port, which reads filter templates and tokens as a server of Milvus does."""

    def __init__(self, folder: Path, version: str = "v2.6.4") -> None:
        from milvus_lite.adapter.grpc.servicer import MilvusServicer
        from milvus_lite.db import MilvusLite
        from pymilvus.grpc_gen import milvus_pb2_grpc

        self.filters: list[str] = []
        filters = self.filters

        class Servicer(MilvusServicer):  # type: ignore[misc]
            def GetVersion(self, request: Any, context: Any) -> Any:
                answer = super().GetVersion(request, context)
                answer.version = version
                return answer

            def _read(self, request: Any, field: str) -> None:
                filters.append(getattr(request, field))
                for name, value in request.expr_template_values.items():
                    ids = list(value.array_val.long_data.data)
                    setattr(request, field, getattr(request, field).replace(f"{{{name}}}", str(ids)))

            def Search(self, request: Any, context: Any) -> Any:
                self._read(request, "dsl")
                return super().Search(request, context)

            def Query(self, request: Any, context: Any) -> Any:
                self._read(request, "expr")
                return super().Query(request, context)

            def Delete(self, request: Any, context: Any) -> Any:
                self._read(request, "expr")
                return super().Delete(request, context)

        self._db = MilvusLite(str(folder))
        self._grpc = grpc.server(ThreadPoolExecutor(2), interceptors=[_Guard()])
        milvus_pb2_grpc.add_MilvusServiceServicer_to_server(Servicer(self._db), self._grpc)
        self.uri = f"http://127.0.0.1:{self._grpc.add_insecure_port('127.0.0.1:0')}"
        self._grpc.start()

    def stop(self) -> None:
        self._grpc.stop(0).wait()
        self._db.close()


class _Guard(grpc.ServerInterceptor):  # type: ignore[misc,name-defined]
    """Lets in who has `SECRET`."""

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        import base64

        right = base64.b64encode(SECRET.encode()).decode()
        if ("authorization", right) in [(key, str(value)) for key, value in details.invocation_metadata]:
            return continuation(details)

        def refuse(_: Any, context: Any) -> None:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, f"auth check failure for {SECRET}")

        return grpc.unary_unary_rpc_method_handler(refuse)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Server]:
    served = _Server(tmp_path_factory.mktemp("server"))
    yield served
    served.stop()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from milvus_lite.server_manager import server_manager_instance

    path = str(tmp_path_factory.mktemp("lite") / "vectors.db")
    yield path
    server_manager_instance.release_server(path)


@pytest.fixture(params=["file", "server"])
def new(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the collection of this test, in a file or on a server."""
    monkeypatch.setenv("MILVUS_TOKEN", SECRET)
    address = request.getfixturevalue(request.param)
    uri = address if isinstance(address, str) else address.uri
    place = read_place(f"{uri}#{request.node.originalname}")

    def opened(embedder: str = "tower a", width: int = D, base: str = "one", kind: str = "flat") -> MilvusIndex:
        return MilvusIndex(place, embedder, width, base, kind)

    return opened


def test_answers_are_those_of_numpy(new: Open) -> None:
    index = new()
    index.add(IDS, VECTORS)
    hits, (ids, scores) = index.search(QUERY, 7), _exact(IDS, VECTORS, 7)
    assert len(index) == N
    assert hits.ids.tolist() == ids.tolist()
    np.testing.assert_allclose(hits.scores, scores, atol=1e-5)


@pytest.mark.parametrize("most", [200_000, 7])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_selection_holds_however_many_filters_it_takes(
    new: Open, monkeypatch: pytest.MonkeyPatch, most: int, inverted: bool
) -> None:
    monkeypatch.setattr(milvus, "MOST_IDS", most)
    index = new()
    index.add(IDS, VECTORS)
    chosen = np.random.default_rng(3).permutation(N)[:31]
    left = np.setdiff1d(np.arange(N), chosen) if inverted else chosen
    named = np.concatenate([IDS[chosen], IDS[chosen][:4], np.array([10**12, 0], np.int64)])  # twice, and not there
    hits, (ids, _) = index.search(QUERY, 6, Selection(named, inverted)), _exact(IDS[left], VECTORS[left], 6)
    assert hits.ids.tolist() == ids.tolist()


def test_a_server_gets_ids_beside_the_filter_not_in_it(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", SECRET)
    index = MilvusIndex(read_place(f"{server.uri}#templates"), "tower a", D, "one", "flat")
    index.add(IDS, VECTORS)
    server.filters.clear()
    index.search(QUERY, 3, Selection(IDS[:20], inverted=True))
    index.remove(IDS[:2])
    assert server.filters == ["id not in {ids}", "id in {ids}", "id in {ids}"]


def test_what_is_missing_is_filled_up(new: Open) -> None:
    index = new()
    assert index.search(QUERY, 3).ids.tolist() == [[-1, -1, -1]] * QUERIES
    index.add(IDS[:2], VECTORS[:2])
    hits = index.search(QUERY, 4)
    assert (hits.ids[:, :2] >= 0).all()
    assert (hits.ids[:, 2:] == -1).all()
    assert np.isneginf(hits.scores[:, 2:]).all()
    assert index.search(QUERY, 4, Selection(IDS[:0])).ids.tolist() == [[-1] * 4] * QUERIES
    assert index.search(QUERY, 4, Selection(IDS[:0], inverted=True)).ids.tolist() == hits.ids.tolist()


def test_a_row_gets_its_last_vector(new: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus, "MESSAGE", 4 * D * 7)  # seven rows a message
    index = new()
    index.add(np.concatenate([IDS, IDS[:9]]), np.concatenate([VECTORS, VECTORS[20:29]]))
    index.add(IDS[30:32], VECTORS[40:42])
    vectors = VECTORS.copy()
    vectors[:9], vectors[30:32] = VECTORS[20:29], VECTORS[40:42]
    hits, (_, scores) = index.search(QUERY, 5), _exact(IDS, vectors, 5)
    assert len(index) == N
    np.testing.assert_allclose(hits.scores, scores, atol=1e-5)


def test_removed_rows_are_counted_and_gone(new: Open) -> None:
    index = new()
    index.add(IDS, VECTORS)
    assert index.remove(np.concatenate([IDS[:10], IDS[:3], np.array([1], np.int64)])) == 10
    assert index.remove(IDS[:10]) == 0
    assert index.remove(IDS[:0]) == 0
    assert len(index) == N - 10
    assert index.search(QUERY, 5).ids.tolist() == _exact(IDS[10:], VECTORS[10:], 5)[0].tolist()


@pytest.mark.parametrize("kind", ["hnsw", "ivfsq8"])
def test_other_kinds_find_the_same_in_few_rows(new: Open, kind: str) -> None:
    index = new(kind=kind)
    index.add(IDS, VECTORS)
    hits, (ids, scores) = index.search(QUERY, 5), _exact(IDS, VECTORS, 5)
    assert hits.ids.tolist() == ids.tolist()
    np.testing.assert_allclose(hits.scores, scores, atol=1e-5)


def test_it_is_there_when_it_is_opened_again(new: Open) -> None:
    first = new()
    first.add(IDS, VECTORS)
    assert first.revision == 0
    first.revision = 12
    again = new(kind="hnsw")  # the collection has its index already
    assert (len(again), again.revision) == (N, 12)
    with pytest.raises(SightlineError, match="tower a and this model is tower b"):
        new(embedder="tower b")
    with pytest.raises(SightlineError, match="another base"):
        new(base="two")
    with pytest.raises(SightlineError, match=f"vectors of {D} numbers and this model makes {D + 1}"):
        new(width=D + 1)


def test_a_collection_that_was_left_without_its_index_gets_one(new: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(milvus_collection, "_index", killed)
        with pytest.raises(KeyboardInterrupt):
            new()
    index = new()
    index.add(IDS, VECTORS)
    assert index.search(QUERY, 1).ids.tolist() == _exact(IDS, VECTORS, 1)[0].tolist()


def test_what_is_asked_wrongly(new: Open) -> None:
    index = new()
    with pytest.raises(ValueError, match=r"queries have shape \(5, 3\)"):
        index.search(QUERY[:, :3], 2)
    with pytest.raises(ValueError, match="k is 0"):
        index.search(QUERY, 0)


def test_another_program_s_collection_is_left_alone(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", SECRET)
    place = read_place(f"{server.uri}#theirs")
    milvus_collection.connect(place).create_collection("theirs", dimension=D)
    with pytest.raises(SightlineError, match="no collection of Sightline"):
        MilvusIndex(place, "tower a", D, "one")


def test_milvus_lite_builds_some_indexes_only(tmp_path: Path) -> None:
    with pytest.raises(SightlineError, match=r"`diskann`: is no index of .* flat, hnsw, ivfsq8"):
        MilvusIndex(read_place(str(tmp_path / "new" / "vectors.db")), "tower a", D, "one", "diskann")


def test_a_file_that_is_no_folder_of_milvus_lite(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("nothing")
    with pytest.raises(SightlineError, match="cannot be opened"):
        MilvusIndex(read_place(str(tmp_path / "notes.db")), "tower a", D, "one")


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_collection, "WAIT", 0.5)
    monkeypatch.setenv("MILVUS_TOKEN", SECRET)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = read_place(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(SightlineError, match="check the address and that it runs") as error:
            MilvusIndex(place, "tower a", D, "one")
    assert SECRET not in f"{error.value} {place}"


def test_certificates_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "house.pem"))
    with pytest.raises(SightlineError, match=r"house\.pem.*check the path and SSL_CERT_FILE"):
        MilvusIndex(read_place("https://127.0.0.1:1"), "tower a", D, "one")


def test_a_wrong_token_is_never_repeated(server: _Server, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", "root:Hunter2!")
    with pytest.raises(SightlineError, match="the server refused the token, set MILVUS_TOKEN") as error:
        MilvusIndex(read_place(server.uri), "tower a", D, "one")
    printed = "".join(capfd.readouterr())
    assert "Hunter2" not in f"{error.value} {printed}"
    assert "Traceback" not in printed


def test_a_server_that_repeats_the_token_is_not_quoted(server: _Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", SECRET)
    index = MilvusIndex(read_place(f"{server.uri}#quoted"), "tower a", D, "one", "flat")
    place = Place("http://localhost", f"no_{SECRET}", token=SECRET)
    monkeypatch.setattr(index, "_place", place)
    with pytest.raises(SightlineError, match=r"Milvus refused that \(.*\[token\]") as error:
        len(index)
    assert SECRET not in str(error.value).removeprefix(f"`{place.shown}`")


def test_an_old_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILVUS_TOKEN", SECRET)
    served = _Server(tmp_path, "v2.4.17")
    try:
        with pytest.raises(SightlineError, match=r"is Milvus v2\.4\.17.*update it to 2\.5 or later"):
            MilvusIndex(read_place(served.uri), "tower a", D, "one")
    finally:
        served.stop()
