"""The viewer's modules and styles put together when the server starts, so that a first visit asks for few files.

Two programs: what the first page needs, and what it imports later (charts and map). This reads no JavaScript but the forms that our
own modules use, each on a line of its own from the first column, and refuses every other one (NotBundled):

    import {a, b as c} from './x.js';                 const {a, b: c} = $x;
    import * as x from './x.js';                      const x = $x;
    export const a = 1;  export function f() {        const a = 1;  function f() {        also async function, class
    import('./charts/index.js')                       import('./figures-HASH.js').then((all) => all.$charts_index)
    import.meta.url                                   new URL('charts/index.js', import.meta.url).href

Example. `export const a = 1;` in x.js becomes, before whatever imports it,

    const $x = (() => {
    const a = 1;
    return Object.freeze({a});
    })();

A module is a function of its own, so that names of two modules never meet, and runs once, after those that it imports: none may
import in a circle. What both programs need is in the first, and the second imports it from there. HASH is that of both together.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_IMPORT = re.compile(r"import (?:\{(?P<names>\w+(?: as \w+)?(?:, \w+(?: as \w+)?)*)\}|\* as (?P<whole>\w+)) from '(?P<path>\.[^']+)';")
_EXPORT = re.compile(r"export (?=(?:const|(?:async )?function|class) (?P<name>\w+)\b)")
_LATER = re.compile(r"\bimport\('(\.[^']+)'\)")
_SHEET = re.compile(r'<link rel="stylesheet" href="(?P<name>[^"]+)"(?: media="(?P<media>[^"]+)")?>\n')
_PROGRAM = re.compile(r'<script type="module" src="([^"]+)"></script>')
_HASH = "HASH"


class NotBundled(Exception):
    """Says which file uses a form that is not known here."""


@dataclass(frozen=True, slots=True)
class Module:
    body: str
    """Without import and export."""
    imports: tuple[tuple[str, tuple[str, ...]], ...]
    """(module, names taken from it; none where it is taken whole)."""
    exports: tuple[str, ...]
    later: tuple[str, ...]


def put_together(first: str, files: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """(the page with one style sheet and one program in place of its own, name -> content of the new files).

    first: the page; files: name within the folder -> text of the scripts and styles. NotBundled as above."""
    sheets = [(found["name"], found["media"]) for found in _SHEET.finditer(first)]
    program = _PROGRAM.search(first)
    if not sheets or program is None:
        raise NotBundled("the first page names no style sheet or no module.")
    style = "".join(f"/* {name} */\n{_for(media, files[name])}" for name, media in sheets)
    sheet = f"style-{_digest([style])}.css"
    made = programs(program[1], {name: text for name, text in files.items() if name.endswith(".js")})
    page = _SHEET.sub("", first[: program.start()]) + f'<link rel="stylesheet" href="{sheet}">\n'
    page += f'<script type="module" src="{next(iter(made))}"></script>' + first[program.end() :]
    return page, {sheet: style} | made


def programs(entry: str, files: Mapping[str, str]) -> dict[str, str]:
    """File name -> program: that of the entry, and where it imports anything later that of all these together."""
    modules = {name: module(name, text) for name, text in files.items()}
    now = _in_order([entry], modules)
    begun = sorted({one for name in now for one in modules[name].later})
    after = [name for name in _in_order(begun, modules) if name not in now]
    shared = sorted({path for name in after for path, _ in modules[name].imports if path in now})
    viewer = _program(now, modules) + _exported(shared)
    if not begun:
        return {f"viewer-{_digest([viewer])}.js": viewer}
    taken = f"import {{{', '.join(map(_called, shared))}}} from './viewer-{_HASH}.js';\n" if shared else ""
    figures = taken + _program(after, modules) + _exported(begun)
    digest = _digest([viewer, figures])
    made = {f"{name}-{_HASH}.js": text for name, text in (("viewer", viewer), ("figures", figures))}
    return {name.replace(_HASH, digest): text.replace(f"-{_HASH}.js'", f"-{digest}.js'") for name, text in made.items()}


def module(name: str, text: str) -> Module:
    """A file in its parts. NotBundled with file and line."""
    lines: list[str] = []
    imports: list[tuple[str, tuple[str, ...]]] = []
    exports: list[str] = []
    later: list[str] = []
    below = posixpath.dirname(name)

    def start_later(found: re.Match[str]) -> str:
        later.append(posixpath.normpath(posixpath.join(below, found[1])))
        return f"import('./figures-{_HASH}.js').then((all) => all.{_called(later[-1])})"

    for number, line in enumerate(text.splitlines(), 1):
        taken, given = _IMPORT.fullmatch(line), _EXPORT.match(line)
        if taken:
            path = posixpath.normpath(posixpath.join(below, taken["path"]))
            imports.append((path, tuple(re.findall(r"(\w+)(?: as \w+)?(?:, |$)", taken["names"] or ""))))
            lines.append(f"const {taken['whole'] or '{' + taken['names'].replace(' as ', ': ') + '}'} = {_called(path)};")
            continue
        if given:
            exports.append(given["name"])
            line = line[given.end() :]
        rest = _LATER.sub("", line).replace("import.meta.url", "")
        if re.match(r"\s*(?:import|export)\b", rest) or re.search(r"\bimport(?:\(|\.meta)", rest):
            raise NotBundled(
                f"{name}:{number}: a form of import or export that is not put together; use one of publish/serve/static/bundle.py."
            )
        line = line.replace("import.meta.url", f"new URL('{name}', import.meta.url).href")
        lines.append(_LATER.sub(start_later, line))
    return Module("\n".join(lines), tuple(imports), tuple(exports), tuple(later))


def _in_order(entries: Iterable[str], modules: Mapping[str, Module]) -> list[str]:
    """Each after all that it imports."""
    order: list[str] = []
    entered: list[str] = []

    def enter(name: str) -> None:
        if name in entered:
            raise NotBundled(f"{name} imports itself, by way of {', '.join(entered[entered.index(name) + 1 :])}.")
        if name in order:
            return
        entered.append(name)
        for path, names in modules[name].imports:
            missing = set(names) - set(modules[path].exports) if path in modules else {path}
            if missing:
                raise NotBundled(f"{name} imports what is not there: {', '.join(sorted(missing))}.")
            enter(path)
        order.append(entered.pop())

    for entry in entries:
        enter(entry)
    return order


def _program(names: Iterable[str], modules: Mapping[str, Module]) -> str:
    return "".join(
        f"/* {name} */\nconst {_called(name)} = (() => {{\n{modules[name].body}\nreturn Object.freeze({{{', '.join(modules[name].exports)}}});\n}})();\n"
        for name in names
    )


def _exported(names: Iterable[str]) -> str:
    listed = ", ".join(map(_called, names))
    return f"export {{{listed}}};\n" if listed else ""


def _called(name: str) -> str:
    """charts/index.js -> $charts_index."""
    return "$" + name.removesuffix(".js").replace("/", "_")


def _for(media: str | None, style: str) -> str:
    return f"@media {media} {{\n{style}}}\n" if media else style


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
