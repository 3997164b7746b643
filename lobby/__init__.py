"""The lobby: identity, the live room list, placement, tickets, reroute. Any number of replicas; none keeps state.

Reading order: `app` (what there is), `placing`, `matching` and `returning` (the use cases), `api` and `session` (HTTP
and WebSocket in front of them), `mirror` and `live_list` (the list), `server` (the process). Nothing here decides what
`shared/rules` decides, and nothing here knows Redis or a room's inside.
"""
