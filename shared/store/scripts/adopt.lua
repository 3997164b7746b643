-- Gives a durable room whose owner's lease has ended to one of the candidates, under the next owner epoch.
-- ask: room_id, candidates, overloaded_above
-- Returns the owner (the present one while its lease lives), or room-unknown, room-closed, worker-lost, no-worker.
-- The room waits for a claim as a new one does; without one it is an orphan again.

settle_waiting()
local room = read_room(ask.room_id)
if not room then return refuse_missing(ask.room_id) end
if has_lease(room.owner) then return ok(room.owner) end
if room.durable ~= '1' then return refuse('worker-lost', ask.room_id) end

local heir = choose_worker(room)
if not heir then return refuse('no-worker', ask.room_id) end

take_room(room.owner, ask.room_id)
give_room(heir, room)
redis.call('HSET', key.room(ask.room_id), 'owner', heir, 'owner_epoch', tonumber(room.owner_epoch) + 1, 'renewed_ms', now)
set_stage(ask.room_id, key.waiting, now + times.hold_ms)
publish('RoomChanged', ask.room_id)
return ok(heir)
