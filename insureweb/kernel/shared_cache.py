"""Django's Redis cache with one client a server: building a client anew costs more than asking the server."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class _KeptClients(RedisCacheClient):
    """The client only holds the pool and is safe to share between threads; connections stay the pool's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        server: int = self._get_connection_pool_index(write)  # type: ignore[attr-defined]
        client = self._clients.get(server)
        if client is None:
            client = self._clients[server] = super().get_client(key, write=write)
        return client


class SharedCache(RedisCache):
    """The cache all processes share."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _KeptClients
