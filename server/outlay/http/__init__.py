"""Parse, one call, shape. The only room that knows status codes, headers and cookies."""
