"""Following a journal as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eventsourcing.persistence import ListenNotifySubscription

if TYPE_CHECKING:
    from armsledger.storage.eventsourcing_adapter.recorder import JournalRecorder

POLL_SECONDS = 0.25
"""How soon entries of other processes are noticed; those of this process are at once."""


class JournalSubscription(ListenNotifySubscription["JournalRecorder"]):
    """Yields the entries after a position, then waits for more: told by this writer, asking for others'."""

    def __init__(self, recorder: JournalRecorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        recorder.database.listen(self._has_been_notified)

    def stop(self) -> None:
        """Stops the subscription."""
        super().stop()
        self._recorder.database.unlisten(self._has_been_notified)

    def _loop_on_pull(self) -> None:
        seen = 0
        try:
            while not self._has_been_stopped:
                head = self._recorder.max_notification_id() or 0
                if head > seen:  # else a search for a rare topic would go through the whole journal each time
                    self._pull()
                    seen = head
                self._has_been_notified.wait(POLL_SECONDS)
                self._has_been_notified.clear()
        except BaseException as error:
            self._thread_error = error
            self.stop()
