-- Reads the workers under a lease. Changes nothing.
-- ask: nothing
-- Returns [[fields of the worker's hash, games {name: hash}, rooms]]

local rows = {}
for _, worker_id in ipairs(redis.call('ZRANGEBYSCORE', key.workers, '(' .. now, '+inf')) do
  rows[#rows + 1] = {hash(key.worker(worker_id)), hash(key.worker_games(worker_id)), rooms_of(worker_id)}
end
return ok(rows)
