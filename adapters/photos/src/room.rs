//! How many pixels may be under way at once, in all photos together: what bounds the memory of this crate.

use std::sync::{Condvar, Mutex, PoisonError};

/// One photo of the largest kind, or five as phones take them: at most some 600 MB.
pub(crate) static ROOM: Room = Room::of(64_000_000);

/// Room for so many pixels.
pub(crate) struct Room {
    all: u64,
    free: Mutex<u64>,
    left: Condvar,
}

/// Pixels under way; their room is free again when this is dropped.
pub(crate) struct Place<'a> {
    room: &'a Room,
    pixels: u64,
}

impl Room {
    pub(crate) const fn of(pixels: u64) -> Self {
        Self { all: pixels, free: Mutex::new(pixels), left: Condvar::new() }
    }

    /// Waits until there is room. Who wants more than there ever is waits for all of it.
    pub(crate) fn take(&self, pixels: u64) -> Place<'_> {
        let pixels = pixels.min(self.all);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.left.wait_while(free, |free| *free < pixels).unwrap_or_else(PoisonError::into_inner);
        *free -= pixels;
        Place { room: self, pixels }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        *self.room.free.lock().unwrap_or_else(PoisonError::into_inner) += self.pixels;
        self.room.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_pixels_are_under_way_than_there_is_room_for() {
        let (room, underway) = (Room::of(10), AtomicU64::new(0));
        thread::scope(|scope| {
            for pixels in [3, 10, 7, 1, 25, 4, 9, 2] {
                let (room, underway) = (&room, &underway);
                scope.spawn(move || {
                    let place = room.take(pixels);
                    let now = underway.fetch_add(place.pixels, Ordering::SeqCst) + place.pixels;
                    assert!(now <= 10, "{now}");
                    thread::yield_now();
                    underway.fetch_sub(place.pixels, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(*room.free.lock().unwrap(), 10);
    }
}
