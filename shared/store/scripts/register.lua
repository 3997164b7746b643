-- A worker's record and lease.
-- ask: worker (fields), games {name: hash}
-- Returns nothing, or worker-lost when its node has declared it dead: it may not come back under this id.

local worker_id = ask.worker.worker_id
if redis.call('EXISTS', key.ended(worker_id)) == 1 then return refuse('worker-lost') end

set_fields(key.worker(worker_id), ask.worker)
redis.call('DEL', key.worker_games(worker_id))
set_fields(key.worker_games(worker_id), ask.games)
redis.call('ZADD', key.workers, now + times.lease_ms, worker_id)
return ok()
