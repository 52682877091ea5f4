//! A hostile peer: whatever is done to a valid segment, it is never applied.
