"""The product factory's desk: parts of a draft as forms, grids and text, what differs, what is still missing."""
