"""Read-only REST service over the data of Chatwoot and LibreChat."""
