//! The other side of the counter for trying out: books, moods and a page for people, whatever the protocol.
