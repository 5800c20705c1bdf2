"""The layout as facts: imports go one way, nothing is circular, `__init__` is empty, names say something."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("radiology", "mllm", "retrieval", "eval", "train", "web", "app", "cli")
HEAVY = {"torch", "transformers", "peft", "trl", "accelerate", "bitsandbytes", "torchvision", "timm", "open_clip"}
SLOW_TO_IMPORT = HEAVY | {"gradio", "faiss", "datasets", "sklearn", "matplotlib", "openai", "numpy", "pydicom"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}


def _sources() -> list[Path]:
    packages = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
    return packages + [ROOT / f"{layer}.py" for layer in LAYERS if (ROOT / f"{layer}.py").is_file()]


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(path): path for path in _sources()}


def _imported(tree: ast.AST) -> Iterator[str]:
    """Every module a source names, also inside functions; `from a import b` gives both `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _imports(module: str) -> set[str]:
    return set(_imported(ast.parse(MODULES[module].read_text(encoding="utf-8"))))


def _imports_at_run_time(module: str) -> set[str]:
    """Without what stands under `if TYPE_CHECKING`, which only a type checker reads."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    tree.body = [
        node for node in tree.body if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
    ]
    return set(_imported(tree))


def _layer(module: str) -> int | None:
    top = module.partition(".")[0]
    return LAYERS.index(top) if top in LAYERS else None


def test_the_layout_was_found() -> None:
    assert {"radiology.study", "mllm.engine.protocol", "cli"} <= MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    own = _layer(module)
    assert own is not None
    above = {name for name in _imports(module) if (layer := _layer(name)) is not None and layer > own}
    assert not above, f"{module} imports upward: {sorted(above)}"


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {module: (_imports_at_run_time(module) & MODULES.keys()) - {module} for module in MODULES}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("radiology")])
def test_the_domain_is_free_of_deep_learning(module: str) -> None:
    assert not {name.split(".")[0] for name in _imports(module)} & HEAVY


@pytest.mark.parametrize("module", MODULES)
def test_no_import_hides_the_builtin_eval(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not {name for name in names if name.split(".")[0] == "eval"}, "write `from eval.x import y`"


def test_every_init_is_empty_and_none_is_missing() -> None:
    folders = {path.parent for path in MODULES.values()} - {ROOT}
    assert {folder for folder in folders if not (folder / "__init__.py").is_file()} == set()
    assert [path for path in MODULES.values() if path.name == "__init__.py" and path.read_text()] == []
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_names_say_what_is_inside() -> None:
    everything = [*MODULES.values(), *(ROOT / "tests").rglob("*.py")]
    parts = {part for path in everything for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not {part for part in parts if part.removeprefix("test_") in EMPTY_NAMES}


def test_importing_the_command_line_is_light() -> None:
    names = ",".join(sorted(SLOW_TO_IMPORT))
    script = f"import sys, cli; print(sorted(set('{names}'.split(',')) & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
