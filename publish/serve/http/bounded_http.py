"""HTTP as uvicorn speaks it, with an end to what a stranger may send before there is anything to answer.

uvicorn takes the head of a request (address and headers) whole into memory, however long it is and however slowly it comes. Here a
head that is too long is refused, and a connection whose head does not come in time is closed. What comes after the head is
uvicorn's own affair: bodies are read no further than one is wanted, and nothing here wants one.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 65_536
"""Bytes of a head, roughly: what came in one piece with its end is let through."""
SECONDS = 20.0
"""From the opening of a connection, or the first byte of a further request, to the end of the head."""


class BoundedHttp(HttpToolsProtocol):
    """For uvicorn's option `http`."""

    _received = 0
    _complete = False
    _timer: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._complete or self.transport.is_closing():
            return
        self._received += len(data)
        if self._received > HEAD:
            self._head_is_here()
            self.send_400_response("The address and the headers are too long.")

    def _await_head(self) -> None:
        self._head_is_here()
        self._complete, self._received = False, 0
        self._timer = self.loop.call_later(SECONDS, self._too_late)

    def _head_is_here(self) -> None:
        self._complete = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_late(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()
