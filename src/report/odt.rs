//! The OpenDocument writer (ISO/IEC 26300): the same document as the Word writer's, with styles,
//! outline levels, header rows that repeat, and the marking and the page number on every page.

use std::fmt::Write as _;

use super::chart::Chart;
use super::document::{Block, DocumentTree, Inline};
use super::html::PageView;
use super::package::{column_texts, column_widths, escape_xml, write_package};

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const MIME: &str = "application/vnd.oasis.opendocument.text";
const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" office:version=\"1.3\"";
/// The width of the text on a page of A4 with margins of 2 cm, in hundredths of a millimetre.
const TEXT_WIDTH: u32 = 17_000;
/// The width of a letter in a table, and what a cell keeps free, in the same measure.
const LETTER: u32 = 212;
const PADDING: u32 = 400;

/// Writes a document as an OpenDocument text.
pub fn write_odt(tree: &DocumentTree, page: &PageView<'_>, charts: &[Chart]) -> Vec<u8> {
    let mut writer =
        Writer { body: String::new(), automatic: String::new(), tables: 0, charts, drawings: Vec::new() };
    writer.blocks(&tree.blocks, 0);
    let content = format!(
        "{XML}<office:document-content {NAMESPACES}><office:automatic-styles>{}<style:style style:name=\"Strong\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\"/></style:style><style:style style:name=\"Emphasis\" style:family=\"text\"><style:text-properties fo:font-style=\"italic\"/></style:style><style:style style:name=\"Cell\" style:family=\"table-cell\"><style:table-cell-properties fo:padding=\"0.15cm\" fo:border=\"0.5pt solid #8a8a8a\"/></style:style><style:style style:name=\"HeadCell\" style:family=\"table-cell\"><style:table-cell-properties fo:padding=\"0.15cm\" fo:border=\"0.5pt solid #8a8a8a\" fo:background-color=\"#e6eaf2\"/></style:style><style:style style:name=\"Row\" style:family=\"table-row\"><style:table-row-properties fo:keep-together=\"always\"/></style:style></office:automatic-styles><office:body><office:text>{}</office:text></office:body></office:document-content>",
        writer.automatic, writer.body
    );
    let manifest = format!(
        "{XML}<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\"><manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.3\" manifest:media-type=\"{MIME}\"/>{}</manifest:manifest>",
        ["content.xml", "styles.xml", "meta.xml"]
            .map(|part| (part.to_owned(), "text/xml"))
            .into_iter()
            .chain((0..writer.drawings.len()).map(|at| (format!("Pictures/chart{at}.svg"), "image/svg+xml")))
            .map(|(part, kind)| format!(
                "<manifest:file-entry manifest:full-path=\"{part}\" manifest:media-type=\"{kind}\"/>"
            ))
            .collect::<String>()
    );
    let meta = format!(
        "{XML}<office:document-meta {NAMESPACES}><office:meta><dc:title>{}</dc:title><dc:language>{}</dc:language></office:meta></office:document-meta>",
        escape_xml(&page.title),
        escape_xml(page.language)
    );
    let parts = [
        ("mimetype", MIME.to_owned()),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
        ("styles.xml", styles(page)),
        ("meta.xml", meta),
    ];
    let mut parts: Vec<(String, Vec<u8>)> =
        parts.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    for (at, drawing) in writer.drawings.into_iter().enumerate() {
        parts.push((format!("Pictures/chart{at}.svg"), drawing.into_bytes()));
    }
    write_package(&parts)
}

fn styles(page: &PageView<'_>) -> String {
    let (language, country) = page.language.split_once('-').unwrap_or((page.language, "none"));
    let mut styles = format!(
        "<style:default-style style:family=\"paragraph\"><style:paragraph-properties fo:margin-bottom=\"0.25cm\" fo:line-height=\"113%\"/><style:text-properties style:font-name=\"Arial\" fo:font-family=\"Arial\" fo:font-size=\"11.5pt\" fo:language=\"{}\" fo:country=\"{}\"/></style:default-style><style:style style:name=\"Standard\" style:family=\"paragraph\"/>",
        escape_xml(language),
        escape_xml(country)
    );
    for (level, size, before) in
        [(1, 18.0, 0.0), (2, 14.5, 0.55), (3, 12.5, 0.45), (4, 11.5, 0.35), (5, 11.5, 0.3), (6, 11.5, 0.3)]
    {
        let _ = write!(
            styles,
            "<style:style style:name=\"Heading_20_{level}\" style:display-name=\"Heading {level}\" style:family=\"paragraph\" style:parent-style-name=\"Standard\" style:next-style-name=\"Standard\" style:default-outline-level=\"{level}\"><style:paragraph-properties fo:margin-top=\"{before}cm\" fo:margin-bottom=\"0.2cm\" fo:keep-with-next=\"always\"/><style:text-properties fo:font-size=\"{size}pt\" fo:font-weight=\"bold\" fo:color=\"#1f2a44\"/></style:style>"
        );
    }
    for (name, paragraph, text) in [
        ("Quotations", "fo:margin-left=\"1cm\" fo:margin-right=\"1cm\"", "fo:font-style=\"italic\""),
        (
            "Caption",
            "fo:margin-top=\"0.35cm\" fo:margin-bottom=\"0.15cm\" fo:keep-with-next=\"always\"",
            "fo:font-weight=\"bold\" fo:font-size=\"10.5pt\"",
        ),
        ("Table_20_Contents", "fo:margin-bottom=\"0cm\"", "fo:font-size=\"10.5pt\""),
        ("Table_20_Heading", "fo:margin-bottom=\"0cm\"", "fo:font-size=\"10.5pt\" fo:font-weight=\"bold\""),
        (
            "Header",
            "fo:text-align=\"center\" fo:margin-bottom=\"0cm\"",
            "fo:font-size=\"9.5pt\" fo:font-weight=\"bold\"",
        ),
        ("Footer", "fo:text-align=\"center\" fo:margin-bottom=\"0cm\"", "fo:font-size=\"9.5pt\""),
        ("List", "fo:margin-bottom=\"0.15cm\"", ""),
        ("Rule", "fo:break-after=\"page\" fo:margin-bottom=\"0cm\"", "fo:font-size=\"2pt\""),
    ] {
        let _ = write!(
            styles,
            "<style:style style:name=\"{name}\" style:display-name=\"{}\" style:family=\"paragraph\" style:parent-style-name=\"Standard\"><style:paragraph-properties {paragraph}/><style:text-properties {text}/></style:style>",
            name.replace("_20_", " ")
        );
    }
    let levels = |kind: &dyn Fn(usize) -> String| -> String {
        (1..=3)
            .map(|level| {
                format!(
                    "{}<style:list-level-properties text:list-level-position-and-space-mode=\"label-alignment\"><style:list-level-label-alignment text:label-followed-by=\"listtab\" fo:text-indent=\"-0.7cm\" fo:margin-left=\"{}cm\"/></style:list-level-properties>",
                    kind(level),
                    f64::from(u32::try_from(level).unwrap_or(1)) * 0.7
                )
            })
            .collect::<Vec<_>>()
            .join("\u{1}")
    };
    let bullets = levels(&|level| {
        format!(
            "<text:list-level-style-bullet text:level=\"{level}\" text:bullet-char=\"{}\">",
            if level == 2 { "–" } else { "•" }
        )
    });
    let numbers = levels(&|level| {
        format!(
            "<text:list-level-style-number text:level=\"{level}\" style:num-suffix=\".\" style:num-format=\"1\">"
        )
    });
    let bullets =
        bullets.replace('\u{1}', "</text:list-level-style-bullet>") + "</text:list-level-style-bullet>";
    let numbers =
        numbers.replace('\u{1}', "</text:list-level-style-number>") + "</text:list-level-style-number>";
    format!(
        "{XML}<office:document-styles {NAMESPACES}><office:styles>{styles}<text:list-style style:name=\"Bullets\">{bullets}</text:list-style><text:list-style style:name=\"Numbers\">{numbers}</text:list-style></office:styles><office:automatic-styles><style:page-layout style:name=\"A4\"><style:page-layout-properties fo:page-width=\"21cm\" fo:page-height=\"29.7cm\" fo:margin-top=\"1cm\" fo:margin-bottom=\"1cm\" fo:margin-left=\"2cm\" fo:margin-right=\"2cm\"/><style:header-style><style:header-footer-properties fo:min-height=\"1cm\" fo:margin-bottom=\"0.5cm\"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height=\"1cm\" fo:margin-top=\"0.5cm\"/></style:footer-style></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name=\"Standard\" style:page-layout-name=\"A4\"><style:header><text:p text:style-name=\"Header\">{0}</text:p></style:header><style:footer><text:p text:style-name=\"Header\">{0}</text:p><text:p text:style-name=\"Footer\">{1} <text:page-number text:select-page=\"current\">1</text:page-number> {2} <text:page-count>1</text:page-count></text:p></style:footer></style:master-page></office:master-styles></office:document-styles>",
        escape_xml(page.marking),
        escape_xml(&page.words.page),
        escape_xml(&page.words.of)
    )
}

struct Writer<'c> {
    body: String,
    /// The styles of tables and their columns.
    automatic: String,
    tables: usize,
    /// The charts that there are.
    charts: &'c [Chart],
    /// The drawings of those that are placed, in order.
    drawings: Vec<String>,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block], depth: usize) {
        for block in blocks {
            self.block(block, depth);
        }
    }

    fn block(&mut self, block: &Block, depth: usize) {
        match block {
            Block::Heading(level, inlines) => {
                let level = (*level).clamp(1, 6);
                let _ = write!(
                    self.body,
                    "<text:h text:style-name=\"Heading_20_{level}\" text:outline-level=\"{level}\">{}</text:h>",
                    spans(inlines)
                );
            }
            Block::Paragraph(inlines) => {
                let style = if depth > 0 { "List" } else { "Standard" };
                self.paragraph(style, inlines);
            }
            Block::List { start, items } => {
                let style = if start.is_some() { "Numbers" } else { "Bullets" };
                // Only the outermost list names its style; those within take its further levels.
                let named = format!(" text:style-name=\"{style}\"");
                let _ = write!(self.body, "<text:list{named}>");
                for (at, item) in items.iter().enumerate() {
                    let from = start.filter(|start| at == 0 && *start > 1);
                    let from = from.map(|start| format!(" text:start-value=\"{start}\"")).unwrap_or_default();
                    let _ = write!(self.body, "<text:list-item{from}>");
                    self.blocks(item, depth + 1);
                    self.body.push_str("</text:list-item>");
                }
                self.body.push_str("</text:list>");
            }
            Block::Table { caption, header, rows } => self.table(caption.as_deref(), header, rows),
            Block::Chart(name) => self.chart(name),
            Block::Quote(blocks) => {
                for block in blocks {
                    match block {
                        Block::Paragraph(inlines) => self.paragraph("Quotations", inlines),
                        other => self.block(other, depth),
                    }
                }
            }
            Block::Rule => self.body.push_str("<text:p text:style-name=\"Rule\"/>"),
        }
    }

    /// A chart as a drawing as wide as the text, with its caption above and its description for those who do not see
    /// it.
    fn chart(&mut self, name: &str) {
        let charts = self.charts;
        let Some(chart) = charts.iter().find(|chart| chart.name == name) else { return };
        self.paragraph("Caption", &[Inline::Text(chart.title.clone())]);
        let at = self.drawings.len();
        self.drawings.push(chart.as_svg());
        let high =
            i64::from(TEXT_WIDTH) * i64::from(chart.drawing.height) / i64::from(chart.drawing.width.max(1));
        let centimetres = |hundredths: i64| format!("{}.{:03}cm", hundredths / 1000, hundredths % 1000);
        let _ = write!(
            self.body,
            "<text:p text:style-name=\"Standard\"><draw:frame draw:name=\"Chart{at}\" text:anchor-type=\"as-char\" svg:width=\"{}\" svg:height=\"{}\"><draw:image xlink:href=\"Pictures/chart{at}.svg\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\" draw:mime-type=\"image/svg+xml\"/><svg:title>{}</svg:title><svg:desc>{}</svg:desc></draw:frame></text:p>",
            centimetres(i64::from(TEXT_WIDTH)),
            centimetres(high),
            escape_xml(&chart.title),
            escape_xml(&chart.description)
        );
    }

    fn paragraph(&mut self, style: &str, inlines: &[Inline]) {
        let _ = write!(self.body, "<text:p text:style-name=\"{style}\">{}</text:p>", spans(inlines));
    }

    fn table(&mut self, caption: Option<&[Inline]>, header: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        if let Some(caption) = caption {
            self.paragraph("Caption", caption);
        }
        self.tables += 1;
        let name = format!("Table{}", self.tables);
        let columns = column_texts(header, rows);
        let _ = write!(
            self.automatic,
            "<style:style style:name=\"{name}\" style:family=\"table\"><style:table-properties style:width=\"17cm\" fo:margin-bottom=\"0.35cm\" table:align=\"left\"/></style:style>"
        );
        let widths = column_widths(&columns, TEXT_WIDTH, LETTER, PADDING);
        let _ = write!(self.body, "<table:table table:name=\"{name}\" table:style-name=\"{name}\">");
        for (at, width) in widths.iter().enumerate() {
            let _ = write!(
                self.automatic,
                "<style:style style:name=\"{name}.{at}\" style:family=\"table-column\"><style:table-column-properties style:column-width=\"{}.{:03}cm\"/></style:style>",
                width / 1000,
                width % 1000
            );
            let _ = write!(self.body, "<table:table-column table:style-name=\"{name}.{at}\"/>");
        }
        self.body.push_str("<table:table-header-rows>");
        self.row(header, widths.len(), true);
        self.body.push_str("</table:table-header-rows>");
        for row in rows {
            self.row(row, widths.len(), false);
        }
        self.body.push_str("</table:table>");
    }

    fn row(&mut self, cells: &[Vec<Inline>], columns: usize, is_header: bool) {
        let (cell_style, text_style) =
            if is_header { ("HeadCell", "Table_20_Heading") } else { ("Cell", "Table_20_Contents") };
        self.body.push_str("<table:table-row table:style-name=\"Row\">");
        for at in 0..columns {
            let text = cells.get(at).map(|cell| spans(cell)).unwrap_or_default();
            let _ = write!(
                self.body,
                "<table:table-cell table:style-name=\"{cell_style}\" office:value-type=\"string\"><text:p text:style-name=\"{text_style}\">{text}</text:p></table:table-cell>"
            );
        }
        self.body.push_str("</table:table-row>");
    }
}

fn spans(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => out.push_str(&escape_xml(text)),
            Inline::Strong(inner) => {
                let _ = write!(out, "<text:span text:style-name=\"Strong\">{}</text:span>", spans(inner));
            }
            Inline::Emphasis(inner) => {
                let _ = write!(out, "<text:span text:style-name=\"Emphasis\">{}</text:span>", spans(inner));
            }
            Inline::Link(url, inner) if url.starts_with("https://") || url.starts_with("mailto:") => {
                let _ = write!(
                    out,
                    "<text:a xlink:type=\"simple\" xlink:href=\"{}\">{}</text:a>",
                    escape_xml(url),
                    spans(inner)
                );
            }
            Inline::Link(_, inner) => out.push_str(&spans(inner)),
            Inline::Break => out.push_str("<text:line-break/>"),
        }
    }
    out
}
