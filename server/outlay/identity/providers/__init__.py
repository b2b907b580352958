"""Google, Apple, Facebook, X and any OpenID provider: which are configured, and the talk with them."""
