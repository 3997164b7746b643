-- A node declares a worker dead: its lease and its rooms end at once, and it may not come back under this id.
-- ask: worker_id, charge (the room whose code was running, or empty)
-- Returns the ids of the rooms closed; the same again when asked again.

local again = redis.call('GET', key.ended(ask.worker_id))
if again then return again end

local answer = ok(end_worker(ask.worker_id, ask.charge))
redis.call('SET', key.ended(ask.worker_id), answer, 'PX', times.closed_ms)
return answer
