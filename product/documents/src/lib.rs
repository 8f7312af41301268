//! Files made for somebody to take away: made by a job, with a progress bar that is true.
