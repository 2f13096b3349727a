//! What there is to say about documents.

use super::{Format, Unread, UnreadPage, Unreadable};
use crate::diag::{Code, Diagnostic, Place};

fn here(name: &str) -> Place {
    Place::File(name.to_owned())
}

/// A file that is no document.
pub fn unknown_format(name: &str) -> Diagnostic {
    let mut endings: Vec<&str> = Format::ENDINGS.iter().map(|(ending, _)| *ending).collect();
    endings.sort_unstable();
    let help = match super::saved_as(name) {
        Some(ending) => {
            format!("open it in the program it was made with, save it as .{ending}, and name that")
        }
        None => format!("documents may end in {}", endings.join(", ")),
    };
    Diagnostic::new(Code::DocumentKind, here(name), "this kind of file is not read").help(help)
}

/// A folder without any document.
pub fn no_document(name: &str) -> Diagnostic {
    Diagnostic::new(Code::DocumentKind, here(name), "there is no document in this folder")
        .help("name the folder that holds the papers, or the papers themselves")
}

/// A document that could not be read.
pub fn unreadable(name: &str, why: &Unreadable) -> Diagnostic {
    match why {
        Unreadable::Encrypted => {
            Diagnostic::new(Code::DocumentProtected, here(name), "the document is protected by a password")
                .help("open it, save a copy without the password, and name that")
        }
        Unreadable::OldOrEncrypted => Diagnostic::new(
            Code::DocumentProtected,
            here(name),
            "the document is protected by a password, or is in the format of Office before 2007",
        )
        .help("open it, save a copy as .docx or .xlsx without a password, and name that"),
        Unreadable::Damaged(detail) => Diagnostic::new(
            Code::DocumentDamaged,
            here(name),
            format!("the document cannot be read: {detail}"),
        )
        .help("open it in the program it was made with; if it opens, save a copy and name that"),
        Unreadable::TooLarge(detail) => Diagnostic::new(
            Code::DocumentTooLarge,
            here(name),
            format!("the document is too large: {detail}"),
        )
        .help("no paper has that size; if it is a real one, cut it into parts"),
        Unreadable::Scanned => Diagnostic::new(
            Code::DocumentScanned,
            here(name),
            "the document holds pictures of pages and no text",
        )
        .help("ask for the original, or have the text recognised (OCR) and name the result"),
        Unreadable::MarkedTooHigh(marking) => Diagnostic::new(
            Code::MarkingTooHigh,
            here(name),
            format!("the document is marked {marking}, and nothing above OFFICIAL may be kept here"),
        )
        .help("handle it on a system that is accredited for it; nothing of it has been taken"),
        Unreadable::TookTooLong => {
            Diagnostic::new(Code::DocumentTooLarge, here(name), "reading the document did not come to an end")
                .help("print it to a new PDF, or save it in another format, and name that")
        }
    }
}

/// Pages that could not be read, all of one reason in one diagnostic.
pub fn unread_pages(name: &str, unread: &[Unread]) -> Vec<Diagnostic> {
    let pages = |why: UnreadPage| -> Option<String> {
        let pages: Vec<String> =
            unread.iter().filter(|page| page.why == why).map(|page| page.page.to_string()).collect();
        let word = if pages.len() == 1 { "page" } else { "pages" };
        (!pages.is_empty()).then(|| format!("{word} {}", pages.join(", ")))
    };
    let mut said = Vec::new();
    if let Some(pages) = pages(UnreadPage::Scanned) {
        let message = format!("there is no text on {pages}");
        said.push(
            Diagnostic::new(Code::PageUnread, here(name), message)
                .help("look there for pictures of text; what they say has not been read"),
        );
    }
    if let Some(pages) = pages(UnreadPage::Damaged) {
        let message = format!("{pages} cannot be read");
        said.push(
            Diagnostic::new(Code::PageUnread, here(name), message)
                .help("print the document to a new PDF and name that"),
        );
    }
    said
}
