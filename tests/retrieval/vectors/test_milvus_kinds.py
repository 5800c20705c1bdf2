from __future__ import annotations

import pytest

from retrieval.vectors.milvus_kinds import KINDS, MOST_HITS, kind_of


@pytest.mark.parametrize("width", [1, 7, 8, 100, 128, 768, 1021])
def test_product_quantisation_gets_parts_that_fit(width: int) -> None:
    parts = KINDS["ivfpq"].build(width)["m"]
    assert width % parts == 0
    assert 1 <= parts <= max(1, width // 8)


def test_parts_are_as_many_as_fit() -> None:
    assert [KINDS["ivfpq"].build(width)["m"] for width in (128, 768, 100)] == [16, 96, 10]


@pytest.mark.parametrize("k", [1, 10, MOST_HITS])
def test_graphs_look_at_more_than_is_wanted_and_no_more_than_milvus_allows(k: int) -> None:
    """https://milvus.io/docs/v2.3.0-beta/disk_index.md names the narrowest range."""
    assert k < KINDS["hnsw"].search(k)["ef"]
    assert k < KINDS["diskann"].search(k)["search_list"] <= (200 if k <= 20 else min(10 * k, 65_535))


def test_an_index_of_another_kind_is_searched_as_the_server_does() -> None:
    assert kind_of("IVF_PQ") is KINDS["ivfpq"]
    assert kind_of("AUTOINDEX").search(10) == {}
