"""One collection of Milvus as an index of ours: made, recognised, opened."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Any

from radiology.errors import SightlineError
from retrieval.vectors.milvus_errors import INSTALL, WAIT, one_sentence
from retrieval.vectors.milvus_kinds import KINDS, Kind, kind_of
from retrieval.vectors.milvus_place import Place

ID, VECTOR = "id", "vector"
EMBEDDER, BASE = "sightline.embedder", "sightline.base"
"""Properties of the collection."""
OLDEST = (2, 5)
"""The first version with filter templates: https://milvus.io/docs/v2.5.x/filtering-templating.md."""
_LOADING = 600.0
"""Seconds for the query nodes to load an index."""


def connect(place: Place) -> Any:
    """A `MilvusClient`. SightlineError when it is not installed, or when the server is away or refuses the token.

    Proxies of the environment are not used. `SSL_CERT_FILE` names a house's own authority.
    """
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")  # pymilvus would read a `.env` of any folder above into it
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise SightlineError(f"`{place.shown}`: pymilvus is not there, {INSTALL}.") from error
    for name in ("pymilvus", "milvus_lite", "grpc"):  # they print a traceback of what is raised or handled anyway
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with one_sentence(place):
        if place.local:
            Path(place.uri).parent.mkdir(parents=True, exist_ok=True)
        client = MilvusClient(
            place.uri,
            token=place.token,
            db_name=place.database,
            timeout=WAIT,
            server_pem_path=os.environ.get("SSL_CERT_FILE", ""),
            grpc_options={"grpc.enable_http_proxy": 0},
        )
        _check_version(place, client.get_server_version(timeout=WAIT))
    return client


def open_collection(client: Any, place: Place, about: dict[str, str], width: int, kind: str) -> Kind:
    """Load the collection, which is made with the properties `about` if there is none; the kind of index it has.

    SightlineError when the collection there was made by another embedder or for another case base.
    """
    name = place.collection
    _check_kind(place, kind)
    with one_sentence(place):
        if not client.has_collection(name, timeout=WAIT):
            _make(client, name, about, width)
        _check(place, client.describe_collection(name, timeout=WAIT), about, width)
        if not client.list_indexes(name, timeout=WAIT):
            client.create_index(name, _index(client, KINDS[kind], width), timeout=WAIT)
        client.load_collection(name, timeout=_LOADING)
        return kind_of(str(client.describe_index(name, VECTOR, timeout=WAIT)["index_type"]))


def _make(client: Any, name: str, about: dict[str, str], width: int) -> None:
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False, description="Cases of Sightline")
    schema.add_field(ID, DataType.INT64, is_primary=True)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=width)
    client.create_collection(name, schema=schema, properties=about, consistency_level="Strong", timeout=WAIT)


def _index(client: Any, kind: Kind, width: int) -> Any:
    parameters = client.prepare_index_params()
    parameters.add_index(
        VECTOR, index_name=VECTOR, index_type=kind.index_type, metric_type="IP", params=kind.build(width)
    )
    return parameters


def _check_version(place: Place, version: str) -> None:
    told = re.match(r"v?(\d+)\.(\d+)", version)
    if told and (int(told[1]), int(told[2])) < OLDEST:
        raise SightlineError(
            f"`{place.shown}`: is Milvus {version}, which has no filter templates, update it to"
            f" {'.'.join(map(str, OLDEST))} or later."
        )


def _check_kind(place: Place, kind: str) -> None:
    fitting = [name for name, known in KINDS.items() if known.local or not place.local]
    if kind not in fitting:
        raise SightlineError(f"`{kind}`: is no index of {place.shown}, choose one of {', '.join(fitting)}.")


def _check(place: Place, found: dict[str, Any], about: dict[str, str], width: int) -> None:
    stored = found["properties"]
    if EMBEDDER not in stored:
        raise SightlineError(f"`{place.shown}`: is no collection of Sightline, name another one.")
    if stored[EMBEDDER] != about[EMBEDDER]:
        raise SightlineError(
            f"`{place.shown}`: its cases were embedded by {stored[EMBEDDER]} and this model is {about[EMBEDDER]},"
            " name another collection."
        )
    if stored[BASE] != about[BASE]:
        raise SightlineError(f"`{place.shown}`: holds the cases of another base, name another collection.")
    stored_width = next(field["params"]["dim"] for field in found["fields"] if field["name"] == VECTOR)
    if int(stored_width) != width:
        raise SightlineError(
            f"`{place.shown}`: holds vectors of {stored_width} numbers and this model makes {width},"
            " name another collection."
        )
