//! Web pages: headings, paragraphs, list items and table rows of the main part, as a reader sees them.
//! Menus, headers, footers, forms, scripts and hidden parts are left out. The home of scraper.

use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

use super::{Builder, clean, date_of};

/// Elements that are no part of what a page says.
const LEFT_OUT: [&str; 18] = [
    "nav", "header", "footer", "aside", "script", "style", "noscript", "template", "button", "select",
    "textarea", "svg", "math", "iframe", "object", "video", "audio", "head",
];
/// Elements whose text is a block of its own.
const BLOCKS: [&str; 10] =
    ["p", "li", "dt", "dd", "blockquote", "pre", "address", "summary", "div", "section"];
/// How deep elements may be nested before the rest is left out.
const DEEPEST: usize = 2_000;

/// Reads a page.
pub fn read(text: &str, builder: &mut Builder) {
    let page = Html::parse_document(text);
    let first = |selector: &str| {
        let selector = Selector::parse(selector).expect("internal error: the selector is well-formed");
        page.select(&selector).next()
    };
    let title = first("title").map(|title| clean(&title.text().collect::<String>()));
    builder.title = title.filter(|title| !title.is_empty());
    builder.date = [
        ("meta[property='article:modified_time']", "content"),
        ("meta[name='dcterms.modified']", "content"),
        ("meta[name='DCTERMS.modified']", "content"),
        ("meta[property='article:published_time']", "content"),
        ("meta[name='date']", "content"),
        ("time[datetime]", "datetime"),
    ]
    .iter()
    .find_map(|(selector, attribute)| date_of(first(selector)?.value().attr(attribute)?));
    for edge in ["header", "footer"] {
        let selector = Selector::parse(edge).expect("internal error: the selector is well-formed");
        for element in page.select(&selector) {
            builder.note_marking_at_edge(&element.text().collect::<Vec<_>>().join(" "));
        }
    }
    if let Some(main) = first("main:not([hidden])").or_else(|| first("[role=main]")).or_else(|| first("body"))
    {
        let mut walker = Walker { builder, text: String::new(), bold: 0, is_plain: false, rows: 0 };
        walker.children(main, 0);
        walker.flush();
    }
}

struct Walker<'b> {
    builder: &'b mut Builder,
    /// The text of the block that is being read.
    text: String,
    /// In how many elements that make it bold the text stands, and whether any of the block stands in none.
    bold: usize,
    is_plain: bool,
    rows: u32,
}

impl Walker<'_> {
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if std::mem::take(&mut self.is_plain) {
            self.builder.paragraph(&text);
        } else {
            self.builder.bold_paragraph(&text);
        }
    }

    fn children(&mut self, element: ElementRef<'_>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for child in element.children() {
            match child.value() {
                Node::Text(text) => {
                    self.is_plain |= self.bold == 0 && !text.trim().is_empty();
                    self.text.push_str(text);
                }
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(child) {
                        self.element(element, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>, depth: usize) {
        let name = element.value().name();
        if LEFT_OUT.contains(&name) || is_hidden(element.value()) || is_earlier_mail(element.value()) {
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                let level = name.as_bytes()[1] - b'0';
                self.builder.heading(level, &seen_text(element, 0));
            }
            "br" => self.text.push(' '),
            "b" | "strong" => {
                self.bold += 1;
                self.children(element, depth);
                self.bold -= 1;
            }
            // What a table or a figure shows stands beside it as a heading does.
            "caption" | "figcaption" => {
                self.flush();
                self.bold += 1;
                self.children(element, depth);
                self.bold -= 1;
                self.flush();
            }
            "table" => {
                self.flush();
                let before = std::mem::replace(&mut self.rows, 0);
                self.children(element, depth);
                self.flush();
                self.rows = before;
            }
            "tr" => {
                self.flush();
                self.rows += 1;
                let cells: Vec<String> = element
                    .children()
                    .filter_map(ElementRef::wrap)
                    .filter(|cell| matches!(cell.value().name(), "td" | "th"))
                    .map(|cell| seen_text(cell, 0))
                    .collect();
                self.builder.row(self.rows, &cells);
            }
            block if BLOCKS.contains(&block) => {
                self.flush();
                self.children(element, depth);
                self.flush();
            }
            _ => self.children(element, depth),
        }
    }
}

fn is_hidden(element: &Element) -> bool {
    let style = element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

/// Whether an element holds an earlier mail, as programs mark one.
fn is_earlier_mail(element: &Element) -> bool {
    const MARKS: [&str; 5] =
        ["gmail_quote", "yahoo_quoted", "moz-cite-prefix", "divRplyFwdMsg", "appendonsend"];
    let named =
        [element.attr("class"), element.attr("id")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    MARKS.iter().any(|mark| named.contains(mark)) || element.attr("type") == Some("cite")
}

/// The text of an element without its hidden parts; what stands in blocks is set apart by a space.
fn seen_text(element: ElementRef<'_>, depth: usize) -> String {
    let mut out = String::new();
    if depth > DEEPEST {
        return out;
    }
    for child in element.children() {
        match child.value() {
            Node::Text(text) => out.push_str(text),
            Node::Element(inner) if !LEFT_OUT.contains(&inner.name()) && !is_hidden(inner) => {
                if let Some(inner) = ElementRef::wrap(child) {
                    let apart = BLOCKS.contains(&inner.value().name()) || inner.value().name() == "br";
                    out.push_str(if apart { " " } else { "" });
                    out.push_str(&seen_text(inner, depth + 1));
                    out.push_str(if apart { " " } else { "" });
                }
            }
            _ => {}
        }
    }
    out
}
