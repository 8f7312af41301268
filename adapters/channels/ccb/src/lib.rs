//! China Construction Bank's counter.
