"""A project: a folder of one's own with specifications and settings, named by the file `celwacht.toml` in it.

    specs = "specs"      # tables, sets/, classifications/, policies/, regions/
    data = "data"        # deliveries and vault
    out = "out"          # what is published
    key = "../key"       # the secret key
    language = "nl"      # of titles on the screen

    name = "Office of the Island"     # who publishes; default: Celwacht
    theme = "Children in care"        # what its tables are about
    languages = ["en"]                # of files, site and feeds: nl, en or both; the site opens in the first
    map = "map.geojson"               # areas to colour: GeoJSON, with the code of each under properties

All are optional, and paths count from the folder of the file. `find` looks for it from the working folder upwards.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

from celwacht.publish.viewer.own_map import outlines
from celwacht.tables import home, region_files
from celwacht.tables.face import LANGUAGES, NAME, PLAIN, Face
from celwacht.tables.problems import Problem, ProblemsFound, nearest

FILE = "celwacht.toml"
PATHS = ("specs", "data", "out", "key")
FACE = ("name", "theme", "languages", "map")
KEYS = (*PATHS, "language", *FACE)
DEFAULTS_OF = {  # which settings stand for which options of a command, unless these are given
    "demo": ("data",),
    "intake": ("data", "key"),
    "publish": ("data", "out", "key"),
    "preview": ("data", "key", "language"),
    "explain": ("data",),
    "verify": ("data", "out"),
}
_TOML = """\
# A project of Celwacht. The command finds this file from the folder you work in upwards, or by --project DIR.
# Paths count from here; an option on the command line overrides what stands here.
specs = "specs"       # tables, sets/, classifications/, policies/, regions/
data = "data"         # deliveries/ and the vault: confidential
out = "out"           # what is published
language = "{main}"       # of titles on the screen: nl or en
languages = {languages}  # of public files, site and feeds: nl, en or both; the site opens in the first
# name = "..."        # who publishes, for readers
# theme = "..."       # what the tables are about, for the catalogue
# map = "map.geojson"   # the areas, to colour: GeoJSON, with the code of each area under its properties
# key = "../celwacht.key"   # the secret key, outside data; default: ~/.config/celwacht/pseudonym.key
"""
_IGNORED = "# Confidential: never in version control.\ndata/\n*.key\n*CONFIDENTIAL*\n"


@dataclass(frozen=True, slots=True)
class Project:
    """The settings of a project; None where the file says nothing."""

    file: Path
    specs: Path | None = None
    data: Path | None = None
    out: Path | None = None
    key: Path | None = None
    language: str | None = None
    face: Face = PLAIN

    def defaults(self) -> dict[str, dict[str, str]]:
        """For each command the options that these settings stand for, as click wants them (`default_map`)."""
        given = {name: str(getattr(self, name)) for name in (*PATHS, "language") if getattr(self, name) is not None}
        found = {command: {n: given[n] for n in names if n in given} for command, names in DEFAULTS_OF.items()}
        if self.out is None or not self.out.is_dir():
            found["verify"].pop("out", None)  # nothing is published yet; `verify DIR` needs no such folder
        found["serve"] = {"folder": given["out"]} if "out" in given else {}
        return found


def find(here: Path) -> Path | None:
    """The nearest celwacht.toml from a folder upwards; None if there is none."""
    return next((folder / FILE for folder in (here, *here.parents) if (folder / FILE).is_file()), None)


def read(file: Path) -> Project:
    """The settings in a celwacht.toml; ProblemsFound with everything that is wrong in it."""
    name = _name(file)
    try:
        text = file.read_text(encoding="utf-8")
        said = tomllib.loads(text)
    except OSError as error:
        raise ProblemsFound([Problem(name, 0, 0, "no-file", f"cannot be read: {(error.strerror or 'unknown').lower()}.")]) from None
    except UnicodeDecodeError:
        raise ProblemsFound([Problem(name, 0, 0, "encoding", "the file is not UTF-8. Save it again as UTF-8.")]) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = map(int, place.groups()) if place else (0, 0)
        remedy = 'this is no TOML. A setting is a line such as: data = "data"'
        raise ProblemsFound([Problem(name, line, column, "toml", remedy)]) from None
    problems = [Problem(name, _line(text, key), 0, rule, message) for key, rule, message in _wrong(said)]
    if problems:
        raise ProblemsFound(problems)
    base = file.resolve().parent
    paths = {key: (base / Path(said[key]).expanduser()) for key in PATHS if key in said}
    languages = tuple(said.get("languages", LANGUAGES))
    shown = Face(said.get("name", NAME), said.get("theme", ""), languages, str(base / said["map"]) if "map" in said else "")
    project = Project(file, **paths, language=said.get("language"), face=shown)
    problems = [Problem(name, _line(text, key), 0, rule, message) for key, rule, message in _impossible(project)]
    if problems:
        raise ProblemsFound(problems)
    return project


def _wrong(said: dict[str, object]) -> list[tuple[str, str, str]]:
    """(key, rule, message) for every setting that is none."""
    found = []
    for key, value in said.items():
        if key not in KEYS:
            found.append((key, "unknown-key", f"unknown setting '{key[:40]}'.{nearest(key[:40], KEYS)}"))
        elif key == "languages":
            found += _languages(value)
        elif not isinstance(value, str) or not value:
            found.append((key, "wrong-value", f"{key}: expected a text in quotes."))
        elif key == "language" and value not in LANGUAGES:
            found.append((key, "wrong-value", f"language: expected nl or en, found '{value[:20]}'."))
    return found


def _languages(value: object) -> list[tuple[str, str, str]]:
    """languages: a list of one or both of nl and en."""
    listed = value if isinstance(value, list) else []
    if listed and len(set(map(str, listed))) == len(listed) and all(one in LANGUAGES for one in listed):
        return []
    said = 'languages: expected a list of nl, en or both, each once, such as ["en"]; the program has its own words in these two.'
    return [("languages", "wrong-value", said)]


def _impossible(project: Project) -> list[tuple[str, str, str]]:
    found = []
    if project.specs is not None and not project.specs.is_dir():
        found.append(("specs", "no-folder", "specs: there is no such folder. Make it (celwacht init makes one), or name the right one."))
    if project.face.map and not Path(project.face.map).is_file():
        found.append(("map", "no-file", "map: there is no such file. Put the GeoJSON file there, or leave the setting out."))
    elif project.face.map:
        try:
            outlines(Path(project.face.map))
        except ValueError as error:
            found.append(("map", "map", f"map: {error}"))
    if project.data and project.out:
        data, out = project.data.resolve(), project.out.resolve()
        if data.is_relative_to(out) or out.is_relative_to(data):
            found.append(("out", "apart", "out must not lie inside data, nor the other way round: one is public, the other confidential."))
    return found


def _line(text: str, key: str) -> int:
    lines = (n for n, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]|\s*\[", line))
    return next(lines, 0)


def _name(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


OWN_REGISTER = ("sources", "layouts", "classifications", "checks", "sets", region_files.FOLDER, "populations")
"""Folders that a register of one's own fills."""
_ALONE = """\
Of the specifications that come with Celwacht nothing is read beside what is in this folder. Delete this file to have them all.
"""


def make(folder: Path, *, empty: bool = False, languages: tuple[str, ...] = LANGUAGES) -> Project:
    """A new project in a folder that is absent or empty: settings, a copy of all specifications, folders for data and out.

    languages: of what it publishes.
    empty: only policies and schemas are copied, for a register of one's own. ProblemsFound where the folder holds something already; nothing is then written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "there is something here already, and it is left as it is. Name a new folder."
        raise ProblemsFound([Problem(str(folder), 0, 0, "exists", message)])
    try:
        _fill(folder, folder / "specs", empty, languages)
    except OSError:  # a full disk: no half project stays, and the same command can be given again
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return read(folder / FILE)


def _ask_for_english(schemas: Path) -> None:
    """Editors then ask for texts under `en`, and for none under `nl`."""
    for path in schemas.glob("*.json"):
        schema = json.loads(path.read_text(encoding="utf-8"))
        for name in {"Title", "Text"} & schema.get("definitions", {}).keys():
            schema["definitions"][name]["required"] = ["en"]
        path.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


def _fill(folder: Path, specs: Path, empty: bool, languages: tuple[str, ...]) -> None:
    if empty:
        for name in ("policies", "schema"):
            shutil.copytree(home.PACKAGED / name, specs / name)
        for name in OWN_REGISTER:
            (specs / name).mkdir()
        (specs / home.ALONE).write_text(_ALONE, encoding="utf-8")
    else:
        left_out = shutil.ignore_patterns("__init__.py", "__pycache__", "make.py", "layouts", "*.pyc")
        shutil.copytree(home.PACKAGED, specs, ignore=left_out)
    if languages == ("en",):
        _ask_for_english(specs / "schema")
    (folder / "data" / "deliveries").mkdir(parents=True, mode=0o700)
    (folder / "data").chmod(0o700)
    (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    settings = _TOML.format(main=languages[0], languages=str(list(languages)).replace("'", '"'))
    (folder / FILE).write_text(settings, encoding="utf-8")  # last: a project is one when this is there
