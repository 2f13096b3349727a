//! What Word, Excel and OpenDocument files have in common: XML parts in a zip archive. The home of zip
//! and quick-xml.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;
use zip::result::ZipError;

use super::Unreadable;

/// The largest part, unpacked: the text of a thousand pages has some ten megabytes.
const LARGEST_PART: u64 = 100 * 1024 * 1024;
/// The largest header or footer, unpacked.
const LARGEST_SMALL_PART: u64 = 2 * 1024 * 1024;
/// How deep elements may be nested.
const DEEPEST: usize = 512;

/// An opened archive.
pub struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
}

impl<'b> Package<'b> {
    /// Opens an archive.
    pub fn open(bytes: &'b [u8]) -> Result<Self, Unreadable> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        Ok(Self { archive })
    }

    /// The names of all parts, in order.
    pub fn parts(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.archive.file_names().filter_map(Result::ok).map(Cow::into_owned).collect();
        names.sort();
        names
    }

    /// The text of a part; nothing when there is no such part.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        self.part_up_to(name, LARGEST_PART)
    }

    /// The same of a part that is small in any real file.
    pub fn small_part(&mut self, name: &str) -> Result<Option<String>, Unreadable> {
        self.part_up_to(name, LARGEST_SMALL_PART)
    }

    fn part_up_to(&mut self, name: &str, largest: u64) -> Result<Option<String>, Unreadable> {
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(Unreadable::Encrypted);
            }
            Err(error) => return Err(damaged(&error)),
        };
        let mut bytes = Vec::new();
        // What the archive says of a size may be untrue, so what comes out is counted.
        part.take(largest + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        if bytes.len() as u64 > largest {
            return Err(Unreadable::TooLarge(format!(
                "its part {name} unpacks to more than {} MB",
                largest / 1024 / 1024
            )));
        }
        String::from_utf8(bytes).map(Some).map_err(|error| damaged(&error))
    }
}

fn damaged(error: &dyn std::fmt::Display) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

/// What an XML text is made of; names without their prefixes.
pub enum Xml<'a, 'x> {
    /// An element begins.
    Open(&'a str, Attributes<'a, 'x>),
    /// An element ends.
    Close(&'a str),
    /// Text.
    Text(Cow<'a, str>),
}

/// The attributes of an element.
#[derive(Clone, Copy)]
pub struct Attributes<'a, 'x>(&'a BytesStart<'x>);

impl Attributes<'_, '_> {
    /// The value of an attribute, by its name without a prefix.
    pub fn get(self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .filter_map(Result::ok)
            .find(|attribute| attribute.key.local_name().as_ref() == name)
            .and_then(|attribute| {
                attribute.normalized_value(XmlVersion::Explicit1_0).ok().map(Cow::into_owned)
            })
    }
}

/// Goes through an XML text. Entities that a document defines itself stand for nothing, so none can
/// grow.
pub fn walk(
    xml: &str,
    mut visit: impl FnMut(Xml<'_, '_>) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().map_err(|error| damaged(&error))? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Unreadable::TooLarge(format!(
                        "its elements are nested more than {DEEPEST} deep"
                    )));
                }
                visit(Xml::Open(start.local_name().as_ref(), Attributes(&start)))?;
            }
            Event::Empty(start) => {
                visit(Xml::Open(start.local_name().as_ref(), Attributes(&start)))?;
                visit(Xml::Close(start.local_name().as_ref()))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Xml::Close(end.local_name().as_ref()))?;
            }
            Event::Text(text) => visit(Xml::Text(text.xml_content(XmlVersion::Explicit1_0)))?,
            Event::CData(text) => visit(Xml::Text(text.xml_content(XmlVersion::Explicit1_0)))?,
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten().or(match &*reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                });
                if let Some(character) = character {
                    visit(Xml::Text(Cow::Owned(character.to_string())))?;
                }
            }
            Event::Eof if depth > 0 => return Err(damaged(&"it breaks off")),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
