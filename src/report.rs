//! Reports: what a person reads.
//!
//! A report is made in four steps. A *view* gathers what it says ([`view`], [`letter`], [`score`]). A *template* in
//! `reports/` turns the view into Markdown ([`template`]), so that an officer changes one text file.
//! The Markdown becomes one *document tree* ([`document`]), and one writer a format turns the tree
//! into what is sent ([`html`], [`docx`], [`odt`]); [`workbook`] makes tables for Excel of the same view. Acronyms are written out at first use on the way
//! ([`acronyms`]).

pub mod acronyms;
pub mod chart;
pub mod document;
pub mod docx;
pub mod drawing;
pub mod gather;
pub mod html;
pub mod improvement;
pub mod letter;
pub mod long;
pub mod matches;
pub mod odt;
mod package;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod region;
pub mod returned;
pub mod score;
pub mod template;
pub mod view;
pub mod words;
pub mod workbook;
pub mod years;
