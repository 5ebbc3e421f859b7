"""Pages from templates (Jinja, escaped by itself) and words, each in Dutch and English."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml
from celwacht.publish.portal.keeping.portal_folder import Settings
from celwacht.publish.portal.web.asked import Asked
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import load_layout
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

FOLDER = Path(__file__).parent / "templates"
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
"""The first that fits: most say that they are the others too."""
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@cache
def words(language: str) -> dict[str, str]:
    """All texts of a language."""
    found = yaml.safe_load((FOLDER / "words.yaml").read_text("utf-8"))
    return {name: text[language] for name, text in found.items()}


@cache
def _templates() -> Environment:
    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["day"] = lambda moment: datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    return made


def letter(language: str, settings: Settings, mail: str, code: str, today: int, until: int) -> str:
    """The printable page with which somebody is invited by post. today, until: of the letter and its code, in seconds since 1970."""
    told = {"portal": settings.name, "url": settings.url, "mail": mail, "code": code, "today": today, "until": until}
    return _templates().get_template("letter.html").render(w=words(language), language=language, **told)


def title_of(record: str, period: str, language: str) -> str:
    """A record kind and period as people say it: "Jeugdhulp, 2026 1e halfjaar"."""
    when = Period.parse(period)
    try:
        kind = load_layout(record, when).title
    except ValueError:  # of a kind that is not asked any more
        return f"{record}, {when.title(language)}"
    return f"{(kind.en if language == 'en' else '') or kind.nl}, {when.title(language)}"


def browser_of(agent: str, language: str) -> str:
    """What a browser says it is, as people call it: "Firefox op Windows"; "" for what is none of these."""
    name = next((told for mark, told in _BROWSERS if mark in agent), "")
    system = next((told for mark, told in _SYSTEMS if mark in agent), "")
    return words(language)["on_system"].format(browser=name, system=system) if name and system else name or agent[:40]


def shown(asked: Asked, name: str, status: int = 200, **values: object) -> Response:
    """A page. values: what its template names; `said` is a message at its head, the name of a text or ""."""
    said = words(asked.language).get(str(values.pop("said", "")), "")
    text = _templates().get_template(f"{name}.html")
    known = {"w": words(asked.language), "language": asked.language, "portal": asked.portal.settings.name, "token": asked.form_token}
    return HTMLResponse(text.render(**known, said=said, wrong=status >= 400, **values), status)
