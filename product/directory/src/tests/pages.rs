//! Pages with their samples.
