//! The review queue: what members changed, old and new side by side.

mod decide;
