"""The driver: installs peers, starts them and the bridge, runs the cells and counts them."""
