"""From a draft to a sealed case: check, assess, route, seal, store, forget."""
