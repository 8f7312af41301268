//! The counter of the Industrial and Commercial Bank of China.
