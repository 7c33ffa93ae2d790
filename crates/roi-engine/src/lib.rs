//! Load a package, set a picture, ask, cancel: the one boundary every front end uses.
