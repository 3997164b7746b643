"""Time for the directory without waiting: everything in a realm is made older.

Scripts ask Redis for the time, and no test can hand them another one. So `pass_ms` moves each date that the directory
keeps into the past, and shortens the life of each key that expires, by the same amount.
"""

from shared.store.keys import lua_head
from shared.store.store import Store

_AGE = """
local ms = tonumber(ARGV[1])

local function age_field(name, field)
  if redis.call('HEXISTS', name, field) == 1 then redis.call('HINCRBY', name, field, -ms) end
end

local function age_seat(seat)
  seat.until_ms = seat.until_ms - ms
  if seat.before then age_seat(seat.before) end
  return seat
end

for _, room_id in ipairs(redis.call('SMEMBERS', key.rooms)) do
  age_field(key.room(room_id), 'renewed_ms')
  for _, client_id in ipairs(redis.call('HKEYS', key.seats(room_id))) do
    local seat = cmsgpack.unpack(redis.call('HGET', key.seats(room_id), client_id))
    redis.call('HSET', key.seats(room_id), client_id, cmsgpack.pack(age_seat(seat)))
  end
end
for _, dates in ipairs({key.waiting, key.renewed, key.orphans, key.workers}) do
  for _, member in ipairs(redis.call('ZRANGE', dates, 0, -1)) do redis.call('ZINCRBY', dates, -ms, member) end
end
age_field(key.beat, 'since_ms')
age_field(key.beat, 'last_ms')
for _, name in ipairs(redis.call('KEYS', KEYS[1] .. '*')) do
  local left = redis.call('PTTL', name)
  if left >= 0 then redis.call('PEXPIRE', name, math.max(0, left - ms)) end
end
"""


async def pass_ms(store: Store, milliseconds: int) -> None:
    """That much and one more: some dates end what they end only afterwards, and a test may get there within the same
    millisecond."""
    connection, prefix = store._connection, store._keys.prefix
    await connection.run("EVAL", lua_head() + _AGE, 1, prefix, milliseconds + 1)
