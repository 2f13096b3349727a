//! The Word writer (ECMA-376): real styles, headings with outline levels, header rows that repeat,
//! the marking and the page number on every page, the language of the text.

use std::fmt::Write as _;

use super::chart::Chart;
use super::document::{Block, DocumentTree, Inline, plain_text};
use super::html::PageView;
use super::package::{column_texts, column_widths, escape_xml, write_package};

/// The width of the text on a page of A4 with margins of 2 cm, in twentieths of a point.
const TEXT_WIDTH: u32 = 9638;
/// The width of a letter in a table, and what a cell keeps free, in the same measure.
const LETTER: u32 = 120;
const PADDING: u32 = 230;

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// Writes a document as a Word file.
pub fn write_docx(tree: &DocumentTree, page: &PageView<'_>, charts: &[Chart]) -> Vec<u8> {
    let mut writer =
        Writer { out: String::new(), links: Vec::new(), lists: Vec::new(), charts, drawings: Vec::new() };
    writer.blocks(&tree.blocks, 0);
    let Writer { out: body, links, lists, drawings, .. } = writer;
    let document = format!(
        "{XML}<w:document {NAMESPACES}><w:body>{body}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHeader\"/><w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1418\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    );
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", core(page)),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", relations(&links, drawings.len())),
        ("word/styles.xml", styles(page.language)),
        ("word/numbering.xml", numbering(&lists)),
        (
            "word/settings.xml",
            format!(
                "{XML}<w:settings {NAMESPACES}><w:defaultTabStop w:val=\"567\"/><w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>"
            ),
        ),
        ("word/header1.xml", header(page)),
        ("word/footer1.xml", footer(page)),
    ];
    let mut parts: Vec<(String, Vec<u8>)> =
        parts.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    for (at, drawing) in drawings.into_iter().enumerate() {
        parts.push((format!("word/media/chart{at}.emf"), drawing));
    }
    write_package(&parts)
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"emf\" ContentType=\"image/x-emf\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/><Override PartName=\"/word/numbering.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/><Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/><Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";

const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>";

fn core(page: &PageView<'_>) -> String {
    format!(
        "{XML}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:language>{}</dc:language></cp:coreProperties>",
        escape_xml(&page.title),
        escape_xml(page.language)
    )
}

fn relations(links: &[String], drawings: usize) -> String {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut out = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    for (id, kind, target) in [
        ("rIdStyles", "styles", "styles.xml"),
        ("rIdNumbering", "numbering", "numbering.xml"),
        ("rIdSettings", "settings", "settings.xml"),
        ("rIdHeader", "header", "header1.xml"),
        ("rIdFooter", "footer", "footer1.xml"),
    ] {
        let _ = write!(out, "<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>");
    }
    for at in 0..drawings {
        let _ = write!(
            out,
            "<Relationship Id=\"rIdChart{at}\" Type=\"{OFFICE}/image\" Target=\"media/chart{at}.emf\"/>"
        );
    }
    for (at, link) in links.iter().enumerate() {
        let _ = write!(
            out,
            "<Relationship Id=\"rIdLink{at}\" Type=\"{OFFICE}/hyperlink\" Target=\"{}\" TargetMode=\"External\"/>",
            escape_xml(link)
        );
    }
    out + "</Relationships>"
}

fn header(page: &PageView<'_>) -> String {
    format!(
        "{XML}<w:hdr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val=\"Header\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p></w:hdr>",
        escape_xml(page.marking)
    )
}

fn footer(page: &PageView<'_>) -> String {
    let field = |name: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {name} </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let text = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escape_xml(text));
    format!(
        "{XML}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val=\"Footer\"/><w:jc w:val=\"center\"/></w:pPr>{}{}{}{}</w:p></w:ftr>",
        escape_xml(page.marking),
        text(&format!("{} ", page.words.page)),
        field("PAGE"),
        text(&format!(" {} ", page.words.of)),
        field("NUMPAGES")
    )
}

fn styles(language: &str) -> String {
    let mut out = format!(
        "{XML}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Arial\" w:hAnsi=\"Arial\" w:cs=\"Arial\" w:eastAsia=\"Arial\"/><w:sz w:val=\"23\"/><w:szCs w:val=\"23\"/><w:lang w:val=\"{0}\" w:eastAsia=\"{0}\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"140\" w:line=\"271\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/></w:style><w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultParagraphFont\"><w:name w:val=\"Default Paragraph Font\"/></w:style><w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal Table\"/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar><w:top w:w=\"0\" w:type=\"dxa\"/><w:left w:w=\"108\" w:type=\"dxa\"/><w:bottom w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"108\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style><w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:basedOn w:val=\"TableNormal\"/><w:tblPr><w:tblBorders>{1}</w:tblBorders></w:tblPr></w:style>",
        escape_xml(language),
        ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"8A8A8A\"/>"))
            .concat()
    );
    for (level, size, before) in
        [(1, 36, 0), (2, 29, 320), (3, 25, 260), (4, 23, 200), (5, 23, 160), (6, 23, 160)]
    {
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/><w:spacing w:before=\"{before}\" w:after=\"120\"/><w:outlineLvl w:val=\"{}\"/></w:pPr><w:rPr><w:b/><w:color w:val=\"1F2A44\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>",
            level - 1
        );
    }
    for (id, name, paragraph, run) in [
        ("ListBullet", "List Bullet", "<w:spacing w:after=\"80\"/>", ""),
        ("ListNumber", "List Number", "<w:spacing w:after=\"80\"/>", ""),
        ("Quote", "Quote", "<w:ind w:left=\"567\" w:right=\"567\"/>", "<w:i/>"),
        (
            "Caption",
            "caption",
            "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\"/>",
            "<w:b/><w:sz w:val=\"21\"/>",
        ),
        (
            "TableText",
            "Table Text",
            "<w:spacing w:before=\"50\" w:after=\"50\" w:line=\"252\" w:lineRule=\"auto\"/>",
            "<w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/>",
        ),
        ("Header", "header", "<w:spacing w:after=\"0\"/>", "<w:sz w:val=\"19\"/>"),
        ("Footer", "footer", "<w:spacing w:after=\"0\"/>", "<w:sz w:val=\"19\"/>"),
    ] {
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        );
    }
    out + "<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/><w:rPr><w:color w:val=\"1D4F91\"/><w:u w:val=\"single\"/></w:rPr></w:style></w:styles>"
}

/// One definition for bullets and one for numbers, and for each numbered list a numbering that starts
/// where it says.
fn numbering(lists: &[usize]) -> String {
    let levels = |format: &str, text: &dyn Fn(usize) -> String| -> String {
        (0..3)
            .map(|level| {
                format!(
                    "<w:lvl w:ilvl=\"{level}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{}\" w:hanging=\"397\"/></w:pPr></w:lvl>",
                    text(level),
                    397 + level * 397
                )
            })
            .collect()
    };
    let bullets = levels("bullet", &|level| ["•", "–", "•"][level].to_owned());
    let numbers = levels("decimal", &|level| format!("%{}.", level + 1));
    let mut out = format!(
        "{XML}<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"hybridMultilevel\"/>{bullets}</w:abstractNum><w:abstractNum w:abstractNumId=\"1\"><w:multiLevelType w:val=\"hybridMultilevel\"/>{numbers}</w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
    );
    for (at, start) in lists.iter().enumerate() {
        let _ = write!(
            out,
            "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"1\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"{start}\"/></w:lvlOverride></w:num>",
            at + 2
        );
    }
    out + "</w:numbering>"
}

struct Writer<'c> {
    out: String,
    /// The addresses of links, in order.
    links: Vec<String>,
    /// The first number of each numbered list.
    lists: Vec<usize>,
    /// The charts that there are.
    charts: &'c [Chart],
    /// The drawings of those that are placed, in order.
    drawings: Vec<Vec<u8>>,
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
                let style = format!("<w:pStyle w:val=\"Heading{}\"/>", (*level).clamp(1, 6));
                self.paragraph(&style, inlines);
            }
            Block::Paragraph(inlines) => self.paragraph("", inlines),
            Block::List { start, items } => {
                let (style, number) = match start {
                    None => ("ListBullet", 1),
                    Some(start) => {
                        self.lists.push(*start);
                        ("ListNumber", self.lists.len() + 1)
                    }
                };
                for item in items {
                    self.item(item, style, number, depth);
                }
            }
            Block::Table { caption, header, rows } => self.table(caption.as_deref(), header, rows),
            Block::Chart(name) => self.chart(name),
            Block::Quote(blocks) => {
                for block in blocks {
                    match block {
                        Block::Paragraph(inlines) => self.paragraph("<w:pStyle w:val=\"Quote\"/>", inlines),
                        other => self.block(other, depth),
                    }
                }
            }
            Block::Rule => self.out.push_str("<w:p><w:pPr><w:spacing w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr><w:r><w:br w:type=\"page\"/></w:r></w:p>"),
        }
    }

    fn item(&mut self, blocks: &[Block], style: &str, number: usize, depth: usize) {
        let numbered = format!(
            "<w:pStyle w:val=\"{style}\"/><w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"{number}\"/></w:numPr>",
            depth.min(2)
        );
        let further = format!("<w:pStyle w:val=\"{style}\"/><w:ind w:left=\"{}\"/>", 397 + depth * 397);
        for (at, block) in blocks.iter().enumerate() {
            match block {
                Block::Paragraph(inlines) => {
                    self.paragraph(if at == 0 { &numbered } else { &further }, inlines);
                }
                other => self.block(other, depth + 1),
            }
        }
    }

    /// A chart as a drawing as wide as the text, with its caption above and its description for those who do not see
    /// it.
    fn chart(&mut self, name: &str) {
        let charts = self.charts;
        let Some(chart) = charts.iter().find(|chart| chart.name == name) else { return };
        self.paragraph("<w:pStyle w:val=\"Caption\"/>", &[Inline::Text(chart.title.clone())]);
        let at = self.drawings.len();
        self.drawings.push(chart.as_emf());
        // Office counts 635 of its units to a twentieth of a point.
        let wide = i64::from(TEXT_WIDTH) * 635;
        let high = wide * i64::from(chart.drawing.height) / i64::from(chart.drawing.width.max(1));
        let (id, title, description) = (at + 1, escape_xml(&chart.title), escape_xml(&chart.description));
        let _ = write!(
            self.out,
            "<w:p><w:r><w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{wide}\" cy=\"{high}\"/><wp:docPr id=\"{id}\" name=\"{title}\" descr=\"{description}\"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:nvPicPr><pic:cNvPr id=\"{id}\" name=\"{title}\" descr=\"{description}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rIdChart{at}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        );
    }

    fn paragraph(&mut self, properties: &str, inlines: &[Inline]) {
        let runs = self.runs(inlines, "");
        let _ = write!(self.out, "<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>");
    }

    fn runs(&mut self, inlines: &[Inline], properties: &str) -> String {
        let mut out = String::new();
        for inline in inlines {
            match inline {
                Inline::Text(text) => {
                    let _ = write!(
                        out,
                        "<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
                        escape_xml(text)
                    );
                }
                Inline::Strong(inner) => out.push_str(&self.runs(inner, &format!("{properties}<w:b/>"))),
                Inline::Emphasis(inner) => out.push_str(&self.runs(inner, &format!("{properties}<w:i/>"))),
                Inline::Link(url, inner) if url.starts_with("https://") || url.starts_with("mailto:") => {
                    self.links.push(url.clone());
                    let id = self.links.len() - 1;
                    let runs = self.runs(inner, "<w:rStyle w:val=\"Hyperlink\"/>");
                    let _ = write!(out, "<w:hyperlink r:id=\"rIdLink{id}\">{runs}</w:hyperlink>");
                }
                Inline::Link(_, inner) => out.push_str(&self.runs(inner, properties)),
                Inline::Break => out.push_str("<w:r><w:br/></w:r>"),
            }
        }
        out
    }

    fn table(&mut self, caption: Option<&[Inline]>, header: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) {
        if let Some(caption) = caption {
            self.paragraph("<w:pStyle w:val=\"Caption\"/>", caption);
        }
        let columns = column_texts(header, rows);
        let widths = column_widths(&columns, TEXT_WIDTH, LETTER, PADDING);
        let title = caption.map(plain_text).unwrap_or_default();
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"04A0\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"1\" w:lastColumn=\"0\" w:noHBand=\"0\" w:noVBand=\"1\"/><w:tblCaption w:val=\"{}\"/></w:tblPr><w:tblGrid>{}</w:tblGrid>",
            escape_xml(&title),
            widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect::<String>()
        );
        self.row(header, &widths, true);
        for row in rows {
            self.row(row, &widths, false);
        }
        self.out.push_str("</w:tbl><w:p><w:pPr><w:spacing w:after=\"60\"/></w:pPr></w:p>");
    }

    fn row(&mut self, cells: &[Vec<Inline>], widths: &[u32], is_header: bool) {
        let (properties, shading) = if is_header {
            ("<w:cantSplit/><w:tblHeader/>", "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E6EAF2\"/>")
        } else {
            ("<w:cantSplit/>", "")
        };
        let _ = write!(self.out, "<w:tr><w:trPr>{properties}</w:trPr>");
        for (at, width) in widths.iter().enumerate() {
            let empty = Vec::new();
            let cell = cells.get(at).unwrap_or(&empty);
            let runs = self.runs(cell, if is_header { "<w:b/>" } else { "" });
            let _ = write!(
                self.out,
                "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shading}</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"TableText\"/></w:pPr>{runs}</w:p></w:tc>"
            );
        }
        self.out.push_str("</w:tr>");
    }
}
