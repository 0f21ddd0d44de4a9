"""The pytest plugin's parts: loaded under --benchkit, and not before."""
