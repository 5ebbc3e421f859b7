"""The files of the viewer: HTML, CSS and JavaScript, served as they are. No code of Python here."""
