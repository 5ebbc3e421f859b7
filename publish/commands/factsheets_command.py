"""`celwacht factsheets`: the fact sheet of every region and the reports, as files; from what is public in OUT at this moment, and nothing else."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("factsheets", short_help="Write the fact sheet of every region, and the reports, as PDF.")
@click.argument("out", metavar="OUT", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--region", "only", multiple=True, metavar="CODE", help="Only this region, such as GM0106; may be given more than once.")
@click.option("--csv/--no-csv", "with_csv", default=False, help="Also the figures of each as CSV.")
def factsheets(out: Path, folder: Path, only: tuple[str, ...], with_csv: bool) -> None:
    """Write DIR/gebied/CODE.pdf for every gemeente, jeugdregio and province with published figures, and DIR/rapport/ID.pdf for every report.

    They are the files that `celwacht serve` gives at /gebied/CODE.pdf and /rapport/ID.pdf, to the byte: what is not public yet is in none of them.

    \b
    Example: celwacht factsheets out/small papers
    Example: celwacht factsheets out/small papers --region GM0106 --csv
    """
    from celwacht.publish.areas.fact_sheet import fact_sheet
    from celwacht.publish.commands.serve_command import for_readers
    from celwacht.publish.reports.report_pages import report_csv, report_pdf
    from celwacht.publish.serve.pages.area_page import area_csv
    from celwacht.publish.serve.pages.pages import Pages
    from celwacht.publish.store.shelf import Shelf
    from celwacht.publish.terminal.console import say
    from celwacht.tables.problems import Problem, ProblemsFound, nearest
    from celwacht.tables.whole_file import write_whole

    for_readers(out, "127.0.0.1", trial=False)
    pages = Pages(Shelf.open(out))
    regions = pages.shown().regions
    wrong = [code for code in only if code not in regions]
    if wrong:
        said = [Problem("--region", 0, 0, "region", f"no published table has region {c[:20]}.{nearest(c, regions)}") for c in wrong]
        raise ProblemsFound(said)
    (folder / "gebied").mkdir(parents=True, exist_ok=True)
    for code in only or regions:
        profile = pages.profile(code, [])
        write_whole(folder / "gebied" / f"{code}.pdf", fact_sheet(profile))
        if with_csv:
            write_whole(folder / "gebied" / f"{code}.csv", area_csv(profile))
    made = [] if only else pages.made_reports("nl")
    for report in made:
        (folder / "rapport").mkdir(exist_ok=True)
        write_whole(folder / "rapport" / f"{report.id}.pdf", report_pdf(report))
        if with_csv:
            write_whole(folder / "rapport" / f"{report.id}.csv", report_csv(report))
    say(f"{folder}: {len(only or regions)} fact sheets, {len(made)} reports.")
