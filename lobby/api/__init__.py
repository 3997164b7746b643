"""The HTTP API under `/api`: the lobby's use cases for clients without a live list, and for servers of one's own.

Each endpoint turns a body into the use case's own words and its outcome into a body. Requests carry an identity token
in `Authorization`, never in a URL or a cookie, so no other site can make a visitor's browser act here.
"""
