//! A labelled set, key for key. It may hold more than is read here: packs of documents, notes, tags.

use schemars::JsonSchema;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::schema::{Text, text};

/// A labelled set.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RawGold {
    /// Single statements.
    #[serde(default)]
    pub statements: Vec<RawGoldStatement>,
    /// Areas, with the level that each benchmark was given.
    #[serde(default)]
    pub areas: Vec<RawGoldArea>,
}

/// A labelled statement.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RawGoldStatement {
    /// Its id.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub id: String,
    /// The statement.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub text: String,
    /// The number of its benchmark, or `none` when it is about another topic.
    #[serde(deserialize_with = "number_or_none")]
    #[schemars(schema_with = "number_or_none_schema")]
    pub benchmark: Option<u16>,
    /// Benchmarks that would be right too.
    #[serde(default)]
    pub also: Vec<u16>,
    /// Its status.
    pub status: GoldStatus,
    /// The clauses it speaks to, best first.
    #[serde(default)]
    pub best_criteria: Vec<RawFragment>,
}

/// A status as labelled sets write it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoldStatus {
    /// It operates now.
    #[serde(alias = "in-place")]
    InPlace,
    /// It operates now with a limit that matters.
    Partial,
    /// It operated and no longer does.
    Lapsed,
    /// It is intended.
    Planned,
    /// It is said not to exist.
    Absent,
}

/// A part of a descriptor.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RawFragment {
    /// The level.
    pub level: u8,
    /// Words of its descriptor.
    pub fragment: String,
}

/// An area, with the level that each benchmark was given.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RawGoldArea {
    /// Its id.
    #[serde(deserialize_with = "text")]
    #[schemars(with = "Text")]
    pub id: String,
    /// Its benchmarks.
    #[serde(default)]
    pub benchmarks: Vec<RawGoldBenchmark>,
}

/// What an area says under one benchmark, and the level it was given.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RawGoldBenchmark {
    /// The number.
    pub benchmark: u16,
    /// The statements.
    pub evidence: Vec<String>,
    /// The level an assessor gave.
    pub expected_level: u8,
}

fn number_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = Option<u16>;

        fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            out.write_str("a benchmark's number or `none`")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            u16::try_from(number).map(Some).map_err(E::custom)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            u16::try_from(number).map(Some).map_err(E::custom)
        }

        fn visit_str<E: Error>(self, word: &str) -> Result<Self::Value, E> {
            if word == "none" { Ok(None) } else { Err(E::custom("not `none`")) }
        }
    }
    deserializer.deserialize_any(Number)
}

fn number_or_none_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, {"const": "none"}]})
}
