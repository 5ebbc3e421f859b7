"""Pages from templates (Jinja, escaped by itself) and words, each in Dutch and English."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import yaml
from celwacht.publish.portal.web.asked import Asked
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

FOLDER = Path(__file__).parent / "templates"


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


def letter(language: str, portal: str, url: str, mail: str, code: str) -> str:
    """The printable page with which somebody is invited by post."""
    said = words(language)
    return _templates().get_template("letter.html").render(w=said, language=language, portal=portal, url=url, mail=mail, code=code)


def shown(asked: Asked, name: str, status: int = 200, **values: object) -> Response:
    """A page. values: what its template names; `said` is a message at its head, the name of a text or ""."""
    said = words(asked.language).get(str(values.pop("said", "")), "")
    text = _templates().get_template(f"{name}.html")
    known = {"w": words(asked.language), "language": asked.language, "portal": asked.portal.settings.name, "token": asked.form_token}
    return HTMLResponse(text.render(**known, said=said, wrong=status >= 400, **values), status)
