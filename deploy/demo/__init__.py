"""The demo: real public climate measures, and an invented network of organisations, people and webinars.

`data/` holds the files the product imports; `network.demo_network` makes the invented part and
`history.enter` its past, the same every time.
"""
