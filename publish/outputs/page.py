"""What the check found, kept for the checker, as a page for them, and as an answer for the researcher."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from celwacht.publish.outputs.check import Answer, Checked
from celwacht.publish.outputs.folder import Came
from celwacht.publish.outputs.states import Request
from celwacht.tables.specs.processing_spec import record_of
from celwacht.tables.whole_file import write_whole
from jinja2 import Environment, FileSystemLoader, StrictUndefined

REPORT = "report.json"


def keep(request: Request, source: Path, found: Checked) -> None:
    """Copies the folder as it came, and writes the report; confidential."""
    files = request.folder / "files"
    if source.resolve() != files.resolve():
        shutil.rmtree(files, ignore_errors=True)
        files.mkdir(parents=True, mode=0o700)
        for path in sorted(source.iterdir()):
            if path.is_file() and not path.is_symlink():
                shutil.copyfile(path, files / path.name)
    told = {"beside": found.beside, "answers": [_told(a) for a in found.answers]}
    write_whole(request.folder / REPORT, json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _told(a: Answer) -> dict[str, Any]:
    findings = [{"risk": f.risk, "verdict": f.verdict, "recipe": f.recipe, "told": f.for_researcher(a.number)} for f in a.findings]
    return {
        "number": a.number,
        "file": a.output.file,
        "title": a.output.title,
        "statbarn": a.statbarn,
        "verdict": a.verdict,
        "findings": findings,
    }


def report_of(request: Request) -> dict[str, Any]:
    return json.loads((request.folder / REPORT).read_text(encoding="utf-8"))


def page(request: Request, came: Came) -> str:
    """The page for the checker; every text in it is escaped."""
    report, record = report_of(request), record_of("output checks")
    made = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    on_record = "no task, purpose and necessity: write processing/NAME.yaml with covers: [output checks]"
    if record is not None:
        on_record = f"{record.title.en or record.title.nl}: {record.purpose.en or record.purpose.nl}"
    return made.get_template("page.html").render(
        request=request, form=came.form, beside=report["beside"], record=on_record, answers=report["answers"], lines=request.log.lines()
    )


def answer(request: Request) -> str:
    """For the researcher: a verdict per file and what kind of risk, without a figure, a name of a checker, or a word on what only others have."""
    report = report_of(request)
    said = [f"{request.name}: {request.state}"]
    for a in report["answers"]:
        said.append(f"\n{a['number']}. {a['file']}: {a['verdict']}")
        said += [f"   - {text}" for text in dict.fromkeys(f["told"] for f in a["findings"])]
    return "\n".join(said) + "\n"


def for_checker(answers: Iterable[Answer]) -> list[str]:
    """On the screen; confidential."""
    said = []
    for a in answers:
        said.append(f"{a.verdict.upper():<8}{a.number}. {a.output.file}  ({a.statbarn or 'kind not named'})")
        said += [f"          {f.verdict}, {f.risk}: {f.recipe}" for f in a.findings]
    return said
