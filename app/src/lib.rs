//! ejia

pub mod city;
