//! Documents in: what is read of each format, what is refused, and what gathering does to a file.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use prevent_benchmark::app;
use prevent_benchmark::app::confirm::{Decision, Session};
use prevent_benchmark::diag::Code;
use prevent_benchmark::document::{
    Block, BlockKind, Format, UnreadPage, Unreadable, passages, read_document,
};
use zip::write::{SimpleFileOptions, ZipWriter};

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// A Word file with headings, a table, tracked changes, a header and a field.
fn docx(body: &str, header: &str) -> Vec<u8> {
    let styles = format!(
        "<w:styles {W}><w:style w:styleId=\"H1\"><w:name w:val=\"heading 1\"/></w:style><w:style w:styleId=\"H2\"><w:name w:val=\"heading 2\"/></w:style></w:styles>"
    );
    archive(&[
        ("word/document.xml", &format!("<w:document {W}><w:body>{body}</w:body></w:document>")),
        ("word/styles.xml", &styles),
        ("word/header1.xml", &format!("<w:hdr {W}><w:p><w:r><w:t>{header}</w:t></w:r></w:p></w:hdr>")),
        (
            "docProps/core.xml",
            "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\" xmlns:dcterms=\"t\"><dc:title>Board paper</dc:title><dcterms:modified>2024-03-01T09:00:00Z</dcterms:modified></cp:coreProperties>",
        ),
    ])
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn heading(level: u8, text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"H{level}\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn texts(blocks: &[Block]) -> Vec<&str> {
    blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn a_word_file_is_read_as_with_all_changes_accepted() {
    let body = [
        heading(1, "4. Prevent"),
        "<w:p><w:r><w:t>The panel met </w:t></w:r><w:ins><w:r><w:t>eleven</w:t></w:r></w:ins><w:del><w:r><w:delText>nine</w:delText></w:r></w:del><w:r><w:tab/><w:t>times.</w:t></w:r></w:p>".to_owned(),
        heading(2, "Training"),
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Course</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Attended</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>WRAP</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>34</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".to_owned(),
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>Last &amp; least.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>".to_owned(),
    ]
    .concat();
    let document = read_document(Format::Docx, &docx(&body, "Page header")).unwrap();
    assert_eq!(document.title.as_deref(), Some("Board paper"));
    assert_eq!(document.date.as_deref(), Some("2024-03-01"));
    assert_eq!(
        texts(&document.blocks),
        [
            "4. Prevent",
            "The panel met eleven times.",
            "Training",
            "Course | Attended",
            "WRAP | 34",
            "Last & least."
        ]
    );
    assert_eq!(document.blocks[1].place.words(), "“4. Prevent”, paragraph 1");
    assert_eq!(document.blocks[4].under, ["4. Prevent", "Training"]);
    assert_eq!(document.blocks[4].place.row, Some(2));
    let quoted: Vec<&str> =
        passages(&document, &[]).iter().map(prevent_benchmark::document::Passage::text).collect();
    assert_eq!(
        quoted,
        ["The panel met eleven times.", "WRAP | 34", "Last & least."],
        "no heading, no column names"
    );
}

#[test]
fn an_opendocument_text_and_its_sheet_are_read() {
    let content = |body: &str| {
        format!(
            "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\"><office:body>{body}</office:body></office:document-content>"
        )
    };
    let text = content(
        "<office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><text:h text:outline-level=\"2\">Channel</text:h><text:p>It met<text:s text:c=\"3\"/>monthly.</text:p></office:text>",
    );
    let document = read_document(Format::Odt, &archive(&[("content.xml", &text)])).unwrap();
    assert_eq!(texts(&document.blocks), ["Channel", "It met monthly."]);
    let sheet = content(
        "<office:spreadsheet><table:table table:name=\"Log\"><table:table-row><table:table-cell><text:p>WRAP</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row></table:table></office:spreadsheet>",
    );
    let document = read_document(Format::Ods, &archive(&[("content.xml", &sheet)])).unwrap();
    assert_eq!(texts(&document.blocks), ["WRAP"]);
    assert_eq!(document.blocks[0].place.words(), "sheet “Log”, row 1");
    // What its author has hidden is not read: a section, a sheet.
    let hidden = content(
        "<office:text><text:section text:display=\"none\"><text:p>Hidden.</text:p></text:section><text:p>Seen.</text:p></office:text>",
    );
    let document = read_document(Format::Odt, &archive(&[("content.xml", &hidden)])).unwrap();
    assert_eq!(texts(&document.blocks), ["Seen."]);
    let hidden = content(
        "<office:spreadsheet><table:table table:name=\"Old\" table:style-name=\"ta2\"><table:table-row><table:table-cell><text:p>Hidden</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>",
    )
    .replace(
        "<office:body>",
        "<office:automatic-styles><style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body>",
    );
    let document = read_document(Format::Ods, &archive(&[("content.xml", &hidden)])).unwrap();
    assert_eq!(texts(&document.blocks), Vec::<&str>::new());
    let manifest = "<m><file-entry><encryption-data/></file-entry></m>";
    let encrypted = archive(&[("META-INF/manifest.xml", manifest), ("content.xml", "xx")]);
    assert_eq!(read_document(Format::Odt, &encrypted), Err(Unreadable::Encrypted));
}

#[test]
fn a_web_page_is_read_without_what_surrounds_it() {
    let page = "<html><head><title>Prevent - Anytown</title><script>alert(1)</script></head><body><nav>Menu</nav><main><h1>Prevent</h1><p>We train <b>all</b> staff.</p><div hidden>no</div><ul><li>One</li></ul><table><tr><th>A</th><td>b</td></tr></table></main><footer>Foot</footer></body></html>";
    let document = read_document(Format::Html, page.as_bytes()).unwrap();
    assert_eq!(texts(&document.blocks), ["Prevent", "We train all staff.", "One", "A | b"]);
    assert_eq!(document.title.as_deref(), Some("Prevent - Anytown"));
}

#[test]
fn text_is_joined_across_lines_and_its_hyphens_are_undone() {
    let text = "1. PREVENT\n\nThe risk assess-\nment was refreshed in May and the self-\nassessment went to the partner-\nship.\n\n- One bullet\n- Another";
    let document = read_document(Format::Text, text.as_bytes()).unwrap();
    assert_eq!(
        texts(&document.blocks),
        [
            "1. PREVENT",
            "The risk assessment was refreshed in May and the self-assessment went to the partnership.",
            "One bullet",
            "Another"
        ]
    );
}

#[test]
fn tables_of_excel_are_read_whatever_windows_made_of_them() {
    let csv = b"Course;Date;Staff\r\nWRAP caf\xe9;01/02/2024;34\r\n";
    let document = read_document(Format::Csv, csv).unwrap();
    assert_eq!(texts(&document.blocks), ["Course | Date | Staff", "WRAP café | 01/02/2024 | 34"]);
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Log").unwrap();
    sheet.write_string(0, 0, "WRAP").unwrap();
    // A cell at the far end makes no rectangle of billions.
    sheet.write_number(1_048_575, 16_383, 7).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let document = read_document(Format::Xlsx, &bytes).unwrap();
    assert_eq!(texts(&document.blocks), ["WRAP", "7"]);
    assert_eq!(document.blocks[1].place.words(), "sheet “Log”, row 1048576");
}

#[test]
fn a_mail_is_read_without_the_mails_below_it() {
    let mail = "From: a@example.org\r\nSubject: Channel panel\r\nDate: Fri, 1 Mar 2024 09:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe panel met in May.\r\n\r\nOn 28 Feb 2024 b@example.org wrote:\r\n> Did it meet?\r\n";
    let document = read_document(Format::Mail, mail.as_bytes()).unwrap();
    assert_eq!(texts(&document.blocks), ["Channel panel", "The panel met in May."]);
    assert_eq!(document.title.as_deref(), Some("Channel panel"));
    assert_eq!(document.date.as_deref(), Some("2024-03-01"));
}

/// A PDF of pages, each a list of lines from the top.
fn pdf(pages: &[&[&str]]) -> Vec<u8> {
    let mut objects: Vec<String> = Vec::new();
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 4 + at * 2)).collect();
    objects.push("<< /Type /Catalog /Pages 2 0 R >>".to_owned());
    objects.push(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()));
    objects
        .push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned());
    for (at, lines) in pages.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + at * 2
        ));
        let shown: String = lines
            .iter()
            .enumerate()
            .map(|(n, line)| format!("BT /F1 11 Tf 50 {} Td ({line}) Tj ET\n", 780 - n * 14))
            .collect();
        objects.push(format!("<< /Length {} >>\nstream\n{shown}endstream", shown.len()));
    }
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes(),
    );
    out
}

#[test]
fn a_pdf_is_read_page_by_page_without_headers_and_page_numbers() {
    let first = [
        "Board paper 7",
        "Prevent training is mandatory for",
        "all social workers in the county.",
        "Page 1 of 3",
    ];
    let second =
        ["Board paper 7", "The panel met eleven times last year,", "with a quorum each time.", "Page 2 of 3"];
    let empty: [&str; 0] = [];
    let document = read_document(Format::Pdf, &pdf(&[&first, &second, &empty])).unwrap();
    assert_eq!(
        texts(&document.blocks),
        [
            "Prevent training is mandatory for all social workers in the county.",
            "The panel met eleven times last year, with a quorum each time."
        ]
    );
    assert_eq!(document.blocks[1].place.page, Some(2));
    assert_eq!(document.unread.len(), 1);
    assert_eq!((document.unread[0].page, document.unread[0].why), (3, UnreadPage::Scanned));
    assert_eq!(read_document(Format::Pdf, &pdf(&[&empty])), Err(Unreadable::Scanned));
}

#[test]
fn what_is_marked_above_official_is_not_kept() {
    let refused = read_document(Format::Docx, &docx(&p("Anything."), "UK SECRET"));
    assert_eq!(refused, Err(Unreadable::MarkedTooHigh("UK SECRET".to_owned())));
    let marked = read_document(Format::Docx, &docx(&p("Anything."), "OFFICIAL - SENSITIVE"));
    assert!(marked.unwrap().sensitive);
    let plain = read_document(Format::Docx, &docx(&p("The route is secret."), "OFFICIAL"));
    assert!(!plain.unwrap().sensitive);
}

#[test]
fn a_marking_is_found_wherever_a_paper_bears_it() {
    let long = "OFFICIAL-SENSITIVE Anytown Community Safety Partnership, minutes of the meeting of 12 March 2024 in the Guildhall";
    assert!(read_document(Format::Docx, &docx(&p("Anything."), long)).unwrap().sensitive);
    let paged = "SECRET</w:t></w:r></w:p><w:p><w:r><w:t>Page 1 of 3";
    assert_eq!(
        read_document(Format::Docx, &docx(&p("Anything."), paged)),
        Err(Unreadable::MarkedTooHigh("SECRET".to_owned()))
    );
    let page = "<body><header>Official-Sensitive</header><main><p>Anything.</p></main></body>";
    assert!(read_document(Format::Html, page.as_bytes()).unwrap().sensitive);
    let styles = "<s xmlns:text=\"t\"><text:p>OFFICIAL-<text:span>SENSITIVE</text:span></text:p></s>";
    let content = "<o:d xmlns:o=\"o\" xmlns:text=\"t\"><o:body><text:p>Anything.</text:p></o:body></o:d>";
    let odt = archive(&[("content.xml", content), ("styles.xml", styles)]);
    assert!(read_document(Format::Odt, &odt).unwrap().sensitive);
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Anything").unwrap();
    sheet.set_header("&C&BOFFICIAL-SENSITIVE");
    assert!(read_document(Format::Xlsx, &workbook.save_to_buffer().unwrap()).unwrap().sensitive);
}

#[test]
fn what_a_change_was_before_does_not_show() {
    let formed = format!(
        "<w:p><w:pPr><w:pPrChange><w:pPr><w:pStyle w:val=\"H1\"/></w:pPr></w:pPrChange></w:pPr><w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>It meets monthly.</w:t></w:r></w:p>{}{}",
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>The panel meets monthly </w:t></w:r></w:p>",
        p("only when there are cases.")
    );
    let table = "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:tcPr><w:cellDel/></w:tcPr><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let document = read_document(Format::Docx, &docx(&(formed + table), "OFFICIAL")).unwrap();
    assert_eq!(
        texts(&document.blocks),
        ["It meets monthly.", "The panel meets monthly only when there are cases.", "a"]
    );
    assert_eq!(document.blocks[0].kind, BlockKind::Paragraph);
}

#[test]
fn earlier_mails_are_left_out_however_they_are_marked() {
    let head = "Subject: x\r\nContent-Type: text/plain\r\n\r\nIt met.\r\n\r\n";
    for earlier in [
        "From: A\r\nSent: 1 March 2019\r\nTo: B\r\nSubject: old\r\n\r\nOld words.",
        "On Mon, 1 Jan 2024 at 10:00, A <a@example.org>\r\nwrote:\r\n\r\nOld words.",
        "-----Original Message-----\r\nOld words.",
    ] {
        let document = read_document(Format::Mail, format!("{head}{earlier}").as_bytes()).unwrap();
        assert_eq!(texts(&document.blocks), ["x", "It met."], "{earlier}");
    }
    let html = "Subject: x\r\nContent-Type: text/html\r\n\r\n<p>It met.</p><div class=\"gmail_quote\">On Monday A wrote: <blockquote>Old words.</blockquote></div>";
    let document = read_document(Format::Mail, html.as_bytes()).unwrap();
    assert_eq!(texts(&document.blocks), ["x", "It met."]);
}

#[test]
fn a_page_in_a_form_or_deep_in_boxes_is_read() {
    let boxes = format!("<form>{}<p>It met.</p>{}</form>", "<div>".repeat(300), "</div>".repeat(300));
    assert_eq!(texts(&read_document(Format::Html, boxes.as_bytes()).unwrap().blocks), ["It met."]);
    let two = "<main hidden><p>Old.</p></main><main><p>New.</p></main>";
    assert_eq!(texts(&read_document(Format::Html, two.as_bytes()).unwrap().blocks), ["New."]);
}

#[test]
fn a_document_that_breaks_off_is_damaged() {
    let parts = [("word/document.xml", "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>The panel")];
    assert!(matches!(read_document(Format::Docx, &archive(&parts)), Err(Unreadable::Damaged(_))));
}

#[test]
fn bombs_are_stopped_by_limits() {
    let heading = heading(1, &"a".repeat(90_000)) + &p("x").repeat(20_000);
    let document = read_document(Format::Docx, &docx(&heading, "")).unwrap();
    assert!(document.blocks[1].under[0].len() <= 200);
    let zeros = " ".repeat(101 * 1024 * 1024);
    let bomb = archive(&[("word/document.xml", zeros.as_str())]);
    assert!(bomb.len() < 1_000_000);
    assert!(matches!(read_document(Format::Docx, &bomb), Err(Unreadable::TooLarge(_))));
    let deep = format!("<w:document {W}>{}</w:document>", "<w:p>".repeat(5_000) + &"</w:p>".repeat(5_000));
    assert!(matches!(
        read_document(Format::Docx, &archive(&[("word/document.xml", &deep)])),
        Err(Unreadable::TooLarge(_))
    ));
    let entities = format!(
        "<!DOCTYPE x [<!ENTITY a \"boom\"><!ENTITY b \"&a;&a;&a;\">]><w:document {W}><w:body>{}</w:body></w:document>",
        p("x&b;y")
    );
    let document = read_document(Format::Docx, &archive(&[("word/document.xml", &entities)])).unwrap();
    assert_eq!(texts(&document.blocks), ["xy"]);
    let nested = "<div>".repeat(10_000);
    assert!(read_document(Format::Html, nested.as_bytes()).is_ok());
}

/// What repeats within a small file is stopped before it fills the memory, and what is nested deep before the stack.
#[test]
fn what_repeats_or_nests_without_end_is_stopped() {
    let long = "word ".repeat(40);
    let styles: String = (1..=200)
        .map(|level| format!("<w:style w:styleId=\"X{level}\"><w:name w:val=\"heading {level}\"/></w:style>"))
        .collect();
    let headings: String = (1..=200)
        .map(|level| {
            format!("<w:p><w:pPr><w:pStyle w:val=\"X{level}\"/></w:pPr><w:r><w:t>{long}</w:t></w:r></w:p>")
        })
        .collect();
    let document =
        format!("<w:document {W}><w:body>{headings}{}</w:body></w:document>", p("a").repeat(100_000));
    let bomb = archive(&[
        ("word/document.xml", &document),
        ("word/styles.xml", &format!("<w:styles {W}>{styles}</w:styles>")),
    ]);
    assert!(matches!(read_document(Format::Docx, &bomb), Err(Unreadable::TooLarge(_))));
    let commas = vec![b','; 17 << 20];
    assert!(matches!(read_document(Format::Csv, &commas), Err(Unreadable::TooLarge(_))));
    let nested = format!("{}deep\n\nThe panel met.\n", "> ".repeat(100_000));
    assert!(read_document(Format::Markdown, nested.as_bytes()).is_ok());
}

/// A paragraph whose end is deleted goes on with the next; where there is none it stands by itself.
#[test]
fn a_deleted_end_loses_no_words() {
    let mark = |text: &str| {
        format!("<w:p><w:pPr><w:rPr><w:del w:id=\"1\"/></w:rPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let table =
        |cell: &str| format!("<w:tbl><w:tr><w:tc>{cell}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("Two"));
    let body = [mark("Before."), table(&mark("One")), mark("It goes "), p("on."), mark("The last.")].concat();
    let document = read_document(Format::Docx, &docx(&body, "")).unwrap();
    assert_eq!(texts(&document.blocks), ["Before.", "One | Two", "It goes on.", "The last."]);
}

/// A title can hold characters that are written as entities.
#[test]
fn a_title_is_read_whole() {
    let core = "<c:p xmlns:c=\"c\" xmlns:dc=\"d\"><dc:title>Prevent &amp; Channel</dc:title></c:p>";
    let body = format!("<w:document {W}><w:body>{}</w:body></w:document>", p("The panel met."));
    let bytes = archive(&[("word/document.xml", &body), ("docProps/core.xml", core)]);
    assert_eq!(read_document(Format::Docx, &bytes).unwrap().title.as_deref(), Some("Prevent & Channel"));
}

#[test]
fn any_bytes_are_read_or_refused() {
    let good: [(Format, Vec<u8>); 3] = [
        (Format::Docx, docx(&p("The panel met."), "OFFICIAL")),
        (Format::Pdf, pdf(&[&["The panel met eleven times last year."]])),
        (Format::Mail, b"Subject: x\r\n\r\nBody".to_vec()),
    ];
    for (format, bytes) in good {
        for cut in (0..bytes.len()).step_by(bytes.len() / 23 + 1) {
            let _ = read_document(format, &bytes[..cut]);
            let mut turned = bytes.clone();
            turned[cut] ^= 0x5a;
            let _ = read_document(format, &turned);
        }
    }
}

/// A workspace with one assessment, written by hand and full of remarks.
struct Workspace {
    folder: tempfile::TempDir,
    assessment: PathBuf,
}

const ASSESSMENT: &str = "# our own remark\nschema: assessment/1\narea: {id: a, name: 'Anytown'}   # quoted so\nperiod: 2021/22\nrubric: prevent-la-2021\nevidence:\n  # about training\n  - id: E1\n    text: >-\n      Prevent training is mandatory\n      for all social workers.\n    benchmark: 7   # sure\nactions: []\n";

impl Workspace {
    fn new(assessment: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2021-22.yaml");
        fs::write(&path, assessment).unwrap();
        Self { folder, assessment: path }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.assessment).unwrap()
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
            .args(args)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn gather(&self, document: &Path) -> Output {
        self.run(&["gather", "2021-22.yaml", document.to_str().unwrap()])
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn board_paper(extra: &str) -> Vec<u8> {
    let body = [
        heading(1, "3. Highways"),
        p("Resurfacing of the ring road will begin in June. Two bridges were inspected."),
        heading(1, "4. Prevent"),
        p(
            "The Channel panel met eleven times in the year, with all statutory partners present. There is still no deputy chair.",
        ),
        p(extra),
    ];
    docx(&body.concat(), "OFFICIAL")
}

#[test]
fn gathering_adds_what_is_about_the_subject_and_changes_nothing_else() {
    let workspace = Workspace::new(ASSESSMENT);
    let paper =
        workspace.write("paper.docx", &board_paper("Prevent training is mandatory for all social workers."));
    let output = workspace.gather(&paper);
    assert!(output.status.success(), "{}", said(&output));
    let text = workspace.text();
    let (before, after) = ASSESSMENT.split_at(ASSESSMENT.find("actions: []").unwrap());
    assert!(text.starts_with(before) && text.ends_with(after), "{text}");
    assert!(text.contains(
        "text: \"The Channel panel met eleven times in the year, with all statutory partners present.\""
    ));
    assert!(text.contains("place: \"“4. Prevent”, paragraph 2\"") && text.contains("date: \"2024-03-01\""));
    assert!(!text.contains("ring road") && !text.contains("bridges"), "{text}");
    assert_eq!(text.matches("mandatory").count(), 1, "what is there is not added again: {text}");
    assert_eq!(text.matches("confirmed: false").count(), 2);
    // A second time nothing happens, and a changed document is noticed.
    assert!(said(&workspace.gather(&paper)).contains("Nothing new was found"));
    assert_eq!(workspace.text(), text);
    let body = [heading(1, "4. Prevent"), p("There is still no deputy chair of the Channel panel.")];
    fs::write(&paper, docx(&body.concat(), "OFFICIAL")).unwrap();
    let output = workspace.gather(&paper);
    assert!(said(&output).contains("document-changed") && said(&output).contains("G1"), "{}", said(&output));
}

#[test]
fn a_marking_goes_with_what_is_taken_from_a_document() {
    let workspace = Workspace::new(ASSESSMENT);
    let body = [heading(1, "Prevent"), p("The Channel panel met eleven times in the year.")];
    let paper = workspace.write("paper.docx", &docx(&body.concat(), "OFFICIAL-SENSITIVE"));
    assert!(workspace.gather(&paper).status.success());
    assert!(workspace.text().contains("    marking: OFFICIAL-SENSITIVE\n"));
}

#[test]
fn what_is_gathered_counts_as_unconfirmed_until_a_person_confirms_it() {
    let workspace = Workspace::new(ASSESSMENT);
    let paper = workspace.write("paper.docx", &board_paper("The plan was refreshed in May."));
    assert!(workspace.gather(&paper).status.success());
    let unconfirmed = |workspace: &Workspace| {
        let output = workspace.run(&["score", "2021-22.yaml", "--format", "json"]);
        let score: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        score["unconfirmed"].as_u64().unwrap()
    };
    let before = unconfirmed(&workspace);
    let output = workspace.run(&[
        "confirm",
        "2021-22.yaml",
        "--accept",
        "G1",
        "--change",
        "G2=channel.3.no-deputy:absent",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(unconfirmed(&workspace), before - 2);
    let text = workspace.text();
    assert!(text.contains("      - {criterion: channel.3.no-deputy, status: absent}\n"), "{text}");
    // Rejecting records that it says nothing.
    let left = said(&workspace.run(&["confirm", "2021-22.yaml", "--list"]));
    if left.contains("G3") {
        assert!(workspace.run(&["confirm", "2021-22.yaml", "--reject", "G3"]).status.success());
        assert!(workspace.text().contains("    confirmed: true\n    findings: []\n"), "{}", workspace.text());
    }
    let wrong = workspace.run(&["confirm", "2021-22.yaml", "--accept", "G99"]);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
}

#[test]
fn confirming_can_be_typed_and_taken_back() {
    let workspace = Workspace::new(ASSESSMENT);
    let paper = workspace.write("paper.docx", &board_paper("The plan was refreshed in May."));
    assert!(workspace.gather(&paper).status.success());
    let gathered = workspace.text();
    let mut child = Command::new(env!("CARGO_BIN_EXE_prevent-benchmark"))
        .args(["confirm", "2021-22.yaml"])
        .current_dir(workspace.folder.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"a\nu\nq\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(said(&output).contains("0 decided"), "{}", said(&output));
    assert_eq!(workspace.text(), gathered, "what was taken back is as it was");
}

#[test]
fn a_file_that_another_program_changes_is_left_alone() {
    let workspace = Workspace::new(ASSESSMENT);
    let paper = workspace.write("paper.docx", &board_paper("The plan was refreshed in May."));
    assert!(workspace.gather(&paper).status.success());
    let mut session = Session::open(&workspace.assessment).value.unwrap();
    let theirs = workspace.text() + "# saved by somebody else\n";
    fs::write(&workspace.assessment, &theirs).unwrap();
    let refused = session.decide("G1", &Decision::Accept).unwrap_err();
    assert_eq!(refused.code, Code::FileChanged);
    assert_eq!(workspace.text(), theirs);
}

#[test]
fn every_way_to_begin_a_list_of_evidence_can_be_added_to() {
    let head = "schema: assessment/1\narea: {id: a, name: A}\nperiod: 2021/22\nrubric: prevent-la-2021\n";
    for (name, evidence) in [
        ("none", ""),
        ("empty", "evidence: []   # none yet\njudgements: []\n"),
        ("flush", "evidence:\n- text: Prevent training is mandatory.\n"),
        ("windows", "evidence:\n  - text: Prevent training is mandatory.\n"),
        ("no end", "evidence:\n  - text: Prevent training is mandatory."),
        (
            "mapping",
            "evidence:\n  - {id: E1, text: Prevent training is mandatory.,\n     benchmark: 7}\n  # last\n",
        ),
    ] {
        let text = format!("{head}{evidence}");
        let workspace = Workspace::new(&if name == "windows" { text.replace('\n', "\r\n") } else { text });
        let paper = workspace.write("paper.docx", &board_paper("The plan was refreshed in May."));
        let output = workspace.gather(&paper);
        assert!(output.status.success(), "{name}: {}\n{}", said(&output), workspace.text());
        let checked = workspace.run(&["check", "2021-22.yaml", "--format", "plain"]);
        assert_eq!(checked.status.code(), Some(0), "{name}: {}\n{}", said(&checked), workspace.text());
        assert!(workspace.text().contains("G2"), "{name}");
        if name == "windows" {
            assert_eq!(workspace.text().matches('\n').count(), workspace.text().matches("\r\n").count());
        }
    }
    let workspace = Workspace::new(&format!("{head}evidence: [{{text: Prevent training is mandatory.}}]\n"));
    let paper = workspace.write("paper.docx", &board_paper("x"));
    let output = workspace.gather(&paper);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("not-editable"), "{}", said(&output));
}

#[test]
fn each_document_that_cannot_be_read_is_named_and_the_others_are_read() {
    let workspace = Workspace::new(ASSESSMENT);
    let folder = workspace.folder.path().join("papers");
    fs::create_dir(&folder).unwrap();
    let empty: [&str; 0] = [];
    for (name, bytes) in [
        ("old.docx", vec![0xD0, 0xCF, 0x11, 0xE0, 0, 0]),
        ("broken.docx", b"PK\x03\x04 no".to_vec()),
        ("scan.pdf", pdf(&[&empty])),
        ("half.pdf", pdf(&[&["The Channel panel met eleven times in the year."], &empty])),
        ("bomb.docx", archive(&[("word/document.xml", " ".repeat(101 * 1024 * 1024).as_str())])),
        ("secret.docx", docx(&p("The Channel panel met."), "SECRET")),
        ("minutes.doc", b"any".to_vec()),
        ("picture.png", b"any".to_vec()),
        ("good.docx", board_paper("The plan was refreshed in May.")),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
    let output = workspace.run(&["match", "papers", "--format", "json"]);
    let all = said(&output);
    for (name, code) in [
        ("old.docx", "document-protected"),
        ("broken.docx", "document-damaged"),
        ("scan.pdf", "document-scanned"),
        ("half.pdf", "page-unread"),
        ("minutes.doc", "document-kind"),
        ("bomb.docx", "document-too-large"),
        ("secret.docx", "marking-too-high"),
    ] {
        assert!(all.contains(name) && all.contains(code), "{code}: {all}");
    }
    assert!(!all.contains("picture.png"), "{all}");
    let missing = said(&workspace.run(&["match", "paper", "--format", "json"]));
    assert!(missing.contains("paper") && !missing.contains("document-kind"), "{missing}");
    let output = workspace.run(&["gather", "2021-22.yaml", "papers"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(workspace.text().contains("document: \"good.docx\""), "{}", workspace.text());
    let output = workspace.run(&["match", "notes.pages", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    fs::write(workspace.folder.path().join("notes.pages"), "x").unwrap();
    let output = workspace.run(&["gather", "2021-22.yaml", "notes.pages"]);
    assert!(said(&output).contains("document-kind"), "{}", said(&output));
}

#[test]
fn a_name_that_cannot_be_seen_whole_stops_nothing() {
    let workspace = Workspace::new(ASSESSMENT);
    let paper = workspace.write("bad\u{202e}txt.docx", &board_paper("The plan was refreshed in May."));
    let output = workspace.gather(&paper);
    assert!(output.status.success(), "{}", said(&output));
    assert!(workspace.text().contains("document: \"badtxt.docx\""));
}

#[cfg(unix)]
#[test]
fn a_write_protected_file_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = Workspace::new(ASSESSMENT);
    let paper = workspace.write("paper.docx", &board_paper("The plan was refreshed in May."));
    fs::set_permissions(&workspace.assessment, fs::Permissions::from_mode(0o444)).unwrap();
    let output = workspace.gather(&paper);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert_eq!(workspace.text(), ASSESSMENT);
}

#[test]
fn a_folder_of_the_period_before_that_is_not_there_is_said() {
    let workspace = Workspace::new(&format!("{ASSESSMENT}previous: ../2020-21.yaml\n"));
    let output = workspace.run(&["report", "summary", "2021-22.yaml"]);
    assert!(output.status.success());
    assert!(said(&output).contains("previous-unusable"), "{}", said(&output));
}

/// What is proposed of some papers beside what a reader has marked in them.
#[derive(Debug, Default)]
struct Picked {
    /// How many passages are marked as evidence, and how many of those are proposed.
    marked: u32,
    found: u32,
    /// How many more are proposed: marked as background of the subject, and not marked at all.
    background: u32,
    other: u32,
}

impl Picked {
    fn proposed(&self) -> f64 {
        f64::from(self.found + self.background + self.other)
    }

    /// Of those proposed, the share that is about the subject.
    fn about(&self) -> f64 {
        f64::from(self.found + self.background) / self.proposed()
    }

    /// Of those proposed, the share that is marked as evidence.
    fn evidence(&self) -> f64 {
        f64::from(self.found) / self.proposed()
    }

    /// Of those marked as evidence, the share that is proposed.
    fn recall(&self) -> f64 {
        f64::from(self.found) / f64::from(self.marked)
    }
}

/// Papers of councils, fictional, in which a reader has marked what is evidence, and what is about the
/// subject and none.
fn picked(set: &str) -> Picked {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/papers").join(set);
    let text = fs::read_to_string(folder.join("marks.yaml")).unwrap();
    let source = prevent_benchmark::source::Source::new("marks.yaml", text);
    let marks = prevent_benchmark::yaml::parse_yaml(&source).0.unwrap().to_json();
    let outcome = app::match_statements(std::slice::from_ref(&folder), "prevent-la-2021", &|_, _| {});
    let statements = outcome.value.unwrap().statements;
    let mut picked = Picked::default();
    for paper in marks.as_array().unwrap() {
        let name = paper["paper"].as_str().unwrap();
        let list = |key: &str| -> Vec<String> {
            paper[key].as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect()
        };
        let (marked, background) = (list("marked"), list("background"));
        let mut found = vec![false; marked.len()];
        for statement in statements.iter().filter(|statement| statement.file.ends_with(name)) {
            // A longer cell of a marked row is a passage of its own, and the number of a paragraph belongs to
            // its first passage but not to what is marked in it.
            let text = statement.text.as_str();
            let is_of = |mark: &String| mark.contains(text) || text.contains(mark.as_str());
            let of: Vec<usize> = (0..marked.len()).filter(|at| is_of(&marked[*at])).collect();
            for at in &of {
                found[*at] = true;
            }
            if of.is_empty() {
                *(if background.iter().any(is_of) { &mut picked.background } else { &mut picked.other }) += 1;
            }
        }
        picked.marked += u32::try_from(found.len()).unwrap();
        picked.found += u32::try_from(found.iter().filter(|found| **found).count()).unwrap();
    }
    picked
}

#[test]
fn what_is_proposed_of_mixed_papers_is_what_a_reader_marks() {
    for (set, of, about, evidence, recall) in [
        ("held-back-1", 125, 0.87, 0.85, 0.95),
        ("held-back-2", 102, 0.93, 0.91, 0.88),
        ("held-back-3", 97, 0.91, 0.90, 0.86),
        ("held-back-4", 173, 0.89, 0.86, 0.87),
        ("held-back-5", 144, 0.96, 0.94, 0.87),
        ("held-back-6", 140, 0.91, 0.88, 0.90),
        ("held-back-7", 135, 0.93, 0.91, 0.88),
    ] {
        let picked = picked(set);
        let figures = (picked.about(), picked.evidence(), picked.recall());
        assert_eq!(picked.marked, of, "{set}");
        assert!(
            figures.0 >= about && figures.1 >= evidence && figures.2 >= recall,
            "{set}: {figures:.3?}, {picked:?}"
        );
    }
}

/// Minutes as plain text, in which an item's heading stands right above its first line.
#[test]
fn numbered_lines_are_headings_of_what_follows() {
    let text = "MINUTES\n\n4. Prevent\n4.1 It met six times, and the chair of the board was there at each of the meetings.\n4.2 Agreed.\n\n5. Roads\nIt was gritted.\n\n1. Appoint a deputy\n2. Refresh the plan\n";
    let text = read_document(Format::Text, text.as_bytes()).unwrap();
    let headings = text.blocks.iter().filter(|block| block.kind == BlockKind::Heading);
    assert_eq!(
        headings.map(|block| block.text.as_str()).collect::<Vec<_>>(),
        ["MINUTES", "4. Prevent", "5. Roads"]
    );
    let agreed = text.blocks.iter().find(|block| block.text == "4.2 Agreed.").unwrap();
    assert_eq!(agreed.under.last().unwrap(), "4. Prevent");
}

/// Many papers have bold lines for headings, whatever the format.
#[test]
fn a_line_in_bold_is_a_heading_of_what_follows() {
    let bold = |text: &str| format!("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r></w:p>");
    let body = [
        heading(1, "Safer town"),
        bold("3. Prevent"),
        p("It met six times."),
        bold("3.1 Training"),
        "<w:p><w:pPr><w:rPr><w:b/></w:rPr></w:pPr><w:r><w:t>Forty came</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Note:</w:t></w:r><w:r><w:t> none failed</w:t></w:r></w:p>".to_owned(),
        bold("Every session was full."),
        "<w:p><w:pPr><w:pStyle w:val=\"Sub\"/></w:pPr><w:r><w:t>4. Roads</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:pStyle w:val=\"Sub\"/></w:pPr><w:r><w:rPr><w:b w:val=\"0\"/></w:rPr><w:t>They were gritted</w:t></w:r></w:p>".to_owned(),
        "<w:p><w:pPr><w:pStyle w:val=\"Ours\"/></w:pPr><w:r><w:t>Next steps</w:t></w:r></w:p>".to_owned(),
    ];
    let styles = format!(
        "<w:styles {W}><w:style w:styleId=\"Ours\"><w:name w:val=\"Our heading\"/><w:basedOn w:val=\"H1\"/></w:style><w:style w:styleId=\"H1\"><w:name w:val=\"heading 1\"/></w:style><w:style w:styleId=\"Sub\"><w:name w:val=\"Sub\"/><w:rPr><w:b/></w:rPr></w:style></w:styles>"
    );
    let word = archive(&[
        ("word/document.xml", &format!("<w:document {W}><w:body>{}</w:body></w:document>", body.concat())),
        ("word/styles.xml", &styles),
    ]);
    let content = "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:style=\"s\" xmlns:fo=\"f\"><office:automatic-styles><style:style style:name=\"B\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\"/></style:style><style:style style:name=\"P\" style:family=\"paragraph\" style:parent-style-name=\"Sub\"/><style:style style:name=\"N\" style:family=\"text\"><style:text-properties fo:font-weight=\"normal\"/></style:style></office:automatic-styles><office:body><office:text><text:h text:outline-level=\"1\">Safer town</text:h><text:p><text:span text:style-name=\"B\">3. Prevent</text:span></text:p><text:p>It met six times.</text:p><text:p text:style-name=\"P\">3.1 Training</text:p><text:p>Forty came</text:p><text:p><text:span text:style-name=\"B\">Note:</text:span> none failed</text:p><text:p text:style-name=\"P\">Every session was full.</text:p><text:p text:style-name=\"P\">4. Roads</text:p><text:p text:style-name=\"P\"><text:span text:style-name=\"N\">They were gritted</text:span></text:p><text:h text:outline-level=\"1\">Next steps</text:h></office:text></office:body></office:document-content>";
    let named = "<office:document-styles xmlns:office=\"o\" xmlns:style=\"s\" xmlns:fo=\"f\"><style:style style:name=\"Sub\" style:family=\"paragraph\"><style:text-properties fo:font-weight=\"bold\"/></style:style></office:document-styles>";
    let open = archive(&[("content.xml", content), ("styles.xml", named)]);
    let page = "<main><h1>Safer town</h1><p><strong>3. Prevent</strong></p><p>It met six times.</p><p> <b>3.1 Training</b> </p><p>Forty came</p><p><b>Note:</b> none failed</p><p><b>Every session was full.</b></p><div><b>4. Roads</b></div><p>They were gritted</p><h1>Next steps</h1></main>";
    let markdown = "# Safer town\n\n**3. Prevent**\n\nIt met six times.\n\n__3.1 Training__\n\nForty came\n\n**Note:** none failed\n\n**Every session was full.**\n\n**4. Roads**\n\nThey were gritted\n\n# Next steps\n";
    let files = [
        (Format::Docx, word),
        (Format::Odt, open),
        (Format::Html, page.as_bytes().to_vec()),
        (Format::Markdown, markdown.as_bytes().to_vec()),
    ];
    for (format, bytes) in files {
        let document = read_document(format, &bytes).unwrap();
        let headings = document.blocks.iter().filter(|block| block.kind == BlockKind::Heading);
        assert_eq!(
            headings.map(|block| block.text.as_str()).collect::<Vec<_>>(),
            ["Safer town", "3. Prevent", "3.1 Training", "4. Roads", "Next steps"],
            "{format:?}"
        );
        let full = document.blocks.iter().find(|block| block.text == "Every session was full.").unwrap();
        assert_eq!(full.under, ["Safer town", "3. Prevent", "3.1 Training"], "{format:?}");
        let gritted = document.blocks.iter().find(|block| block.text == "They were gritted").unwrap();
        assert_eq!(gritted.under, ["Safer town", "4. Roads"], "{format:?}");
    }
}

/// Of every document the words quoted stand in it, character for character.
#[test]
fn what_is_quoted_stands_in_the_document() {
    let bytes = board_paper(
        "The plan (reviewed in May, by Cllrs.) was refreshed.  It has 22 actions; 14 are on track.",
    );
    let document = read_document(Format::Docx, &bytes).unwrap();
    for passage in passages(&document, &["Cllrs".to_owned()]) {
        assert!(passage.block.text.contains(passage.text()));
        assert!(passage.block.kind != BlockKind::Heading);
        assert_eq!(passage.text(), passage.text().trim());
    }
}

#[test]
fn comments_between_findings_stay_when_a_person_decides_otherwise() {
    let findings = "    confirmed: false\n    findings:\n      # the adviser asked about this\n      - {criterion: training.3.face-to-face, status: in-place}   # see the log\n      - {criterion: training.4.records, status: planned}\n";
    let head = ASSESSMENT.replace("actions: []\n", "");
    let text = format!(
        "{head}  - id: G1\n    benchmark: 7\n    text: Sessions take place, and a register will follow.\n{findings}"
    );
    for decision in ["--reject=G1", "--change=G1=training.4.records:planned"] {
        let workspace = Workspace::new(&text);
        let output = workspace.run(&["confirm", "2021-22.yaml", decision]);
        assert!(output.status.success(), "{}", said(&output));
        let after = workspace.text();
        assert!(
            after.contains("# the adviser asked about this") && after.contains("# see the log"),
            "{after}"
        );
        assert!(!after.contains("training.3.face-to-face"), "{after}");
        let check = workspace.run(&["check", "2021-22.yaml"]);
        assert!(check.status.success());
    }
}
