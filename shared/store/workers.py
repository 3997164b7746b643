"""Workers under their leases: a worker registers and renews, its node ends the lease of a dead one at once."""

from shared.protocol.ids import RoomId, WorkerId
from shared.protocol.records import WorkerRecord
from shared.store.records import worker_fields
from shared.store.scripting import Scripts


class WorkerLeases:
    """Every method may raise STORE_UNAVAILABLE; all can be called again."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts

    async def register(self, worker: WorkerRecord) -> None:
        """Writes the record and starts, or renews, the lease. Raises WORKER_LOST once its node has declared it dead."""
        await self._scripts.call("register", worker=worker_fields(worker), games=worker.games)

    async def end(self, worker_id: WorkerId, *, charge: RoomId | None) -> list[RoomId]:
        """Ends a dead worker's lease for good and closes its rooms; the durable ones become orphans. The rooms closed.

        `charge` names the room whose code was running. A durable room charged twice within CHARGE_WINDOW_S is closed.
        """
        closed = await self._scripts.call("end_worker", worker_id=worker_id, charge=charge or "")
        return [RoomId(room_id) for room_id in closed]
