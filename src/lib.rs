//! work in progress
pub mod source;
pub mod diag;
pub mod yaml;
pub mod schema;
pub mod rubric;
pub mod assessment;
