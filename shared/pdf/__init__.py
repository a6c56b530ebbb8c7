"""Reports as PDF that screen readers can read (PDF/UA-1): from a Typst template and data.

In a door:

    data = {"title": say("Årsrapport 2025"), "intro": region.text, "emissions": stacked(...)}    # a figure of shared.charts
    pdf = await render(Path(__file__).parent / "reports" / "annual.typ", data, language)
    return Response(pdf, media_type="application/pdf", headers=attachment(say("Årsrapport"), "pdf"))    # shared.web.exports

The template, `reports/annual.typ`, has what :file:`house.typ` beside this file offers:

    #show: report.with(title: data.title)
    #data.intro
    = Utslipp
    #chart(data.emissions)

Words of the template itself come in `data`, translated. Numbers and dates come as texts in the reader's language
(:mod:`shared.web.formats`). Every image needs `alt`, and headings go down one step at a time, else Typst refuses to make the file.
"""

from shared.pdf.render import compiled, render

__all__ = ["compiled", "render"]
