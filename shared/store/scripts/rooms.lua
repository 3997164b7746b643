-- Reads rooms to show: born, renewed lately, their owner under its lease. Changes nothing.
-- ask: room_ids
-- Returns the rooms, described

local rows = {}
for _, room_id in ipairs(ask.room_ids) do
  local room = read_room(room_id)
  if room and room.is_born == '1' and now - room.renewed_ms <= times.hide_ms and has_lease(room.owner) then
    rows[#rows + 1] = describe_room(room)
  end
end
return ok(rows)
