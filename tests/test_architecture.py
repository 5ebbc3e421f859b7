"""The house rules that a syntax tree can prove: which way imports run, and who may make a Publication."""

import ast
import tomllib
from functools import cache
from pathlib import Path

import pytest
from celwacht import disclosure

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("tables", "disclosure", "publish")  # each may import itself and what stands before it
MODULES = sorted(p for part in PARTS for p in (ROOT / part).rglob("*.py"))
MAKERS = {
    ROOT / "publish" / "gate" / "gate.py",  # from confidential cubes: the gate
    ROOT / "publish" / "publication" / "description_file.py",  # reads back what the gate passed
}

# The law between rooms: what each may import beside itself; a * at the end stands for every room whose name begins so.
# A room is a folder; the files that lie in `tables/` itself are the room `tables`.
_PUBLIC = ["tables", "publish/publication", "publish/store"]
_CUBES = ["tables", "tables/cubes"]
LAWS = {
    "tables": [],
    "tables/yaml": ["tables"],
    "tables/regions": ["tables", "tables/yaml"],
    "tables/sources": ["tables", "tables/yaml", "tables/regions"],
    "tables/register": ["tables"],
    "tables/indicators": ["tables", "tables/yaml"],
    "tables/specs": ["tables", "tables/yaml", "tables/indicators", "tables/regions", "tables/sources"],
    "tables/new_source": ["tables", "tables/yaml", "tables/regions"],
    "tables/code_lists": ["tables", "tables/yaml", "tables/specs"],
    "tables/checks": ["tables", "tables/yaml", "tables/sources", "tables/specs"],
    "tables/cubes": ["tables"],
    "tables/engines": ["tables"],
    "tables/counting": [
        *("tables", "tables/engines", "tables/register", "tables/yaml", "tables/regions", "tables/sources", "tables/specs", "tables/cubes")
    ],
    "tables/together": ["tables", "tables/engines", "tables/sources", "tables/specs", "tables/cubes", "tables/counting"],
    "tables/intake/delivered": ["tables", "tables/regions", "tables/sources"],
    "tables/intake/readers": ["tables", "tables/sources", "tables/intake/delivered"],
    "tables/intake/checks": ["tables", "tables/regions", "tables/sources", "tables/intake/delivered"],
    "tables/intake/vault": [
        *("tables", "tables/register", "tables/regions", "tables/sources", "tables/intake/delivered", "tables/intake/checks")
    ],
    "tables/intake": ["tables", "tables/register", "tables/sources", "tables/checks", "tables/intake/*"],
    "tables/demo/country": ["tables"],
    "tables/demo/care": ["tables", "tables/demo/country"],
    "tables/demo": ["tables", "tables/sources", "tables/demo/*"],
    "disclosure": ["disclosure/own_table"],
    "disclosure/model": _CUBES,
    "disclosure/proof": [*_CUBES, "disclosure/model", "disclosure/policy", "disclosure/rules"],
    "disclosure/solver": [],
    "disclosure/rules": _CUBES,
    "disclosure/policy": [*_CUBES, "tables/yaml", "tables/specs", "tables/counting", "disclosure/model", "disclosure/rules"],
    "disclosure/problems": [*_CUBES, "disclosure/model", "disclosure/policy", "disclosure/rules"],
    "disclosure/ledger": [],
    "disclosure/search": [],
    "disclosure/search/cubes": [*_CUBES, "disclosure/model", "disclosure/policy", "disclosure/proof", "disclosure/solver"],
    "disclosure/sets": [*_CUBES, "disclosure/model", "disclosure/proof"],
    "disclosure/search/units": [
        *(
            *_CUBES,
            "tables/sources",
            "tables/counting",
            "tables/together",
            "disclosure/model",
            "disclosure/policy",
            "disclosure/search/cubes",
        )
    ],
    "disclosure/search/sets": [
        *(
            *_CUBES,
            "tables/sources",
            "tables/counting",
            "tables/together",
            "disclosure/model",
            "disclosure/policy",
            "disclosure/search/cubes",
            "disclosure/search/units",
            "disclosure/sets",
        )
    ],
    "disclosure/search/attacker": ["disclosure/model", "disclosure/solver"],
    "disclosure/search/relations": ["disclosure/model", "disclosure/solver", "disclosure/search/attacker"],
    "disclosure/search/small": [],
    "disclosure/search/optimal": ["disclosure/model", "disclosure/solver", "disclosure/search/attacker", "disclosure/search/small"],
    "disclosure/rounding": [*_CUBES, "disclosure/model", "disclosure/policy", "disclosure/problems", "disclosure/solver"],
    "disclosure/intruder": ["disclosure/model", "disclosure/solver"],
    "disclosure/intruder/sets": [
        "tables",
        "tables/sources",
        "tables/specs",
        "tables/counting",
        "disclosure/model",
        "disclosure/audit/*",
        "disclosure/solver",
    ],
    "disclosure/outsider": ["tables", "tables/sources", "tables/specs", "tables/counting", "disclosure/solver"],
    "disclosure/audit/bounds": ["disclosure/model", "disclosure/solver"],
    "disclosure/audit/model": ["disclosure/model", "disclosure/audit/bounds"],
    "disclosure/audit/recipes": ["disclosure/model", "disclosure/solver", "disclosure/audit/bounds", "disclosure/audit/model"],
    "disclosure/audit/reading": ["tables", "disclosure/model", "disclosure/audit/bounds", "disclosure/audit/model"],
    "disclosure/audit": ["disclosure/model", "disclosure/solver", "disclosure/audit/*"],
    "disclosure/loss": [*_CUBES, "disclosure/model", "disclosure/policy", "disclosure/intruder", "disclosure/proof"],
    "disclosure/own_table": [*_CUBES, "disclosure/*"],
    "publish": ["tables*", "disclosure*", "publish*"],
    "publish/celwacht": ["tables*", "disclosure*", "publish*"],
    "publish/terminal": ["tables"],
    "publish/deliveries": [
        *("tables*", "disclosure/model", "disclosure/policy", "disclosure/problems", "disclosure/proof"),
        *("publish/formats/excel", "publish/formats/pdf"),
    ],
    "publish/publication": ["tables"],
    "publish/store": ["tables", "publish/publication"],
    "publish/formats/statline": _PUBLIC,
    "publish/formats/parts": [*_PUBLIC, "publish/formats/statline"],
    "publish/formats/excel": [*_PUBLIC, "publish/formats/statline"],
    "publish/formats/pdf": [],
    "publish/formats/sdmx": [*_PUBLIC, "publish/formats/*"],
    "publish/formats/metadata": [*_PUBLIC, "publish/formats/*"],
    "publish/formats": [*_PUBLIC, "publish/formats/*"],
    "publish/viewer": [],
    "publish/areas": [*_PUBLIC, "tables/regions", "tables/indicators", "publish/formats/pdf"],
    "publish/benchmark": [*_PUBLIC, "tables/regions", "tables/indicators", "publish/areas"],
    "publish/serve/http": _PUBLIC,
    "publish/serve/filter": ["tables", "publish/serve/http"],
    "publish/serve/entity_sets": [*_PUBLIC, "publish/formats/*", "publish/serve/http", "publish/serve/filter"],
    "publish/serve/catalogue": [*_PUBLIC, "publish/formats/*", "publish/serve/http", "publish/serve/entity_sets"],
    "publish/serve/api": [*_PUBLIC, "tables/regions", "publish/formats*", "publish/serve/http"],
    "publish/serve/odata3": [*_PUBLIC, "publish/serve/*"],
    "publish/serve/odata4": [*_PUBLIC, "publish/formats/*", "publish/serve/*"],
    "publish/serve/static": [*_PUBLIC, "publish/viewer", "publish/serve/api", "publish/serve/http"],
    "publish/reports": [*_PUBLIC, "tables/indicators", "publish/areas", "publish/formats/pdf", "publish/viewer"],
    "publish/serve/pages": [
        *_PUBLIC,
        "publish/viewer",
        "tables/indicators",
        *("publish/areas", "publish/benchmark", "tables/regions"),
        "publish/reports",
        "publish/serve/api",
        "publish/serve/http",
    ],
    "publish/serve": [*_PUBLIC, "publish/formats/*", "publish/serve/*"],
    "publish/gate": ["tables*", "disclosure*", "publish/publication"],
    "publish/review/loss_report": ["tables*", "disclosure*"],
    "publish/review/intruder": [
        *("tables*", "disclosure*", "publish/publication", "publish/store", "publish/terminal"),
        *("publish/formats/statline", "publish/review"),
    ],
    "publish/review": ["tables*", "disclosure*", "publish/publication", "publish/store", "publish/review/*"],
    "publish/verify/read_back": ["tables", "publish/publication"],
    "publish/verify": [
        *("tables*", "disclosure*", "publish/publication", "publish/store", "publish/gate"),
        *("publish/review", "publish/sets", "publish/verify/*"),
    ],
    "publish/sets": [
        *("tables*", "disclosure*", "publish/publication", "publish/gate", "publish/store"),
        *("publish/formats*", "publish/review*", "publish/terminal"),
    ],
    "publish/preview": [*("tables*", "disclosure*", "publish/publication", "publish/gate"), *("publish/sets", "publish/review*")],
    "publish/requests": [
        *("tables*", "disclosure*", "publish/publication", "publish/gate", "publish/store", "publish/review"),
        *("publish/sets", "publish/preview", "publish/processing", "publish/terminal", "publish/commands"),
    ],
    "publish/outputs": [
        *("tables*", "disclosure*", "publish/store", "publish/review", "publish/sets", "publish/terminal", "publish/commands"),
        *("publish/processing", "publish/own_tables/inputs", "publish/portal/keeping"),
    ],
    "publish/own_tables/inputs": ["tables*", "disclosure*", "publish/terminal"],
    "publish/own_tables": [
        *("tables*", "disclosure*", "publish/terminal", "publish/store", "publish/own_tables/inputs"),
        *("publish/formats/statline", "publish/formats/excel", "publish/review*"),
    ],
    "publish/portal/keeping": ["tables", "tables/intake/vault"],
    "publish/portal/accounts": ["tables", "publish/portal/keeping"],
    "publish/portal/exchange": [
        *("tables", "tables/sources", "tables/register", "tables/intake", "tables/intake/delivered", "tables/intake/vault"),
        *("publish/portal/keeping", "tables/regions", "tables/checks"),
    ],
    "publish/portal/web": ["tables", "tables/sources", "publish/portal/keeping", "publish/portal/accounts", "publish/portal/exchange"],
    "publish/portal": [
        *("tables", "tables/register", "tables/intake/vault", "publish/terminal", "publish/commands", "publish/portal/*"),
        "publish/serve/http",
        "publish/processing",
    ],
    "publish/processing": ["tables", "tables/specs", "publish/terminal"],
    "publish/new_source": ["tables*", "publish/terminal", "publish/own_tables/inputs", "publish/commands"],
    "publish/commands": ["tables*", "disclosure*", "publish*"],
    "publish/face": ["tables*", "disclosure*", "publish*"],
}
PUBLIC_ROOMS = [
    room
    for room in LAWS
    if room.startswith(tuple(f"publish/{part}" for part in ("publication", "store", "formats", "serve", "areas", "benchmark", "reports")))
]
PUBLIC_TABLES = ("version", "problems", "grammar", "face", "regions", "indicators")
"""What public rooms may name of `tables`: no cube and no record (`face`: settings for readers). Lists of regions and indicators are public, and read nothing but YAML and CSV (LAWS)."""
NOT_ROOMS = {"publish/viewer/map"}
"""Folders of the viewer with a script that made its pictures."""


def each(paths: list[Path]):
    """A test of every one of these files, as one test: three thousand of a millisecond cost more to be told of than to run. All that is wrong is told."""

    def over_all(test):
        def run():
            wrong = []
            for path in paths:
                try:
                    test(path)
                except AssertionError as error:
                    wrong.append(f"{path.relative_to(ROOT).as_posix()}: {error}")
            assert not wrong, "\n".join(wrong)

        run.__name__, run.__doc__, run.__module__ = test.__name__, test.__doc__, test.__module__
        return run

    return over_all


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree_of(path)))


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


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@each(MODULES)
def test_imports_run_one_way(path):
    """tables <- disclosure <- publish: nothing points back, and table_specs is data that nobody imports code from."""
    part = PARTS.index(path.relative_to(ROOT).parts[0])
    names = imported(tree_of(path))
    for later in PARTS[part + 1 :]:
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
    return [
        node.lineno
        for node in ast.walk(tree)
        if id(node) not in allowed
        and ((isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name))
    ]


@each([p for p in MODULES if p not in MAKERS])
def test_only_the_gate_makes_a_publication(path):
    """No other file names the constructor, an alias of it, or a way around it."""
    tree = tree_of(path)
    assert uses_of(tree, "Publication") == []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not any(a.name == "Publication" and a.asname for a in node.names), "an alias hides the constructor"
    if path.is_relative_to(ROOT / "publish"):
        assert not {"pickle", "copy", "dataclasses.replace", "dill", "marshal"} & imported(tree)


def room_of(name: str) -> str:
    """The room of a module, from its full name or that of something in it."""
    parts = name.removeprefix("celwacht.").split(".")
    while not ROOT.joinpath(*parts).is_dir():
        parts = parts[:-1]
    return "/".join(parts)


def own_room(path: Path) -> str:
    return path.parent.relative_to(ROOT).as_posix()


def rooms_imported(path: Path) -> set[str]:
    """The rooms, other than its own, from which a file imports."""
    found = set()
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found |= {room_of(a.name) for a in node.names if a.name.startswith("celwacht.")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celwacht."):
            found |= {room_of(f"{node.module}.{alias.name}") for alias in node.names}
    return found - {own_room(path)}


@pytest.mark.parametrize("room", LAWS)
def test_rooms_keep_the_law(room):
    """A file imports only from rooms that the law of its own room names."""
    for path in (ROOT / room).glob("*.py"):
        for other in rooms_imported(path):
            kept = any(other.startswith(law[:-1]) if law.endswith("*") else other == law for law in LAWS[room])
            assert kept, f"{path.relative_to(ROOT)} may not import from {other}"


def test_one_room_talks_to_the_solver():
    """HiGHS is imported by disclosure/solver and by no other room; and what searches or audits looks at no clock of the machine."""
    for path in MODULES:
        names = imported(tree_of(path))
        if own_room(path) != "disclosure/solver":
            assert "highspy" not in names, f"{path.relative_to(ROOT)}: ask disclosure/solver"
        if path.is_relative_to(ROOT / "disclosure") and own_room(path) != "disclosure/own_table":
            assert "time" not in names, f"{path.relative_to(ROOT)}: count work (disclosure/solver/work.py)"


def test_no_circle_between_rooms():
    """Rooms can be put in an order in which each imports only from rooms before it."""
    wanted: dict[str, set[str]] = {}
    for path in MODULES:
        wanted.setdefault(own_room(path), set()).update(rooms_imported(path))
    done: set[str] = set()
    while ready := {room for room, needs in wanted.items() if room not in done and needs <= done}:
        done |= ready
    assert set(wanted) == done, f"a circle among {sorted(set(wanted) - done)}"


def test_every_room_has_a_law_and_says_at_its_door_what_is_inside():
    """The law names every room that there is, and no other."""
    rooms = {own_room(p) for p in MODULES} - NOT_ROOMS
    assert rooms == set(LAWS)
    for room in rooms:
        assert ast.get_docstring(tree_of(ROOT / room / "__init__.py")), room


@pytest.mark.parametrize("room", PUBLIC_ROOMS)
def test_public_rooms_reach_nothing_confidential(room):
    """What writes and serves public files cannot even name a cube, a protected cube or a record."""
    for path in (ROOT / room).glob("*.py"):
        for name in imported(tree_of(path)):
            if name.startswith(("celwacht.tables", "celwacht.disclosure")):
                assert name.split(".")[2] in PUBLIC_TABLES, f"{path.name}: {name}"


def test_rooms_are_small():
    """No folder with more than some fifteen files of code."""
    for room in LAWS:
        assert len(list((ROOT / room).glob("*.py"))) <= 17, room


def test_folders_of_tests_are_small_and_mirror_the_rooms():
    """No folder of tests with more than fifteen modules, and under tests/disclosure none that is no room of disclosure/."""
    for folder in {p.parent for p in (ROOT / "tests").rglob("*.py") if "node_modules" not in p.parts}:
        assert len([p for p in folder.glob("*.py") if p.name != "__init__.py"]) <= 15, folder.relative_to(ROOT)
    own = {p.name for p in (ROOT / "tests" / "disclosure").iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert own <= {p.name for p in (ROOT / "disclosure").iterdir() if p.is_dir()}


def test_packages_of_the_wheel_are_all_of_them():
    """pyproject.toml lists every package, since the folders are mapped one by one; none is forgotten."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = [p.parent for part in (*PARTS, "table_specs") for p in (ROOT / part).rglob("__init__.py")]
    names = {f"celwacht.{p.relative_to(ROOT).as_posix().replace('/', '.')}" for p in folders}
    assert set(listed) == names - {"celwacht.publish.celwacht"} | {"celwacht"}


def test_compiled_kernels_are_in_the_name_of_their_cache():
    """Every room with compiled code is among those whose sources name the folder of numba's cache."""
    rooms = {own_room(p).removeprefix("disclosure/") for p in MODULES if "numba" in imported(tree_of(p))} - NOT_ROOMS
    assert rooms == set(disclosure.COMPILED)


def test_constants_in_compiled_code_are_in_the_name_of_its_cache():
    """Constants that a file with compiled code takes from elsewhere are of another such file, or of one that is named: a changed one
    is never met by code compiled with the old one."""
    hashed = {p for p in MODULES if "numba" in imported(tree_of(p))} | {ROOT / "disclosure" / file for file in disclosure.CONSTANTS}
    for path in (p for p in hashed if "numba" in imported(tree_of(p))):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("celwacht."):
                source = ROOT / (node.module.removeprefix("celwacht.").replace(".", "/") + ".py")
                constants = [alias.name for alias in node.names if alias.name.isupper()]
                assert not constants or source in hashed, f"{path.relative_to(ROOT)} takes {constants} from {node.module}"


@each(MODULES)
def test_files_and_functions_stay_short(path):
    """At most 300 lines a file, 40 a function (without its docstring), three levels of nesting."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in nodes_of(path):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert node.end_lineno - first.lineno + 1 <= 40, f"{node.name} is too long"


ENGINE = {
    "tables/engines/duck.py": "the door of the compiler: what a specification has a part in runs here, locked",
    "tables/register/accounts.py": "sums over microdata, to hold them against the register",
    "tables/intake/vault/pieces.py": "writes the microdata, in a database that may touch one folder",
    "tables/checks/database.py": "the door of rules and reports on deliveries: our own names and bound values only",
    "tables/intake/worker.py": "only the types of its errors, whose texts quote values",
    "tables/intake/run_intake.py": "only the type of its errors, whose texts quote values",
    "tables/demo/country/places.py": "reads the postcodes that came with the installation",
    "publish/formats/parquet.py": "writes public Parquet",
    "publish/publication/description_file.py": "reads public Parquet back",
    "publish/verify/read_back/documents.py": "reads public Parquet back, for the verifier",
    "publish/serve/entity_sets/database.py": "the door of the server: public figures, bound parameters, locked",
}
"""Who may import the engine that executes SQL, and for what. A new line needs its reason."""


def test_the_engine_is_imported_only_at_its_doors():
    users = {p.relative_to(ROOT).as_posix() for p in MODULES if "duckdb" in imported(tree_of(p))}
    assert users == set(ENGINE)
    assert not [u for u in users if u.startswith("tables/counting/")]


def test_region_files_have_one_reader():
    """Nobody else opens a file of regions, but the scripts that made them and the map."""
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if own_room(path) not in NOT_ROOMS and path.name != "region_files.py":
            assert 'folder("regions")' not in text and '"regions", ' not in text, path


def test_no_path_of_a_machine_in_the_tree():
    """A committed file never names a folder of the machine that it was made on."""
    marks = ["/" + "work" + "/main", "/" + "tmp" + "/", "/" + "root" + "/"]
    for path in (p for folder in (*PARTS, "table_specs", "benchmarks") for p in (ROOT / folder).rglob("*")):
        if path.suffix in {".py", ".md", ".yaml", ".toml", ".json"} and path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [m for m in marks if m in text], path.relative_to(ROOT).as_posix()


@each(MODULES)
def test_nothing_stands_behind_a_return(path):
    """Code that cannot be reached is a slip of an edit: a `return` that lost its indentation took a search from its pools."""
    for node in nodes_of(path):
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            ends = (ast.Return, ast.Raise, ast.Break, ast.Continue)
            behind = [] if not isinstance(block, list) else [b.lineno for a, b in zip(block, block[1:]) if isinstance(a, ends)]
            assert not behind, f"{path.relative_to(ROOT)}:{behind[0]} is never reached"
