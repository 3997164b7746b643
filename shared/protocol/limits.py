"""Every limit that holds on the wire, with what happens at it. Limits of a cluster's size are settings instead.

Units stand at the end of each name. `client_js/src/protocol.js` gets the same figures.
"""

WIRE_VERSION = 1
"""Rises when an older client would misread a newer server; then `hello` answers `version-unsupported`."""

# Connections
HELLO_S = 5.0
"""From accept to `hello`; later is `hello-late`."""
HELLO_BYTES = 4096
"""The first frame; longer is `message-too-large`."""
WAITING_HELLOS = 256
"""Connections without a `hello` per process; one more closes the oldest with `hello-crowded`."""
LINES_PER_CLIENT = 16
"""Lines of one client, such as tabs of one login, with one lobby at once; one more is `too-many-connections`."""
PROBE_S = 10.0
"""A probe's life; then `probe-over`."""
PROBES_PER_ADDRESS = 4
"""Probes at once from one address on one worker; one more is `too-many-connections`."""
PING_EVERY_S = 2.0
"""Both ends send a `ping` this often."""
SILENT_AFTER_S = 10.0
"""Nothing heard for so long: the line counts as lost (`line-silent`)."""
OUTBOX_BYTES = 1 << 20
"""Unsent bytes of one member. Stale volatile frames go first; at the bound it is closed with `member-slow`."""
CLOSE_S = 2.0
"""How long a closing handshake may take before the socket is cut."""

# Frames
FRAME_BYTES = 64 * 1024
"""One message in one frame; longer is `message-too-large`."""
PART_BYTES = 32 * 1024
"""The chunk of one `part`; a body longer than this travels in parts."""
BODY_BYTES = 48 * 1024
"""The opaque body of one `relay`."""
TYPE_CHARS = 32
"""The application's own name for a relayed message."""
SENTENCE_CHARS = 300
"""What a person is told, of an error say; a longer sentence is cut."""

# People and rooms
USERNAME_CHARS = 24
ROOM_NAME_CHARS = 48
CHAT_CHARS = 500
CHAT_HISTORY = 100
"""Chat lines that a newcomer is shown; older ones are forgotten."""
SEATS = 64
"""Seats that a game may offer in one room."""
OPTIONS = 16
"""Entries in a room's options; their texts hold up to OPTION_CHARS."""
OPTION_CHARS = 64
LIST_ROWS = 200
"""Rows of one page of the room list."""
LIST_PUSH_EVERY_S = 0.25
"""Room-list changes are gathered for so long before they are pushed."""
PARTY = 8
"""Clients in one hold."""

# The room's log
LOG_BYTES = 1 << 20
LOG_AGE_S = 60.0
"""A room's log forgets its oldest frames past either bound; a resume that needs them gets the whole picture."""
DELAYED_BYTES = 8 << 20
"""What waits for a room's delayed spectators: counted frames, as many bytes of snapshots, and as many of what is
volatile. Beyond, nothing comes early: volatile frames are left out until there is room, and a scene follows; whoever
would miss another frame loses its line when that one is due, and comes back to the whole picture."""

# Sessions, hosts, doors
GRACE_S = 20.0
"""How long a dropped member's seat is kept, where its game does not say otherwise."""
HOST_PATIENCE_S = 3.0
"""How long a dropped host stays host, where its game does not say otherwise."""
HIDDEN_HOST_S = 10.0
"""A host whose page is hidden for so long is replaced, if another player's page is not."""
HAND_OVER_S = 1.0
"""What a host that hands over gets for its last deposit."""
SNAPSHOT_BYTES = 1 << 20
"""A host's deposit; longer is `message-too-large`."""
JOURNAL_ASK_BYTES = 256 * 1024
"""A journal this long makes the room ask its host for a fresh deposit."""
JOURNAL_BYTES = 2 << 20
JOURNAL_ROWS = 20_000
"""At either bound the journal is given up: until the next deposit a new host starts without a whole snapshot."""
SESSION_CODE_CHARS = 32
INVITE_CHARS = 8
INVITE_GUESSES_PER_MINUTE = 10
"""Wrong invite codes per address; one more is `too-many-requests`."""
BANS = 256
"""Bans that a room remembers; at the bound the oldest is forgotten."""

# Games
TICK_HZ_MOST = 60
"""Ticks a second that a game may ask for."""
CATCH_UP_TICKS = 5
"""Ticks that a room makes up for at once when it is late; beyond that the game's time stands still."""
LOCAL_PLAYERS = 8
"""Players at one client's screen that a game may allow."""
INPUT_VALUES = 32
"""Numbers in one `input`."""
ACTS_WAITING = 64
"""Acts of one player that wait for the next tick; one more is `too-many-requests`."""
SCENE_OBJECTS = 5000
SCENE_BYTES = 1 << 20
"""At either bound of its scene a game has failed (`game-broken`)."""
SCENE_DEPTH = 16
"""Lists and maps inside one another in one field; one more, and the game has failed."""
CLASS_FIELDS = 250
"""Fields of the objects of one class; one more, and the game has failed."""
EVENTS_PER_TICK = 500
"""`emit`s of one tick; one more, and the game has failed."""
TICK_BUDGET = 0.5
"""The share of a tick that a game may take for it. Beyond that the log warns; so for OVER_BUDGET_S: `game-too-slow`."""
OVER_BUDGET_S = 10.0
# Calls
LINK_CHARS = 32
"""The name of one attempt to connect a pair."""
SDP_BYTES = 32 * 1024
"""A session description, of some dozen media sections; longer is `text-too-long`."""
CANDIDATE_BYTES = 1024
"""One ICE candidate, in UTF-8; longer is `text-too-long`."""
TURN_CREDENTIAL_S = 600
"""The life of a credential for the TURN server. Clients ask for another one at half of it."""

# Leases and times in the directory
LEASE_S = 10.0
RENEW_EVERY_S = 2.0
HIDE_AFTER_S = 4.0
"""Lists hide a room that was not renewed for so long."""
HOLD_S = 15.0
"""A held seat is free again after this."""
HUNG_AFTER_S = 3.0
"""A worker whose loop does not turn for so long is killed by its node."""
CHARGE_WINDOW_S = 600.0
"""A second charge within this time closes a room for good."""
REQUEST_MEMORY_S = 60.0
"""How long the directory remembers the answer to a request id."""
