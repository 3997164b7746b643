"""`/api/games`: what can be played here."""

from fastapi import APIRouter

from lobby.api.bodies import GameEntry, GameList
from shared.catalog import Catalog


def router(catalog: Catalog, site: bool) -> APIRouter:
    """`site`: whether the games' pages are served here."""
    routes = APIRouter(tags=["rooms"])

    @routes.get("/games")
    async def games() -> GameList:
        """What can be played here, with the options of each game."""
        return GameList(games=[GameEntry.of(game.manifest, is_served=site) for game in catalog.games.values()])

    return routes
