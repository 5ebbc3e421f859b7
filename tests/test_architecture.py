"""The house rules that a syntax tree can prove: which way imports run, and who may make a Publication."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("tables", "disclosure", "publish")  # each may import itself and what stands before it
MODULES = sorted(p for part in PARTS for p in (ROOT / part).rglob("*.py"))
MAKERS = {ROOT / "publish" / "release.py",    # the gate
          ROOT / "publish" / "released.py"}   # reads back what the gate passed
# Inside publish: those who see confidential types. Every other file there knows public types only.
INSIDERS = {"release", "assemble", "province", "one_table", "pipeline", "records", "explain", "summary", "commands", "cli", "console", "warm",
            "providers", "sensitive", "record_options", "protect_command", "protection_folder", "verify_folder", "input_files",
            "round_command", "round_options", "audit_command", "audit_options", "audit_readers", "audit_report", "audit_spec",
            "loss_map", "loss_page", "loss_pen", "loss_plan", "loss_report", "loss_tables"}


def imported(tree: ast.AST) -> set[str]:
    """Full names of everything a module imports, wherever in the module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which way an import runs"
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path):
    """tables <- disclosure <- publish: nothing points back, and table_specs is data that nobody imports code from."""
    part = PARTS.index(path.relative_to(ROOT).parts[0])
    names = imported(tree_of(path))
    for later in PARTS[part + 1:]:
        back = [n for n in names if n == f"celwacht.{later}" or n.startswith(f"celwacht.{later}.")]
        assert not back, f"{path.name} imports back from {later}: {back}"
    plain = [n for n in names if n.split(".")[0] in (*PARTS, "table_specs")]
    assert not plain, f"{path.name}: say celwacht.tables, not tables: {plain}"


def test_table_specs_is_data_only():
    """No code in table_specs but what made its own region files."""
    code = [p.relative_to(ROOT).as_posix() for p in (ROOT / "table_specs").rglob("*.py") if p.stem != "__init__"]
    assert set(code) <= {"table_specs/regions/make.py"}


def uses_of(tree: ast.AST, name: str) -> list[int]:
    """Lines where `name` is used as a value: not in an import, an annotation or the class of an isinstance."""
    allowed: set[int] = set()
    for node in ast.walk(tree):
        for kind in ("annotation", "returns"):
            if getattr(node, kind, None) is not None:
                allowed |= {id(n) for n in ast.walk(getattr(node, kind))}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            allowed |= {id(n) for n in ast.walk(node.args[1])}
    return [node.lineno for node in ast.walk(tree) if id(node) not in allowed
            and ((isinstance(node, ast.Name) and node.id == name)
                 or (isinstance(node, ast.Attribute) and node.attr == name))]


@pytest.mark.parametrize("path", [p for p in MODULES if p not in MAKERS], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_only_the_gate_makes_a_publication(path):
    """No other file names the constructor, an alias of it, or a way around it."""
    tree = tree_of(path)
    assert uses_of(tree, "Publication") == []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not any(a.name == "Publication" and a.asname for a in node.names), "an alias hides the constructor"
    if path.is_relative_to(ROOT / "publish"):
        assert not {"pickle", "copy", "dataclasses.replace", "dill", "marshal"} & imported(tree)


@pytest.mark.parametrize("path", [p for p in sorted((ROOT / "publish").rglob("*.py")) if p.stem not in INSIDERS],
                         ids=lambda p: p.relative_to(ROOT).as_posix())
def test_writers_see_public_types_only(path):
    """What writes public files cannot even name a cube, a protected cube or a record."""
    for name in imported(tree_of(path)):
        if name.startswith("celwacht."):
            part, _, module = name.removeprefix("celwacht.").partition(".")
            assert part == "publish" and module.split(".")[0] not in INSIDERS, name


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_and_functions_stay_short(path):
    """At most 300 lines a file, 40 a function (without its docstring), three levels of nesting."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert node.end_lineno - first.lineno + 1 <= 40, f"{node.name} is too long"


def test_no_path_of_a_machine_in_the_tree():
    """A committed file never names a folder of the machine that it was made on."""
    marks = ["/" + "work" + "/main", "/" + "tmp" + "/", "/" + "root" + "/"]
    for path in (p for folder in (*PARTS, "table_specs", "benchmarks") for p in (ROOT / folder).rglob("*")):
        if path.suffix in {".py", ".md", ".yaml", ".toml", ".json"} and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [m for m in marks if m in text], path.relative_to(ROOT).as_posix()
