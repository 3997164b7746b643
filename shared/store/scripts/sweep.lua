-- Ends what ended by itself. Any lobby may run it at any time.
-- ask: nothing
-- Returns the ids of the rooms closed.
-- Ended leases are trusted only after sweeps have followed each other, never half a lease apart, for one whole lease: when
-- Redis was away, or has lost its data, every worker gets the time to renew. In the same way a room counts as forgotten
-- only when sweeps have followed each other for all of the time in which its living owner has not renewed it. Its owner
-- never heard that the room was born (the answer to the claim was lost), or could not say that it has ended.

local closed = settle_waiting()
local function add(ids)
  for _, id in ipairs(ids) do closed[#closed + 1] = id end
end

local beat = hash(key.beat)
local is_gap = not beat.last_ms or now - tonumber(beat.last_ms) > times.lease_ms / 2
local since_ms = is_gap and now or tonumber(beat.since_ms)
set_fields(key.beat, {since_ms = since_ms, last_ms = now})
if now - since_ms < times.lease_ms then return ok(closed) end

for _, worker_id in ipairs(redis.call('ZRANGEBYSCORE', key.workers, '-inf', now)) do add(end_worker(worker_id, '')) end
for _, room_id in ipairs(redis.call('ZRANGEBYSCORE', key.orphans, '-inf', now - times.orphan_ms)) do
  close_room(room_id, 'worker-lost')
  add({room_id})
end

if now - since_ms < times.forgotten_ms then return ok(closed) end

for _, room_id in ipairs(redis.call('ZRANGEBYSCORE', key.renewed, '-inf', now - times.forgotten_ms)) do
  local room = read_room(room_id)
  if room and room.durable == '1' then
    make_orphan(room)
  else
    close_room(room_id, 'worker-lost')
    add({room_id})
  end
end
return ok(closed)
