"""The workshop: a page on which a room of people sees what a neutral broker changes.

The page plays recorded runs; it holds no model.  `record.py` and `story.py` turn runs into what it plays, `exits.py`
and `plans.py` into what a room may change, `room.py` answers what it asks, `page.py` puts page, words and a recording
into one file, `server.py` with `guard.py` and `line.py` serves it to a room, `sheets.py` writes what is printed.  The
page's own sources are in `web/`, its built form in `bundle/`.
"""
