"""The public face, what `import celwacht` offers beside the functions of `disclosure`: each a thin shell over one internal room.

Nothing here decides anything; `publish/celwacht/__init__.py` lists the names.
"""
