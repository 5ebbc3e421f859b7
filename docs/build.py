"""The pages of the repository as a site, without a network: `make docs`, or `python docs/build.py [FOLDER]`.

Every Markdown file is rendered at its own place below FOLDER (docs/site), so that links between pages hold; the reference pages that come from
the code (generate.py) are made first. Links to other files lead back into the repository.
"""

from __future__ import annotations

import os
import re
import sys
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

sys.path.insert(0, str(Path(__file__).parent))
from generate import pages as generated

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {".venv", ".git", ".pkg", ".mypy_cache", "data", "out", "node_modules", "site", "build"}
STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 0; display: flex; }
nav { flex: 0 0 15rem; padding: 1.5rem; background: #f3f5f7; min-height: 100vh; box-sizing: border-box; font-size: .9rem; }
nav a { display: block; padding: .15rem 0; } nav b { display: block; margin-top: 1rem; }
main { max-width: 52rem; padding: 1.5rem 2.5rem; min-width: 0; }
a { color: #0b57a4; } pre { background: #f3f5f7; padding: .8rem; overflow-x: auto; } code { font-size: .9em; }
table { border-collapse: collapse; display: block; overflow-x: auto; } th, td { border: 1px solid #ccd3da; padding: .3rem .6rem; text-align: left; }
h1, h2, h3 { line-height: 1.25; } :target { background: #fff3c4; }
@media (max-width: 45rem) { body { display: block; } nav { min-height: 0; } }
"""
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title} - Celwacht</title>
<style>{style}</style></head><body><nav aria-label="Pages">{nav}</nav><main>{body}</main></body></html>
"""


def sources() -> dict[str, str]:
    """Path below the root -> Markdown, of every page: those in the tree, and those from the code."""
    found = {}
    for path in sorted(ROOT.rglob("*.md")):
        place = path.relative_to(ROOT)
        if not LEFT_OUT & set(place.parts):
            found[place.as_posix()] = path.read_text(encoding="utf-8")
    return {**found, **generated()}


def anchor(heading: str) -> str:
    """The name by which links reach a heading, as on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def title_of(text: str, path: str) -> str:
    first = re.search(r"^# (.+)$", text, flags=re.MULTILINE)
    return first[1] if first else path


def render(path: str, text: str, pages: dict[str, str]) -> str:
    """One page as HTML."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = str(markdown.render(text))
    body = re.sub(r"<(h[1-4])>(.*?)</\1>", lambda m: f'<{m[1]} id="{anchor(re.sub("<.*?>", "", m[2]))}">{m[2]}</{m[1]}>', body)
    body = re.sub(r'href="([^"]+)"', lambda m: f'href="{_target(m[1], path, pages)}"', body)
    return PAGE.format(title=escape(title_of(text, path)), style=STYLE, nav=_nav(path, pages), body=body)


def _target(link: str, path: str, pages: dict[str, str]) -> str:
    """Where a link leads from the page at `path`: another page, or a file of the repository."""
    if link.startswith(("http", "mailto", "#")):
        return link
    name, hash_, rest = link.partition("#")
    whole = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if whole in pages:
        return os.path.relpath(whole, os.path.dirname(path) or ".")[:-2] + "html" + hash_ + rest
    back = os.path.relpath(".", os.path.dirname(os.path.join("docs/site", path)))
    return os.path.join(back, whole)


def _nav(path: str, pages: dict[str, str]) -> str:
    groups = {"Start": ["README.md", "docs/README.md", "docs/tutorial.md", "docs/tutorials/register.md"]}
    for folder, name in (("how-to", "How to"), ("reference", "Reference"), ("explanation", "Explanation"), ("decisions", "Decisions")):
        groups[name] = [p for p in pages if p.startswith(f"docs/{folder}/")]
    groups["The folders"] = [p for p in pages if p.endswith("README.md") and not p.startswith("docs/") and p != "README.md"]
    told = []
    for name, members in groups.items():
        links = [
            f'<a href="{_target(os.path.relpath(p, os.path.dirname(path) or "."), path, pages)}">{_short(p, pages)}</a>' for p in members
        ]
        told.append(f"<b>{name}</b>{''.join(links)}")
    return "".join(told)


def _short(path: str, pages: dict[str, str]) -> str:
    return escape(
        path.removesuffix("/README.md") + "/" if path.endswith("/README.md") and "docs" not in path else title_of(pages[path], path)
    )


def main(folder: Path) -> int:
    pages = sources()
    for path, text in pages.items():
        target = folder / (path[:-2] + "html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(render(path, text, pages), encoding="utf-8")
    print(f"{len(pages)} pages in {folder}; begin at {folder / 'docs' / 'README.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "site"))
