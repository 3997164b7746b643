-- Takes the seat that a ticket names. The first claim of a room is its birth.
-- ask: worker_id, room_id, client_id, session, owner_epoch, request
-- Returns {room (described), seat}, or ticket-used, ticket-expired, room-moved, room-unknown, room-closed, next-room.

local room = read_room(ask.room_id)
if not room then
  local reason = redis.call('GET', key.closed(ask.room_id))
  if reason == 'ticket-expired' or reason == 'next-room' then return refuse(reason, ask.room_id) end
  return refuse_missing(ask.room_id)
end
if room.owner ~= ask.worker_id or tonumber(room.owner_epoch) ~= ask.owner_epoch then
  return refuse('room-moved', ask.room_id)
end

local seat = seat_in(ask.room_id, ask.client_id)
local was_used = seat and seat.session == ask.session and seat.state ~= 'held' and seat.request ~= ask.request
if was_used or (seat and seat.before and seat.before.session == ask.session) then
  return refuse('ticket-used', ask.room_id)
end
if not seat or seat.session ~= ask.session then return refuse('ticket-expired', ask.room_id) end

if seat.state == 'held' then
  if seat.before then seat.role, seat.players = seat.before.role, seat.before.players end
  seat.state, seat.request, seat.by, seat.before, seat.until_ms = 'taken', ask.request, nil, nil, now + times.lease_ms
  put_seat(ask.room_id, ask.client_id, seat)
  set_stage(ask.room_id, key.renewed, now)
  if room.is_born ~= '1' then
    room.is_born, room.renewed_ms, room.told_count = '1', now, count_text(ask.room_id)
    set_fields(key.room(ask.room_id), room)
    publish('RoomOpened', ask.room_id)
  end
end
return ok({room = describe_room(room), seat = seat})
