//! The PDF writer: tagged for assistive technology (PDF/UA-1). The home of `typst`, behind the cargo feature
//! `pdf`.
//!
//! A report goes in as data and never as markup, and the world that typst sees holds that data, one fixed
//! template and four fonts, so nothing in a report can run or be read from a disk.

use serde_json::{Value, json};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::chart::Chart;
use super::document::{Block, DocumentTree, Inline, plain_text};
use super::html::PageView;
use super::package::{column_texts, column_widths};

const TEMPLATE: &str = include_str!("pdf.typ");
/// Liberation Sans 2 (SIL Open Font License), which is as wide as Arial.
const FONTS: [&[u8]; 4] = [
    include_bytes!("fonts/LiberationSans-Regular.ttf"),
    include_bytes!("fonts/LiberationSans-Bold.ttf"),
    include_bytes!("fonts/LiberationSans-Italic.ttf"),
    include_bytes!("fonts/LiberationSans-BoldItalic.ttf"),
];

/// Writes a document as a PDF.
pub fn write_pdf(tree: &DocumentTree, page: &PageView<'_>, charts: &[Chart]) -> Vec<u8> {
    let (language, region) = page.language.split_once('-').unwrap_or((page.language, ""));
    let data = json!({
        "title": page.title,
        "language": language.to_lowercase(),
        "region": (!region.is_empty()).then(|| region.to_lowercase()),
        "marking": page.marking,
        "page": page.words.page,
        "of": page.words.of,
        "blocks": blocks(&tree.blocks, charts, &mut 0),
    });
    let world = ReportWorld::new(data.to_string());
    let document = typst::compile::<PagedDocument>(&world)
        .output
        .unwrap_or_else(|errors| panic!("internal error: the template takes any report: {errors:?}"));
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]);
    let options = PdfOptions {
        standards: standards.expect("internal error: one standard does not contradict itself"),
        creator: Smart::Custom(Some("prevent-benchmark".to_owned())),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options)
        .unwrap_or_else(|errors| panic!("internal error: every report keeps to PDF/UA-1: {errors:?}"))
}

/// Blocks as data. `depth` is the level of the last heading: none may be skipped.
fn blocks(list: &[Block], charts: &[Chart], depth: &mut u8) -> Value {
    list.iter().filter_map(|block| one(block, charts, depth)).collect()
}

fn one(block: &Block, charts: &[Chart], depth: &mut u8) -> Option<Value> {
    Some(match block {
        Block::Heading(level, inner) => {
            *depth = (*level).min(*depth + 1);
            json!({"kind": "heading", "level": *depth, "inner": inlines(inner)})
        }
        Block::Paragraph(inner) => json!({"kind": "paragraph", "inner": inlines(inner)}),
        Block::List { start, items } => {
            let items: Vec<Value> = items.iter().map(|item| blocks(item, charts, depth)).collect();
            json!({"kind": "list", "start": start, "items": items})
        }
        Block::Table { caption, header, rows } => {
            let cells = |row: &[Vec<Inline>]| -> Value {
                (0..header.len()).map(|at| row.get(at).map_or(json!([]), |cell| inlines(cell))).collect()
            };
            json!({
                "kind": "table",
                "caption": caption.as_deref().map(inlines),
                "header": cells(header),
                "rows": rows.iter().map(|row| cells(row)).collect::<Vec<Value>>(),
                "widths": column_widths(&column_texts(header, rows), 9638, 110, 200),
            })
        }
        Block::Chart(name) => {
            let chart = charts.iter().find(|chart| chart.name == *name)?;
            json!({
                "kind": "chart",
                "title": chart.title,
                "drawing": chart.as_svg(),
                "description": chart.description,
            })
        }
        Block::Quote(inner) => json!({"kind": "quote", "inner": blocks(inner, charts, depth)}),
        Block::Rule => json!({"kind": "rule"}),
    })
}

fn inlines(list: &[Inline]) -> Value {
    list.iter()
        .map(|inline| match inline {
            Inline::Text(text) => json!({"kind": "text", "text": text}),
            Inline::Strong(inner) => json!({"kind": "strong", "inner": inlines(inner)}),
            Inline::Emphasis(inner) => json!({"kind": "emphasis", "inner": inlines(inner)}),
            // Only addresses that a reader can expect; anything else is shown as its text.
            Inline::Link(url, inner) if url.starts_with("https://") || url.starts_with("mailto:") => {
                json!({"kind": "link", "url": url, "inner": inlines(inner)})
            }
            Inline::Link(_, inner) => json!({"kind": "text", "text": plain_text(inner)}),
            Inline::Break => json!({"kind": "break"}),
        })
        .collect()
}

/// All that typst can see.
struct ReportWorld {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    main: Source,
    data: Bytes,
}

fn file(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("internal error: a plain name is a path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl ReportWorld {
    fn new(data: String) -> Self {
        let fonts: Vec<Font> = FONTS.iter().flat_map(|font| Font::iter(Bytes::new(*font))).collect();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            main: Source::new(file("main.typ"), TEMPLATE.to_owned()),
            data: Bytes::from_string(data),
        }
    }
}

impl World for ReportWorld {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == file("data.json") { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    // A report bears the date that came in with the request.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
