"""What people upload: told by its content, never by its name, and kept only as we made or checked it.

pictures.py  pictures drawn anew, upright and without their metadata
files.py     files of the kinds that are taken, told by their bytes
sending.py   the file in a form
"""
