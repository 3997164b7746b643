"""The room worker that is a Web Worker: what runs a game in a browser, under Pyodide (docs/decisions/0010).

`offline.py` is a room of one member, on the same core as on a server; `hosted.py` the game of a room whose host's page
runs it; `predict.py` says where one's own objects will be. Each is opened by `border.py` with what a page knows, and
then receives bytes, takes its turns, and says when it wants the next one. Absent: pages, networks, JavaScript.
"""
