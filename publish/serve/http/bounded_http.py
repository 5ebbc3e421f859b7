"""HTTP as uvicorn speaks it, with an end to what a stranger may send before there is anything to answer.

uvicorn takes the head of a request (address and headers) whole into memory, however long it is and however slowly it comes. Here a
head that is too long is refused, and a connection whose head does not come in time is closed. So is one whose reader asks for much and
does not take it: the answer would stay in memory for as long as the stranger likes. So is one whose body comes drop by drop, whether
anybody still wants it or not: uvicorn holds the place of such a connection for ever, and some hundreds of them are all places that there are.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 65_536
"""Bytes of a head, roughly: what came in one piece with its end is let through."""
LOOKS, LEAST = 20.0, 4_096
"""Seconds between two looks at an answer that waits for its reader, or a body that comes, and bytes a second that must have gone over meanwhile."""
SECONDS = 20.0
"""From the opening of a connection, or the first byte of a further request, to the end of the head."""


class BoundedHttp(HttpToolsProtocol):
    """For uvicorn's option `http`."""

    _received = 0
    _complete = False
    _timer: TimerHandle | None = None
    _slow: TimerHandle | None = None
    _left = 0
    _body: TimerHandle | None = None
    _came = 0

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_here()
        self._body_is_here()
        self._reads_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reads_on()
        self._left = self.transport.get_write_buffer_size()
        self._slow = self.loop.call_later(LOOKS, self._look)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._reads_on()

    def _reads_on(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _look(self) -> None:
        """The reader took nothing, or next to nothing, since the last look: what waits for it is let go of."""
        before, self._left = self._left, self.transport.get_write_buffer_size()
        if before - self._left < LOOKS * LEAST:
            self._slow = None
            self.transport.abort()
        else:
            self._slow = self.loop.call_later(LOOKS, self._look)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_is_here()
        self._body_is_here()
        self._await_body()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._came += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._body_is_here()
        super().on_message_complete()

    def _await_body(self) -> None:
        self._came = 0
        self._body = self.loop.call_later(LOOKS, self._look_at_body)

    def _body_is_here(self) -> None:
        if self._body is not None:
            self._body.cancel()
            self._body = None

    def _look_at_body(self) -> None:
        """Nothing of it came, or next to nothing, since the last look, and it was not we who held it up."""
        if self._came < LOOKS * LEAST and not self.flow.read_paused:
            self._body = None
            self.transport.abort()
        else:
            self._await_body()

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
