"""The release gate, the writers of public files, and the command line.

Also a function: `celwacht.publish("april", 2024, ...)` is `celwacht.publish_set` (docs/decisions/0006-publish-is-callable.md).
"""

import sys
from types import ModuleType
from typing import Any


class _Publish(ModuleType):
    """This package, which can be called as well: its name is also that of the command."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        from celwacht.publish.face.sets import publish_set

        return publish_set(*given, **named)


sys.modules[__name__].__class__ = _Publish
