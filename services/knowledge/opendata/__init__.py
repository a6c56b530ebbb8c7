"""The library as open data.

licences.py   under which licences cases may be handed on
dump.py       all published cases as records
article.py    a case as schema.org has it
sitemap.py    the addresses of all that is public
catalogue.py  what data there is, as DCAT-AP-NO has it
rdf.py        a graph as Turtle and as JSON-LD
"""
