"""The main job over HTTP on a running installation: buy, claim, be paid, with staff where the rules ask for them."""
